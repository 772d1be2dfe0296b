import { noRecord } from '../deployment/deployment.ts';
import { type InputName, operationNames } from '../domain/inputs.ts';
import { operations } from '../domain/operations.ts';
import { readRequest } from '../domain/read-inputs.ts';
import type { Request } from '../domain/request.ts';
import type { Run } from '../domain/run.ts';
import type { Scope } from '../domain/scope.ts';
import { list } from '../domain/wording.ts';
import { interruptedExitCode } from '../host/signals.ts';
import { describeCheckOutputs } from '../report/check.ts';
import { MissingKeyError } from '../report/failure.ts';
import { describeGateOutputs } from '../report/gate.ts';
import { info, type Message, notice, warning } from '../report/message.ts';
import { describeOutputs } from '../report/outputs.ts';
import { describeSweepOutputs } from '../report/sweep.ts';
import { changeStep } from './change-step.ts';
import { checkStep } from './check-step.ts';
import { type Conclusion, conclude, concludeFailure, concludeQuietly, isTrouble, type Policy } from './conclusion.ts';
import { gateStep } from './gate-step.ts';
import { openStep } from './open-step.ts';
import { resolveStep } from './resolve-step.ts';
import { sweepStep } from './sweep-step.ts';
import { maskSecrets, readGiven, type Tools } from './tools.ts';

/** The main step: reads the inputs and does the operation. Returns the exit code; never throws. */
export async function mainStep(tools: Tools): Promise<number> {
  const { exitCode } = await performOperation(tools);
  return exitCode;
}

/** The same, for those who want to know more of how it ended than the exit code. */
export async function performOperation(tools: Tools): Promise<Conclusion> {
  const { host, clock } = tools;
  maskSecrets(host);
  const { request, conclusion: reached } = await runOperation(tools);
  const conclusion = host.interruption.aborted ? { ...reached, exitCode: interruptedExitCode } : reached;
  const outputs = describeResult(request?.operation ?? host.input('operation'), conclusion, clock.now());
  for (const [name, value] of Object.entries(outputs)) host.output(name, value);
  const run = host.identify(request?.values.matrix ?? '');
  await conclude(tools, conclusion, run, request !== undefined && isRehearsal(request));
  return conclusion;
}

/** An operation that writes nothing anyway does the same in a dry run. */
function isRehearsal({ operation, values }: Request): boolean {
  const { scopes }: { readonly scopes: readonly Scope[] } = operations[operation];
  return values['dry-run'] && scopes.some((scope) => scope.endsWith(':write'));
}

/** The outputs of a step; those of an operation that tells of other things than records, also where it came to no result. */
function describeResult(operation: string, { outputs, messages, records, serverNow }: Conclusion, now: Date) {
  if (outputs !== undefined) return outputs;
  const troubles = messages.filter(isTrouble).map(({ text }) => text);
  switch (operation) {
    case 'check':
      return describeCheckOutputs();
    case 'gate':
      return describeGateOutputs(false, troubles);
    case 'sweep':
      return describeSweepOutputs();
    default:
      return describeOutputs(records, serverNow ?? now);
  }
}

interface Done {
  /** Undefined where the inputs could not be read. */
  readonly request: Request | undefined;
  readonly conclusion: Conclusion;
}

async function runOperation(tools: Tools): Promise<Done> {
  const { host, clock } = tools;
  let request: Request | undefined;
  try {
    const read = readRequest(readGiven(host), clock.now(), host);
    request = read.request;
    for (const { level, text } of describeSurroundings(tools, request, read.ignored)) host[level](text);
    return { request, conclusion: await doOperation(tools, request, host.identify(request.values.matrix)) };
  } catch (error) {
    const policy: Policy = {
      onApiError: request?.values['on-api-error'] ?? 'auto',
      operation: operationNames.find((name) => name === host.input('operation')) ?? 'open-maintenance',
    };
    return { request, conclusion: concludeFailure('Running the step', error, policy) };
  }
}

async function doOperation(tools: Tools, request: Request, run: Run): Promise<Conclusion> {
  if ('id' in request.values && request.values.id?.every((id) => id === noRecord)) {
    return concludeQuietly(`Nothing was opened, so there is nothing to ${request.operation}.`);
  }
  // What a gate cannot know closes it, also without a key.
  if (request.operation === 'gate') return gateStep(tools, request, run);
  const apiKey = request.values['api-key'];
  if (apiKey === undefined) return withoutKey(tools, request);
  switch (request.operation) {
    case 'open-maintenance':
    case 'open-incident':
      return openStep(tools, request, run, apiKey);
    case 'resolve':
      return resolveStep(tools, request, run, apiKey);
    case 'update':
    case 'delete':
      return changeStep(tools, request, run, apiKey);
    case 'check':
      return checkStep(tools, request, apiKey);
    case 'sweep':
      return sweepStep(tools, request, run, apiKey);
  }
}

function describeSurroundings({ host }: Tools, request: Request, ignored: readonly InputName[]): readonly Message[] {
  const { operation, values } = request;
  const messages: Message[] = [];
  const api = values['api-url'];
  if (ignored.length > 0) messages.push(info(`Not used by ${operation}, and ignored: ${list(ignored)}.`));
  if (api.hostname !== 'statuspage.me') messages.push(info(`The API is asked at ${api.host}.`));
  if (values['dry-run']) {
    const same = `Dry run: the same as without it, because ${operation} writes nothing.`;
    const rehearsal = 'Dry run: everything is checked and looked up, nothing is sent.';
    messages.push(info(isRehearsal(request) ? rehearsal : same));
  }
  if (host.event === 'pull_request_target') {
    const danger = 'the texts of strangers may reach the status page, and the API key is in their reach';
    messages.push(warning(`Starting on pull_request_target — ${danger} — Deploy on push instead, or after the merge.`));
  }
  return messages;
}

/** Forks' pull requests and Dependabot get no secrets: that is nobody's mistake, and nothing to fail for. */
async function withoutKey({ host }: Tools, { operation, values }: Request): Promise<Conclusion> {
  const { doing, undone } = operations[operation];
  const why = await host.explainMissingSecrets();
  if (why === undefined) {
    return concludeFailure(doing, new MissingKeyError(host.place), { onApiError: values['on-api-error'], operation });
  }
  const message = notice(`${doing} — ${why} — Nothing was sent to the status page; the job goes on.`);
  return { verdict: `${undone}: ${why}.`, messages: [message], records: [], exitCode: 0 };
}
