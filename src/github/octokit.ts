import { describeDuration, secondMs } from '../domain/time.ts';
import { type Send, WireError } from '../statuspage/wire.ts';

/** Whom to ask, and with which token. */
export interface Access {
  readonly token: string;
  /** owner/name */
  readonly repository: string;
  /** GITHUB_API_URL, which is another one on GitHub Enterprise Server. */
  readonly apiUrl: string;
  readonly signal?: AbortSignal | undefined;
}

/** How long one question may take, with its redirects. */
export const requestTimeoutMs = 10 * secondMs;

/** An answer of GitHub, of any status. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly data: unknown;
}

/** No answer, and why. */
export interface NoAnswer {
  readonly detail: string;
}

/** Asks for a run by its id; never rejects. */
export type AskForRun = (runId: string, timeoutMs: number) => Promise<Reply | NoAnswer>;

const silent = () => undefined;
const log = { debug: silent, info: silent, warn: silent, error: silent };

/** Asks through Octokit, which is loaded with the first question. */
export function createAskForRun({ token, repository, apiUrl, signal }: Access): AskForRun {
  const [owner = '', repo = ''] = repository.split('/');
  const load = async () => {
    const [{ getOctokit }, { createConnection }] = await Promise.all([
      import('@actions/github'),
      import('../statuspage/network.ts'),
    ]);
    const request = { fetch: createFetch(createConnection(process.env).send, requestTimeoutMs) };
    return getOctokit(token, { baseUrl: apiUrl.replace(/\/+$/, ''), userAgent: 'statuspage-me-action', log, request });
  };
  let octokit: ReturnType<typeof load> | undefined;

  return async (runId, timeoutMs) => {
    const over = new AbortController();
    const stop = () => over.abort();
    const timer = setTimeout(stop, timeoutMs);
    signal?.addEventListener('abort', stop);
    try {
      octokit ??= load();
      const { status, headers, data } = await (await octokit).request<unknown>({
        method: 'GET',
        url: '/repos/{owner}/{repo}/actions/runs/{run_id}',
        owner,
        repo,
        run_id: runId,
        exclude_pull_requests: true,
        // Octokit's own `log` is not asked here: what is deprecated would be printed.
        request: { signal: over.signal, log },
      });
      return { status, headers, data };
    } catch (error) {
      if (over.signal.aborted) return { detail: `no answer within ${describeDuration(timeoutMs)}` };
      return replyOf(error) ?? { detail: reasonOf(error) };
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    }
  };
}

/** Octokit throws every status from 400 on; its error then has the answer. */
function replyOf(error: unknown): Reply | undefined {
  return isObject(error) && isObject(error.response) ? (error.response as unknown as Reply) : undefined;
}

/** The network's error, which Octokit wraps as the cause of its own: above all the system's code. */
function reasonOf(error: unknown): string {
  if (!isObject(error)) return String(error);
  const { cause, message } = error;
  if (!(cause instanceof WireError)) return String(error.code ?? message);
  const { code, detail = code, proxy } = cause;
  return proxy === undefined ? detail : `proxy ${proxy}: ${detail}`;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

const mostRedirects = 5;
const withoutBody = [204, 205, 304];

/**
 * A `fetch` that reads, for Octokit: over our own way to the network, which knows the proxies. A redirect is followed as `fetch` does: what
 * lies elsewhere does not get the token. One request takes `timeoutMs` at most. Rejects with WireError.
 */
function createFetch(send: Send, timeoutMs: number): typeof fetch {
  return async (address, { headers: wanted, signal } = {}) => {
    const headers = new Headers(wanted);
    let url = new URL(address instanceof Request ? address.url : address);
    for (let redirects = 0; ; redirects += 1) {
      const request = { method: 'GET', url, headers: Object.fromEntries(headers), body: undefined, timeoutMs } as const;
      const reply = await send({ ...request, signal: signal ?? undefined });
      const { location } = reply.headers;
      if (reply.status < 300 || reply.status >= 400 || location === undefined || redirects === mostRedirects) {
        return new Response(withoutBody.includes(reply.status) ? null : reply.text, reply);
      }
      const next = new URL(location, url);
      if (next.origin !== url.origin) headers.delete('authorization');
      url = next;
    }
  };
}
