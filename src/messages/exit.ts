import { UncertainCreateError } from '../deployment/create-once.ts';
import { UnlocatedError } from '../deployment/find.ts';
import { DuplicateError } from '../deployment/settle.ts';
import { UserError } from '../domain/errors.ts';
import { WorkflowRunsError, type WorkflowRunsErrorCode } from '../domain/workflow-runs.ts';
import { type ErrorCode, StatusPageError } from '../statuspage/errors.ts';
import { MissingKeyError } from './failure.ts';

/** How a command may leave: the words that its errors carry as JSON, and the exit codes of the command line. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  'gate-closed': 3,
  'key-refused': 4,
  'scope-missing': 5,
  'not-found': 6,
  'rate-limited': 7,
  unreachable: 8,
  interrupted: 130,
} as const;
export type Exit = keyof typeof exitCodes;

/** How a command leaves because of something thrown. */
export function exitOf(thrown: unknown): Exit {
  if (thrown instanceof UserError) return thrown.means;
  if (thrown instanceof MissingKeyError) return 'usage';
  if (thrown instanceof StatusPageError) return exitOfTrouble(thrown.code);
  if (thrown instanceof UncertainCreateError || thrown instanceof DuplicateError) return exitOf(thrown.cause);
  if (thrown instanceof UnlocatedError) return 'unreachable';
  return thrown instanceof WorkflowRunsError ? exitOfRunsTrouble(thrown.code) : 'failed';
}

function exitOfTrouble(code: ErrorCode): Exit {
  switch (code) {
    case 'unauthorized':
      return 'key-refused';
    case 'forbidden':
      return 'scope-missing';
    case 'not-found':
    case 'rate-limited':
    case 'interrupted':
      return code;
    case 'invalid':
    case 'client':
    case 'redirect':
      return 'failed';
    case 'server':
    case 'unreadable':
    case 'too-large':
    case 'timeout':
    case 'reset':
    case 'refused':
    case 'unknown-host':
    case 'certificate':
    case 'proxy':
    case 'out-of-time':
      return 'unreachable';
  }
}

function exitOfRunsTrouble(code: WorkflowRunsErrorCode): Exit {
  switch (code) {
    case 'unauthorized':
      return 'key-refused';
    case 'forbidden':
      return 'scope-missing';
    case 'invisible':
      return 'not-found';
    case 'rate-limited':
    case 'interrupted':
    case 'unreachable':
      return code;
    case 'out-of-time':
      return 'unreachable';
  }
}
