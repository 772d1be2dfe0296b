/** The steps of the run, in their order; what a step asked, and what came back, is kept under its name. */
const steps = [
  ...(['pages', 'page', 'monitors', 'availability'] as const),
  ...(['unknown window', 'unknown incident', 'unknown page', 'unknown monitor', 'unknown availability'] as const),
  ...(['windows of no page', 'incidents of no page', 'empty window change', 'empty incident change'] as const),
  ...(['windows before', 'incidents before'] as const),
  ...([
    'window',
    'windows at once',
    'windows a moment later',
    'window at once',
    'window read',
    'window end alone',
    'window end with all fields',
  ] as const),
  ...([
    'windows of no page again',
    'windows of another page',
    'window moved',
    'window reworded',
    'window reworded, read',
  ] as const),
  ...(['window moved, read', 'window of a second', 'window of a week', 'same window again', 'windows'] as const),
  ...(['window deleted', 'deleted window', 'window deleted again', 'same window deleted'] as const),
  ...(['window since a minute', 'window since now', 'end in 5 s', 'end at the next second'] as const),
  ...([
    'end at this second',
    'end in the past',
    'end 90 s ahead',
    'windows with one that is over',
    'present window deleted',
  ] as const),
  ...(['incident of no page', 'incident', 'incidents at once', 'incidents a moment later'] as const),
  ...(['incident at once', 'incident read'] as const),
  ...(['note', 'incident with note', 'state', 'incident with state', 'title', 'incident with title'] as const),
  ...(['message', 'incident with message', 'resolution', 'incident resolved', 'second incident'] as const),
  ...(['one incident', 'incidents', 'incident deleted', 'deleted incident', 'second incident deleted'] as const),
  ...(['stray incident deleted', 'incident of a component', 'component incident deleted'] as const),
] as const;
export type Step = (typeof steps)[number];

/** An answer as it came, before any tolerance. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The parsed body; undefined if it is not JSON. */
  readonly json: unknown;
  /** Our clock when it had come. */
  readonly at: Date;
}

/** One request of the run, with its answer or the error that came instead. */
export interface Exchange {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body: Readonly<Record<string, string>> | undefined;
  readonly answer: Answer | undefined;
  readonly error: string | undefined;
}

/** Everything that a run has seen. */
export interface Recording {
  readonly pageId: string;
  readonly exchanges: ReadonlyMap<Step, Exchange>;
  /** All answers, those to requests that were then sent again among them. */
  readonly answers: readonly Answer[];
  /** Server minus our clock in milliseconds; undefined if no answer has a date. */
  readonly clockOffsetMs: number | undefined;
  /** Our own records by the steps that made them. */
  readonly ids: ReadonlyMap<Step, string>;
}

/** Why an assumption could not be checked. */
export class CannotTell extends Error {
  override readonly name = 'CannotTell';
}

/** Whether an assumption holds, and what was seen. */
export interface CheckResult {
  readonly result: 'as assumed' | 'differs';
  readonly seen: string;
}

/** Something that this project relies on and only the live service can show. */
export interface Assumption {
  /** A short name. It never changes, because people quote it. */
  readonly name: string;
  readonly assumption: string;
  /** What a difference would break, or that it would break nothing. */
  readonly breaks: string;
  /** Compares the recording with the assumption. Throws CannotTell if it does not show enough. */
  readonly check: (recording: Recording) => CheckResult;
}

/** The verdict of something that holds or does not. */
export function toResult(holds: boolean, seen: string): CheckResult {
  return { result: holds ? 'as assumed' : 'differs', seen };
}

/** A request of the run. Throws CannotTell if it was not made. */
export function exchangeAt({ exchanges }: Recording, step: Step): Exchange {
  const exchange = exchanges.get(step);
  if (exchange === undefined) throw new CannotTell(`not asked ("${step}")`);
  return exchange;
}

/** The answer at a step, whatever its status. Throws CannotTell if there is none, and for 429 and 5xx. */
export function answerAt(recording: Recording, step: Step): Answer {
  const { answer, error } = exchangeAt(recording, step);
  if (answer === undefined) throw new CannotTell(`no answer (${step}: ${error})`);
  if (isUninformative(answer)) throw new CannotTell(`${step}: ${answer.status}`);
  return answer;
}

/** The answer of a success at a step. Throws CannotTell for any other. */
export function successAt(recording: Recording, step: Step): Answer {
  const answer = answerAt(recording, step);
  if (!isSuccess(answer)) throw new CannotTell(`${step}: ${answer.status}`);
  return answer;
}

/** The id of the record that a step made. Throws CannotTell if there is none. */
export function idAt({ ids }: Recording, step: Step): string {
  const id = ids.get(step);
  if (id === undefined) throw new CannotTell(`no record (${step})`);
  return id;
}

/** Whether an answer shows nothing about the request: 429 and 5xx. */
export function isUninformative({ status }: Pick<Answer, 'status'>): boolean {
  return status === 429 || status >= 500;
}

/** Whether a request was done: a 2xx whose body does not say that it failed. */
export function isSuccess({ status, json }: Pick<Answer, 'status' | 'json'>): boolean {
  return status >= 200 && status < 300 && !isFailureBody(json);
}

/** Whether a body says `"success": false`, whatever the status. */
export function isFailureBody(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'success' in json && json.success === false;
}

/** Whether a request was refused for what it asked: neither for the key nor for its rate, nor because nothing was found. */
export function isRefused({ status, json }: Pick<Answer, 'status' | 'json'>): boolean {
  return (status >= 400 && status < 500 && ![401, 403, 404, 429].includes(status)) || isFailureBody(json);
}
