import { acme, beta } from '../support/world.ts';
import { isOfStep } from './references.ts';
import type { Sequence } from './sequence.ts';
import type { Standing } from './standing.ts';
import type { Step } from './step.ts';
import type { Fault } from './wire-faults.ts';

/** A server that finds new records by their id still later is met with a warning. */
const longestAwaitedLagMs = 2_000;

/** Whether the API shows what is needed to find a record and to tell whether it is open, and the key may read it. */
export function isReadable({ api }: Sequence): boolean {
  const { scopes = [], stateShape, timesInReplies, readLagMs = 0 } = api;
  const isShown = !hidesState(stateShape) && timesInReplies !== false && api.messageForm !== 'cut';
  // Main waits 4 s for what it has just made. What a list does not show is read by its id, which may come too early.
  if (readLagMs > longestAwaitedLagMs) return false;
  return scopes.length === 0 && isShown && doesAsAsked(api) && (readLagMs === 0 || !listsShowLittle({ api }));
}

/** Whether the server makes the changes that we send, and ends a window when it is told to. Of another one, what stays must be reported. */
function doesAsAsked(api: Sequence['api']): boolean {
  const { windowPatch = 'all', refusals = 'status', refuseEndInPast = false, endToleranceSeconds = 0 } = api;
  const endsAtOnce = !refuseEndInPast || endToleranceSeconds >= -5;
  return windowPatch === 'all' && refusals === 'status' && endsAtOnce;
}

/** Whether a list leaves out what is needed of a record, so that each open one is read by itself. */
function listsShowLittle({ api }: Pick<Sequence, 'api'>): boolean {
  return api.timesInReplies === false || api.messageInLists === false || hidesState(api.stateShape);
}

/** Whether an incident that is open does not show its state, so that nobody can tell whether a person has changed it. */
function hidesState(shape: Sequence['api']['stateShape']): boolean {
  return shape === 'none' || shape === 'resolved-at' || shape === 'ended-at';
}

/** Whether nothing befell a step. */
export function isUndisturbed({ luck, sent, saved = 'whole' }: Step): boolean {
  const { kill, interruptAfterMs, disk } = luck;
  const befell = [kill, interruptAfterMs, disk].some((one) => one !== undefined);
  return !befell && saved === 'whole' && sent.every(({ fault }) => isHarmless(fault));
}

/** Whether the state that main has saved can be read, and leads to the same address. */
export function isRemembered({ saved = 'whole' }: Step): boolean {
  return saved === 'whole';
}

function isHarmless(fault: Fault | undefined): boolean {
  return fault === undefined || fault.fault === 'wrong-content-type';
}

const refusing: readonly Fault['fault'][] = ['refusal', 'redirect', 'conflict', 'see-other'];

/** Whether the step came to its end, and the page has answered each request that had met a fault when it was repeated. */
export function wasAnswered({ stage, sent }: Step): boolean {
  if (stage.exitCode === undefined || stage.exitCode === 130) return false;
  // What was refused is not repeated: another request of the same step may only look like it.
  if (sent.some(({ fault }) => fault !== undefined && refusing.includes(fault.fault))) return false;
  return sent.every(
    (one, index) =>
      isHarmless(one.fault) ||
      sent
        .slice(index + 1)
        .some(
          (next) =>
            next.method === one.method &&
            next.path === one.path &&
            (one.method !== 'POST' || next.body === one.body) &&
            isHarmless(next.fault) &&
            (next.status ?? 400) < 400,
        ),
  );
}

/** How many faults a step has met. */
export function metFaults({ sent }: Step): number {
  return sent.filter(({ fault }) => !isHarmless(fault)).length;
}

/** Whether the page has said no in a way that those who wrote the workflow could fix. */
export function wasRefused({ sent }: Step): boolean {
  return sent.some(({ status = 200 }) => status >= 300 && status < 500 && status !== 408 && status !== 429);
}

/** Whether the page has said of a record that it is not there, though it was, or that a change was made, though it was refused. */
export function wasLiedTo({ sent, lagMs, refusesWith200 }: Step): boolean {
  return sent.some(({ method, fault, path, status }, index) => {
    if (!/^\/\w+\/./.test(path)) return false;
    // A lost delete whose repetition answers 404 counts as done. If the page shows by id too late, nobody can tell.
    const isRepeated = sent.slice(0, index).some((one) => one.method === method && one.path === path);
    const looksDone = lagMs > 0 && method === 'DELETE' && status === 404 && isRepeated;
    const hasNoText = ['empty', 'not-json', 'html'].includes(fault?.fault ?? '');
    const hidesRefusal = refusesWith200 && method !== 'GET' && hasNoText;
    return looksDone || hidesRefusal || (fault?.fault === 'refusal' && fault.status === 404);
  });
}

/** Warnings and errors. */
export function annotationsOf({ stage }: Step): readonly string[] {
  return stage.said.filter((line) => !line.startsWith('info: '));
}

/** How the warning begins that a reused notice does not show the texts of this step. */
export const unpublished = /^warning: Did not publish your (title and )?message,/;

/** Those that tell of a failure of ours, and not of the deployment's. */
export function failuresOf(step: Step): readonly string[] {
  return annotationsOf(step).filter(
    (text) =>
      !/^(?:notice: Left .* a person has edited it|warning: (The deployment |Left |.* ended by itself at .* before the deployment ended))/.test(
        text,
      ) &&
      !text.includes('is set without outcome, so every') &&
      // It reuses a notice with another message, which `judgeOpening` looks at.
      !unpublished.test(text) &&
      // It may be late in the lists of the API, so post has asked for it again and again.
      !text.includes('does not find what this deployment has just created') &&
      !(step.inProgress.size > 0 && text.includes('is from another run that is still in progress')),
  );
}

/** The pages of a step, in their order. */
export function pagesOf({ what, use }: Step): readonly string[] {
  return use.pages === 1 && what !== 'resolve' ? [acme] : [acme, beta];
}

/** The ids that a main step has put out, in the places of its pages; undefined if nothing was opened. */
export function idsOf(step: Step): readonly (string | undefined)[] {
  const ids = step.stage.outputs.id?.split(',') ?? [];
  return pagesOf(step).map((_page, index) => (ids[index] === 'none' ? undefined : ids[index]));
}

/** The records that a finished main step stands for: those that it told of, and those with the step's own reference. */
export function recordsOf(main: Step, standings: readonly Standing[]): readonly Standing[] {
  const ids = idsOf(main);
  const kind = main.use.operation === 'open-maintenance' ? 'maintenance' : 'incident';
  return standings.filter(
    (one) =>
      one.kind === kind &&
      ((one.reference !== undefined && isOfStep(one.reference, main.identity)) ||
        pagesOf(main).some((page, index) => page === one.pageId && ids[index] === one.id)),
  );
}

/** Whether this main step, or the one of this post step, has asked for a record. */
export function wasMadeBy({ message }: Pick<Standing, 'message'>, step: Step): boolean {
  return message.startsWith(step.message);
}

/** A record that the server made, or first showed, when the step that asked for it was over. */
export function wasLate(record: Standing, steps: readonly Step[]): boolean {
  const { title, madeMs } = record;
  const makers = steps.filter((step) => wasMadeBy(record, step) || step.failureTitle === title);
  return makers.length > 0 && makers.every(({ startMs, endMs, lagMs }) => madeMs < startMs || madeMs + lagMs > endMs);
}

/** A record that a lost change has reached after its answer: it may have come after the change that was sent next, such as the end. */
export function wasChangedLate({ kind, id }: Standing, steps: readonly Step[]): boolean {
  const path = `/${kind}s/${encodeURIComponent(id)}`;
  return steps.some(({ sent }) =>
    sent.some((one) => one.method !== 'GET' && one.path.startsWith(path) && lateWorkMs(one) > 0),
  );
}

function lateWorkMs({ fault }: Step['sent'][number]): number {
  return fault !== undefined && 'doneAfterMs' in fault ? (fault.doneAfterMs ?? 0) : 0;
}

/** A search this long after a lost answer proves that nothing was made: docs/reliability.md. */
const provenAbsentAfterMs = 4_000;

/** A record that the page shows only when two searches have proved that it is absent. */
export function wasShownTooLate({ madeMs, message, title }: Standing, steps: readonly Step[]): boolean {
  return steps.some(({ sent, lagMs }) =>
    sent.some(
      ({ method, path, body = '', status = 600, overMs = 0 }) =>
        method === 'POST' &&
        /^\/\w+$/.test(path) &&
        status >= 300 &&
        body.includes(JSON.stringify(message)) &&
        body.includes(JSON.stringify(title)) &&
        madeMs + lagMs > overMs + provenAbsentAfterMs,
    ),
  );
}

/**
 * A window that lost its reference, because the server empties what a change does not send, and the step that changed it was killed or interrupted
 * before it could send the message again. No later step finds it.
 */
export function wasLeftEmpty({ kind, id }: Standing, steps: readonly Step[], { api }: Pick<Sequence, 'api'>): boolean {
  if (api.windowPatch !== 'wipe' || kind !== 'maintenance') return false;
  const path = `/maintenances/${encodeURIComponent(id)}`;
  return steps.some(({ stage, sent }) => {
    const last = sent.findLast((one) => one.method === 'PATCH' && one.path === path);
    const wasCut = stage.exitCode === undefined || stage.exitCode === 130;
    return wasCut && last?.body !== undefined && !last.body.includes('"message"');
  });
}

/** Whether a change that an earlier step has sent, and nobody waits for any more, may arrive while this one is at work. */
export function mayMeetStragglers(step: Step, steps: readonly Step[]): boolean {
  const { startMs, endMs } = step;
  return steps.slice(0, steps.indexOf(step)).some((other) =>
    other.sent.some((one) => {
      const { atMs, method, path, status, fault } = one;
      const changes = method !== 'GET' && /^\/\w+\/./.test(path);
      const lateMs = lateWorkMs(one);
      if (!changes || (status !== undefined && lateMs === 0)) return false;
      const delayMs = other.longestWayMs + (fault?.fault === 'delay' ? fault.ms : lateMs);
      return atMs <= endMs && startMs < atMs + delayMs;
    }),
  );
}
