import type { Exit } from '../domain/errors.ts';
import { flagsOfDeployment } from '../inputs/flags.ts';
import type { InputName } from '../inputs/inputs.ts';
import { operations } from '../inputs/operations.ts';
import type { GivenInputs } from '../inputs/read-inputs.ts';
import type { Dependencies } from '../operations/dependencies.ts';
import type { Conclusion } from '../operations/step.ts';
import { deployEnd } from './deploy-end.ts';
import { deployStart, type StateLocation, whileClaimed } from './deploy-start.ts';
import { apiKeyFlag, describeFlag, type Flag, titleUse } from './flag.ts';
import { createCommandContext, pipelineOf } from './host.ts';
import { givenAs } from './inputs.ts';
import { printResult } from './operation-command.ts';
import type { CommandDefinition, Invocation } from './program.ts';

const stateFileFlag: Flag = {
  flags: '--state-file <path>',
  meaning: 'File that remembers the deployment from `deploy-start` to `deploy-end`. Default: `.statuspage-me.json`.',
  group: 'Notice',
};

/** The first of two hooks: opens a window and remembers it. */
export const deployStartCommand: CommandDefinition = {
  name: 'deploy-start',
  summary: 'Opens a window before a deployment',
  does: 'Opens a maintenance window and remembers it for `deploy-end`. The two are for hooks before and after a deployment. `--on-failure incident` only makes sure that the key can open one: give it to `deploy-end` too.',
  first: ['status-page', 'title', 'message', 'duration', 'deployment-key'],
  get flags() {
    return flagsFor('begin', 'open-maintenance');
  },
  examples: ['deploy-start --status-page acme', 'deploy-start --status-page acme --deployment-key shop'],
  perform: (call) => perform(call, 'begin', 'open-maintenance', deployStart),
};

/** The second one: ends what the first has opened. */
export const deployEndCommand: CommandDefinition = {
  name: 'deploy-end',
  summary: 'Ends that window after the deployment',
  does: 'Ends what `deploy-start` opened, as `--outcome` says; without it, as after a success. If the state file is lost, `--deployment-key` and `--status-page` find it. A success resolves the incident of an earlier failure only with `--on-failure incident` or `--recover`. A dry run ends nothing.',
  first: ['outcome', 'on-failure', 'on-cancel', 'deployment-key', 'status-page'],
  get flags() {
    return flagsFor('end', 'resolve');
  },
  examples: ['deploy-end', 'deploy-end --outcome failure --on-failure incident'],
  perform: (call) => perform(call, 'end', 'resolve', deployEnd),
};

function flagsFor(part: 'begin' | 'end', operation: 'open-maintenance' | 'resolve'): readonly Flag[] {
  const uses: Readonly<Partial<Record<InputName, unknown>>> = { ...operations[operation].inputs, title: titleUse };
  return [...flagsOfDeployment(part).map((name) => describeFlag(name, uses[name])), stateFileFlag, apiKeyFlag];
}

type Program = (
  dependencies: Dependencies,
  given: GivenInputs,
  location: StateLocation,
) => Promise<Pick<Conclusion, 'exit'>>;

async function perform(
  call: Invocation,
  part: 'begin' | 'end',
  operation: 'open-maintenance' | 'resolve',
  program: Program,
): Promise<Exit> {
  const { flags, environment, console } = call;
  const pipeline = pipelineOf(call);
  const path = givenAs('state-file', flags, environment) || '.statuspage-me.json';
  const context = createCommandContext(call, flagsOfDeployment(part), { operation }, pipeline);
  console.progress(operations[operation].doing);
  const { given } = context;
  const { exit } = await call.network(context, (dependencies) =>
    whileClaimed(dependencies, given, { path, pipeline }, part, program),
  );
  return printResult(call, operation, context.outputs(), exit);
}
