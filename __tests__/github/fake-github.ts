import type { ServerResponse } from 'node:http';
import { createRandom } from '../support/random.ts';
import { serveHttp } from '../support/servers.ts';

/** A request as it arrived, and the status that it got; undefined if the connection was broken or nothing was answered. */
export interface Asked {
  readonly runId: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly status: number | undefined;
}

/** What one request gets instead of the truth; `cut-off` ends in the middle of it, `reset` and `silence` say nothing at all. */
export type Answer =
  | 'reset'
  | 'silence'
  | 'cut-off'
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | Readonly<Record<string, unknown>>;
    };

export interface FakeGitHubOptions {
  /** owner/name; runs of others are not found. */
  readonly repository: string;
  /** The state of each run by its id, as GitHub has it: `queued`, `in_progress`, `completed` … The map may be changed at any time. */
  readonly runs: Map<string, string | null>;
  /** The only token that is let in. */
  readonly token: string;
  readonly now?: () => Date;
  /** So many requests in each stretch of time; the next ones are refused until it is over. */
  readonly rateLimit?: { readonly requests: number; readonly windowMs: number };
  /** The share of requests that fail, from 0 to 1: errors of the server, broken connections, secondary limits. The same for the same seed. */
  readonly failing?: { readonly share: number; readonly seed: number };
  /** How long an answer takes, in real milliseconds. */
  readonly latencyMs?: number;
}

export interface FakeGitHub {
  /** What GITHUB_API_URL would hold, with a path as on GitHub Enterprise Server. */
  readonly apiUrl: string;
  readonly port: number;
  readonly journal: readonly Asked[];
  /** The most requests that were under way at once. */
  readonly mostAtOnce: () => number;
  /** The next requests get these answers, in this order. Then the real ones follow again. */
  readonly answerNext: (...answers: readonly Answer[]) => void;
  readonly stop: () => Promise<void>;
}

const basePath = '/api/v3';
const secondaryLimit = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';

const failures: readonly Answer[] = [
  { status: 500, body: { message: 'Server Error' } },
  { status: 502, headers: { 'content-type': 'text/html' }, body: '<html><title>Unicorn!</title></html>' },
  { status: 503, headers: { 'retry-after': '2' }, body: { message: 'Service Unavailable' } },
  { status: 403, headers: { 'retry-after': '3' }, body: { message: secondaryLimit } },
  { status: 429, body: { message: secondaryLimit } },
  'reset',
  'cut-off',
];

/** GitHub's API on loopback, as far as the runs of a repository's workflows go. */
export async function startFakeGitHub(options: FakeGitHubOptions): Promise<FakeGitHub> {
  const { repository, runs, token, now = () => new Date(), rateLimit, failing, latencyMs = 0 } = options;
  const random = createRandom(failing?.seed ?? 0);
  const journal: Asked[] = [];
  const scripted: Answer[] = [];
  let underWay = 0;
  let mostAtOnce = 0;
  let window = { startMs: Number.NEGATIVE_INFINITY, used: 0 };

  const countRequest = (): Record<string, string> => {
    if (rateLimit === undefined) return {};
    const nowMs = now().getTime();
    if (nowMs >= window.startMs + rateLimit.windowMs) window = { startMs: nowMs, used: 0 };
    window.used += 1;
    return {
      'x-ratelimit-limit': `${rateLimit.requests}`,
      'x-ratelimit-remaining': `${Math.max(0, rateLimit.requests - window.used)}`,
      'x-ratelimit-reset': `${Math.ceil((window.startMs + rateLimit.windowMs) / 1_000)}`,
    };
  };

  const tellTruth = (path: string, runId: string, authorization: string | undefined): Answer => {
    if (authorization !== `token ${token}`) return { status: 401, body: { message: 'Bad credentials' } };
    const headers = countRequest();
    if (rateLimit !== undefined && window.used > rateLimit.requests) {
      return { status: 403, headers, body: { message: 'API rate limit exceeded for installation.' } };
    }
    const status = runs.get(runId);
    if (path !== `${basePath}/repos/${repository}/actions/runs/${runId}` || status === undefined) {
      return { status: 404, headers, body: { message: 'Not Found' } };
    }
    return { status: 200, headers, body: { id: Number(runId), status, conclusion: null } };
  };

  const chooseAnswer = (path: string, runId: string, authorization: string | undefined): Answer => {
    const next = scripted.shift();
    if (next !== undefined) return next;
    if (failing !== undefined && random() < failing.share) {
      return failures[Math.floor(random() * failures.length)] ?? 'reset';
    }
    return tellTruth(path, runId, authorization);
  };

  const listening = await serveHttp(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://github.invalid').pathname;
    const runId = decodeURIComponent(path.split('/').at(-1) ?? '');
    const answer = chooseAnswer(path, runId, request.headers.authorization);
    const status = typeof answer === 'string' ? undefined : answer.status;
    journal.push({ runId, path, headers: request.headers, status });
    underWay += 1;
    mostAtOnce = Math.max(mostAtOnce, underWay);
    response.on('close', () => {
      underWay -= 1;
    });
    if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs));
    give(answer, response, now());
  });

  return {
    apiUrl: `${listening.url.origin}${basePath}`,
    port: listening.port,
    journal,
    mostAtOnce: () => mostAtOnce,
    answerNext: (...answers) => scripted.push(...answers),
    stop: listening.stop,
  };
}

function give(answer: Answer, response: ServerResponse, present: Date): void {
  const headers = { date: present.toUTCString(), 'content-type': 'application/json; charset=utf-8' };
  if (answer === 'silence') return;
  if (answer === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  if (answer === 'cut-off') {
    response.writeHead(200, { ...headers, 'content-length': '200' });
    response.write('{"id": 1, "status": "comp', () => response.socket?.destroy());
    return;
  }
  const { status, body = {} } = answer;
  response.writeHead(status, { ...headers, ...answer.headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}
