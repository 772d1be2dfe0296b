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
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly uses?: string;
  readonly steps?: readonly Step[];
}

interface Workflow {
  readonly on: unknown;
  readonly permissions?: unknown;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** A rule of hygiene says what is wrong with a workflow, a line each. */
type Rule = (workflow: Workflow, text: string) => readonly string[];

const triggersOf = ({ on }: Workflow): readonly string[] => (typeof on === 'string' ? [on] : Object.keys(Object(on)));
const jobsOf = ({ jobs }: Workflow) => Object.entries(jobs);
const stepsOf = (workflow: Workflow) => jobsOf(workflow).flatMap(([, { steps = [] }]) => steps);

const nothingIsAllowedFromTheStart: Rule = ({ permissions }) =>
  JSON.stringify(permissions) === '{}' ? [] : ['the workflow does not begin with permissions: {}'];

const eachJobNamesItsRights: Rule = (workflow) =>
  jobsOf(workflow).flatMap(([name, { permissions }]) =>
    typeof permissions === 'object' ? [] : [`${name} names no permissions`],
  );

const eachRightHasAReason: Rule = (_, text) =>
  [...text.matchAll(/^ {6}((?!contents: read)[\w-]+: (?:read|write))$/gm)].map(([, right]) => `${right} has no reason`);

const eachJobEnds: Rule = (workflow) =>
  jobsOf(workflow).flatMap(([name, { 'timeout-minutes': minutes, uses }]) =>
    uses !== undefined || (minutes !== undefined && minutes <= 60) ? [] : [`${name} may run for hours`],
  );

const actionsArePinned: Rule = (_, text) =>
  [...text.matchAll(/^\s*(?:- )?uses: (?!\.\/)(.*)$/gm)].flatMap(([, uses = '']) =>
    /^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(uses) ? [] : [`${uses} is not pinned`],
  );

const noTokenIsLeftBehind: Rule = (workflow) =>
  stepsOf(workflow)
    .filter(({ uses }) => uses?.startsWith('actions/checkout@'))
    .flatMap((step) => (step.with?.['persist-credentials'] === false ? [] : ['checkout keeps the token']));

const noTextBecomesAScript: Rule = (workflow) =>
  stepsOf(workflow).flatMap(({ run }) => (run?.includes('${{') ? [`an expression in: ${run.split('\n')[0]}`] : []));

const strangersGetNoRights: Rule = (workflow) =>
  triggersOf(workflow)
    .filter((trigger) => ['pull_request_target', 'workflow_run', 'issue_comment'].includes(trigger))
    .map((trigger) => `starts on ${trigger}`);

const runsDoNotPileUp: Rule = (workflow) =>
  workflow.concurrency !== undefined || triggersOf(workflow).every((trigger) => trigger === 'workflow_call')
    ? []
    : ['has no concurrency'];

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
concurrency: sample
jobs:
  build:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions:
      contents: write # to push
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - run: echo "$TITLE"
        env:
          TITLE: \${{ github.event.pull_request.title }}
`;

const rules: readonly (readonly [string, Rule, readonly [from: string, to: string, finding: string]])[] = [
  [
    'begins with no rights at all',
    nothingIsAllowedFromTheStart,
    ['permissions: {}', 'permissions: read-all', 'the workflow does not begin with permissions: {}'],
  ],
  [
    'gives each job rights of its own',
    eachJobNamesItsRights,
    ['    permissions:\n      contents: write # to push\n', '', 'build names no permissions'],
  ],
  ['says what each right is for', eachRightHasAReason, [' # to push', '', 'contents: write has no reason']],
  ['ends each job in time', eachJobEnds, ['    timeout-minutes: 5\n', '', 'build may run for hours']],
  [
    'pins actions by commit, with the version beside it',
    actionsArePinned,
    ['@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1', '@v7', 'actions/checkout@v7 is not pinned'],
  ],
  [
    'leaves no token in the checked-out repository',
    noTokenIsLeftBehind,
    ['persist-credentials: false', 'fetch-depth: 0', 'checkout keeps the token'],
  ],
  [
    'lets no text from outside become a script',
    noTextBecomesAScript,
    ['"$TITLE"', '${{ github.event.issue.title }}', 'an expression in: echo ${{ github.event.issue.title }}'],
  ],
  [
    'gives no rights to what strangers start',
    strangersGetNoRights,
    ['on: push', 'on: pull_request_target', 'starts on pull_request_target'],
  ],
  ['does not pile up', runsDoNotPileUp, ['concurrency: sample\n', '', 'has no concurrency']],
  [
    'lets no dependency run where something may be written',
    whoMayWriteRunsNoDependency,
    ['echo "$TITLE"', 'npm ci', 'build may write and runs: npm ci'],
  ],
];

describe.each(files)('$path', ({ text }) => {
  test("is what GitHub's own parser expects of a workflow", async () => {
    expect(await validateWorkflow(text)).toEqual([]);
  });

  test.each(rules)('%s', (_, rule) => {
    expect(rule(parse(text), text)).toEqual([]);
  });
});

describe('a workflow would be found out that does not keep the rule that it', () => {
  test.each(rules)('%s', (_, rule, [from, to, finding]) => {
    const planted = sample.replace(from, () => to);
    expect(planted).not.toBe(sample);
    expect(rule(parse(sample), sample)).toEqual([]);
    expect(rule(parse(planted), planted)).toEqual([finding]);
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
