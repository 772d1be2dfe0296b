import type { DeploymentRecord } from '../deployment/deployment.ts';
import type { Located } from '../deployment/locate.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import type { Target } from './targets.ts';

/** What became of a record that was to be changed; `not-meant`: nothing of the change is for its kind. */
export interface Changed {
  readonly record: DeploymentRecord;
  readonly did?: 'updated' | 'deleted' | 'gone' | 'not-meant';
  readonly error?: unknown;
}

type Found = Extract<Target, { readonly error?: undefined }>;

/** Changes each target by itself: the failure of one does not keep it from the others. */
export function changeEach(
  targets: readonly Target[],
  change: (found: Found) => Promise<Omit<Changed, 'record'> & { readonly record?: Located }>,
): Promise<readonly Changed[]> {
  return Promise.all(
    targets.map(async (target): Promise<Changed> => {
      if (!('seen' in target)) return target;
      try {
        return { record: target.record, ...(await change(target)) };
      } catch (error) {
        return { record: target.record, error };
      }
    }),
  );
}

/** Whether a call failed because its record is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof StatusPageError && error.trouble === 'not-found';
}
