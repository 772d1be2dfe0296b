import type { Deployment, Memory } from '../deployment/deployment.ts';
import { type Extension, extendWindows } from '../deployment/extend.ts';
import { type Background, type Exit, UserError } from '../domain/errors.ts';
import type { Outcome } from '../domain/outcome.ts';
import { describeTime } from '../domain/time.ts';
import { flagsOfDeployment, variableOf } from '../inputs/flags.ts';
import { type InputName, inputs } from '../inputs/inputs.ts';
import { operations, type RequestFor } from '../inputs/operations.ts';
import { parseInput } from '../inputs/parsers.ts';
import { wrongInputs } from '../inputs/problems.ts';
import { type GivenInputs, readRequestFor } from '../inputs/read-inputs.ts';
import { describeFailure, info, type Message, titleOf, warning } from '../messages/message.ts';
import { describeRecord } from '../messages/record.ts';
import { forLog } from '../messages/sanitize.ts';
import { connect, type Dependencies, maskSecrets, withoutInterruption } from '../operations/dependencies.ts';
import { finishDeployment } from '../operations/end/end.ts';
import { performRequest } from '../operations/perform.ts';
import { say } from '../operations/step.ts';
import { type Child, type CommandEnd, exitCodeOf, listenForSignals, mayStart, outcomeOf, startChild } from './child.ts';
import { ownRequest } from './deploy-start.ts';
import { apiKeyFlag, describeFlag, titleUse } from './flag.ts';
import { createCommandContext } from './host.ts';
import { takeSlot } from './identical-runs.ts';
import { givenAs, readApiKey } from './inputs.ts';
import type { CommandDefinition, Invocation } from './program.ts';

const takes = flagsOfDeployment('whole');
const uses: Readonly<Partial<Record<InputName, unknown>>> = {
  ...operations['open-maintenance'].inputs,
  title: titleUse,
  // A deployment is worth more than its notice.
  'on-api-error': { default: 'warn' },
};

/** Shows a window while a command runs. */
export const runDefinition: CommandDefinition = {
  name: 'run',
  summary: 'Shows a maintenance window while a command runs',
  operands: { '<command...>': { meaning: 'Command to run with its arguments, after `--`.' } },
  does: 'Opens a maintenance window, runs a command, and ends the window if the command succeeds. Exits as the command does. If the window cannot be opened, the command runs all the same, unless you give `--on-api-error fail`. `--dry-run` sends nothing, and the command runs too. A success resolves the incident of an earlier failure only with `--on-failure incident` or `--recover`.',
  first: ['status-page', 'title', 'message', 'duration', 'on-failure'],
  get flags() {
    return [...takes.map((name) => describeFlag(name, uses[name])), apiKeyFlag];
  },
  examples: ['run --status-page acme -- ./deploy.sh', 'run --status-page acme --deployment-key shop -- npm run deploy'],
  perform,
};

async function perform(call: Invocation): Promise<Exit | number> {
  const { flags, operands: words, environment, interruption, leaveSignals } = call;
  const onApiError = givenAs('on-api-error', flags, environment) || 'warn';
  const { apiKey, problem } = readKey(call, onApiError);
  const context = createCommandContext(call, takes, { 'on-api-error': onApiError, 'api-key': apiKey });
  if (problem !== undefined) context.host.log.warning(problem, 'invalid input');
  if (interruption.aborted) return 'interrupted';
  const { run, release } = takeSlot(context.frame.run, context.given.texts['status-page']);
  const running = call.network({ ...context, frame: { ...context.frame, run } }, (dependencies) =>
    runCommand(dependencies, context.given, {
      words,
      environment: withoutKey(environment),
      isShown: problem === undefined,
    }),
  );
  // The command is listening by now.
  leaveSignals();
  return running.finally(release);
}

/** The key, or why it cannot be used. By default a deployment does not fail because of that. Throws UserError with any other policy. */
function readKey(
  { flags, environment, console }: Invocation,
  onApiError: string,
): { readonly apiKey: string; readonly problem?: string } {
  if (onApiError !== 'warn') return { apiKey: readApiKey(flags, environment) };
  try {
    const apiKey = readApiKey(flags, environment);
    const read = apiKey === '' ? { value: '' } : parseInput(inputs['api-key'].schema, apiKey);
    if ('value' in read) return { apiKey };
    // It may be a real key with a blank too much.
    console.hide(apiKey);
    const name = flags['api-key-file'] === undefined ? variableOf('api-key') : '--api-key-file';
    const problems = read.map(({ problem }) => ({ input: 'api-key', problem }) as const);
    return { apiKey: '', problem: wrongInputs(problems, () => name).message };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { apiKey: '', problem: error.message };
  }
}

/** The variables for a command that has no business with the key. On Windows a name may be written in any case. */
function withoutKey(environment: Invocation['environment']): Invocation['environment'] {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => name.toUpperCase() !== 'STATUSPAGE_ME_API_KEY'),
  );
}

/** A command to run, the variables that it gets, and whether there is a notice of it. */
interface Command {
  readonly words: readonly string[];
  readonly isShown: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Shows a window while a command runs, and exits with the command's own exit code: no API error changes that. The command is not started if
 * opening fails the job, or if a signal comes meanwhile. Visitors see nothing of a command that is not there. Throws UserError for a wrong
 * input.
 */
async function runCommand(dependencies: Dependencies, given: GivenInputs, command: Command): Promise<Exit | number> {
  const { host, frame, clock } = dependencies;
  maskSecrets(host.log, given.texts);
  const request = ownRequest(readRequestFor('open-maintenance', given, clock.now()));
  const [name = ''] = command.words;
  const isThere = mayStart(name, command.environment);
  const memory = createMemory();
  const interruption = new AbortController();
  let child: Child | undefined;
  let stoppedBy: NodeJS.Signals | undefined;
  const stopListening = listenForSignals((signal) => {
    stoppedBy ??= signal;
    interruption.abort();
    child?.passOn(signal);
  });
  const ours: Dependencies = {
    ...dependencies,
    handoff: { memory, ender: 'This command' },
    host: { ...host, setOutputs: () => {} },
    frame: { ...frame, interruption: interruption.signal },
  };
  try {
    const opening = command.isShown && isThere ? await performRequest(ours, request) : undefined;
    if (opening !== undefined && opening.exit !== 'done') {
      await endIfAny(ours, request, memory, 'cancelled');
      return stoppedBy === undefined ? opening.exit : 'interrupted';
    }
    if (!isThere) host.log.info('No window is opened, because the command cannot be started.');
    else if (request.values['dry-run']) host.log.info('Nothing is sent to the status page, but the command runs.');
    else if (!opening?.records.some(({ stage }) => stage === 'open')) {
      const stop = host.nameOf('on-api-error', 'fail');
      host.log.info(`The command runs without a notice on the page. To stop instead, give ${stop}.`);
    }
    child = startChild(command.words, command.environment);
    const end = await keepOnPageUntil(child.ended, ours, request, memory.recall());
    const unstarted = describeUnstarted(end, name);
    if (unstarted !== undefined) host.log.error(unstarted, 'command not started');
    await endIfAny(ours, request, memory, outcomeOf(end, stoppedBy !== undefined));
    return exitCodeOf(end);
  } finally {
    stopListening();
  }
}

function createMemory(): Memory {
  let remembered: Deployment | undefined;
  return {
    remember: (deployment) => {
      remembered = deployment;
    },
    recall: () => remembered,
  };
}

async function endIfAny(
  dependencies: Dependencies,
  { values }: RequestFor<'open-maintenance'>,
  memory: Memory,
  outcome: Outcome,
): Promise<void> {
  const records = memory.recall()?.records ?? [];
  if (records.every(({ stage }) => stage === 'gone')) return;
  await finishDeployment(dependencies, { outcome, values });
}

/** Waits for the end of the command. No window ends by itself meanwhile. */
async function keepOnPageUntil(
  ended: Promise<CommandEnd>,
  dependencies: Dependencies,
  request: RequestFor<'open-maintenance'>,
  deployment: Deployment | undefined,
): Promise<CommandEnd> {
  const over = new AbortController();
  const keeping = deployment === undefined ? undefined : keepOnPage(dependencies, request, deployment, over.signal);
  const end = await ended;
  over.abort();
  await keeping;
  return end;
}

async function keepOnPage(
  dependencies: Dependencies,
  { values }: RequestFor<'open-maintenance'>,
  deployment: Deployment,
  over: AbortSignal,
): Promise<void> {
  const apiKey = values['api-key'];
  if (apiKey === undefined) return;
  // A command that got a signal to stop may take its time, and its notice stays meanwhile.
  const statusPage = connect(withoutInterruption(dependencies), values, apiKey, 0, deployment.clockOffsetMs);
  await extendWindows(deployment, {
    statusPage,
    clock: dependencies.clock,
    durationMs: values.duration,
    over,
    tell: (extension) =>
      say(dependencies.host, describeExtension(extension, statusPage.serverNow(), dependencies.host)),
  });
}

/** Describes an end that was moved while a command runs, or that could not be moved. */
export function describeExtension({ record, error }: Extension, now: Date, background: Background): Message {
  const what = describeRecord(record);
  if (error !== undefined) return warning(titleOf(error), describeFailure(`extend ${what}`, error, background));
  const end = record.endAt === undefined ? '' : ` to ${describeTime(record.endAt, now)}`;
  return info(`Extended ${what}${end}, because the command is still running.`);
}

/** Why a command did not run; undefined if it did. */
function describeUnstarted(end: CommandEnd, name: string): string | undefined {
  if (!('unstarted' in end)) return undefined;
  const what = `Could not start the command: ${forLog(name)}`;
  return end.unstarted === 'not-found'
    ? `${what} was not found. Check its name and PATH.`
    : `${what} cannot be run. Make it executable, or shorten its arguments if they are very long.`;
}
