import { isSwitch, nameOfFlag } from '../inputs/flags.ts';
import { type Input, type InputName, inputNames, inputs } from '../inputs/inputs.ts';

/** The headings of flags in the help of a command. The flags that matter most stand above them. */
export const flagGroups = ['Notice', 'End of the deployment', 'Conditions', 'Connection and output'] as const;
type FlagGroup = (typeof flagGroups)[number];

/** A flag of a command, with or without a value: `--duration <value>`. */
export interface Flag {
  readonly flags: string;
  /** The same as help shows it, if a shorter form is what most users type. */
  readonly shortly?: string;
  /** In Markdown: what can be typed is in backticks. */
  readonly meaning: string;
  readonly group: FlagGroup;
  /** The words that it takes, for the completion of a shell. */
  readonly choices?: readonly string[];
  /** The input that it gives, if its name is another one on the command line. */
  readonly input?: InputName;
}

/** The name of a flag, without its hyphens. */
export function longName({ flags }: Flag): string {
  return /--([a-z-]+)/.exec(flags)?.[1] ?? '';
}

/** Where the API key comes from, if not from its variable. */
export const apiKeyFlag: Flag = {
  flags: '--api-key-file <path>',
  meaning: 'File that holds the API key and nothing else, if `STATUSPAGE_ME_API_KEY` is not set.',
  group: 'Connection and output',
};

/** What every command takes. */
export const commonFlags: readonly Flag[] = [
  {
    flags: '--json',
    meaning: 'Print the result as one JSON object, and each message as one too.',
    group: 'Connection and output',
  },
  { flags: '--debug', meaning: 'Print every request.', group: 'Connection and output' },
];

/** What an input means on the command line, if that differs from the action. */
const meanings: Readonly<Partial<Record<InputName, string>>> = {
  'deployment-key':
    'Your name for a deployment, such as `api-production`. A later command with this key finds its notice.',
  id: 'Id of a notice, or several separated by commas. Needs `kind`.',
  'on-cancel': 'After a cancel, for `run` a signal that stops it: `keep`, `resolve` or `incident`.',
  'on-api-error':
    'After an API error: `fail` or `warn`. `auto` fails, but only warns if opening failed for a cause that you cannot fix, such as an outage.',
  outcome:
    'How the deployment ended: `success`, `failure`, `cancelled`, `skipped`, or the exit code of its command. Words of other CIs mean the same, such as `passed`, `failed` or `canceled`. `job` just ends the notice.',
  'dry-run': 'Checks and searches everything, prints each write and sends none.',
  'allow-incidents': 'Open incidents do not close the gate.',
  'allow-maintenance': '`false` closes the gate if a window of others is active.',
  'wait-for': 'How long to wait for the conditions, asking every 30 seconds: `0s`, or from `30s` to `6h`.',
  bypass: 'Passes without asking anything, and says so. For hotfixes.',
};

const groups: Readonly<Partial<Record<InputName, FlagGroup>>> = {
  outcome: 'End of the deployment',
  'on-failure': 'End of the deployment',
  'on-cancel': 'End of the deployment',
  'resolve-message': 'End of the deployment',
  'cancel-message': 'End of the deployment',
  'failure-title': 'End of the deployment',
  'failure-message': 'End of the deployment',
  'notify-on-failure': 'End of the deployment',
  recover: 'End of the deployment',
  require: 'Conditions',
  'min-uptime': 'Conditions',
  'uptime-period': 'Conditions',
  monitors: 'Conditions',
  'allow-incidents': 'Conditions',
  'allow-maintenance': 'Conditions',
  'wait-for': 'Conditions',
  bypass: 'Conditions',
  'on-api-error': 'Connection and output',
  'dry-run': 'Connection and output',
  'api-url': 'Connection and output',
  'request-timeout': 'Connection and output',
};

/** Defaults that depend on other inputs. Those in the tables are about workflows, or about several operations at once. */
const defaultsInWords: Readonly<Partial<Record<InputName, string>>> = {
  recover: '`true` with `on-failure: incident` or `on-cancel: incident`, else `false`',
  monitors: 'every monitor of the pages',
};

/** How help shows the title of a window that starts now. */
export const titleUse = { default: 'Maintenance in progress' };

/** The flag of an input, as the operation uses it; every default is one of the tables. */
export function describeFlag(name: InputName, use?: unknown): Flag {
  const input: Input = inputs[name];
  const usual = isDefault(use) ? use.default : input.default;
  const shown = asFlags(defaultsInWords[name] ?? '') || usual?.replace(/\.$/, '');
  const yesOrNo = isSwitch(name);
  const more = use === 'required' ? ' Required.' : shown === undefined ? '' : ` Default: ${shown}.`;
  return {
    flags: yesOrNo ? `--${name} [true|false]` : `--${name} <value>`,
    ...(yesOrNo && usual !== undefined && { shortly: shortSwitch(name, usual) }),
    meaning: `${asFlags(meanings[name] ?? input.meaning)}${more}`,
    group: groups[name] ?? 'Notice',
    ...choicesOf(name),
  };
}

/** A text of the tables with inputs written as flags: `on-failure: incident` becomes `--on-failure incident`. */
export function asFlags(text: string): string {
  return text.replace(/`([a-z-]+)(?:: ([^`]+))?`/g, (written, name: string, value: string | undefined) => {
    const input = inputNames.find((one) => one === name);
    return input === undefined ? written : `\`${nameOfFlag(input, value)}\``;
  });
}

/** A switch that is on anyway is typed to turn it off. */
function shortSwitch(name: InputName, usual: string): string {
  return usual === 'false' ? `--${name}` : `--${name} false`;
}

function isDefault(use: unknown): use is { readonly default: string } {
  return typeof use === 'object' && use !== null && 'default' in use;
}

function choicesOf(name: InputName): Pick<Flag, 'choices'> {
  if (isSwitch(name)) return { choices: ['true', 'false'] };
  const { schema } = inputs[name];
  return 'options' in schema ? { choices: schema.options } : {};
}
