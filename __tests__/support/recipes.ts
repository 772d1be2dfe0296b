import { readFileSync } from 'node:fs';
import MarkdownIt from 'markdown-it';
import { parse, stringify } from 'yaml';

/** A workflow that README or docs/recipes.md shows, or the jobs of one. */
export interface Recipe {
  /** The heading above it. The second recipe below a heading has ` (2)` behind it. */
  readonly name: string;
  readonly yaml: string;
}

/** A document as text, by its path in this repository. */
export const readDocument = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** The recipes of README and docs/recipes.md in their order. */
export function readRecipes(): readonly Recipe[] {
  return ['README.md', 'docs/recipes.md'].flatMap((path) => recipesOf(readDocument(path)));
}

function recipesOf(page: string): readonly Recipe[] {
  const tokens = new MarkdownIt().parse(page, {});
  const recipes: Recipe[] = [];
  let heading = '';
  let count = 0;
  for (const [at, { type, info, content }] of tokens.entries()) {
    if (type === 'heading_open') {
      heading = tokens[at + 1]?.content ?? '';
      count = 0;
    }
    if (type !== 'fence' || !/^ya?ml$/.test(info.trim())) continue;
    count += 1;
    recipes.push({ name: count === 1 ? heading : `${heading} (${count})`, yaml: content });
  }
  return recipes;
}

/** The action as the recipes write it. */
export const actionInReadme = 'OWNER/statuspage-me@v1';

interface Step {
  uses?: string;
  with?: Record<string, unknown>;
}

/** A recipe as a whole workflow that uses another API. Nothing else is changed: neither inputs nor steps nor conditions. */
export function workflowOf(yaml: string, apiUrl: string): string {
  const written = parse(yaml);
  const workflow: { jobs: Record<string, { steps?: Step[] }> } = { on: 'push', ...written };
  for (const { steps = [] } of Object.values(workflow.jobs)) {
    for (const step of steps) if (step.uses === actionInReadme) step.with = { ...step.with, 'api-url': apiUrl };
  }
  return stringify(workflow);
}

/** What triggers a recipe; `push` if it leaves that to the reader. */
export function eventOf(yaml: string): string {
  const { on = 'push' } = parse(yaml);
  return typeof on === 'string' ? on : String(Object.keys(on)[0]);
}

/** The scripts that the steps of a recipe call, as `deploy.sh`. */
export function scriptsOf(yaml: string): readonly string[] {
  return [...new Set([...yaml.matchAll(/(?<=run: \.\/)[\w-]+\.sh/g)].map(([name]) => name))];
}
