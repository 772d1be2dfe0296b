import { UncertainCreateError } from '../deployment/create-once.ts';
import { UnlocatedError } from '../deployment/find.ts';
import { DuplicateError } from '../deployment/settle.ts';
import { TimesRefusedError } from '../deployment/times.ts';
import { UserError } from '../domain/errors.ts';
import type { HostKind } from '../domain/run.ts';
import { describeDuration } from '../domain/time.ts';
import { WorkflowRunsError } from '../domain/workflow-runs.ts';
import { StatusPageError } from '../statuspage/errors.ts';
import { type Background, consoleUrl, type Explanation, explainCall } from './failed-call.ts';
import { forLog } from './sanitize.ts';
import { explainWorkflowRuns, isFixableByWorkflow } from './workflow-runs.ts';

/** No key was handed to us, and the run is not one of those that get no secrets. */
export class MissingKeyError extends Error {
  override readonly name = 'MissingKeyError';
  readonly place: HostKind;

  constructor(place: HostKind) {
    super();
    this.place = place;
  }
}

/** This run gets no secrets, for a reason that is nobody's mistake. */
export class MissingSecretsError extends Error {
  override readonly name = 'MissingSecretsError';
}

/** Anything thrown, as one message for people: what was being done, what happened, what to do. */
export function describeFailure(doing: string, error: unknown, background: Background = {}): string {
  // A user's mistake says by itself where it was found.
  if (error instanceof UserError) return error.message.split('\n').map(forLog).join('\n');
  const [happened, todo] = explain(error, background);
  return [doing, happened, todo].map(forLog).join(' — ');
}

/** Whether those who wrote the workflow can mend what was thrown; anything that is not the service's or the network's code counts as that. */
export function isFixable(error: unknown): boolean {
  if (error instanceof StatusPageError) return error.fixable;
  if (error instanceof WorkflowRunsError) return isFixableByWorkflow(error);
  const isTrouble = [UncertainCreateError, UnlocatedError, TimesRefusedError, DuplicateError].some(
    (kind) => error instanceof kind,
  );
  return !isTrouble;
}

function explain(error: unknown, background: Background): Explanation {
  if (error instanceof StatusPageError) return explainCall(error, background);
  if (error instanceof UncertainCreateError) return explainMayExist(error);
  if (error instanceof UnlocatedError) {
    return [
      `it may be on the page, and this could not be found out: ${error.message}`,
      'Look at the page, and end it by hand if it is there.',
    ];
  }
  if (error instanceof TimesRefusedError) return explainTimes(error);
  if (error instanceof DuplicateError) return explainTwin(error);
  if (error instanceof WorkflowRunsError) return explainWorkflowRuns(error);
  if (error instanceof MissingKeyError) return missingKeys[error.place];
  if (error instanceof MissingSecretsError) return [error.message, 'Do this in a run that gets the secret of the key.'];
  return [
    `something unexpected happened: ${describeUnexpected(error)}`,
    'This is a mistake of statuspage-me: please report it, with the log of a run with debug logging.',
  ];
}

/** Of anything but an Error or a plain value only the kind is told: what it holds is not known. */
function describeUnexpected(thrown: unknown): string {
  if (thrown instanceof Error) return `${thrown.name}: ${thrown.message}`;
  return typeof thrown === 'object' || typeof thrown === 'function' ? `a thrown ${typeof thrown}` : String(thrown);
}

const missingKeys: Readonly<Record<HostKind, Explanation>> = {
  runner: [
    'there is no API key: the input `api-key` is empty',
    `Make a key at ${consoleUrl} and store it as a secret. If it is stored: a reusable workflow gets it by \`secrets: inherit\`, ` +
      'a secret of an environment needs `environment:` in the job, and a mistyped name gives an empty text.',
  ],
  terminal: [
    'there is no API key: the variable STATUSPAGE_ME_API_KEY is empty, and no --api-key-file is given',
    `Make a key at ${consoleUrl}, and give it in one of the two ways; a CI hands its secrets to few jobs, often not to those of forks.`,
  ],
};

function explainTwin({ cause, kind, leftId }: DuplicateError): Explanation {
  const record = kind === 'maintenance' ? 'window' : 'incident';
  const [happened] = explain(cause, {});
  if (leftId === undefined) {
    return [
      `it could not be found out whether another job has opened one in the same moment: ${happened}`,
      `Look at the page; where two ${record}s of this deployment are open, end the one that was opened later.`,
    ];
  }
  return [
    `another job has opened one in the same moment, and the ${record} that this one had opened (id ${leftId}) may still be there: ${happened}`,
    'Look at the page, and delete it by hand if it is there.',
  ];
}

function explainTimes({ cause, lateMs }: TimesRefusedError): Explanation {
  const gap = `${describeDuration(Math.abs(lateMs))} ${lateMs > 0 ? 'after' : 'before'}`;
  const [happened] = explainCall(cause, {});
  return [
    `${happened}; the window was opened, and begins and ends ${gap} it should by the clock of ${cause.host}`,
    'Set the clock of the runner right.',
  ];
}

function explainMayExist({ cause, what, reference, lastSearch }: UncertainCreateError): Explanation {
  const [happened] = explainCall(cause, {});
  const sent = `${happened}, after the request had been sent`;
  const wasAbsent = lastSearch === 'absent';
  if (what === 'entry') {
    const where = wasAbsent ? 'was not there when last looked for, and may come yet' : 'may stand there all the same';
    return [`${sent}; the entry ${where}`, 'Look at the timeline of the incident, and add by hand what is missing.'];
  }
  const mark = reference === undefined ? 'the newest one' : `"Ref: ${reference}" in its message`;
  const record = what === 'maintenance' ? 'window' : 'incident';
  if (wasAbsent) {
    return [
      `${sent}; the ${record} was not on the page when last looked for, and may come yet`,
      `Look on the page later for ${mark}, and end it by hand if it is not wanted.`,
    ];
  }
  return [
    `${sent}; the ${record} may exist all the same`,
    `So that there are never two, it was not sent once more. Look on the page for ${mark}, and end it by hand if it is not wanted.`,
  ];
}
