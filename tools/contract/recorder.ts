import type { Kind } from '../../src/domain/record.ts';
import { type Clock, later, secondMs } from '../../src/domain/time.ts';
import { parseRetryAfter } from '../../src/statuspage/retry.ts';
import type { ServerClock } from '../../src/statuspage/server-clock.ts';
import { type Send, WireError } from '../../src/statuspage/wire.ts';
import { contentOf, isFields, readId } from './read-response.ts';
import { type Answer, type Evidence, type Exchange, isSuccess, type Step } from './recording.ts';

/** What the requests of a run have in common. */
export interface BenchOptions {
  readonly apiUrl: URL;
  readonly apiKey: string;
  readonly send: Send;
  readonly clock: Clock;
  readonly serverClock: ServerClock;
  readonly interruption: AbortSignal | undefined;
  readonly requestTimeoutMs: number;
  /** The pause before each request, so that nobody is blocked for asking too fast. */
  readonly paceMs: number;
}

/** A record that stands on the page because of us. */
export interface Made {
  readonly kind: Kind;
  readonly id: string;
}

/** Where the requests are made, one after the other, and where all that came of them is kept. */
export interface Bench {
  readonly pageId: string;
  readonly serverClock: ServerClock;
  readonly clock: Clock;
  /** Asks once and keeps what comes under the step; undefined where no whole answer came. Throws Interrupted where the run is to stop. */
  readonly ask: (
    step: Step,
    method: Exchange['method'],
    path: string,
    body?: Exchange['body'],
  ) => Promise<Answer | undefined>;
  /** The id of the record that a step made. */
  readonly idOf: (step: Step) => string | undefined;
  readonly evidence: () => Evidence;
  /** What has not been deleted again. */
  readonly made: () => readonly Made[];
  /** Kinds of which a record may have been made whose id we were not told. */
  readonly doubtful: () => ReadonlySet<Kind>;
}

/** We were told to stop. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

const mostAttempts = 3;
const longestPatienceMs = 60 * secondMs;

/** A bench for one page. The key stays inside. */
export function createBench(pageId: string, options: BenchOptions): Bench {
  const { apiUrl, apiKey, send, clock, serverClock, interruption, requestTimeoutMs, paceMs } = options;
  const exchanges = new Map<Step, Exchange>();
  const answers: Answer[] = [];
  const ids = new Map<Step, string>();
  const made = new Map<string, Made>();
  const doubtful = new Set<Kind>();

  const sendOnce = async (request: Pick<Exchange, 'method' | 'path' | 'body'>): Promise<Answer> => {
    const { method, path, body } = request;
    const headers = {
      accept: 'application/json',
      authorization: `Bearer ${apiKey}`,
      'user-agent': 'statuspage-me-contract',
    };
    const reply = await send({
      method,
      url: new URL(`${apiUrl.href.replace(/\/+$/, '')}${path}`),
      headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      timeoutMs: requestTimeoutMs,
      // What is under way is let finish: the id of a record that is being made is needed to delete it.
      signal: undefined,
    });
    serverClock.note(reply.headers.date);
    // Before anybody can look at it: a server that quotes the key must not bring it into the table.
    const text = reply.text.replaceAll(apiKey, '***');
    const answer = { status: reply.status, headers: reply.headers, text, json: parseJson(text), at: clock.now() };
    answers.push(answer);
    return answer;
  };

  const sendPatiently = async (request: Pick<Exchange, 'method' | 'path' | 'body'>): Promise<Answer> => {
    for (let attempts = 1; ; attempts += 1) {
      if (interruption?.aborted) throw new Interrupted('interrupted');
      const answer = await sendOnce(request);
      if (answer.status !== 429 || attempts === mostAttempts) return answer;
      // Refused for its rate, it was not worked on, so it may be sent again whatever it is.
      const askedMs = parseRetryAfter(answer.headers['retry-after'], clock.now()) ?? 5 * secondMs;
      await clock.sleep(Math.min(askedMs, longestPatienceMs), interruption);
    }
  };

  const noteCreation = (step: Step, kind: Kind, answer: Answer | undefined) => {
    const id = answer && isSuccess(answer) ? readId(answer) : undefined;
    if (id !== undefined) {
      ids.set(step, id);
      made.set(`${kind} ${id}`, { kind, id });
    } else if (answer === undefined || isSuccess(answer) || answer.status >= 500 || answer.status === 408)
      doubtful.add(kind);
  };

  return {
    pageId,
    serverClock,
    clock,
    ask: async (step, method, path, body) => {
      if (paceMs > 0) await clock.sleep(paceMs, interruption);
      const [, list, id = ''] = path.replace(/\?.*/, '').split('/');
      const kind: Kind = list === 'maintenances' ? 'maintenance' : 'incident';
      const request = { method, path, body };
      try {
        const answer = await sendPatiently(request);
        exchanges.set(step, { ...request, answer, trouble: undefined });
        if (method === 'POST' && id === '') noteCreation(step, kind, answer);
        if (method === 'DELETE' && isSuccess(answer)) made.delete(`${kind} ${decodeURIComponent(id)}`);
        return answer;
      } catch (failure) {
        if (!(failure instanceof WireError)) throw failure;
        exchanges.set(step, { ...request, answer: undefined, trouble: failure.message });
        if (method === 'POST' && id === '' && failure.sent) noteCreation(step, kind, undefined);
        return undefined;
      }
    },
    idOf: (step) => ids.get(step),
    evidence: () => ({ pageId, exchanges, answers, ids, clockOffsetMs: serverClock.offsetMs() }),
    made: () => [...made.values()],
    doubtful: () => doubtful,
  };
}

/** An instant some milliseconds from the server's present. */
export function fromServerNow({ serverClock }: Bench, ms: number): Date {
  return later(serverClock.now(), ms);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A list that does not show a new record at once is asked again after this time, as two openers of one key do. */
const settleMs = 2 * secondMs;

/** Asks a list for what was just made, and once more a moment later where it does not show it. */
export async function lookAtOnce(
  { ask, clock }: Bench,
  [atOnce, aMomentLater]: readonly [Step, Step],
  path: string,
  id: string,
): Promise<void> {
  const answer = await ask(atOnce, 'GET', path);
  if (answer === undefined || !isSuccess(answer)) return;
  const content = contentOf(answer);
  if (Array.isArray(content) && content.some((entry) => isFields(entry) && String(entry.id) === id)) return;
  await clock.sleep(settleMs);
  await ask(aMomentLater, 'GET', path);
}
