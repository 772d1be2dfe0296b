import type { Located } from '../deployment/locate.ts';
import { deleteRecord } from '../deployment/open-record.ts';
import type { StatusPage } from '../statuspage/status-page.ts';
import { type Changed, changeEach, isMissing } from './change.ts';
import type { Target } from './targets.ts';

/** Removes each target from its page and from the page's history. One that is gone already is as good as removed. */
export function deleteEach(statusPage: StatusPage, targets: readonly Target[]): Promise<readonly Changed[]> {
  return changeEach(targets, async ({ record }) => {
    const removed: Located = { ...record, stage: 'gone' };
    try {
      await deleteRecord(statusPage, record.kind, record.id);
      return { did: 'deleted', record: removed };
    } catch (error) {
      if (isMissing(error)) return { did: 'gone', record: removed };
      throw error;
    }
  });
}
