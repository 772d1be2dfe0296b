/** Who we are inside the CI: one workflow run, or one pipeline, and the place of our step in it. */
export interface Run {
  /** Root address of the server that runs the CI, or that holds the repository, as `https://github.com`. */
  readonly server: string;
  readonly repository: string;
  /** File of the workflow, without the ref. */
  readonly workflow: string;
  /** The same in every attempt of a run. */
  readonly id: string;
  /** 1 for the first attempt; a re-run counts up. Undefined where the CI does not tell. */
  readonly attempt: number | undefined;
  readonly job: string;
  /** The matrix leg as JSON; empty outside a matrix. */
  readonly leg: string;
  /** Tells two uses in one job apart; the same in main and post. */
  readonly step: string;
  /** The git tag that the run was started for. */
  readonly tag: string | undefined;
  /** The page of this run in the CI. */
  readonly url: string | undefined;
}

/** Whether an earlier attempt of this run may have left something on the page. */
export function mayBeRepeated({ attempt }: Run): boolean {
  return attempt !== 1;
}
