import { type InputName, inputNames, inputs, operationNames } from '../src/inputs/inputs.ts';
import { operations } from '../src/inputs/operations.ts';
import { outputs } from '../src/messages/outputs.ts';

/** What `action.yml`, README and docs say about inputs, outputs and operations, made from the tables of the code; `write-tables.ts` puts it there. */

interface InputText {
  readonly meaning: string;
  readonly default?: string;
  readonly defaultNote?: string;
  readonly internal?: true;
}

/** `action.yml` as a whole. Only a default that is the same everywhere is declared: the runner cannot tell it from a value that was given. */
export function renderActionFile(): string {
  const lines = [
    '# Made from the code by `npm run tables`.',
    'name: StatusPage.me deployment notice',
    `description: ${quote('Shows a deployment on its StatusPage.me status page: opens a maintenance window or an incident, and ends it when the deployment succeeds.')}`,
    'author: statuspage-me',
    'branding:',
    '  icon: radio',
    '  color: blue',
    'inputs:',
  ];
  for (const name of inputNames) {
    const input: InputText = inputs[name];
    lines.push(`  ${name}:`, `    description: ${quote(describeInput(name, input))}`, '    required: false');
    if (input.default !== undefined) lines.push(`    default: ${quote(input.default)}`);
  }
  lines.push('outputs:');
  for (const [name, meaning] of Object.entries(outputs)) lines.push(`  ${name}:`, `    description: ${quote(meaning)}`);
  lines.push('runs:', '  using: node24', '  main: dist/main.js', '  post: dist/post.js', '');
  return lines.join('\n');
}

/** A default that depends on the operation cannot be declared to the runner, so it is in the description. */
function describeInput(name: keyof typeof inputs, input: InputText): string {
  const text = describeDefault(name, input);
  if (input.default !== undefined || text === '–') return input.meaning;
  return text === 'required' ? `${input.meaning} Required.` : `${input.meaning} Default: ${text}.`;
}

/** The inputs in the groups in which README shows them. Every input that users may set is in exactly one. */
export const inputGroups: Readonly<Record<string, readonly InputName[]>> = {
  inputs: [
    'operation',
    'api-key',
    'status-page',
    'title',
    'message',
    'duration',
    'deployment-key',
    'outcome',
    'on-failure',
    'on-cancel',
    'on-api-error',
    'dry-run',
  ],
  'inputs: notice': ['start', 'auto-resolve', 'notify-subscribers', 'id', 'kind', 'state', 'component-id', 'marker'],
  'inputs: failure': [
    'resolve-message',
    'cancel-message',
    'failure-title',
    'failure-message',
    'notify-on-failure',
    'recover',
  ],
  'inputs: gate': [
    'min-uptime',
    'uptime-period',
    'monitors',
    'allow-incidents',
    'allow-maintenance',
    'wait-for',
    'bypass',
  ],
  'inputs: check': ['require', 'github-token', 'api-url', 'request-timeout'],
};

/** The tables of the documents, by the names that stand in their places. */
export function renderTables(): Readonly<Record<string, string>> {
  const groups = Object.entries(inputGroups).map(([group, names]) => [group, renderInputTable(names)] as const);
  return { ...Object.fromEntries(groups), outputs: renderOutputTable(), operations: renderOperationTable() };
}

function renderInputTable(names: readonly InputName[]): string {
  const rows = names.map(
    (name) => `| \`${name}\` | ${describeDefault(name, inputs[name])} | ${inputs[name].meaning} |`,
  );
  return ['| Input | Default | Meaning |', '|---|---|---|', ...rows].join('\n');
}

function renderOutputTable(): string {
  const rows = Object.entries(outputs).map(([name, meaning]) => `| \`${name}\` | ${meaning} |`);
  return ['| Output | Meaning |', '|---|---|', ...rows].join('\n');
}

/** The operations and the scopes that they need. */
function renderOperationTable(): string {
  const rows = operationNames.map((name) => {
    const { does, scopes, scopesAtTimes } = operations[name];
    const list = (all: readonly string[]) => all.map((scope) => `\`${scope}\``).join(', ');
    return `| \`${name}\` | ${does} | ${list(scopes) || 'any'} | ${list(scopesAtTimes)} |`;
  });
  return [
    '| Operation | Does | Scopes | To find earlier notices, slugs and names also |',
    '|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function describeDefault(name: keyof typeof inputs, input: InputText): string {
  if (input.defaultNote !== undefined) return input.defaultNote;
  if (input.default !== undefined) return `\`${input.default}\``;
  const uses = new Map<string, string>();
  for (const operation of operationNames) {
    const use = (operations[operation].inputs as Readonly<Record<string, unknown>>)[name];
    if (use === 'required') uses.set(operation, 'required');
    else if (typeof use === 'object' && use !== null && 'default' in use) uses.set(operation, `\`${use.default}\``);
  }
  const said = [...uses.values()];
  if (said.length === 0) return '–';
  if (new Set(said).size === 1) return said[0] ?? '–';
  return [...uses].map(([operation, text]) => `${short[operation]}: ${text}`).join('; ');
}

const short: Readonly<Record<string, string>> = { 'open-maintenance': 'window', 'open-incident': 'incident' };

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
