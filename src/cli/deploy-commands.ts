import type { Exit } from '../domain/exit.ts';
import { flagsOfDeployment } from '../inputs/flags.ts';
import type { InputName } from '../inputs/inputs.ts';
import { operations } from '../inputs/operations.ts';
import type { GivenInputs } from '../inputs/read-inputs.ts';
import type { Dependencies } from '../operations/dependencies.ts';
import type { Conclusion } from '../operations/step.ts';
import { deployEnd } from './deploy-end.ts';
import { deployStart, type StateLocation, whileClaimed } from './deploy-start.ts';
import { createSurroundings, pipelineOf } from './host.ts';
import { givenAs } from './inputs.ts';
import { printResult } from './operation-command.ts';
import type { Call, CommandDefinition, Flag } from './program.ts';
import { apiKeyFlag, describeFlag } from './program.ts';

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

type Program = (
  dependencies: Dependencies,
  given: GivenInputs,
  location: StateLocation,
) => Promise<Pick<Conclusion, 'exit'>>;

async function perform(
  call: Call,
  part: 'begin' | 'end',
  operation: 'open-maintenance' | 'resolve',
  program: Program,
): Promise<Exit> {
  const { flags, environment, console } = call;
  const pipeline = pipelineOf(call);
  const path = givenAs('state-file', flags, environment) || '.statuspage-me.json';
  const surroundings = createSurroundings(call, flagsOfDeployment(part), { operation }, pipeline);
  console.progress(operations[operation].doing);
  const { given } = surroundings;
  const { exit } = await call.network(surroundings, (dependencies) =>
    whileClaimed(dependencies, given, { path, pipeline }, part, program),
  );
  return printResult(call, operation, surroundings.outputs(), exit);
}
