import type { Ended } from '../deployment/end-record.ts';
import { describePage } from '../domain/page.ts';
import { describeTime } from '../domain/time.ts';
import { list } from '../domain/wording.ts';
import { describeRecord } from './describe-record.ts';
import { commandFor, type EndingContext } from './ending-context.ts';
import { describeFailure } from './failure.ts';
import { forLog } from './harmless.ts';
import { error, type Message, warning } from './message.ts';
import { isUnknownRecord } from './unknown-record.ts';

/** What failed for one reason, on whatever pages: the reason once, then what stays on each page and how to end it by hand. */
export function describeFailed(group: readonly Ended[], context: EndingContext): Message {
  const [first] = group as readonly [Ended, ...Ended[]];
  const failure = describeFailure(describeDoing(group), first.error, { page: first.record.page });
  const isThere = ({ record, error: cause }: Ended) => record.stage !== 'missed' && !isUnknownRecord(cause);
  const rest = group.filter(isThere).map((one) => describeRest(one, context));
  const level = group.some(context.isFatal) ? error : warning;
  return level([failure, ...rest].join('\n'));
}

function describeDoing(group: readonly Ended[]): string {
  const records = list(group.map(({ record }) => describeRecord(record)));
  const pages = list(group.map(({ record }) => forLog(describePage(record.page))));
  const [{ doing, record }] = group as readonly [Ended, ...Ended[]];
  switch (doing) {
    case 'raising':
      return `Opening the incident of the failure on ${pages}`;
    case 'recovering':
      return `Resolving the incident of an earlier failure on ${pages}`;
    case 'keeping':
      return `Adding an entry to ${records}`;
    case 'taking-back':
      return `Taking back ${records}`;
    case 'ending':
      return record.kind === 'maintenance' ? `Ending ${records}` : `Resolving ${records}`;
  }
}

/** What a record does if nobody does anything more, and the command that ends it. */
function describeRest(ended: Ended, context: EndingContext): string {
  const { record } = ended;
  const what = `${describeRecord(record)}${record.id === undefined ? ', if it is there,' : ''}`;
  const until = record.endAt === undefined ? '' : ` at ${describeTime(record.endAt, context.now)}`;
  const stays =
    record.kind === 'maintenance'
      ? `${capital(what)} ends by itself${until}.`
      : `${capital(what)} stays open until somebody resolves it.`;
  const page = record.page.url === undefined ? '' : ` The page: ${forLog(record.page.url)}.`;
  const byHand = record.id === undefined ? '' : ` By hand:${commandFor(ended, context)}`;
  return `${stays}${page}${byHand}`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
