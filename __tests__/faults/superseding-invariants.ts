import { isEarlier, isFailure } from './references.ts';
import type { Standing } from './standing.ts';
import type { Step } from './step.ts';
import {
  idsOf,
  isRemembered,
  pagesOf,
  wasAnswered,
  wasChangedLate,
  wasLate,
  wasLiedTo,
  wasRefused,
} from './step-facts.ts';
import { isInProgress, isOlder, maySupersede } from './touching.ts';

/** After a run that ended what earlier runs left, nothing of them is on its pages; after a success no incident of their failures is either. */
export function judgeSuperseding(step: Step, readable: boolean, steps: readonly Step[]): readonly string[] {
  const { main, use, outcome, after } = step;
  if (step.what !== 'post' || main === undefined || !isRemembered(step) || !maySupersede(step)) return [];
  if (!readable || !wasAnswered(step) || wasLiedTo(step) || wasLiedTo(main)) return [];
  const kind = use.operation === 'open-maintenance' ? 'maintenance' : 'incident';
  const pages = pagesOf(main).filter((pageId, index) => {
    const id = idsOf(main)[index];
    // Main gave a page up that refused it, so post is silent about it.
    if (id === undefined && wasRefused(main)) return false;
    // After a failure only our own record tells the story. A shared one that was taken over stays as it was found, and so do older ones.
    const isOwn = (one: Standing) => one.pageId === pageId && one.id === id && one.kind === kind && one.reference?.own;
    return outcome === 'success' || after.some((one) => isOwn(one) && one.isOpen);
  });
  const reacts = [use.onFailure, use.onCancel].includes('incident');
  const isLeft = (one: Standing) => {
    const { reference } = one;
    if (
      !one.isOpen ||
      one.isAnnouncement ||
      reference === undefined ||
      !pages.includes(one.pageId) ||
      cameTooLate(one, step, steps)
    )
      return false;
    if (one.kind === 'incident' && step.touched.has(`incident ${one.id}`)) return false;
    if (one.kind === kind && isOlder(reference, step)) return !isInProgress(reference, step);
    return outcome === 'success' && reacts && isFailure(reference, step.identity) && isEarlierFailure(one, step);
  };
  return after
    .filter(isLeft)
    .map(
      ({ kind: ofKind, id, title }) =>
        `post of ${step.title}: orphan: ${ofKind} ${id} "${title}" of an earlier run was left`,
    );
}

/** Neither the incident nor its last entry is from a newer run. */
function isEarlierFailure({ reference, lastReference = reference }: Standing, { identity }: Step): boolean {
  return [reference, lastReference].every((one) => one !== undefined && isEarlier(one, identity));
}

/** It was made, or changed, after this step began to end. */
function cameTooLate(record: Standing, step: Step, steps: readonly Step[]): boolean {
  return record.madeMs > step.startMs || wasLate(record, steps) || wasChangedLate(record, steps);
}
