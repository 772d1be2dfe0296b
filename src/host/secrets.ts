/** What the CI tells of the event that started a run. */
export interface Trigger {
  readonly actor: string;
  readonly repository: string;
  /** The full name of the repository that a pull request comes from. */
  readonly pullRequestFrom: string | undefined;
}

/** Why a run gets no secrets, in words; undefined where it should have them. Forks' pull requests and Dependabot get empty ones. */
export function explainMissingSecrets({ actor, repository, pullRequestFrom }: Trigger): string | undefined {
  if (actor === 'dependabot[bot]') return 'Dependabot gets no secrets of Actions';
  if (pullRequestFrom !== undefined && pullRequestFrom !== repository)
    return 'a pull request from a fork gets no secrets';
  return undefined;
}
