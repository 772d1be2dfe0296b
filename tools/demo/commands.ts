/** One workflow command as the runner understood it, its values unescaped. */
export interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/** The commands that the runner acts on; anything else that looks like one is a plain line of the log. */
const known = new Set([
  ...['add-mask', 'add-matcher', 'add-path', 'debug', 'echo', 'endgroup', 'error', 'group', 'notice'],
  ...['remove-matcher', 'save-state', 'set-env', 'set-output', 'stop-commands', 'warning'],
]);

const dataEscapes = { '%0D': '\r', '%0A': '\n', '%25': '%' };
const propertyEscapes = { '%0D': '\r', '%0A': '\n', '%3A': ':', '%2C': ',', '%25': '%' };
const bracketEscapes = { '%3B': ';', '%0D': '\r', '%0A': '\n', '%5D': ']', '%25': '%' };

/**
 * Finds the workflow command in one line of a step's output: `::name::` at its beginning (after blanks),
 * or the older `##[name]` anywhere in it, as the runner looks for them.
 */
export function parseCommand(line: string): Command | undefined {
  const modern = /^\s*::([^ :]+)(?: (.*?))?::(.*)$/s.exec(line);
  if (isKnown(modern)) return command(modern, ',', propertyEscapes, dataEscapes);
  const older = /##\[([^ \]]+)(?: ([^\]]*))?\](.*)$/s.exec(line);
  if (isKnown(older)) return command(older, ';', bracketEscapes, bracketEscapes);
  return undefined;
}

const isKnown = (match: RegExpExecArray | null): match is RegExpExecArray =>
  match !== null && known.has((match[1] ?? '').toLowerCase());

type Escapes = Readonly<Record<string, string>>;

function command(match: RegExpExecArray, separator: string, inProperties: Escapes, inData: Escapes): Command {
  const [, name = '', properties = '', data = ''] = match;
  const pairs = properties.split(separator).flatMap((pair) => {
    const at = pair.indexOf('=');
    return at < 0 ? [] : [[pair.slice(0, at).trim(), unescaped(pair.slice(at + 1), inProperties)] as const];
  });
  return { name: name.toLowerCase(), properties: Object.fromEntries(pairs), data: unescaped(data, inData) };
}

const unescaped = (text: string, escapes: Escapes): string =>
  Object.entries(escapes).reduce((done, [written, meant]) => done.replaceAll(written, meant), text);

/** The values of a command file, and the error with which the runner fails the step if it cannot read it. */
export interface CommandFile {
  readonly values: Readonly<Record<string, string>>;
  readonly problem: string | undefined;
}

/** Reads the text of GITHUB_OUTPUT, GITHUB_STATE or GITHUB_ENV (`name=value` or `name<<delimiter`); later values win. */
export function parseCommandFile(text: string): CommandFile {
  const values: Record<string, string> = {};
  const lines = text.split(/\r\n|\r|\n/);
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    if (line === '') continue;
    const [, name, sign, rest = ''] = /^(.*?)(<<|=)(.*)$/.exec(line) ?? [];
    if (name === undefined || name === '' || (sign === '<<' && rest === '')) {
      return { values, problem: `Invalid format '${line}'` };
    }
    if (sign === '=') {
      values[name] = rest;
      continue;
    }
    const end = lines.indexOf(rest);
    if (end < 0) return { values, problem: `Invalid value. Matching delimiter not found '${rest}'` };
    values[name] = lines
      .splice(0, end + 1)
      .slice(0, -1)
      .join('\n');
  }
  return { values, problem: undefined };
}
