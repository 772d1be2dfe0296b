import type { JobOptions } from './job.ts';

/** What a process needs of the machine around it; the rest of our own environment stays outside. */
export function machineVariables(): Record<string, string> {
  const needed = /^(PATH|LANG|LC_ALL|TZ|SYSTEMROOT|COMSPEC|PATHEXT|WINDIR)$/i;
  const kept = Object.entries(process.env).filter(([name]) => needed.test(name));
  return Object.fromEntries(kept.map(([name, value]) => [/^path$/i.test(name) ? 'PATH' : name, value ?? '']));
}

/** The variables that the runner sets for every step of a job. */
export function jobVariables(
  options: JobOptions,
  { workspace, temp, home, eventPath }: Readonly<Record<'workspace' | 'temp' | 'home' | 'eventPath', string>>,
): Record<string, string> {
  const { repository = 'acme/shop', ref = 'refs/heads/main', actor = 'octocat' } = options;
  const workflowRef = options.workflowRef ?? `${repository}/.github/workflows/deploy.yml@${ref}`;
  return {
    CI: 'true',
    HOME: home,
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION_PATH: options.actionDir,
    GITHUB_ACTOR: actor,
    GITHUB_API_URL: 'https://api.github.com',
    GITHUB_EVENT_NAME: options.eventName ?? 'push',
    GITHUB_EVENT_PATH: eventPath,
    GITHUB_GRAPHQL_URL: 'https://api.github.com/graphql',
    GITHUB_JOB: options.jobName ?? 'deploy',
    GITHUB_REF: ref,
    GITHUB_REF_NAME: ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    GITHUB_REF_TYPE: ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    GITHUB_REPOSITORY: repository,
    GITHUB_REPOSITORY_OWNER: repository.split('/')[0] ?? '',
    GITHUB_RUN_ATTEMPT: String(options.attempt ?? 1),
    GITHUB_RUN_ID: options.runId ?? '9876543210',
    GITHUB_RUN_NUMBER: '42',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
    GITHUB_WORKFLOW: 'Deploy',
    GITHUB_WORKFLOW_REF: workflowRef,
    GITHUB_WORKSPACE: workspace,
    RUNNER_ARCH: 'X64',
    RUNNER_ENVIRONMENT: 'github-hosted',
    RUNNER_NAME: 'GitHub Actions 1',
    RUNNER_OS: { darwin: 'macOS', win32: 'Windows' }[process.platform as string] ?? 'Linux',
    RUNNER_TEMP: temp,
    ...(options.debug === true ? { RUNNER_DEBUG: '1' } : {}),
  };
}
