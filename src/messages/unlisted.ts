import type { EndedDone, EndedMissing } from '../deployment/end-record.ts';
import { type Background, explain } from '../domain/errors.ts';
import { describePage } from '../domain/page.ts';
import { list } from '../domain/text.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import { causeOf, info, type Message, titleOf, warning } from './message.ts';
import { describeKind, describePageOf } from './record.ts';
import { forLog } from './sanitize.ts';

/**
 * The ending is done, and only what earlier runs may have left is not known: one line for each cause, and only one for all scopes that the key
 * does not have. Without a reason the list was read, but shows too little.
 */
export function describeUnlisted(unlisted: readonly EndedDone[], background: Background): readonly Message[] {
  const groups = Map.groupBy(unlisted, (one) => {
    if (one.reason === undefined) return 'incomplete';
    return missingScopes([one]).length > 0 ? 'missing scope' : causeOf(one.reason);
  });
  return [...groups.values()].map((group) => {
    const [first] = group as [EndedDone, ...EndedDone[]];
    const what = list([...new Set(group.map(describeWhat))]);
    const pages = [...new Set(group.map(describeWhere))];
    const where = `${what} on ${list(pages)}`;
    if (first.reason === undefined)
      return info(
        `There may be more ${where}: ${pages.length === 1 ? 'its list does' : 'their lists do'} not show everything.`,
      );
    const scopes = missingScopes(group);
    const why =
      scopes.length === 0
        ? explain(first.reason, background).happened
        : `the API key most likely does not have the scope${scopes.length === 1 ? '' : 's'} ${list(scopes)}`;
    return info(`Did not search for ${where}: ${forLog(why)}.`);
  });
}

function missingScopes(group: readonly EndedDone[]): readonly string[] {
  const scopes = group.flatMap((one) => {
    if (!(one.reason instanceof StatusPageError)) return [];
    return titleOf(one.reason) === 'missing scope' ? (one.reason.call.scope ?? []) : [];
  });
  return [...new Set(scopes)];
}

function describeWhat({ phase }: EndedDone): string {
  return phase === 'recovering' ? 'incidents of earlier failures' : 'notices that earlier runs left';
}

function describeWhere({ record: { page } }: EndedDone): string {
  return page === undefined ? 'the status page' : forLog(describePage(page));
}

/** The request for a record was sent twice, and the page could not be listed. */
export function describeUnsearched(ended: EndedDone | EndedMissing, background: Background): Message {
  const { record } = ended;
  const why = 'reason' in ended ? explain(ended.reason, background).happened : 'its list could not be read';
  return warning(
    'two notices',
    `Could not search for a second ${describeKind(record.kind)} with "Ref: ${record.reference}" on ${describePageOf(record)}, ` +
      `which may be there because its request was sent twice: ${forLog(why)}. Check the page.`,
  );
}
