import { flagsOfDeployment } from '../domain/flags.ts';
import type { InputName } from '../domain/inputs.ts';
import { operations } from '../domain/operations.ts';
import { givenAs } from '../host/terminal-inputs.ts';
import { runCommand } from '../programs/run-command.ts';
import { withNetwork } from '../programs/surroundings.ts';
import type { Exit } from '../report/exit-code.ts';
import type { Call, CommandDefinition } from './command.ts';
import { createHost } from './create-host.ts';
import { apiKeyFlag, describeFlag } from './flags.ts';

const takes = flagsOfDeployment('whole');
const uses: Readonly<Partial<Record<InputName, unknown>>> = {
  ...operations['open-maintenance'].inputs,
  // A deployment is worth more than its notice.
  'on-api-error': { default: 'warn' },
};

/** Shows a window while a command runs. */
export const runDefinition: CommandDefinition = {
  name: 'run',
  operands: { '<command...>': 'Command to run with its arguments, behind --.' },
  does: 'Opens a maintenance window, runs a command, and ends the window as its exit code says. Leaves with the exit code of the command; with --on-api-error fail it is not started where the window could not be opened.',
  flags: [...takes.map((name) => describeFlag(name, uses[name])), apiKeyFlag],
  examples: [
    'run --status-page acme -- ./deploy.sh',
    'run --status-page acme --duration 1h --on-failure incident -- npm run deploy',
  ],
  perform,
};

async function perform(call: Call): Promise<Exit | number> {
  const { flags, operands: words, environment, interruption, leaveSignals } = call;
  const onApiError = givenAs('on-api-error', flags, environment) || 'warn';
  const host = createHost(call, takes, { operation: 'open-maintenance', 'on-api-error': onApiError });
  if (interruption.aborted) return 'interrupted';
  const running = withNetwork(host, (tools) => runCommand(tools, { words, environment: withoutKey(environment) }));
  // The command is listening by now.
  leaveSignals();
  return running;
}

/** The variables for a command that has no business with the key. On Windows a name may be written in any case. */
function withoutKey(environment: Call['environment']): Call['environment'] {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => name.toUpperCase() !== 'STATUSPAGE_ME_API_KEY'),
  );
}
