import { MayExistError } from '../deployment/create.ts';
import { UnlocatedError } from '../deployment/locate.ts';
import { TwinError } from '../deployment/settle.ts';
import { UserError } from '../domain/user-error.ts';
import { WorkflowRunsError, type WorkflowRunsTrouble } from '../domain/workflow-runs.ts';
import { StatusPageError, type Trouble } from '../statuspage/errors.ts';
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
  if (thrown instanceof StatusPageError) return exitOfTrouble(thrown.trouble);
  if (thrown instanceof MayExistError || thrown instanceof TwinError) return exitOf(thrown.cause);
  if (thrown instanceof UnlocatedError) return 'unreachable';
  return thrown instanceof WorkflowRunsError ? exitOfRunsTrouble(thrown.kind) : 'failed';
}

function exitOfTrouble(trouble: Trouble): Exit {
  switch (trouble) {
    case 'unauthorized':
      return 'key-refused';
    case 'forbidden':
      return 'scope-missing';
    case 'not-found':
    case 'rate-limited':
    case 'interrupted':
      return trouble;
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

function exitOfRunsTrouble(trouble: WorkflowRunsTrouble): Exit {
  switch (trouble) {
    case 'unauthorized':
      return 'key-refused';
    case 'forbidden':
      return 'scope-missing';
    case 'invisible':
      return 'not-found';
    case 'rate-limited':
    case 'interrupted':
    case 'unreachable':
      return trouble;
    case 'out-of-time':
      return 'unreachable';
  }
}
