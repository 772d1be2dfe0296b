import type { OnApiError } from './inputs.ts';

/**
 * Whether trouble with the API fails the job. With `auto`, an open operation fails where the repository can mend it, and a deploy goes on where
 * the service is in trouble; an operation that was asked to end something and could not fails in any case.
 */
export function failsJob(policy: OnApiError, opens: boolean, mendable: boolean): boolean {
  switch (policy) {
    case 'fail':
      return true;
    case 'warn':
      return false;
    case 'auto':
      return mendable || !opens;
  }
}
