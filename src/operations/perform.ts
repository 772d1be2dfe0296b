import { noRecord } from '../deployment/deployment.ts';
import { MissingKeyError } from '../domain/errors.ts';
import { exitCodes } from '../domain/exit.ts';
import type { Run } from '../domain/run.ts';
import type { Scope } from '../domain/scope.ts';
import { list } from '../domain/text.ts';
import { type InputName, operationNames } from '../inputs/inputs.ts';
import type { Request } from '../inputs/operations.ts';
import { operations } from '../inputs/operations.ts';
import { readRequest } from '../inputs/read-inputs.ts';
import { info, type Message, notice, warning } from '../messages/message.ts';
import { toOutputs } from '../messages/outputs.ts';
import { changeStep } from './change/change.ts';
import { checkStep } from './check/check.ts';
import { toCheckOutputs } from './check/describe.ts';
import { type Dependencies, maskSecrets, readGiven } from './dependencies.ts';
import { toGateOutputs } from './gate/describe.ts';
import { gateStep } from './gate/gate.ts';
import { openStep } from './open/open.ts';
import { resolveStep } from './resolve/resolve.ts';
import { type Conclusion, conclude, concludeFailure, concludeQuietly, isTrouble, type Policy } from './step.ts';
import { toSweepOutputs } from './sweep/describe.ts';
import { sweepStep } from './sweep/sweep.ts';

/** The main step: reads the inputs and does the operation. Returns the exit code; never throws. */
export async function mainStep(dependencies: Dependencies): Promise<number> {
  const { exitCode } = await performOperation(dependencies);
  return exitCode;
}

/** The same, for those who want to know more of how it ended than the exit code. */
export async function performOperation(dependencies: Dependencies): Promise<Conclusion> {
  const { host, clock } = dependencies;
  maskSecrets(host);
  const { request, conclusion: reached } = await runOperation(dependencies);
  const conclusion = host.interruption.aborted ? { ...reached, exitCode: exitCodes.interrupted } : reached;
  const outputs = describeResult(request?.operation ?? host.input('operation'), conclusion, clock.now());
  for (const [name, value] of Object.entries(outputs)) host.output(name, value);
  const run = host.identify(request?.values.matrix ?? '');
  await conclude(dependencies, conclusion, run, request !== undefined && isRehearsal(request));
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
      return toCheckOutputs();
    case 'gate':
      return toGateOutputs(false, troubles);
    case 'sweep':
      return toSweepOutputs();
    default:
      return toOutputs(records, serverNow ?? now);
  }
}

interface Done {
  /** Undefined where the inputs could not be read. */
  readonly request: Request | undefined;
  readonly conclusion: Conclusion;
}

async function runOperation(dependencies: Dependencies): Promise<Done> {
  const { host, clock } = dependencies;
  let request: Request | undefined;
  try {
    const read = readRequest(readGiven(host), clock.now(), host);
    request = read.request;
    for (const { level, text } of describeSurroundings(dependencies, request, read.ignored)) host[level](text);
    return { request, conclusion: await doOperation(dependencies, request, host.identify(request.values.matrix)) };
  } catch (error) {
    const policy: Policy = {
      onApiError: request?.values['on-api-error'] ?? 'auto',
      operation: operationNames.find((name) => name === host.input('operation')) ?? 'open-maintenance',
    };
    return { request, conclusion: concludeFailure('Running the step', error, policy) };
  }
}

async function doOperation(dependencies: Dependencies, request: Request, run: Run): Promise<Conclusion> {
  if ('id' in request.values && request.values.id?.every((id) => id === noRecord)) {
    return concludeQuietly(`Nothing was opened, so there is nothing to ${request.operation}.`);
  }
  // What a gate cannot know closes it, also without a key.
  if (request.operation === 'gate') return gateStep(dependencies, request, run);
  const apiKey = request.values['api-key'];
  if (apiKey === undefined) return withoutKey(dependencies, request);
  switch (request.operation) {
    case 'open-maintenance':
    case 'open-incident':
      return openStep(dependencies, request, run, apiKey);
    case 'resolve':
      return resolveStep(dependencies, request, run, apiKey);
    case 'update':
    case 'delete':
      return changeStep(dependencies, request, run, apiKey);
    case 'check':
      return checkStep(dependencies, request, apiKey);
    case 'sweep':
      return sweepStep(dependencies, request, run, apiKey);
  }
}

function describeSurroundings(
  { host }: Dependencies,
  request: Request,
  ignored: readonly InputName[],
): readonly Message[] {
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
async function withoutKey({ host }: Dependencies, { operation, values }: Request): Promise<Conclusion> {
  const { doing, undone } = operations[operation];
  const why = await host.explainMissingSecrets();
  if (why === undefined) {
    return concludeFailure(doing, new MissingKeyError(host.kind), { onApiError: values['on-api-error'], operation });
  }
  const message = notice(`${doing} — ${why} — Nothing was sent to the status page; the job goes on.`);
  return { verdict: `${undone}: ${why}.`, messages: [message], records: [], exitCode: 0 };
}
