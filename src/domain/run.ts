/** What a person chose when they started the run. */
export interface Choices {
  /** The inputs of "Run workflow". */
  readonly inputs?: Readonly<Record<string, unknown>> | undefined;
  /** The environment of a deployment event. */
  readonly environment?: string | undefined;
}

/** Who we are inside the CI: one workflow run, or one pipeline, and the location of our step in it. */
export interface Run {
  /** Root address of the server that runs the CI, or that holds the repository, as `https://github.com`. */
  readonly server: string;
  readonly repository: string;
  /** File of the workflow, without the ref. */
  readonly workflow: string;
  /** The same in every attempt of a run. */
  readonly id: string;
  /** 1 for the first attempt; a re-run counts up. Undefined if the CI does not say. */
  readonly attempt: number | undefined;
  readonly job: string;
  /** The matrix leg as JSON; empty outside a matrix. */
  readonly leg: string;
  /** Tells two uses in one job apart; the same in main and post. */
  readonly step: string;
  /** The branch that the run was started for; undefined for a tag. A pull request has one of its own. */
  readonly branch?: string | undefined;
  /** What a person chose when they started the run. */
  readonly choices?: Choices | undefined;
  /** The words of a command, which tell it from another one in the same step. */
  readonly command?: string | undefined;
  /** Set if there is no CI around us, so that nothing but a deployment key leads from one run to the next. */
  readonly outsideCi?: boolean | undefined;
  /** The git tag that the run was started for. */
  readonly tag: string | undefined;
  /** The page of this run in the CI. */
  readonly url: string | undefined;
}

/** Whether an earlier attempt of this run may have left something on the page. */
export function mayBeRepeated({ attempt }: Run): boolean {
  return attempt !== 1;
}

/** Where a program runs: as a step on GitHub's runner, or as a command on a terminal, in a script or in another CI. */
export type HostKind = 'runner' | 'terminal';
