import { sampleKey } from '../../src/emulator/sample.ts';
import { judgeEnding } from './ending-invariants.ts';
import { judgeOpening } from './opening-invariants.ts';
import { nameOf, namesOf } from './references.ts';
import type { Sequence } from './sequence.ts';
import type { Standing } from './standing.ts';
import type { Played, Step } from './step.ts';
import {
  annotationsOf,
  failuresOf,
  idsOf,
  isReadable,
  isUndisturbed,
  metFaults,
  wasLate,
  wasLeftEmpty,
  wasShownTooLate,
} from './step-facts.ts';
import { judgeSuperseding } from './superseding-invariants.ts';

/** What a sequence has shown: everything that should not be, and what could not be promised and was told. */
export interface Verdict {
  readonly violations: readonly string[];
  readonly duplicates: number;
  readonly orphans: number;
  /** Duplicates that the text reports, or that section 5.6 of the product rules out promising. */
  readonly toldDuplicates: number;
}

/** Everything that a played sequence must not have shown. */
export function judge(played: Played): Verdict {
  const { steps, sequence } = played;
  const { found, excused } = findDuplicates(played);
  const readable = isReadable(sequence);
  const endings = steps.flatMap((step) => [
    ...judgeEnding(step, readable, steps),
    ...judgeSuperseding(step, readable, steps),
  ]);
  const violations = [
    ...found.map((text) => `duplicate: ${text}`),
    ...endings,
    ...(played.theirsBefore === played.theirsAfter ? [] : ["somebody else's record was touched"]),
    ...steps.flatMap((step) => judgeStep(step, sequence).map((text) => `${describe(step)}: ${text}`)),
    ...steps.flatMap((step) => judgeOpening(step, readable, steps)),
  ];
  const orphans = endings.filter((text) => text.includes('orphan')).length;
  return { violations, duplicates: found.length, orphans, toldDuplicates: excused };
}

function describe({ what, title }: Step): string {
  return `${what} of ${title}`;
}

/** Where the key may go. */
const apiOrigin = 'https://statuspage.me';
const limits = { main: 20_000, resolve: 20_000, post: 30_000 };
/** After a signal. */
const leaveWithinMs = 7_000;

/** What holds for each step by itself. */
function judgeStep(step: Step, sequence: Sequence): readonly string[] {
  const { what, stage, luck, sent, trespasses } = step;
  const wrong: string[] = trespasses.map((text) => `trespassed: ${text}`);
  const { exitCode, tookMs, said, outputs, states, summary, debugged } = stage;
  if (tookMs > limits[what]) wrong.push(`took ${tookMs} ms`);
  const { interruptAfterMs: signalMs } = luck;
  if (signalMs !== undefined && tookMs > signalMs + leaveWithinMs) wrong.push(`left ${tookMs - signalMs} ms late`);
  const elsewhere = sent.find(({ origin }) => origin !== apiOrigin);
  if (elsewhere !== undefined) wrong.push(`sent the key to ${elsewhere.origin}`);
  if (JSON.stringify([said, outputs, states, summary, debugged]).includes(sampleKey)) wrong.push('told the key');

  const mayDie = luck.kill !== undefined || signalMs !== undefined;
  if (exitCode === undefined && !mayDie) wrong.push('never left');
  if (exitCode === 130 && signalMs === undefined) wrong.push('left with 130 without a signal');
  if (exitCode !== undefined && ![0, 1, 130].includes(exitCode)) wrong.push(`left with ${exitCode}`);

  const annotations = annotationsOf(step);
  if (new Set(annotations).size < annotations.length) wrong.push(`said twice: ${annotations.join(' | ')}`);
  const failures = failuresOf(step);
  wrong.push(...judgeLostReference(step, sequence));
  const befell = metFaults(step) + befellByOtherMeans(step) + (hasLostReference(step, sequence) ? 1 : 0);
  if (failures.length > befell + sent.filter(({ status = 200 }) => status >= 300).length + unseen(step))
    wrong.push(`${failures.length} annotations for ${befell} faults: ${failures.join(' | ')}`);
  if (annotations.some((text) => text.startsWith('error: Running the step'))) wrong.push(annotations.join(' | '));
  if (annotations.some((text) => text.includes('something unexpected happened'))) wrong.push(annotations.join(' | '));

  for (const [index, one] of sent.entries()) {
    const before = sent[index - 1];
    const same = before?.method === one.method && before.path === one.path && before.body === one.body;
    // A main step that fails after a refused look takes back what may be there, and looks for that again.
    if (exitCode !== 0 && one.method === 'GET') continue;
    // The lists of `resolve` are searched once for what the key names and once for the incidents of failures.
    if (what === 'resolve' && one.method === 'GET' && one.path.includes('?')) continue;
    // What our deployment made in the last minute may only be late. Main makes it in its first 20 seconds.
    const mayBeLate = before?.status === 404 && (step.main ?? step).startMs + 80_000 > one.atMs;
    if (same && !mayBeLate && [400, 401, 403, 404].includes(before.status ?? 0))
      wrong.push(`repeated ${one.method} ${one.path} after ${before.status}`);
  }
  return wrong;
}

/** Whether the server cuts the message of a step before its last line. */
function hasLostReference({ use }: Step, { api }: Sequence): boolean {
  return api.messageForm === 'cut' && use.isLong && use.marker;
}

/** That the reference did not come back is said by a main that was shown it, and by no other. */
function judgeLostReference(step: Step, sequence: Sequence): readonly string[] {
  const { what, sent, stage } = step;
  const isSaid = annotationsOf(step).some((text) => text.includes('without its last line "Ref: …"'));
  const isCut = hasLostReference(step, sequence);
  const mayBeEmptied = sequence.api.windowPatch === 'wipe';
  if (isSaid && !isCut && !mayBeEmptied) return ['the reference is not lost'];
  if (isSaid || !isCut || step.raced || what !== 'main' || stage.exitCode !== 0 || stage.outputs.created !== 'true')
    return [];
  const ids = idsOf(step);
  // Later reads may show what a change has emptied.
  const isRead = (id: string | undefined) =>
    sent.find(({ method, path }) => method === 'GET' && path.endsWith(`/${id}`))?.status === 200;
  const showsAll = sequence.api.createReply !== 'id-only' || ids.every(isRead);
  return showsAll && metFaults(step) === 0 ? ['the lost reference is not said'] : [];
}

/** A full disk is a fault, and so is a signal while what could not be saved is undone. */
function befellByOtherMeans({ luck, saved = 'whole', use }: Step): number {
  const cut = luck.interruptAfterMs === undefined ? 0 : use.pages;
  return (luck.disk === undefined ? 0 : 1 + cut) + (saved === 'whole' ? 0 : use.pages);
}

/** If main did not live to report an id, that nothing can be found out is a failure of its own, on each page. */
function unseen({ what, use }: Step): number {
  return what === 'main' ? use.pages : 2 * use.pages;
}

/** More than one open record on one page that may be there once only, if nobody had to expect it. */
function findDuplicates({ steps, pages, sequence }: Played): { found: readonly string[]; excused: number } {
  const names = new Set(steps.flatMap(({ identity }) => namesOf(identity)));
  const doubtful = steps.filter((step) => mayNotKnow(step) || hasLostReference(step, sequence));
  const excuses = new Set(doubtful.flatMap(({ identity }) => namesOf(identity)));
  for (const step of steps.filter(({ raced }) => raced)) {
    const racers = steps.filter(({ act }) => act === step.act);
    // Two that begin almost at once agree on one only if each is shown that of the other within 2 s of its own.
    const apartMs = step.act.act === 'race' ? (racers.length - 1) * step.act.gapMs : 0;
    const isShownInTime = step.lagMs === 0 || step.lagMs + step.longestWayMs + apartMs < 2_000;
    // If a refusal comes as 200, nobody can tell that the record of a competitor was just deleted.
    const showsMissing = sequence.api.refusals !== 'success-false';
    // A server that empties texts shows no reference between a change and its repair.
    const keepsTexts = sequence.api.windowPatch !== 'wipe';
    if (!isShownInTime || !showsMissing || !keepsTexts || !racers.every(isUndisturbed))
      excuses.add(`shared ${step.identity.key}`);
  }
  // A key that may only write cannot know of the incident of an earlier failure.
  for (const { sent, identity } of steps)
    if (sent.some(({ method, path, status }) => method === 'GET' && path.startsWith('/incidents') && status === 403))
      excuses.add(`failure ${identity.key}`);
  const found = new Set<string>();
  let excused = 0;
  for (const [index, page] of pages.entries()) {
    for (const same of openTwice(page, names)) {
      const isExcused = same.some(({ reference }) => reference && excuses.has(nameOf(reference)));
      const isHidden = (one: Standing) =>
        wasLate(one, steps) || wasShownTooLate(one, steps) || wasLeftEmpty(one, steps, sequence);
      if (isExcused || same.some(isHidden)) excused += 1;
      else
        found.add(
          `after act ${index} of ${sequence.acts.length}, ${same.map(({ kind, id, title }) => `${kind} ${id} "${title}"`).join(', ')}`,
        );
    }
  }
  return { found: [...found], excused };
}

/** The open records of a page that are there more than once, though only one of their name may be. */
function openTwice(page: readonly Standing[], names: ReadonlySet<string>): readonly (readonly Standing[])[] {
  const open = page.flatMap((one) => (one.isOpen && one.reference ? [{ one, name: nameOf(one.reference) }] : []));
  const bySort = Map.groupBy(
    open.filter(({ name }) => names.has(name)),
    ({ one: { kind, pageId }, name }) => `${kind} ${pageId} ${name}`,
  );
  return [...bySort.values()].filter(({ length }) => length > 1).map((same) => same.map(({ one }) => one));
}

/** The text says that something may be there that was not found. */
function mayNotKnow(step: Step): boolean {
  return [...step.stage.said, step.stage.summary].some((text) =>
    /may exist|may be on the page|may still be there|may be a notice|cannot find this notice/.test(text),
  );
}
