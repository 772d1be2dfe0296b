import { type Background, type Exit, ExplainedError, type Explanation } from './errors.ts';
import { describeDuration } from './time.ts';

/** What GitHub says of a workflow run of this repository; `unknown` is a 404: the run is another repository's, or deleted. */
export type RunState = 'completed' | 'in-progress' | 'unknown';

/** The workflow runs of one repository, each asked for at most once. */
export interface WorkflowRuns {
  /** Throws `WorkflowRunsError`, and nothing else, if GitHub does not say. */
  readonly fetchState: (runId: string) => Promise<RunState>;
}

/** Why GitHub does not say how a run is doing, as a closed set. */
export type WorkflowRunsErrorCode =
  /** 401, or a token that cannot be sent. */
  | 'unauthorized'
  /** 403 without the signs of a rate limit: the token lacks `actions: read`. */
  | 'forbidden'
  /** The limit is renewed after the deadline. */
  | 'rate-limited'
  /** No answer, or none that can be used, also when asked again. */
  | 'unreachable'
  /** Not even the run that asks is known: the token may not see the repository. */
  | 'invisible'
  /** We were interrupted. */
  | 'interrupted'
  /** The deadline has passed before it was asked. */
  | 'out-of-time';

/** What is known of the failure. */
export interface WorkflowRunsFailure {
  readonly code: WorkflowRunsErrorCode;
  readonly status?: number | undefined;
  readonly detail?: string | undefined;
  readonly waitMs?: number | undefined;
}

/** GitHub could not be asked about a run, or would not answer. Holds neither token nor cause; `detail` is text from outside. */
export class WorkflowRunsError extends ExplainedError {
  override readonly name = 'WorkflowRunsError';
  readonly title = 'workflow runs';
  readonly code: WorkflowRunsErrorCode;
  /** The status of the last answer, if there was one. */
  readonly status: number | undefined;
  /** GitHub's own sentence, or what the network gave as the reason, such as `ECONNREFUSED`. */
  readonly detail: string | undefined;

  constructor(failure: WorkflowRunsFailure) {
    super(describe(failure));
    this.code = failure.code;
    this.status = failure.status;
    this.detail = failure.detail;
  }

  get fixable(): boolean {
    return this.code === 'unauthorized' || this.code === 'forbidden' || this.code === 'invisible';
  }

  get exit(): Exit {
    return exitOfCode(this.code);
  }

  override get causeKey(): string {
    return this.code;
  }

  explain(background: Background): Explanation {
    const happened = this.message.replace(/^(The|Interrupted|There)\b/, (word) => word.toLowerCase());
    return { happened, todo: adviseOnGitHub(this.code, background) };
  }
}

function describe(failure: WorkflowRunsFailure): string {
  const reasons = [failure.status, failure.detail].filter((reason) => reason !== undefined);
  const reason = reasons.length === 0 ? '' : ` (${reasons.join(': ')})`;
  switch (failure.code) {
    case 'unauthorized':
      if (failure.status === undefined) return 'The token for GitHub is empty, or holds characters that no token has';
      return `GitHub refused the token${reason}`;
    case 'forbidden':
      return `GitHub does not let this token read workflow runs, which needs "actions: read"${reason}`;
    case 'rate-limited':
      return `GitHub's rate limit is used up${reason}, and GitHub asks to wait ${describeDuration(failure.waitMs ?? 0)}, which is too long for this step`;
    case 'unreachable':
      return `GitHub gave no usable answer about a workflow run${reason}`;
    case 'invisible':
      return 'GitHub shows none of the runs, not even this one, so the token may not see the repository';
    case 'interrupted':
      return 'Interrupted before GitHub had answered about a workflow run';
    case 'out-of-time':
      return 'There was no time left to ask GitHub about a workflow run';
  }
}

function adviseOnGitHub(code: WorkflowRunsErrorCode, { nameOf }: Background): string {
  const token = `Set ${nameOf('github-token')} to a token that may read workflow runs.`;
  const permission = 'In a workflow, that is ${{ github.token }} in a job with the permission "actions: read".';
  switch (code) {
    case 'unauthorized':
    case 'forbidden':
    case 'invisible':
      return `${token} ${permission}`;
    case 'rate-limited':
    case 'unreachable':
    case 'interrupted':
    case 'out-of-time':
      return 'You need not change anything. Run it again later to continue with what is left.';
  }
}

function exitOfCode(code: WorkflowRunsErrorCode): Exit {
  switch (code) {
    case 'unauthorized':
      return 'key-refused';
    case 'forbidden':
      return 'scope-missing';
    case 'invisible':
      return 'not-found';
    case 'rate-limited':
    case 'interrupted':
    case 'unreachable':
      return code;
    case 'out-of-time':
      return 'unreachable';
  }
}
