import type { Run } from '../domain/run.ts';
import { UserError } from '../domain/user-error.ts';
import type { Host } from './host.ts';
import type { TerminalInputs } from './terminal-inputs.ts';
import type { Voice } from './voice.ts';
import { createWorkflowRuns } from './workflow-runs.ts';

/** What a command runs in. */
export interface TerminalOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly inputs: TerminalInputs;
  readonly voice: Voice;
  readonly run: Run;
  /** When the command was typed. */
  readonly startedAt: Date;
  readonly interruption: AbortSignal;
}

/** A host that gives back what a command has come to. */
export interface TerminalHost extends Host {
  /** The outputs by their names, as the action would set them. */
  readonly outputs: () => Readonly<Record<string, string>>;
}

const missingRepository =
  'Asking GitHub about workflow runs — the variable GITHUB_REPOSITORY is empty — Set it to the repository whose runs have opened incidents, as owner/name.';

/** A terminal, a script or another CI as a host: flags and variables come in, results and messages go out. Nothing is kept for a later step. */
export function createTerminalHost({
  environment,
  inputs,
  voice,
  run,
  startedAt,
  interruption,
}: TerminalOptions): TerminalHost {
  const outputs: Record<string, string> = {};
  return {
    place: 'terminal',
    startedAt,
    interruption,
    input: inputs.read,
    nameOf: inputs.nameOf,
    identify: (leg) => ({ ...run, leg }),
    workflowRuns: (access) => {
      const { GITHUB_REPOSITORY: repository, GITHUB_API_URL: apiUrl = 'https://api.github.com' } = environment;
      if (repository === undefined || repository === '') throw new UserError(missingRepository);
      return createWorkflowRuns({ ...access, repository, apiUrl, signal: interruption });
    },
    event: '',
    explainMissingSecrets: async () => undefined,
    mask: voice.hide,
    debug: voice.debug,
    info: voice.info,
    result: voice.result,
    notice: voice.notice,
    warning: voice.warning,
    error: voice.error,
    output: (name, value) => {
      outputs[name] = value;
    },
    saveState: () => {},
    savedState: () => undefined,
    summarise: async () => {},
    outputs: () => outputs,
  };
}
