import { flagsOfDeployment } from '../domain/flags.ts';
import type { InputName } from '../domain/inputs.ts';
import { operations } from '../domain/operations.ts';
import type { TerminalHost } from '../host/terminal.ts';
import { givenAs } from '../host/terminal-inputs.ts';
import type { Conclusion } from '../programs/conclusion.ts';
import { deployEnd } from '../programs/deploy-end.ts';
import { type DeployPlace, deployStart } from '../programs/deploy-start.ts';
import { withNetwork } from '../programs/surroundings.ts';
import type { Tools } from '../programs/tools.ts';
import { describeAnswer, describeResult } from '../report/answer.ts';
import type { Exit } from '../report/exit-code.ts';
import type { Call, CommandDefinition, Flag } from './command.ts';
import { createHost, pipelineOf } from './create-host.ts';
import { apiKeyFlag, describeFlag } from './flags.ts';

const stateFileFlag: Flag = {
  flags: '--state-file <path>',
  meaning: 'File that remembers the deployment from deploy-start to deploy-end. Default: .statuspage-me.json.',
};

/** The first of two hooks: opens a window and remembers it. */
export const deployStartCommand: CommandDefinition = {
  name: 'deploy-start',
  does: 'Opens a maintenance window and remembers it for deploy-end: a pair for hooks before and after a deployment. Of --on-failure, --on-cancel and --recover it makes sure that the key suffices; what deploy-end does is decided by its own.',
  flags: flagsFor('begin', 'open-maintenance'),
  examples: ['deploy-start --status-page acme', 'deploy-start --status-page acme --deployment-key shop --duration 1h'],
  perform: (call) => perform(call, 'begin', 'open-maintenance', deployStart),
};

/** The second one: ends what the first has opened. */
export const deployEndCommand: CommandDefinition = {
  name: 'deploy-end',
  does: 'Ends what deploy-start has opened, as --outcome says; without it, as after a success. Where the state file is lost, --deployment-key and --status-page lead to it. A dry run ends nothing and looks nothing up, because there is nothing that a dry run has opened.',
  flags: flagsFor('end', 'resolve'),
  examples: ['deploy-end', 'deploy-end --outcome failure --on-failure incident'],
  perform: (call) => perform(call, 'end', 'resolve', deployEnd),
};

function flagsFor(part: 'begin' | 'end', operation: 'open-maintenance' | 'resolve'): readonly Flag[] {
  const uses: Readonly<Partial<Record<InputName, unknown>>> = operations[operation].inputs;
  return [...flagsOfDeployment(part).map((name) => describeFlag(name, uses[name])), stateFileFlag, apiKeyFlag];
}

type Program = (tools: Tools, place: DeployPlace) => Promise<Pick<Conclusion, 'exitCode' | 'exit'>>;

async function perform(
  call: Call,
  part: 'begin' | 'end',
  operation: 'open-maintenance' | 'resolve',
  program: Program,
): Promise<Exit> {
  const { flags, environment, voice, interruption } = call;
  const pipeline = pipelineOf(call);
  const path = givenAs('state-file', flags, environment) || '.statuspage-me.json';
  const host: TerminalHost = createHost(call, flagsOfDeployment(part), { operation }, pipeline);
  voice.progress(operations[operation].doing);
  const { exitCode, exit } = await withNetwork(host, (tools) => program(tools, { path, pipeline }));
  const outputs = host.outputs();
  const line = describeResult(operation, outputs);
  if (exitCode === 0 && line !== undefined) voice.result(line);
  voice.answer(describeAnswer(operation, outputs));
  if (exitCode === 0) return 'done';
  return interruption.aborted ? 'interrupted' : (exit ?? 'failed');
}
