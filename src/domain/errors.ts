import type { MessageTitle } from './message-title.ts';
import type { Page } from './page.ts';
import type { HostKind } from './run.ts';
import type { Scope } from './scope.ts';

/** The ways in which a command may exit: the words that its errors carry as JSON, and the exit codes of the command line. */
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

/** The root of the API, unless the user gives another one. */
export const defaultApiUrl = 'https://statuspage.me/user/api/v1';
/** Where users create API keys. */
export const consoleUrl = 'https://statuspage.me/user/api-console';

/** The inputs that an explanation names. */
type ExplainedInput =
  | 'api-key'
  | 'api-url'
  | 'component-id'
  | 'github-token'
  | 'id'
  | 'kind'
  | 'message'
  | 'monitors'
  | 'require'
  | 'status-page'
  | 'title';

/** What else is known when a failure is explained: how inputs are named, the page it was about, and the pages that the key can see. */
export interface Background {
  /** An input as the reader gives it: `duration` in a workflow, `--duration` on a command line. */
  readonly nameOf: (input: ExplainedInput) => string;
  readonly page?: Page | undefined;
  readonly visible?: readonly Page[] | undefined;
  /** All scopes that the operation needs, by the one that is missing: then one new key is enough. */
  readonly needed?: ((missing: Scope) => readonly Scope[]) | undefined;
}

/** What to do with a new API key: a workflow has it in a secret, a command line in a variable or a file. */
export function adviseToStoreKey({ nameOf }: Background): string {
  const name = nameOf('api-key');
  return name === 'api-key' ? 'update the secret' : `use it in ${name}`;
}

/** What happened, and what the user should do about it. */
export interface Explanation {
  readonly happened: string;
  readonly todo: string;
  /** Whether `happened` says more than what failed because of it: with a refused key, nothing works. */
  readonly causeFirst?: boolean;
}

/** A failure that we can explain. Anything else that is thrown is a bug of ours. */
export abstract class ExplainedError extends Error {
  /** Whether the user can fix it in the repository; if not, the API, GitHub or the network is at fault. */
  abstract readonly fixable: boolean;
  /** How a command exits because of it. */
  abstract readonly exit: Exit;
  /** The title of its annotation. */
  abstract readonly title: MessageTitle;
  abstract explain(background: Background): Explanation;

  /** The same for two errors with one cause, so that a message can name the cause once. */
  get causeKey(): string {
    return `${this.name} ${this.message}`;
  }
}

/** Whether the user can fix the cause. A bug of ours counts as fixable, so that it never passes as an API error. */
export function isFixable(thrown: unknown): boolean {
  return !(thrown instanceof ExplainedError) || thrown.fixable;
}

/** How a command exits because of something thrown. */
export function exitOf(thrown: unknown): Exit {
  return thrown instanceof ExplainedError ? thrown.exit : 'failed';
}

/** Explains anything that can be thrown. */
export function explain(thrown: unknown, background: Background): Explanation {
  if (thrown instanceof ExplainedError) return thrown.explain(background);
  return {
    happened: `something unexpected happened: ${describeUnexpected(thrown)}`,
    todo: 'This is a bug in statuspage-me. Please report it, with the log of a run with debug logging.',
  };
}

/** Shows only the type of an object that is no Error, because it may hold secrets. */
function describeUnexpected(thrown: unknown): string {
  if (thrown instanceof Error) return `${thrown.name}: ${thrown.message}`;
  return typeof thrown === 'object' || typeof thrown === 'function' ? `a thrown ${typeof thrown}` : String(thrown);
}

/** What is for the user to fix, with a message that is complete: most often a wrong input, of which nothing was sent. */
export class UserError extends ExplainedError {
  override readonly name = 'UserError';
  readonly fixable = true;
  /** `usage` for a wrong input, `not-found` if it names something that does not exist, `failed` if the inputs are right. */
  readonly exit: 'usage' | 'not-found' | 'failed';
  readonly title: MessageTitle;

  constructor(title: MessageTitle, message: string, exit: 'usage' | 'not-found' | 'failed' = 'usage') {
    super(message);
    this.title = title;
    this.exit = exit;
  }

  explain(): Explanation {
    return { happened: this.message, todo: '' };
  }
}

/** No API key was given, although this run could have one. */
export class MissingKeyError extends ExplainedError {
  override readonly name = 'MissingKeyError';
  readonly title = 'missing API key';
  readonly fixable = true;
  readonly exit = 'usage';
  readonly host: HostKind;

  constructor(host: HostKind) {
    super();
    this.host = host;
  }

  explain(): Explanation {
    return missingKeys[this.host];
  }
}

/** This run gets no secrets, for a reason that is nobody's mistake. */
export class MissingSecretsError extends ExplainedError {
  override readonly name = 'MissingSecretsError';
  readonly title = 'no secrets';
  readonly fixable = true;
  readonly exit = 'failed';

  explain(): Explanation {
    return { happened: this.message, todo: 'Do this in a run that gets the secret of the key.' };
  }
}

const missingKeys: Readonly<Record<HostKind, Explanation>> = {
  runner: {
    happened: 'there is no API key: the input api-key is empty',
    todo:
      `Create a key at ${consoleUrl} and store it as a secret. If it is stored: a reusable workflow gets it by secrets: inherit, ` +
      'a secret of an environment needs environment: in the job, and a mistyped name gives an empty text.',
  },
  terminal: {
    happened: 'there is no API key: the variable STATUSPAGE_ME_API_KEY is empty, and no --api-key-file is given',
    todo: `Create a key at ${consoleUrl}, and give it in one of the two ways. A CI passes its secrets to few jobs, often not to those of forks.`,
  },
};
