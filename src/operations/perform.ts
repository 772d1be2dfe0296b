import { MissingKeyError } from '../domain/errors.ts';
import type { Scope } from '../domain/scope.ts';
import { list } from '../domain/text.ts';
import { type InputName, operationNames } from '../inputs/inputs.ts';
import { operations, type Request } from '../inputs/operations.ts';
import { type GivenInputs, readRequest } from '../inputs/read-inputs.ts';
import { info, isProblem, type Message, notice, warning } from '../messages/message.ts';
import { noId, type Outputs, toOutputs } from '../messages/outputs.ts';
import { changeStep } from './change/change.ts';
import { checkStep } from './check/check.ts';
import { toCheckOutputs } from './check/describe.ts';
import { type Dependencies, maskSecrets } from './dependencies.ts';
import { toGateOutputs } from './gate/describe.ts';
import { gateStep } from './gate/gate.ts';
import { neededScopes } from './needed-scopes.ts';
import { describeUnwritten, type Failure } from './open/describe.ts';
import { openStep } from './open/open.ts';
import { resolveStep } from './resolve/resolve.ts';
import { type Conclusion, concludeFailure, concludeQuietly, type Policy, report, say } from './step.ts';
import { toSweepOutputs } from './sweep/describe.ts';
import { sweepStep } from './sweep/sweep.ts';

/** Reads the inputs and performs their operation; never throws. `adapt` is what a command settles by itself. */
export async function perform(
  dependencies: Dependencies,
  given: GivenInputs,
  adapt: (request: Request) => Request = (request) => request,
): Promise<Conclusion> {
  const { host, clock } = dependencies;
  maskSecrets(host.log, given.texts);
  try {
    const { request, ignored } = readRequest(given, clock.now());
    return await performRequest(dependencies, adapt(request), ignored);
  } catch (error) {
    const operation = operationNames.find((name) => name === given.texts.operation) ?? 'open-maintenance';
    const conclusion = concludeFailure('run the step', error, { onApiError: 'auto', operation }, host);
    return finish(dependencies, operation, conclusion, false);
  }
}

/** Performs an operation whose inputs are read, and reports it; never throws. */
export async function performRequest(
  given: Dependencies,
  request: Request,
  ignored: readonly InputName[] = [],
): Promise<Conclusion> {
  const needed = (missing: Scope) => neededScopes(request, missing);
  const dependencies = { ...given, host: { ...given.host, needed } };
  for (const message of describeFrame(dependencies, request, ignored)) say(dependencies.host, message);
  let conclusion: Conclusion;
  try {
    conclusion = await performOperation(dependencies, request);
  } catch (error) {
    const policy: Policy = { onApiError: request.values['on-api-error'], operation: request.operation };
    conclusion = concludeFailure('run the step', error, policy, dependencies.host);
  }
  return finish(dependencies, request.operation, conclusion, isRehearsal(request));
}

async function finish(
  dependencies: Dependencies,
  operation: Request['operation'],
  reached: Conclusion,
  dryRun: boolean,
): Promise<Conclusion> {
  const { host, frame, clock } = dependencies;
  let conclusion: Conclusion = frame.interruption.aborted ? { ...reached, exit: 'interrupted' } : reached;
  try {
    if (!conclusion.hasOutputs) host.setOutputs(outputsOf(operation, conclusion, clock.now()));
  } catch (unwritten) {
    conclusion = withoutOutputs(conclusion, describeUnwritten(unwritten, host));
  }
  await report(dependencies, conclusion, dryRun);
  return conclusion;
}

/** What is done stays done. A step that has failed already has said why. */
function withoutOutputs(conclusion: Conclusion, failure: Failure): Conclusion {
  if (conclusion.exit !== 'done') return conclusion;
  return { ...conclusion, messages: [...conclusion.messages, { level: 'error', ...failure }], exit: 'failed' };
}

/** An operation that writes nothing anyway does the same in a dry run. */
function isRehearsal({ operation, values }: Request): boolean {
  const { scopes }: { readonly scopes: readonly Scope[] } = operations[operation];
  return values['dry-run'] && scopes.some((scope) => scope.endsWith(':write'));
}

/** The outputs of a step. An operation that is not about records has its own, also if it came to no result. */
function outputsOf(operation: Request['operation'], conclusion: Conclusion, now: Date): Outputs {
  const { outputs, messages, records, serverNow = now } = conclusion;
  if (outputs !== undefined) return outputs;
  switch (operation) {
    case 'check':
      return toCheckOutputs();
    case 'gate':
      return toGateOutputs(
        false,
        messages.filter(isProblem).map(({ text }) => text),
      );
    case 'sweep':
      return toSweepOutputs();
    case 'open-maintenance':
    case 'open-incident':
    case 'update':
    case 'resolve':
    case 'delete':
      return toOutputs(records, serverNow);
  }
}

async function performOperation(dependencies: Dependencies, request: Request): Promise<Conclusion> {
  if ('id' in request.values && request.values.id?.every((id) => id === noId)) {
    return concludeQuietly(`Nothing was opened, so there is nothing to ${request.operation}.`);
  }
  // What a gate cannot know closes it, also without a key.
  if (request.operation === 'gate') return gateStep(dependencies, request);
  const apiKey = request.values['api-key'];
  if (apiKey === undefined) return withoutKey(dependencies, request);
  switch (request.operation) {
    case 'open-maintenance':
    case 'open-incident':
      return openStep(dependencies, request, apiKey);
    case 'resolve':
      return resolveStep(dependencies, request, apiKey);
    case 'update':
    case 'delete':
      return changeStep(dependencies, request, apiKey);
    case 'check':
      return checkStep(dependencies, request, apiKey);
    case 'sweep':
      return sweepStep(dependencies, request, apiKey);
  }
}

function describeFrame({ host }: Dependencies, request: Request, ignored: readonly InputName[]): readonly Message[] {
  const { operation, values } = request;
  const messages: Message[] = [];
  const api = values['api-url'];
  if (ignored.length > 0) messages.push(info(`Not used by ${operation}, and ignored: ${list(ignored)}.`));
  if (api.hostname !== 'statuspage.me') messages.push(info(`Using the API at ${api.host}.`));
  if (values['dry-run']) {
    const same = `Dry run: the same as without it, because ${operation} writes nothing.`;
    const rehearsal = 'Dry run: everything is read and checked, nothing is sent.';
    messages.push(info(isRehearsal(request) ? rehearsal : same));
  }
  if (host.event === 'pull_request_target') {
    messages.push(warning('pull_request_target', pullRequestTarget));
  }
  return messages;
}

const pullRequestTarget =
  'This workflow runs on pull_request_target, so untrusted users may publish text on the status page, and may read the API key. ' +
  'Deploy on push instead, or after the merge.';

/** Forks' pull requests and Dependabot get no secrets: that is nobody's mistake, and nothing to fail for. */
async function withoutKey({ host }: Dependencies, { operation, values }: Request): Promise<Conclusion> {
  const { doing, undone } = operations[operation];
  const why = await host.explainMissingSecrets();
  if (why === undefined) {
    const policy: Policy = { onApiError: values['on-api-error'], operation };
    return concludeFailure(doing, new MissingKeyError(host.kind), policy, host);
  }
  const message = notice(
    'no secrets',
    `Could not ${doing}: ${why}. Nothing was sent to the status page, and the job continues.`,
  );
  return { verdict: `⚠️ ${undone}: ${why} (the job continued)`, messages: [message], records: [], exit: 'done' };
}
