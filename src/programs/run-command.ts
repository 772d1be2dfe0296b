import type { Deployment, Memory } from '../deployment/deployment.ts';
import { extendWindows } from '../deployment/extend.ts';
import { type CommandEnd, exitCodeOf, outcomeOf, type StopSignal } from '../domain/command-end.ts';
import { readRequest } from '../domain/read-inputs.ts';
import { type Child, listenForSignals, startChild } from '../host/child.ts';
import { describeExtension, describeUnstarted } from '../report/command.ts';
import type { Exit } from '../report/exit-code.ts';
import { finishDeployment, openingInputs, withInputs } from './finish-deployment.ts';
import { performOperation } from './main-step.ts';
import { connect, readGiven, type Tools } from './tools.ts';

/** A command to run, and the variables that it gets. */
export interface Command {
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Shows a window while a command runs, and leaves with the command's own exit code: no trouble with the page changes that. It is not started
 * where the opening fails, or somebody says stop meanwhile.
 */
export async function runCommand(tools: Tools, command: Command): Promise<Exit | number> {
  const memory = createMemory();
  const interruption = new AbortController();
  let child: Child | undefined;
  let stoppedBy: StopSignal | undefined;
  const leaveOff = listenForSignals((signal) => {
    stoppedBy ??= signal;
    interruption.abort();
    child?.passOn(signal);
  });
  const ours: Tools = {
    ...tools,
    sequel: { memory, ender: '`run`' },
    host: { ...withInputs(tools.host, openingInputs), interruption: interruption.signal, output: () => {} },
  };
  try {
    const opening = await performOperation(ours);
    if (opening.exitCode !== 0) {
      await endIfAny(ours, memory, 'cancelled');
      return stoppedBy === undefined ? (opening.exit ?? 'failed') : 'interrupted';
    }
    child = startChild(command.words, command.environment);
    const end = await keepOnPageUntil(child.ended, ours, memory.recall());
    const unstarted = describeUnstarted(end, command.words[0] ?? '');
    if (unstarted !== undefined) tools.host.error(unstarted);
    await endIfAny(ours, memory, outcomeOf(end, stoppedBy !== undefined));
    return exitCodeOf(end);
  } finally {
    leaveOff();
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

async function endIfAny(tools: Tools, memory: Memory, outcome: string): Promise<void> {
  const records = memory.recall()?.records ?? [];
  if (records.every(({ stage }) => stage === 'gone')) return;
  await finishDeployment(tools, { outcome: 'job', 'job-status': outcome });
}

/** Waits for the end of the command; meanwhile no window ends by itself. */
async function keepOnPageUntil(
  ended: Promise<CommandEnd>,
  tools: Tools,
  deployment: Deployment | undefined,
): Promise<CommandEnd> {
  const over = new AbortController();
  const keeping = deployment === undefined ? undefined : keepOnPage(tools, deployment, over.signal);
  const end = await ended;
  over.abort();
  await keeping;
  return end;
}

async function keepOnPage(tools: Tools, deployment: Deployment, over: AbortSignal): Promise<void> {
  const { host, clock } = tools;
  const { values, operation } = readRequest(readGiven(host), clock.now(), host).request;
  const apiKey = values['api-key'];
  if (operation !== 'open-maintenance' || apiKey === undefined) return;
  // A command that was told to stop may take its time, and its notice stays meanwhile.
  const patient: Tools = { ...tools, host: { ...host, interruption: new AbortController().signal } };
  const statusPage = connect(patient, values, apiKey, 0, deployment.clockOffsetMs);
  await extendWindows(deployment, {
    statusPage,
    clock,
    durationMs: values.duration,
    over,
    tell: (extension) => {
      const { level, text } = describeExtension(extension, statusPage.serverNow());
      host[level](text);
    },
  });
}
