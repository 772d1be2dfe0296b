import type { DeploymentRecord } from '../deployment/deployment.ts';
import { describePage } from '../domain/page.ts';
import { describeIncidentState, type Kind } from '../domain/record.ts';
import { describeMove, describeSpan, msBetween, secondMs } from '../domain/time.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import { recordIdOf } from '../statuspage/failed-call.ts';
import { forLog } from './sanitize.ts';

/** A kind in a sentence: `maintenance window`, `incident`. */
export function describeKind(kind: Kind): string {
  return kind === 'maintenance' ? 'maintenance window' : 'incident';
}

/** A record in a sentence: `the maintenance window "Maintenance in progress" (id 42) on acme`. */
export function describeRecord({ kind, title, id, page }: DeploymentRecord): string {
  const named = title === undefined ? '' : ` "${title}"`;
  const numbered = id === undefined ? '' : ` (id ${id})`;
  const on = page === undefined ? '' : ` on ${describePage(page)}`;
  return forLog(`the ${describeKind(kind)}${named}${numbered}${on}`);
}

/** The page of a record in a sentence; empty if it is unknown. */
export function describePageOf({ page }: DeploymentRecord): string {
  return page === undefined ? '' : forLog(describePage(page));
}

/** A sentence about a record that a slow server may have made twice, and what to do about it; empty if there can be only one. */
export function describeSentTwice(record: DeploymentRecord, todo: string): string {
  if (record.stage !== 'open' || !record.mayHaveDuplicate) return '';
  const which = record.reference === undefined ? '' : ` with "Ref: ${record.reference}" in its message`;
  const where = record.page === undefined ? '' : ` on ${describePageOf(record)}`;
  const second = `A second ${describeKind(record.kind)}${which} may still appear${where}.`;
  return ` The request for it was sent twice, because the first response was lost. ${second} ${todo}`;
}

/** The server names a state that has no name of ours. Its letters and digits are harmless in a log and in Markdown. */
function describeState(state: string | undefined): string {
  if (state === undefined) return 'open';
  return (
    describeIncidentState(state)
      .replace(/[^\p{L}\p{N}-]+/gu, ' ')
      .trim() || 'open'
  );
}

/** The time that a window was announced for, or the state of an incident: `14:02–14:32 UTC (30 min)`, `investigating`. */
export function describeAnnounced({ kind, stage, startAt, endAt, state }: DeploymentRecord, now: Date): string {
  if (stage === 'gone') return 'removed';
  if (kind === 'incident') return describeState(state);
  return startAt === undefined || endAt === undefined ? 'times unknown' : describeSpan(startAt, endAt, now);
}

/** How this deployment has moved the times of a window that it reused. Servers may cut fractions of a second. */
export function describeMoves(
  { startAt, startBefore, endAt, endBefore, putOffTo }: DeploymentRecord,
  now: Date,
): string {
  const perhaps = putOffTo === undefined ? '' : 'may have ';
  const say = (what: string, before: Date | undefined, after: Date | undefined) =>
    before === undefined || after === undefined || Math.abs(msBetween(before, after)) <= secondMs
      ? ''
      : ` This deployment ${what} ${describeMove(before, after, now)}.`;
  return [
    say('moved its start', startBefore, startAt),
    say(`${perhaps}moved its end`, endBefore, putOffTo ?? endAt),
  ].join('');
}

/** Whether the server does not know the record that was to be ended: then nothing of it is on the page. */
export function isUnknownRecord(error: unknown): boolean {
  return error instanceof StatusPageError && error.code === 'not-found' && recordIdOf(error.call) !== undefined;
}
