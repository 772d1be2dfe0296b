import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import { parse } from 'yaml';

/** The part of an action.yml that the runner needs to run a JavaScript action; a default is the text before evaluation. */
export interface ActionFile {
  readonly main: string;
  readonly post: string | undefined;
  readonly defaults: Readonly<Record<string, string>>;
}

interface Yaml {
  readonly inputs?: Readonly<Record<string, { readonly default?: string | number | boolean } | null>>;
  readonly runs: Readonly<Record<string, string>>;
}

/**
 * Reads the action.yml of a JavaScript action.
 * Throws on `pre`, `pre-if` and `post-if`: this runner would have to guess what they do.
 */
export function readActionFile(actionDir: string): ActionFile {
  const { inputs = {}, runs } = parse(readFileSync(join(actionDir, 'action.yml'), 'utf8')) as Yaml;
  if (!runs.using?.startsWith('node') || runs.main === undefined) throw new Error('Not a JavaScript action.');
  for (const key of ['pre', 'pre-if', 'post-if']) {
    if (key in runs) throw new Error(`This runner does not know \`${key}\`.`);
  }
  // An input without a default is an empty string to the runner, never absent.
  const defaults = Object.entries(inputs).map(([name, input]) => [name, String(input?.default ?? '')] as const);
  return { main: runs.main, post: runs.post, defaults: Object.fromEntries(defaults) };
}

/** What expressions can read, by the context's name: `github`, `job`, `matrix`, `steps` and so on, as plain data. */
export type Contexts = Readonly<Record<string, unknown>>;

const expression = /\$\{\{((?:'[^']*'|[^'])*?)\}\}/g;

/**
 * Evaluates the `${{ }}` in a text with GitHub's own engine; the runner hands every input over as a string.
 * Throws if an expression is malformed or names a context that is not among those given.
 */
export function evaluateText(text: string, contexts: Contexts): string {
  return text.replace(expression, (_, source: string) => evaluateExpression(source, contexts));
}

function evaluateExpression(source: string, contexts: Contexts): string {
  const { tokens } = new Lexer(source).lex();
  const parsed = new Parser(tokens, Object.keys(contexts), []).parse();
  const known = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary;
  return new Evaluator(parsed, known).evaluate().coerceString();
}
