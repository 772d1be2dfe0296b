import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { validateWorkflow } from './support/github-parser.ts';

const root = join(import.meta.dirname, '..');
const files = globSync('.github/workflows/*.y*ml', { cwd: root })
  .sort()
  .map((path) => ({ path: path.replaceAll('\\', '/'), text: readFileSync(join(root, path), 'utf8') }));

interface Step {
  readonly run?: string;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly uses?: string;
  readonly steps?: readonly Step[];
}

interface Workflow {
  readonly jobs: Readonly<Record<string, Job>>;
}

/** What is wrong with a workflow, a line each. zizmor checks the rest: rights, pins, tokens, scripts, triggers, concurrency. */
type Rule = (workflow: Workflow) => readonly string[];

const jobsOf = ({ jobs }: Workflow) => Object.entries(jobs);

const eachJobEnds: Rule = (workflow) =>
  jobsOf(workflow).flatMap(([name, { 'timeout-minutes': minutes, uses }]) =>
    uses !== undefined || (minutes !== undefined && minutes <= 60) ? [] : [`${name} may run for hours`],
  );

/** Commands that run what a dependency brings. */
const thirdParties = /\bnpm (?:ci|install|i|test|t|run|exec)\b|\bnpx\b|\.ci\/run\b/;

const whoMayWriteRunsNoDependency: Rule = (workflow) =>
  jobsOf(workflow).flatMap(([name, { permissions = {}, steps = [] }]) => {
    if (!Object.values(permissions).includes('write')) return [];
    const run = steps.find((step) => thirdParties.test(step.run ?? ''))?.run;
    return run === undefined ? [] : [`${name} may write and runs: ${run.split('\n')[0]}`];
  });

const sample = `name: Sample
on: push
permissions: {}
jobs:
  build:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions:
      contents: write # to push
    steps:
      - run: echo "$TITLE"
        env:
          TITLE: \${{ github.event.pull_request.title }}
`;

const rules: readonly (readonly [string, Rule, readonly [from: string, to: string, finding: string]])[] = [
  ['limits the time of each job', eachJobEnds, ['    timeout-minutes: 5\n', '', 'build may run for hours']],
  [
    'lets no dependency run in a job that may write',
    whoMayWriteRunsNoDependency,
    ['echo "$TITLE"', 'npm ci', 'build may write and runs: npm ci'],
  ],
];

describe.each(files)('$path', ({ text }) => {
  test("is what GitHub's own parser expects of a workflow", async () => {
    expect(await validateWorkflow(text)).toEqual([]);
  });

  test.each(rules)('%s', (_, rule) => {
    expect(rule(parse(text))).toEqual([]);
  });
});

describe('a workflow that breaks a rule is found: it', () => {
  test.each(rules)('%s', (_, rule, [from, to, finding]) => {
    const planted = sample.replace(from, () => to);
    expect(planted).not.toBe(sample);
    expect(rule(parse(sample))).toEqual([]);
    expect(rule(parse(planted))).toEqual([finding]);
  });
});

test('an action has one commit everywhere', () => {
  const pins = files.flatMap(({ text }) => [...text.matchAll(/uses: ([\w/-]+)(?:\/[\w-]+)?(@\S+ # \S+)/g)]);
  const byRepository = new Map<string, Set<string>>();
  for (const [, name = '', pin = ''] of pins) {
    const repository = name.split('/').slice(0, 2).join('/');
    byRepository.set(repository, (byRepository.get(repository) ?? new Set()).add(pin));
  }
  expect(byRepository.size).toBeGreaterThan(4);
  expect([...byRepository].filter(([, commits]) => commits.size > 1)).toEqual([]);
});
