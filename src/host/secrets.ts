/** What the CI tells of the event that started a run. */
export interface Trigger {
  readonly actor: string;
  readonly event: string;
  readonly repository: string;
  /** The full name of the repository that a pull request comes from. */
  readonly pullRequestFrom: string | undefined;
}

/** Why a run gets no secrets, in words; undefined where it should have them. Forks' pull requests and Dependabot get empty ones. */
export function explainMissingSecrets({ actor, event, repository, pullRequestFrom }: Trigger): string | undefined {
  if (actor === 'dependabot[bot]') return 'Dependabot gets no secrets of Actions';
  const isFromFork = pullRequestFrom !== undefined && pullRequestFrom !== repository;
  // On pull_request_target the secrets of the repository are there, whoever asks to be merged.
  if (isFromFork && event !== 'pull_request_target') return 'a pull request from a fork gets no secrets';
  return undefined;
}
