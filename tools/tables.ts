import { inputNames, inputs, operationNames } from '../src/inputs/inputs.ts';
import { operations } from '../src/inputs/operations.ts';
import { outputs } from '../src/inputs/outputs.ts';

/** What `action.yml` and README say of inputs, outputs and operations, made from the tables of the code; `write-tables.ts` puts it there. */

interface InputText {
  readonly meaning: string;
  readonly default?: string;
  readonly defaultNote?: string;
  readonly internal?: true;
}

/** `action.yml` as a whole. Only a default that is the same everywhere is declared: the runner cannot tell it from a value that was given. */
export function renderActionFile(): string {
  const lines = [
    '# Made from the tables in src/domain by `npm run tables`.',
    'name: StatusPage.me deployment notice',
    `description: ${quote('Shows a deployment on its StatusPage.me status page: opens a maintenance window or an incident, and takes it down when the deployment has succeeded.')}`,
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

/** A default that depends on the operation cannot be declared to the runner, so it stands in the description. */
function describeInput(name: keyof typeof inputs, input: InputText): string {
  const text = describeDefault(name, input);
  if (input.default !== undefined || text === '–') return input.meaning;
  return text === 'required' ? `${input.meaning} Required.` : `${input.meaning} Default: ${text}.`;
}

/** README's table of inputs. */
export function renderInputTable(): string {
  const rows = inputNames.flatMap((name) => {
    const input: InputText = inputs[name];
    return input.internal ? [] : [`| \`${name}\` | ${describeDefault(name, input)} | ${input.meaning} |`];
  });
  return ['| Input | Default | Meaning |', '|---|---|---|', ...rows].join('\n');
}

/** README's table of outputs. */
export function renderOutputTable(): string {
  const rows = Object.entries(outputs).map(([name, meaning]) => `| \`${name}\` | ${meaning} |`);
  return ['| Output | Meaning |', '|---|---|', ...rows].join('\n');
}

/** README's table of operations and the scopes that they ask for. */
export function renderOperationTable(): string {
  const rows = operationNames.map((name) => {
    const { does, scopes, scopesForLookUp } = operations[name];
    const list = (all: readonly string[]) => all.map((scope) => `\`${scope}\``).join(', ');
    return `| \`${name}\` | ${does} | ${list(scopes) || 'any'} | ${list(scopesForLookUp)} |`;
  });
  return [
    '| Operation | Does | Scopes | For a re-run, a key, a slug, a name or a further test also |',
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
