import { data, Evaluator, Lexer, Parser } from '@actions/expressions';

/** What expressions can read, by the context's name: `github`, `job`, `matrix`, `steps` and so on, as plain data. */
export type Contexts = Readonly<Record<string, unknown>>;

const expression = /\$\{\{((?:'[^']*'|[^'])*?)\}\}/g;

/**
 * Evaluates the `${{ }}` in a text with GitHub's own engine; the runner hands every input over as a string.
 * Throws where an expression is malformed or names a context that is not among those given.
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
