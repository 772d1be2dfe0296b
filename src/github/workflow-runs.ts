import pLimit from 'p-limit';
import { type Clock, dayMs, later, latest, minuteMs, msBetween, secondMs } from '../domain/time.ts';
import {
  type RunState,
  type WorkflowRuns,
  WorkflowRunsError,
  type WorkflowRunsErrorCode,
  type WorkflowRunsFailure,
} from '../domain/workflow-runs.ts';
import { sentenceOf } from '../statuspage/failed-call.ts';
import { parseRetryAfter } from '../statuspage/retry.ts';
import { type Access, createAskForRun, isObject, type NoAnswer, type Reply, requestTimeoutMs } from './octokit.ts';

/** Whom to ask, with which token, and for how long. */
export interface WorkflowRunsOptions extends Access {
  readonly deadline: Date;
  readonly clock: Clock;
}

const sideBySide = 4;
const firstWaitMs = 0.5 * secondMs;
const mostAttempts = 5;
/** After this many runs in a row without a response, the others are not asked about any more. */
const mostUnanswered = 3;

/** The runs of a repository as GitHub knows them. Sends nothing before the first question. */
export function createWorkflowRuns(options: WorkflowRunsOptions): WorkflowRuns {
  const { token, clock, deadline, signal } = options;
  const limit = pLimit(sideBySide);
  const asked = new Map<string, Promise<RunState>>();
  const askForRun = createAskForRun(options);
  let resumeAt = new Date(0);
  let timesLimited = 0;
  let lastLimit: Reply | undefined;
  let unansweredInARow = 0;
  let givenUp: WorkflowRunsError | undefined;

  const failure = (code: WorkflowRunsErrorCode, about: Partial<WorkflowRunsFailure> = {}) =>
    new WorkflowRunsError({
      ...about,
      code,
      detail: about.detail && sentenceOf(about.detail.replaceAll(token, '***')),
    });

  const giveUp = (error: WorkflowRunsError) => {
    givenUp = error;
    return error;
  };

  /** What one answer says of the limits holds for every request after it. */
  const waitForTurn = async () => {
    for (;;) {
      const now = clock.now();
      const waitMs = msBetween(now, resumeAt);
      if (signal?.aborted) throw failure('interrupted');
      if (givenUp !== undefined) throw givenUp;
      if (waitMs > 0 && resumeAt >= deadline) {
        throw failure('rate-limited', { ...(lastLimit && aboutOf(lastLimit)), waitMs });
      }
      if (now >= deadline) throw failure('out-of-time');
      if (waitMs <= 0) return;
      await clock.sleep(waitMs, signal);
    }
  };

  const noteLimits = (reply: Reply) => {
    const now = clock.now();
    if (isRateLimited(reply)) {
      // Those that were under way when the first was refused tell nothing new.
      if (resumeAt <= now) timesLimited += 1;
      lastLimit = reply;
    }
    resumeAt = latest(resumeAt, later(now, planPause(reply, timesLimited, now)));
  };

  const ask = async (runId: string): Promise<RunState> => {
    if (!isSendable(token)) throw failure('unauthorized');
    let attempts = 0;
    for (;;) {
      await waitForTurn();
      const reply = await askForRun(runId, Math.min(requestTimeoutMs, msBetween(clock.now(), deadline)));
      if ('status' in reply) {
        noteLimits(reply);
        if (isRateLimited(reply)) continue;
        const state = readState(reply, runId);
        if (state !== undefined) {
          unansweredInARow = 0;
          timesLimited = 0;
          return state;
        }
        if (reply.status === 401) throw giveUp(failure('unauthorized', aboutOf(reply)));
        if (reply.status === 403) throw giveUp(failure('forbidden', aboutOf(reply)));
      }
      if (signal?.aborted) throw failure('interrupted');
      attempts += 1;
      const waitMs = planRepetition(reply, attempts, clock.now());
      if (waitMs === undefined || later(clock.now(), waitMs) >= deadline) {
        unansweredInARow += 1;
        const error = failure('unreachable', aboutOf(reply));
        throw unansweredInARow < mostUnanswered ? error : giveUp(error);
      }
      await clock.sleep(waitMs, signal);
    }
  };

  return {
    fetchState: (runId) => {
      const state = asked.get(runId) ?? limit(ask, runId);
      asked.set(runId, state);
      return state;
    },
  };
}

/** Undefined if the response shows no status, or one of another run. A response that was cut off arrives as text. */
function readState({ status, data }: Reply, runId: string): RunState | undefined {
  if (status === 404) return 'unknown';
  if (status !== 200 || !isObject(data) || String(data.id) !== runId) return undefined;
  if (data.status === 'completed') return 'completed';
  return typeof data.status === 'string' || data.status === null ? 'in-progress' : undefined;
}

function isRateLimited(reply: Reply): boolean {
  if (reply.status === 429) return true;
  if (reply.status !== 403) return false;
  const { headers } = reply;
  const signs = headers['retry-after'] !== undefined || String(headers['x-ratelimit-remaining']) === '0';
  return signs || /rate limit/i.test(messageOf(reply) ?? '');
}

/**
 * Milliseconds in which nothing may be sent after an answer; `times` is the number of refusals in a row. From GitHub's "Rate limits
 * for the REST API": `retry-after` first, then `x-ratelimit-reset`, else a minute and ever longer.
 */
function planPause(reply: Reply, times: number, now: Date): number {
  const { headers } = reply;
  const refused = isRateLimited(reply);
  const serverNow = new Date(String(headers.date));
  const present = Number.isNaN(serverNow.getTime()) ? now : serverNow;
  const retryAfterMs = refused ? parseRetryAfter(textOf(headers['retry-after']), present) : undefined;
  const reset = textOf(headers['x-ratelimit-reset']) ?? '';
  if (retryAfterMs !== undefined) return Math.min(dayMs, Math.max(secondMs, retryAfterMs));
  if (String(headers['x-ratelimit-remaining']) === '0' && /^\d{1,12}$/.test(reset)) {
    return Math.min(dayMs, Math.max(0, msBetween(present, new Date(Number(reset) * secondMs))) + secondMs);
  }
  return refused ? Math.min(dayMs, minuteMs * 2 ** Math.max(0, times - 1)) : 0;
}

/** Milliseconds until the same question may be asked again; undefined if that would change nothing, or has been done enough. */
function planRepetition(reply: Reply | NoAnswer, attempts: number, now: Date): number | undefined {
  if (attempts >= mostAttempts) return undefined;
  const backoffMs = firstWaitMs * 2 ** (attempts - 1);
  if (!('status' in reply)) return backoffMs;
  if (reply.status >= 400 && reply.status < 500 && reply.status !== 408) return undefined;
  return Math.min(dayMs, Math.max(backoffMs, parseRetryAfter(textOf(reply.headers['retry-after']), now) ?? 0));
}

function textOf(header: string | number | undefined): string | undefined {
  return header === undefined ? undefined : String(header);
}

/** GitHub's own sentence, if the answer has one. */
function messageOf({ data }: Reply): string | undefined {
  return isObject(data) && typeof data.message === 'string' ? data.message : undefined;
}

function aboutOf(reply: Reply | NoAnswer): Pick<WorkflowRunsFailure, 'status' | 'detail'> {
  return 'status' in reply ? { status: reply.status, detail: messageOf(reply) } : reply;
}

/** Else the network would refuse the header, in a sentence that shows it. */
function isSendable(token: string): boolean {
  return /^[\x21-\x7e]+$/.test(token);
}
