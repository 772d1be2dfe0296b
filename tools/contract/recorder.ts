import type { Kind } from '../../src/domain/record.ts';
import { type Clock, later, secondMs } from '../../src/domain/time.ts';
import type { ServerClock } from '../../src/statuspage/caller.ts';
import { parseRetryAfter } from '../../src/statuspage/retry.ts';
import { type Send, WireError } from '../../src/statuspage/wire.ts';
import { contentOf, isFields, readId } from './read-response.ts';
import { type Answer, type Exchange, isSuccess, type Recording, type Step } from './recording.ts';

/** What the requests of a run have in common. */
export interface RecorderOptions {
  readonly apiUrl: URL;
  readonly apiKey: string;
  readonly send: Send;
  readonly clock: Clock;
  readonly serverClock: ServerClock;
  readonly interruption: AbortSignal | undefined;
  readonly requestTimeoutMs: number;
  /** The pause before each request, so that the service does not block the key. */
  readonly paceMs: number;
}

/** A record that this run has created. */
export interface Created {
  readonly kind: Kind;
  readonly id: string;
}

/** Sends the requests one after the other and keeps every answer. */
export interface Recorder {
  readonly pageId: string;
  readonly serverClock: ServerClock;
  readonly clock: Clock;
  /** Sends one request and keeps its answer under the step. Gives undefined if no whole answer came. Throws Interrupted if the run must stop. */
  readonly record: (
    step: Step,
    method: Exchange['method'],
    path: string,
    body?: Exchange['body'],
  ) => Promise<Answer | undefined>;
  /** The id of the record that a step made. */
  readonly idOf: (step: Step) => string | undefined;
  readonly recording: () => Recording;
  /** What has not been deleted again. */
  readonly created: () => readonly Created[];
  /** Kinds of which a record may exist whose id we do not know. */
  readonly uncertain: () => ReadonlySet<Kind>;
}

/** The run was interrupted. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** An id that no record has. It is no number, because a record might have that. */
export const nilId = '00000000-0000-0000-0000-000000000000';

const maxAttempts = 3;
const maxWaitMs = 60 * secondMs;

/** A recorder for one page. It never shows the API key. */
export function createRecorder(pageId: string, options: RecorderOptions): Recorder {
  const { apiUrl, apiKey, send, clock, serverClock, interruption, requestTimeoutMs, paceMs } = options;
  const exchanges = new Map<Step, Exchange>();
  const answers: Answer[] = [];
  const ids = new Map<Step, string>();
  const created = new Map<string, Created>();
  const uncertain = new Set<Kind>();

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
      // A request that was sent may finish: the id of a new record is needed to delete it.
      signal: undefined,
    });
    serverClock.note(reply.headers.date);
    // A server that quotes the key must not bring it into the table.
    const text = reply.text.replaceAll(apiKey, '***');
    const answer = { status: reply.status, headers: reply.headers, text, json: parseJson(text), at: clock.now() };
    answers.push(answer);
    return answer;
  };

  const sendWithRetries = async (request: Pick<Exchange, 'method' | 'path' | 'body'>): Promise<Answer> => {
    for (let attempts = 1; ; attempts += 1) {
      if (interruption?.aborted) throw new Interrupted('interrupted');
      const answer = await sendOnce(request);
      if (answer.status !== 429 || attempts === maxAttempts) return answer;
      // 429 means that nothing was done, so every request may be sent again.
      const askedMs = parseRetryAfter(answer.headers['retry-after'], clock.now()) ?? 5 * secondMs;
      await clock.sleep(Math.min(askedMs, maxWaitMs), interruption);
    }
  };

  const noteCreation = (step: Step, kind: Kind, answer: Answer | undefined) => {
    const id = answer && isSuccess(answer) ? readId(answer) : undefined;
    if (id !== undefined) {
      ids.set(step, id);
      created.set(`${kind} ${id}`, { kind, id });
    } else if (answer === undefined || isSuccess(answer) || answer.status >= 500 || answer.status === 408)
      uncertain.add(kind);
  };

  return {
    pageId,
    serverClock,
    clock,
    record: async (step, method, path, body) => {
      if (paceMs > 0) await clock.sleep(paceMs, interruption);
      const [, list, id = ''] = path.replace(/\?.*/, '').split('/');
      const kind: Kind = list === 'maintenances' ? 'maintenance' : 'incident';
      const request = { method, path, body };
      try {
        const answer = await sendWithRetries(request);
        exchanges.set(step, { ...request, answer, error: undefined });
        if (method === 'POST' && id === '') noteCreation(step, kind, answer);
        if (method === 'DELETE' && isSuccess(answer)) created.delete(`${kind} ${decodeURIComponent(id)}`);
        return answer;
      } catch (failure) {
        if (!(failure instanceof WireError)) throw failure;
        exchanges.set(step, { ...request, answer: undefined, error: failure.message });
        if (method === 'POST' && id === '' && failure.sent) noteCreation(step, kind, undefined);
        return undefined;
      }
    },
    idOf: (step) => ids.get(step),
    recording: () => ({ pageId, exchanges, answers, ids, clockOffsetMs: serverClock.offsetMs() }),
    created: () => [...created.values()],
    uncertain: () => uncertain,
  };
}

/** An instant some milliseconds from the server's present. */
export function fromServerNow({ serverClock }: Recorder, ms: number): Date {
  return later(serverClock.now(), ms);
}

/** JSON in which a whole number that no double can hold becomes a bigint. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, (_, value, context?: { readonly source?: string }) => {
      const { source = '' } = context ?? {};
      return typeof value === 'number' && !Number.isSafeInteger(value) && /^\d+$/.test(source) ? BigInt(source) : value;
    });
  } catch {
    return undefined;
  }
}

/** How long to wait for a new record to appear. The action waits as long before it lists again. */
const settleMs = 2 * secondMs;

/** Lists records, and lists once more a moment later if the new record is not among them. */
export async function listUntilShown(
  { record, clock }: Recorder,
  [atOnce, aMomentLater]: readonly [Step, Step],
  path: string,
  id: string,
): Promise<void> {
  const answer = await record(atOnce, 'GET', path);
  if (answer === undefined || !isSuccess(answer)) return;
  const content = contentOf(answer);
  if (Array.isArray(content) && content.some((entry) => isFields(entry) && String(entry.id) === id)) return;
  await clock.sleep(settleMs);
  await record(aMomentLater, 'GET', path);
}

/** Reads a record that was just created. If it is not found yet, waits until it may be. */
export async function readUntilFound({ record, clock }: Recorder, atOnce: Step, path: string): Promise<void> {
  const answer = await record(atOnce, 'GET', path);
  if (answer?.status === 404) await clock.sleep(settleMs);
}

/** Waits for a new record if the server has shown that it needs the time. */
export async function awaitVisible({ recording, clock }: Recorder, seenAt: Step): Promise<void> {
  if (recording().exchanges.get(seenAt)?.answer?.status === 404) await clock.sleep(settleMs);
}
