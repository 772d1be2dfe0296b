import { acme, beta } from '../support/world.ts';
import { isOfStep } from './references.ts';
import type { Sequence } from './sequence.ts';
import type { Standing } from './standing.ts';
import type { Step } from './step.ts';
import type { Fault } from './wire-faults.ts';

/** Whether the API shows what is needed to find a record and to tell whether it is open, and the key may read it. */
export function isReadable({ api }: Sequence): boolean {
  const { scopes = [], stateShape, timesInReplies } = api;
  return scopes.length === 0 && stateShape !== 'none' && timesInReplies !== false;
}

/** Whether nothing befell a step. */
export function isUndisturbed({ luck, sent }: Step): boolean {
  return luck.kill === undefined && luck.interruptAfterMs === undefined && sent.every(({ fault }) => isHarmless(fault));
}

function isHarmless(fault: Fault | undefined): boolean {
  return fault === undefined || fault.fault === 'wrong-content-type';
}

/** Whether the step came to its end, and the page has answered each request that had met a fault when it was repeated. */
export function wasAnswered({ stage, sent }: Step): boolean {
  if (stage.exitCode === undefined || stage.exitCode === 130) return false;
  // What was refused is not repeated: another request of the same step may only look like it.
  if (sent.some(({ fault }) => fault?.fault === 'refusal' || fault?.fault === 'redirect')) return false;
  return sent.every(
    (one, place) =>
      isHarmless(one.fault) ||
      sent
        .slice(place + 1)
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

/** Whether the page has said of a record that it is not there, though it was. */
export function wasLiedTo({ sent }: Step): boolean {
  return sent.some(({ fault, path }) => fault?.fault === 'refusal' && fault.status === 404 && /^\/\w+\/./.test(path));
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
      !/^warning: (The deployment |Left |.* ended by itself at .* before the deployment ended)/.test(text) &&
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
  return pagesOf(step).map((_page, place) => (ids[place] === 'none' ? undefined : ids[place]));
}

/** The records that a finished main step stands for: those that it told of, and those with the step's own reference. */
export function recordsOf(main: Step, standings: readonly Standing[]): readonly Standing[] {
  const ids = idsOf(main);
  const kind = main.use.operation === 'open-maintenance' ? 'maintenance' : 'incident';
  return standings.filter(
    (one) =>
      one.kind === kind &&
      ((one.reference !== undefined && isOfStep(one.reference, main.identity)) ||
        pagesOf(main).some((page, place) => page === one.pageId && ids[place] === one.id)),
  );
}

/** Whether this main step, or the one of this post step, has asked for a record. */
export function wasMadeBy({ message }: Pick<Standing, 'message'>, step: Step): boolean {
  return message.startsWith(step.message);
}

/** A record that the server made when the step that asked for it was over. */
export function wasLate(record: Standing, steps: readonly Step[]): boolean {
  const { title, madeMs } = record;
  const makers = steps.filter((step) => wasMadeBy(record, step) || step.failureTitle === title);
  return makers.length > 0 && makers.every(({ startMs, endMs }) => madeMs < startMs || madeMs > endMs);
}

/** Whether a change that an earlier step has sent, and nobody waits for any more, may arrive while this one is at work. */
export function mayMeetStragglers(step: Step, steps: readonly Step[]): boolean {
  const { startMs, endMs } = step;
  return steps.slice(0, steps.indexOf(step)).some((other) =>
    other.sent.some(({ atMs, method, path, status, fault }) => {
      const changes = method !== 'GET' && /^\/\w+\/./.test(path);
      if (!changes || status !== undefined) return false;
      const delayMs = other.longestWayMs + (fault?.fault === 'delay' ? fault.ms : 0);
      return atMs <= endMs && startMs < atMs + delayMs;
    }),
  );
}
