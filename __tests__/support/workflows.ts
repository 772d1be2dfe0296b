import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Files, readFiles } from './act.ts';
import { actionInReadme, readRecipes } from './recipes.ts';

/** The two ways in which a workflow names the action: the one of its own repository, and the published one. */
export const forms = ['./', actionInReadme] as const;

/** One of these ways. */
export type Form = (typeof forms)[number];

/** The reusable workflows of this repository, by their files' names. */
export const reusableWorkflows = ['notice.yml', 'sweep.yml'] as const;

const pathOf = (name: string): string => `.github/workflows/${name}`;

const folder = join(import.meta.dirname, '../engines/workflows');

/** The workflows that are written to be run, by their files' names. */
export const workflowNames: readonly string[] = readdirSync(folder).filter((name) => /^[\w-]+\.yml$/.test(name));

/** A workflow's text, in which the action and the workflows of this repository are named in one of these ways. */
export function readWorkflow(name: string, form: Form = actionInReadme): string {
  const text = readFileSync(join(folder, name), 'utf8');
  return form === './' ? text.replaceAll(/OWNER\/statuspage-me\/?([^\s@]*)@v1/g, './$1') : text;
}

/** What a workflow is called among all that were run. */
export const nameOfRun = (name: string, form: Form): string => `${name}, uses: ${form}`;

/** What a recipe is called there. */
export const nameOfRecipe = (name: string): string => `recipe: ${name}`;

/** Everything that must have been run in the end. */
export function namesToRun(): readonly string[] {
  return [
    ...workflowNames.flatMap((name) => forms.map((form) => nameOfRun(name, form))),
    ...readRecipes().map(({ name }) => nameOfRecipe(name)),
    // The other reusable workflow cannot be started by hand: its caller is among the above.
    'notice.yml',
  ];
}

/** The repository that a workflow lives in; with `./` the action is a part of it. */
export function repositoryOf(name: string, form: Form): Files {
  return {
    ...(form === './' ? readFiles('action.yml', 'dist/**/*', ...reusableWorkflows.map(pathOf)) : {}),
    '.github/workflows/workflow.yml': readWorkflow(name, form),
    '.github/actions/announce/action.yml': readWorkflow('announce.action.yml', form),
  };
}
