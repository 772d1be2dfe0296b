import { isOfOwner, isShared } from './references.ts';
import type { Standing } from './standing.ts';
import type { Step } from './step.ts';
import {
  annotationsOf,
  failuresOf,
  idsOf,
  isUndisturbed,
  mayMeetStragglers,
  pagesOf,
  unpublished,
  wasAnswered,
  wasLiedTo,
  wasMadeBy,
  wasRefused,
  wasShownTooLate,
} from './step-facts.ts';

/** What must hold after a main step that opens. */
export function judgeOpening(step: Step, readable: boolean, steps: readonly Step[]): readonly string[] {
  if (step.what !== 'main') return [];
  if (step.stage.exitCode === undefined || step.stage.exitCode === 130) return judgeSaving(step);
  const records = mayMeetStragglers(step, steps) ? [] : judgeRecords(step, readable);
  return [...judgeExit(step, readable, steps), ...records, ...judgeTakingBack(step)].map(
    (text) => `main of ${step.title}: ${text}`,
  );
}

function judgeExit(step: Step, readable: boolean, steps: readonly Step[]): readonly string[] {
  const { exitCode } = step.stage;
  const { onApiError } = step.use;
  const wrong: string[] = [];
  const hasError = annotationsOf(step).some((text) => text.startsWith('error: '));
  if (hasError !== (exitCode === 1)) wrong.push(`left with ${exitCode}: ${annotationsOf(step).join(' | ')}`);
  // What could not be written fails the step whatever the inputs say, because its end would not find its record.
  const lacksSpace = annotationsOf(step).some((text) => text.includes('No space is left'));
  if (lacksSpace && exitCode !== 1) wrong.push(`could not write a file, and left with ${exitCode}`);
  if (onApiError === 'warn' && exitCode !== 0 && !lacksSpace) wrong.push('failed, though it was to warn');
  if (onApiError === 'auto' && exitCode !== 0 && !lacksSpace && !wasRefused(step))
    wrong.push('failed for an error of the service');
  if (exitCode === 0 && onApiError === 'fail' && idsOf(step).includes(undefined)) wrong.push('passed without a record');
  // What it shares with others that began at the same moment may be undone by one of them.
  const racers = steps.filter(({ act }) => act === step.act);
  if (readable && racers.every(isUndisturbed)) {
    if (exitCode !== 0) wrong.push('failed for no reason');
    if (failuresOf(step).length > 0) wrong.push(`said for no reason ${failuresOf(step).join(' | ')}`);
  }
  return wrong;
}

/** What a main step tells is true, and where nothing befell it, each page has one record. */
function judgeRecords(step: Step, readable: boolean): readonly string[] {
  const { raced, stage, after } = step;
  if (stage.exitCode !== 0 || raced || !readable) return [];
  const wrong: string[] = [];
  const kind = step.use.operation === 'open-maintenance' ? 'maintenance' : 'incident';
  for (const [index, pageId] of pagesOf(step).entries()) {
    const id = idsOf(step)[index];
    const told = after.find((one) => one.kind === kind && one.id === id);
    if (id === undefined) {
      if (isUndisturbed(step)) wrong.push('no record, for no reason');
    } else if (told === undefined || !told.isOpen || told.pageId !== pageId) {
      // Its times could not be set by the server's clock: that is said.
      if (!failuresOf(step).some((text) => text.includes('set the times of')))
        wrong.push(`told of ${kind} ${id}, which is not open on its page`);
    } else if (!isOurs(step, told)) wrong.push(`told of ${kind} ${id}, which is not ours`);
    // The message of each step is another one, so a text that is not on the page must be reported, and only that.
    const says = (what: RegExp) => stage.said.some((text) => what.test(text) && text.includes(`(id ${id})`));
    const isReused = says(/^info: (Reusing|Took over) /);
    if (says(unpublished) !== (isReused && told !== undefined && !wasMadeBy(told, step)))
      wrong.push(isReused ? 'a text vanished without a word' : 'called a text unpublished that is on the page');
  }
  return wrong;
}

function isOurs(step: Step, record: Standing): boolean {
  const { use, identity } = step;
  // What only its id leads to is found by nobody else.
  if (!use.marker || (!use.own && use.key === undefined)) return wasMadeBy(record, step);
  const { reference } = record;
  if (reference === undefined) return false;
  return (use.own && isOfOwner(reference, identity)) || isShared(reference, identity);
}

/** A main step that failed leaves nothing of what it made, or says so. */
function judgeTakingBack(step: Step): readonly string[] {
  const { stage, after, use } = step;
  if (stage.exitCode !== 1) return [];
  const left = after.filter((one) => one.isOpen && wasMadeBy(one, step) && !wasShownTooLate(one, [step]));
  if (left.length === 0) return [];
  const isShared = !use.own && use.key !== undefined;
  const told = /may (exist|be|still appear)|Could not undo|accepts no earlier end/.test(stage.said.join('\n'));
  if (told || wasLiedTo(step) || (isShared && !isUndisturbed(step))) return [];
  return wasAnswered(step)
    ? [`orphan: failed and left ${left.length} on the page`]
    : ['failed, left a record, and did not say so'];
}

/** Where main was stopped, the id of what it had made and been told of stands in the state, before anything else is done. */
function judgeSaving(step: Step): readonly string[] {
  const { title, stage, sent, after, luck } = step;
  if (typeof luck.disk === 'object' && stage.states.length >= luck.disk.savesUntilFull) return [];
  const last = sent.at(-1);
  const wasTold = ({ pageId, id }: Standing) =>
    sent.some(({ method, body = '', status, fault, atMs }, index) => {
      // Main died of this answer, or with it.
      if (index + 1 === luck.kill?.request) return false;
      const made = method === 'POST' && status === 201 && fault === undefined && body.includes(pageId);
      return made && last !== undefined && (last.atMs > atMs || last.path.endsWith(`/${encodeURIComponent(id)}`));
    });
  // What lost against another opener's it has given up: the reference still leads `resolve` to it. Or it has ended its own a little ahead.
  const isGivenUp = ({ id }: Standing) =>
    sent.some(({ method, path }) => method === 'DELETE' && path.endsWith(`/${encodeURIComponent(id)}`)) ||
    stage.said.some((line) => line.includes(`(id ${id})`) && line.endsWith('the server accepts no earlier end.'));
  return after
    .filter(
      (one) => one.isOpen && wasMadeBy(one, step) && wasTold(one) && !isGivenUp(one) && !wasShownTooLate(one, [step]),
    )
    .filter(
      ({ id }) =>
        !Object.values(stage.states.at(-1) ?? {})
          .join()
          .includes(`"id":${JSON.stringify(id)}`),
    )
    .map(({ kind, id }) => `main of ${title}: the id of ${kind} ${id} was not saved`);
}
