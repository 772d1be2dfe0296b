/** The steps of the run, in their order; what was asked at a step, and what came back, is kept under its name. */
const steps = [
  ...(['pages', 'page', 'monitors', 'availability'] as const),
  ...(['unknown window', 'unknown incident', 'unknown page', 'unknown monitor', 'unknown availability'] as const),
  ...(['windows of no page', 'incidents of no page', 'empty window change', 'empty incident change'] as const),
  ...(['windows before', 'incidents before'] as const),
  ...(['window', 'windows at once', 'windows a moment later', 'window read', 'window moved'] as const),
  ...(['window moved, read', 'window of a second', 'window of a week', 'same window again', 'windows'] as const),
  ...(['window deleted', 'deleted window', 'window deleted again', 'same window deleted'] as const),
  ...(['window since a minute', 'window since now', 'end in 5 s', 'end at the next second'] as const),
  ...(['end at this second', 'end in the past', 'windows with one that is over', 'present window deleted'] as const),
  ...(['incident of no page', 'incident', 'incidents at once', 'incidents a moment later', 'incident read'] as const),
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
  /** The parsed body; undefined where it is not JSON. */
  readonly json: unknown;
  /** Our clock when it had come. */
  readonly at: Date;
}

/** One request of the run, with its answer or the trouble that came instead. */
export interface Exchange {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body: Readonly<Record<string, string>> | undefined;
  readonly answer: Answer | undefined;
  readonly trouble: string | undefined;
}

/** Everything that a run has seen. */
export interface Evidence {
  readonly pageId: string;
  readonly exchanges: ReadonlyMap<Step, Exchange>;
  /** All answers, those to requests that were then sent again among them. */
  readonly answers: readonly Answer[];
  /** Server minus our clock in milliseconds; undefined where no answer told. */
  readonly clockOffsetMs: number | undefined;
  /** Our own records by the steps that made them. */
  readonly ids: ReadonlyMap<Step, string>;
}

/** Why a fact cannot be told. */
export class Untold extends Error {
  override readonly name = 'Untold';
}

/** What a fact turned out to be, and what was seen of it. */
export interface Verdict {
  readonly result: 'as assumed' | 'differs';
  readonly seen: string;
}

/** Something that this project relies on and cannot know without the live service. */
export interface Fact {
  /** A name to speak of it; never changes once it was published. */
  readonly name: string;
  readonly assumption: string;
  /** What a difference would break, or that it would break nothing. */
  readonly breaks: string;
  /** Judges what was seen. Throws Untold where that does not tell. */
  readonly judge: (evidence: Evidence) => Verdict;
}

/** The verdict of something that holds or does not. */
export function verdict(holds: boolean, seen: string): Verdict {
  return { result: holds ? 'as assumed' : 'differs', seen };
}

/** A request of the run. Throws Untold where it was not made. */
export function exchangeAt({ exchanges }: Evidence, step: Step): Exchange {
  const exchange = exchanges.get(step);
  if (exchange === undefined) throw new Untold(`not asked ("${step}")`);
  return exchange;
}

/** The answer at a step, whatever its status. Throws Untold where none came, and for 429 and 5xx, which tell nothing. */
export function answerAt(evidence: Evidence, step: Step): Answer {
  const { answer, trouble } = exchangeAt(evidence, step);
  if (answer === undefined) throw new Untold(`no answer (${step}: ${trouble})`);
  if (isSilent(answer)) throw new Untold(`${step}: ${answer.status}`);
  return answer;
}

/** The answer of a success at a step. Throws Untold for any other. */
export function successAt(evidence: Evidence, step: Step): Answer {
  const answer = answerAt(evidence, step);
  if (!isSuccess(answer)) throw new Untold(`${step}: ${answer.status}`);
  return answer;
}

/** The id of the record that a step made. Throws Untold where there is none. */
export function idAt({ ids }: Evidence, step: Step): string {
  const id = ids.get(step);
  if (id === undefined) throw new Untold(`no record (${step})`);
  return id;
}

/** Whether an answer tells nothing of what was asked: 429 and 5xx. */
export function isSilent({ status }: Pick<Answer, 'status'>): boolean {
  return status === 429 || status >= 500;
}

/** Whether a status is a 2xx. */
export function isSuccess({ status }: Pick<Answer, 'status'>): boolean {
  return status >= 200 && status < 300;
}
