import { isFailure, isShared } from './references.ts';
import type { Standing } from './standing.ts';
import type { Step } from './step.ts';
import {
  annotationsOf,
  failuresOf,
  idsOf,
  isRemembered,
  isUndisturbed,
  mayMeetStragglers,
  pagesOf,
  recordsOf,
  wasAnswered,
  wasChangedLate,
  wasLate,
  wasLiedTo,
  wasMadeBy,
  wasRefused,
  wasShownTooLate,
} from './step-facts.ts';

/** What must hold after a post step, or a `resolve`: what should be ended is ended, what should be kept is kept, or the text tells. */
export function judgeEnding(step: Step, readable: boolean, steps: readonly Step[]): readonly string[] {
  if (step.stage.exitCode === undefined || step.stage.exitCode === 130 || mayMeetStragglers(step, steps)) return [];
  const wrong =
    step.what === 'post'
      ? judgePost(step, readable, steps)
      : step.what === 'resolve'
        ? judgeResolve(step, readable, steps)
        : [];
  return [...wrong, ...judgeEntries(step)].map((text) => `${step.what} of ${step.title}: ${text}`);
}

/** Whatever was lost on the way, one step says one thing once. */
function judgeEntries({ before, after }: Step): readonly string[] {
  return after.flatMap(({ kind, id, entries }) => {
    const old = before.find((one) => one.kind === kind && one.id === id);
    return old !== undefined && entries > old.entries + 1 ? [`${kind} ${id} got ${entries - old.entries} entries`] : [];
  });
}

function judgePost(step: Step, readable: boolean, steps: readonly Step[]): readonly string[] {
  const { main, stage, use, outcome } = step;
  if (main === undefined) return ['a post step without a main step'];
  if (!isRemembered(step)) return judgeForgotten(step, main);
  const wrong: string[] = [];
  const sure = readable && wasAnswered(step);
  const isTooYoung = annotationsOf(step).some((text) => text.includes('has just created'));
  if (
    stage.exitCode === 1 &&
    !isTooYoung &&
    (use.onApiError !== 'fail' || (isUndisturbed(step) && readable && !isDoubtful(main)))
  )
    wrong.push(`failed the job: ${annotationsOf(step).join(' | ')}`);
  if (isUndisturbed(step) && readable && failuresOf(step).length > 0 && !isDoubtful(main))
    wrong.push(`said for no reason ${failuresOf(step).join(' | ')}`);
  const finished = main.stage.exitCode === 0;
  const isShared = !use.own && use.key !== undefined;
  if (!finished) return isShared ? wrong : [...wrong, ...judgeTakenBack(step, main, sure, steps)];
  if (!use.own) return [...wrong, ...judgeKept(step, main, true)];
  switch (outcome === 'failure' ? use.onFailure : outcome === 'cancelled' ? use.onCancel : 'resolve') {
    case 'resolve':
      return [...wrong, ...judgeEnded(step, main, sure, steps)];
    case 'keep':
      return [...wrong, ...judgeKept(step, main, sure)];
    case 'incident': {
      const missing = judgeRaised(step, main, sure);
      // If the incident could not be opened, the window stays.
      return [
        ...wrong,
        ...missing,
        ...(annotationsOf(step).some(isRaising) ? [] : judgeEnded(step, main, sure, steps)),
      ];
    }
    default:
      return wrong;
  }
}

/** A state that cannot be trusted is data: nothing is sent because of it, and it is said if there was something to end. */
function judgeForgotten(step: Step, main: Step): readonly string[] {
  const { stage, use, sent } = step;
  if (stage.exitCode === 1 && use.onApiError !== 'fail') return [`failed the job: ${annotationsOf(step).join(' | ')}`];
  if (sent.length > 0) return ['sent something because of a state that was changed'];
  const isMissed = use.own && !wasLiedTo(main) && recordsOf(main, step.after).some(({ isOpen }) => isOpen);
  return isMissed && annotationsOf(step).length === 0 ? ['could not read what to end, and nobody was told'] : [];
}

function isRaising(text: string): boolean {
  return text.includes('open the incident of the failure');
}

/** Without a reference, what was made and not answered cannot be found again. */
function isDoubtful({ use, stage, sent }: Step): boolean {
  return !use.marker && (stage.exitCode !== 0 || sent.some(({ fault }) => fault !== undefined));
}

/** Whether a text of the step asks people to look, or says what it could not look at. */
function tells(step: Step): boolean {
  return (
    annotationsOf(step).length > 0 ||
    step.stage.said.some((line) => /^info: Did not search |the server accepts no earlier end\.$/.test(line))
  );
}

function judgeTakenBack(step: Step, main: Step, sure: boolean, steps: readonly Step[]): readonly string[] {
  const isMeant = (one: Standing) => one.isOpen && wasMadeBy(one, main) && !wasShownTooLate(one, [main]);
  // Main has said that its window ends a little later.
  if (main.stage.said.some((line) => line.endsWith('the server accepts no earlier end.'))) return [];
  const left = step.after.filter((one) => isMeant(one) && !cameTooLate(one, step, steps));
  // What main has changed it had the id of, and had saved that before.
  const lost = left.filter((one) => !main.use.notify && wasAnswered(step) && hasChanged(main, one));
  const rest = left.filter((one) => !lost.includes(one));
  return [
    ...complain(step, lost, true, 'not undone, though its id was known'),
    ...complain(step, rest, sure && main.use.marker, 'not undone'),
  ];
}

function hasChanged({ sent }: Step, { kind, id }: Standing): boolean {
  return sent.some(({ method, path }) => method === 'PATCH' && path === `/${kind}s/${encodeURIComponent(id)}`);
}

function judgeEnded(step: Step, main: Step, sure: boolean, steps: readonly Step[]): readonly string[] {
  const left = recordsOf(main, step.after).filter(
    (one) => one.isOpen && !staysAsFound(one, step) && !cameTooLate(one, step, steps),
  );
  // A refusal in main makes it give a page up, and say so.
  const gaveUp = wasRefused(main) && idsOf(main).includes(undefined);
  return gaveUp ? [] : complain(step, left, sure, 'not ended');
}

/** An announcement of another run that the step has taken over, and that only a success fulfils. */
function staysAsFound({ reference }: Standing, { identity, outcome }: Step): boolean {
  return outcome !== 'success' && reference !== undefined && isShared(reference, identity);
}

function complain(step: Step, left: readonly Standing[], sure: boolean, what: string): readonly string[] {
  if (left.length === 0 || (!sure && tells(step))) return [];
  if (wasLiedTo(step) || (step.main !== undefined && wasLiedTo(step.main))) return [];
  const names = left.map(({ kind, id, title }) => `${kind} ${id} "${title}"`).join(', ');
  return [sure ? `orphan: ${names} ${what}` : `${names} ${what}, and nobody was told`];
}

/** It was made after the last look of this step for it. */
function cameTooLate(record: Standing, { sent, startMs }: Step, steps: readonly Step[]): boolean {
  const list = `/${record.kind}s?status_page_id=${record.pageId}`;
  const lastLookMs = sent.findLast(({ path }) => path.startsWith(list))?.atMs ?? startMs;
  return record.madeMs > lastLookMs || wasLate(record, steps) || wasChangedLate(record, steps);
}

/** What was open before is as it was, save for one entry. */
function judgeKept(step: Step, main: Step, sure: boolean): readonly string[] {
  const records = (standings: readonly Standing[]) => (step.use.own ? recordsOf(main, standings) : standings);
  return records(step.before).flatMap((old) => {
    if (!old.isOpen) return [];
    const now = step.after.find(({ kind, id }) => kind === old.kind && id === old.id);
    if (now === undefined) return [`${old.kind} ${old.id} was deleted and not kept`];
    if (now.endMs !== old.endMs || now.state !== old.state) return [`${old.kind} ${old.id} was ended and not kept`];
    const wanted = step.use.own && old.kind === 'incident' ? 1 : 0;
    if (sure && now.entries !== old.entries + wanted && idsOf(main).includes(old.id))
      return [`incident ${old.id} got ${now.entries - old.entries} entries instead of ${wanted}`];
    return [];
  });
}

/** Each page on which main has opened a window has an open incident that the failure opened, or one that people have taken over. */
function judgeRaised(step: Step, main: Step, sure: boolean): readonly string[] {
  return pagesOf(main).flatMap((pageId, index) => {
    if (idsOf(main)[index] === undefined) return [];
    const isOurs = (one: Standing) =>
      one.title === step.failureTitle || (one.reference !== undefined && isFailure(one.reference, step.identity));
    const open = step.after.filter(
      (one) => one.kind === 'incident' && one.isOpen && one.pageId === pageId && isOurs(one),
    );
    if (open.length > 0) return [];
    return sure
      ? ['no incident of the failure']
      : tells(step)
        ? []
        : ['no incident of the failure, and nobody was told'];
  });
}

function judgeResolve(step: Step, readable: boolean, steps: readonly Step[]): readonly string[] {
  const { act, stage, after, identity } = step;
  if (act.act !== 'resolve') return [];
  const wrong: string[] = [];
  const sure = readable && wasAnswered(step);
  const hasError = annotationsOf(step).some((text) => text.startsWith('error: '));
  if (hasError !== (stage.exitCode === 1))
    wrong.push(`left with ${stage.exitCode}: ${annotationsOf(step).join(' | ')}`);
  if (act.onApiError === 'warn' && stage.exitCode !== 0) wrong.push('failed, though it was to warn');
  if (readable && isUndisturbed(step) && stage.exitCode !== 0)
    wrong.push(`failed for no reason: ${stage.said.join(' | ')}`);
  const mayStay = (one: Standing) =>
    act.outcome === 'failure' &&
    (act.onFailure === 'keep' || (act.onFailure === 'incident' && one.kind === 'incident'));
  const meant = (one: Standing) =>
    one.isOpen && one.reference?.of === 'deployment' && one.reference.key === identity.key && !mayStay(one);
  // Of a message that the page may have cut, main has said that its key does not lead to it.
  const mayBeFound = ({ message }: Standing) => readable || message.length <= 255;
  const left = after.filter((one) => meant(one) && mayBeFound(one) && !cameTooLate(one, step, steps));
  return [...wrong, ...complain(step, left, sure, 'not ended')];
}
