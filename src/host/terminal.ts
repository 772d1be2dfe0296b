import type { Run } from '../domain/run.ts';
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
    workflowRuns: (access) =>
      createWorkflowRuns({
        ...access,
        repository: environment.GITHUB_REPOSITORY ?? '',
        apiUrl: environment.GITHUB_API_URL || 'https://api.github.com',
        signal: interruption,
      }),
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
