import { execFile } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { evaluateText } from '../../tools/demo/action-file.ts';
import { commitFiles, makeFolder, readFiles } from '../support/act.ts';
import { testWithEngine } from '../support/engine.ts';
import { ourActionFile, validateAction, validateWorkflow } from '../support/github-parser.ts';
import { readRecipes, workflowOf } from '../support/recipes.ts';
import { forms, readWorkflow, repositoryOf, workflowNames } from '../support/workflows.ts';

const root = join(import.meta.dirname, '../..');
const find = (pattern: string) => globSync(pattern, { cwd: root });
const read = (path: string) => readFileSync(join(root, path), 'utf8');

const workflows = find('.github/{workflows,examples}/**/*.{yml,yaml}').filter(
  (path) => 'jobs' in Object(parse(read(path))),
);
const composites = [...find('.github/**/action.{yml,yaml}'), '__tests__/engines/workflows/announce.action.yml'];

describe("GitHub's own parser has nothing against", () => {
  test.each(workflows)('%s', async (path) => {
    expect(await validateWorkflow(read(path))).toEqual([]);
  });

  test.each(composites)('%s', async (path) => {
    expect(await validateAction(read(path))).toEqual([]);
  });

  test.each(workflowNames.flatMap((name) => forms.map((form) => [name, form] as const)))(
    '%s, uses: %s',
    async (name, form) => {
      expect(await validateWorkflow(readWorkflow(name, form), undefined, repositoryOf(name, form))).toEqual([]);
    },
  );
});

describe('it would find in a workflow', () => {
  const call = readWorkflow('call-notice.yml', './');
  const composite = readWorkflow('composite.yml');

  test.each([
    [
      'an input that a reusable workflow lacks',
      call,
      'title: Slow',
      'titel: Slow',
      'Invalid input, titel is not defined in the referenced workflow.',
    ],
    [
      'an input that it requires',
      call,
      '      message: It is fast again.\n',
      '',
      'Input message is required, but not provided while calling.',
    ],
    ['a reusable workflow that is not there', call, 'notice.yml', 'notices.yml', 'Unable to find reusable workflow'],
    [
      'an input that a composite action lacks',
      composite,
      'status-page:',
      'duration:',
      "Invalid action input 'duration'",
    ],
  ])('%s', async (_, text, from, to, message) => {
    expect(text).toContain(from);
    const found = await validateWorkflow(text.replace(from, to), undefined, repositoryOf('composite.yml', './'));
    expect(found.map((finding) => finding.message)).toContainEqual(expect.stringContaining(message));
  });
});

describe("the hidden inputs, evaluated by GitHub's engine", () => {
  const inputs: Readonly<Record<string, { readonly default?: string }>> = parse(ourActionFile()).inputs;
  const given = (name: string, contexts: { job: { status: string }; matrix: object | null }) =>
    evaluateText(inputs[name]?.default ?? 'no default', contexts);

  test.each(['success', 'failure', 'cancelled'])(
    'tell the post step the status %s, which main could not know',
    (status) => {
      expect(given('job-status', { job: { status: 'success' }, matrix: null })).toBe('success');
      expect(given('job-status', { job: { status }, matrix: null })).toBe(status);
    },
  );

  test('tell the legs of a matrix apart, and are null outside of one', () => {
    const job = { status: 'success' };
    expect(JSON.parse(given('matrix', { job, matrix: { region: 'eu', size: 2 } }))).toEqual({ region: 'eu', size: 2 });
    expect(given('matrix', { job, matrix: null })).toBe('null');
  });
});

testWithEngine(
  'actionlint',
  'actionlint has nothing against the recipes and the workflows that are run here',
  async (actionlint) => {
    const recipes = readRecipes().map(
      ({ yaml }, at) => [`recipe-${at}.yml`, workflowOf(yaml, 'https://api.example')] as const,
    );
    const ours = workflowNames.map((name) => [name, readWorkflow(name, './')] as const);
    const { dir, remove } = makeFolder('actionlint-');
    try {
      commitFiles(dir, {
        ...readFiles('action.yml', 'dist/**/*', '.github/workflows/*', '.github/actionlint.yaml'),
        '.github/actions/announce/action.yml': readWorkflow('announce.action.yml', './'),
        ...Object.fromEntries([...recipes, ...ours].map(([name, text]) => [`.github/workflows/${name}`, text])),
      });
      expect(recipes.length).toBeGreaterThan(10);
      expect(await lint(actionlint, dir)).toBe('');
      const mistyped = readWorkflow('deploy.yml', './').replace('on-failure', 'on-failrue');
      writeFileSync(join(dir, '.github/workflows/deploy.yml'), mistyped);
      expect(await lint(actionlint, dir)).toContain('input "on-failrue" is not defined in action');
    } finally {
      remove();
    }
  },
  60_000,
);

const laterStep = 'property "deploy" is not defined in object type';

/** What actionlint prints about a repository, but for the step that comes later: README explains that in a footnote. */
async function lint(actionlint: string, cwd: string): Promise<string> {
  const { stdout } = await promisify(execFile)(actionlint, ['-no-color', '-oneline', '-ignore', laterStep], {
    cwd,
  }).catch((error) => error);
  return stdout;
}
