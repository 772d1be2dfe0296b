import { msBetween } from '../domain/time.ts';
import { type AttemptFailure, attempt, type Caller } from './attempt.ts';
import { type Call, type Failure, StatusPageError } from './errors.ts';
import { planRetry } from './retry.ts';

/**
 * Makes one call and repeats it while that is safe and there is time. `read` gives what the text of a 2xx says, or
 * undefined where it lacks what is needed. Throws StatusPageError.
 */
export async function makeCall<T>(call: Call, read: (text: string) => T | undefined, caller: Caller): Promise<T> {
  const { clock, deadline, interruption } = caller;
  const name = `${call.method} ${call.path}`;
  const startedAt = clock.now();
  let attempts = 0;
  let mayHaveArrived = false;
  let last: AttemptFailure | undefined;

  const failure = (failed: Omit<Failure, 'call' | 'host'>): StatusPageError => {
    const waitedMs = msBetween(startedAt, clock.now());
    return new StatusPageError({ ...failed, call, host: caller.apiUrl.host, waitedMs, attempts, mayHaveArrived });
  };

  for (;;) {
    if (interruption?.aborted) throw failure({ trouble: 'interrupted' });
    if (clock.now() >= deadline) throw failure(last ?? { trouble: 'out-of-time' });

    attempts += 1;
    const begunAt = clock.now();
    const outcome = await attempt(caller, call);
    const tookMs = msBetween(begunAt, clock.now());

    if ('text' in outcome) {
      caller.trace(`${name}: ${outcome.about.status} in ${tookMs} ms (attempt ${attempts})`);
      const value = read(outcome.text);
      if (value !== undefined) return value;
      mayHaveArrived = true;
      throw failure({ ...outcome.about, trouble: 'unreadable' });
    }

    last = outcome.failed;
    const reason = last.status ?? last.detail ?? 'no more is known';
    caller.trace(`${name}: ${last.trouble} (${reason}) in ${tookMs} ms (attempt ${attempts})`);
    if (call.method === 'DELETE' && last.trouble === 'not-found' && mayHaveArrived) {
      // Our own earlier attempt has deleted it.
      const value = read('');
      if (value !== undefined) return value;
    }
    mayHaveArrived ||= last.mayHaveArrived;
    const leftMs = msBetween(clock.now(), deadline);
    const waitMs = planRetry({ ...last, method: call.method, attempts }, leftMs, caller.random());
    if (waitMs === undefined) throw failure(last);
    caller.trace(`${name}: again in ${waitMs} ms`);
    await clock.sleep(waitMs, interruption);
  }
}
