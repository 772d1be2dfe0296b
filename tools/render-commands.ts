import { commands } from '../src/cli/command-line.ts';
import { commonFlags, type Flag, longName } from '../src/cli/flag.ts';
import { type CommandDefinition, describeUsage } from '../src/cli/program.ts';
import { type Exit, exitCodes } from '../src/domain/errors.ts';
import { variableOf } from '../src/inputs/flags.ts';

/** `docs/commands.md`, made from the tables of the command line. `write-tables.ts` puts it there. */

const meanings: Readonly<Record<Exit, string>> = {
  done: 'done, also if `--on-api-error warn` turned an API error into a warning',
  failed: 'failed in a way that has no code of its own',
  usage: 'wrong flags or inputs, no key, or Node below 22.19; nothing was sent',
  'gate-closed': '`gate` is closed, or could not check its conditions',
  'key-refused': 'the API key was refused',
  'scope-missing': 'the key lacks a scope',
  'not-found': 'there is no such page, notice or monitor, or the key does not see it',
  'rate-limited': 'too many requests',
  unreachable: 'StatusPage.me could not be reached, did not answer in time, or sent an answer that could not be read',
  interrupted: 'interrupted by a signal; a command that opens undoes what it began',
};

const head = `# Commands of \`statuspage-me\`

Made from the code by \`npm run tables\`. [README](../README.md#command-line) shows how to get the command line. [Recipes](recipes.md#outside-github) has a script that uses it.

## Inputs

Every flag can also be an environment variable: \`--status-page\` as \`STATUSPAGE_ME_STATUS_PAGE\`. The flag wins. A command ignores variables of flags that it does not have. A yes-or-no flag without a value means yes.

The API key is not a flag, because everybody on the machine can read flags. It is in \`STATUSPAGE_ME_API_KEY\`, or in the file that \`--api-key-file\` names.

A command reads the variables of the CI that it runs in. Pipeline and repository decide which notice a \`--deployment-key\` finds, and what a repeated job finds again. Outside a CI the repository is the one that the folder was cloned from. Without a repository only the deployment key counts. Folder, host and user do not matter.

A command has no post step. \`resolve\` ends what \`open-maintenance\` and \`open-incident\` open, by the id that they print or by \`--deployment-key\`. A window also ends by itself at its announced end. These two commands have no \`--auto-resolve\` and no flags about the end: give those to \`resolve\`.

## Help and completion

\`-h\` or \`help <command>\` shows the flags of a command, \`-V\` the version. \`completion bash\` prints a script that completes commands, flags and their values; there is one for zsh, fish and PowerShell too. \`statuspage-me\` must be in \`PATH\` or be a function of your shell, and bash needs the package bash-completion:

\`\`\`sh
statuspage-me() { node /path/to/statuspage-me.mjs "$@"; }
source <(statuspage-me completion bash)
\`\`\`

## Output

Results go to stdout, everything else to stderr. Commands on notices print the ids, joined by commas. If nothing was opened they print \`none\`, which \`resolve --id none\` accepts. \`sweep\` prints the ids that it resolved. \`check\`, \`gate\`, \`list\` and \`get\` print tables. \`run\` prints nothing to stdout, which belongs to its command. It exits with the command's exit code.

With \`--json\`, stdout holds one object in one line, and nothing if the command failed; \`check\` and \`gate\` print theirs even then. Of an operation: \`operation\`, and [the outputs of the action](../README.md#outputs) under their names, with \`created\` and \`passed\` as true or false, \`records\`, \`scopes\`, \`pages\`, \`reasons\` and \`swept\` as lists and objects. Of \`list\`: the entries under the name of what was listed, and \`complete\`, which is false if the API may not have shown everything. Of \`get\`: the entry under its name. Of \`emulator\`: \`url\`, \`api-url\`, \`api-key\` and \`status-pages\`. Values that the API does not show are null. Names are added, never changed, within one major version.

Each message is then one object in a line of stderr, with \`level\` (\`debug\`, \`info\`, \`notice\`, \`warning\`, \`error\`) and \`message\`; an error also has \`exit\` and \`exit-code\` from the table below.

\`list\` shows what a reader looks for first, and the id last; with \`--json\` each entry has all its fields. The API takes whole seconds, so the end of a window is rounded up: for up to a second after it was ended, \`list\` and the status page still show it as active. Then it is \`past\`.

On a terminal, errors and warnings have colours unless \`NO_COLOR\` is set, and a line shows the progress.

## Exit codes
`;

const common = `## Everywhere

Every command has these flags. As variables they are \`true\` or absent.
`;

/** The reference of all commands. */
export function renderCommands(): string {
  const codes = Object.entries(exitCodes).map(
    ([exit, code]) => `| ${code} | \`${exit}\` | ${meanings[exit as Exit]} |`,
  );
  const parts = [
    `${head}\n| Code | \`exit\` | Means |\n|---|---|---|\n${codes.join('\n')}`,
    `${common}\n${renderFlags(commonFlags)}`,
    ...commands.map(renderCommand),
  ];
  return `${parts.join('\n\n')}\n`;
}

function renderCommand(definition: CommandDefinition): string {
  const { name, does, operands = {}, flags, examples } = definition;
  const described = Object.entries(operands).map(([operand, { meaning }]) => `- \`${operand}\`: ${meaning}`);
  const lines = examples.map((example) => `statuspage-me ${example}`);
  return [
    `## ${name}`,
    `\`statuspage-me ${name} ${describeUsage(definition)}\``,
    does,
    ...(described.length === 0 ? [] : [described.join('\n')]),
    `\`\`\`sh\n${lines.join('\n')}\n\`\`\``,
    ...(flags.length === 0 ? [] : [renderFlags(flags)]),
  ].join('\n\n');
}

/** Flags as a table, with the variables that may stand for them. */
function renderFlags(flags: readonly Flag[]): string {
  const rows = flags.map((flag) => {
    // Another name for a flag has no variable of its own.
    const variable = flag.input === undefined ? code(variableOf(longName(flag))) : '–';
    const cells = [code(flag.flags), variable, flag.meaning];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return ['| Flag | Variable | Meaning |', '|---|---|---|', ...rows].join('\n');
}

function code(text: string): string {
  return `\`${text}\``;
}
