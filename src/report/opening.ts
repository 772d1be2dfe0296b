import type { Opened } from '../deployment/begin.ts';
import { noRecord } from '../deployment/deployment.ts';
import type { Way } from '../deployment/open-record.ts';
import type { Plan } from '../deployment/plan.ts';
import type { Page } from '../domain/page.ts';
import { describePage } from '../domain/page.ts';
import { list } from '../domain/wording.ts';
import { describeAnnounced, describeKind, describeRecord } from './describe-record.ts';
import { describeFailure } from './failure.ts';
import { info, type Message } from './message.ts';

/** What is said of the records that were opened or gone on with, a line each. */
export function describeOpenings(plan: Plan, opened: readonly Opened[], now: Date): readonly Message[] {
  return opened.flatMap(({ record, way }) => {
    if (way === undefined || record.id === noRecord) return [];
    const mail = record.mailed ? '; subscribers are mailed' : '';
    return [
      info(
        `${describeWay(way)} ${describeRecord(record)}: ${describeAnnounced(record, now)}${mail}.${describeFuture(plan)}`,
      ),
    ];
  });
}

function describeWay(way: Way): string {
  switch (way) {
    case 'created':
      return 'Opened';
    case 'adopted':
      return 'Went on with';
    case 'taken-over':
      return 'Took over';
  }
}

function describeFuture({ own, kind }: Plan): string {
  if (!own) return ' It stays until `resolve` ends it.';
  return kind === 'maintenance' ? ' The post step ends it.' : ' The post step resolves it.';
}

/** One text for each different failure of an opening, naming all the pages that it struck. */
export function describeOpeningFailures(
  plan: Plan,
  opened: readonly Opened[],
  visible: readonly Page[] | undefined,
): readonly string[] {
  const texts = new Map<string, { readonly error: unknown; readonly pages: Page[] }>();
  for (const { error, record } of opened) {
    if (error === undefined) continue;
    const key = describeFailure('', error);
    const known = texts.get(key);
    if (known === undefined) texts.set(key, { error, pages: [record.page] });
    else known.pages.push(record.page);
  }
  return [...texts.values()].map(({ error, pages }) => {
    const doing = `Opening the ${describeKind(plan.kind)} on ${list(pages.map(describePage))}`;
    return describeFailure(doing, error, { page: pages[0], visible });
  });
}
