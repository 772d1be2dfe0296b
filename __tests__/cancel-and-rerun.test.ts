import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeFolder } from './support/act.ts';

const script = join(import.meta.dirname, '../.ci/cancel-and-rerun');

/** What GitHub shows of the rehearsal, attempt by attempt: one answer after another, of which the last one stays. */
type Shown = readonly [first: readonly string[], second: readonly string[]];

const taken = ['Post Notice: success', 'Post Witness: success'].join('\n');
const cancelled = [
  '',
  'run: \nDeploy: queued',
  'run: \nDeploy: in_progress',
  `run: cancelled\nDeploy: cancelled\n${taken}`,
];
const repeated = ['', 'run: \nDeploy: in_progress', `run: success\nDeploy: success\n${taken}`];

// Plays GitHub's command line: notes what is asked, and answers from what is shown. Nothing is there before it was started.
const fake = `#!${process.execPath}
const { readFileSync, writeFileSync, appendFileSync } = require('node:fs');
const words = process.argv.slice(2);
appendFileSync(process.env.ASKED, words.slice(0, 3).join(' ') + '\\n');
const shown = JSON.parse(readFileSync(process.env.SHOWN, 'utf8'));
const next = (answers) => (answers.length > 1 ? answers.shift() : answers[0]);
const [thing, verb] = words;
if (thing === 'run' && verb === 'list') console.log(next(shown.list));
if (thing === 'run' && verb === 'view') {
  const answer = next(shown.attempts[Number(words[words.indexOf('--attempt') + 1]) - 1]);
  writeFileSync(process.env.SHOWN, JSON.stringify(shown));
  if (answer === '') process.exit(1);
  console.log(answer);
}
writeFileSync(process.env.SHOWN, JSON.stringify(shown));
`;

const folder = makeFolder('gh-');
const path = (name: string) => join(folder.dir, name);
beforeAll(() => {
  writeFileSync(path('gh'), fake);
  chmodSync(path('gh'), 0o755);
});
afterAll(folder.remove);

/** Runs the script beside a GitHub that shows this; returns what was asked of it. Throws with its output if it fails. */
function rehearse(attempts: Shown): readonly string[] {
  writeFileSync(path('shown.json'), JSON.stringify({ list: ['', '77'], attempts }));
  writeFileSync(path('asked'), '');
  const PATH = `${folder.dir}${delimiter}${process.env.PATH}`;
  const env = { ...process.env, PATH, WAIT: '0', ASKED: path('asked'), SHOWN: path('shown.json') };
  execFileSync('bash', [script, 'branch', 'name'], { env, encoding: 'utf8', stdio: 'pipe', timeout: 60_000 });
  const asked = readFileSync(path('asked'), 'utf8').split('\n');
  return asked.filter((line, at) => line !== '' && line !== asked[at - 1]);
}

// A workflow on Linux runs it.
(process.platform === 'win32' ? describe.skip : describe)('the rehearsal', () => {
  test('is cancelled in the middle of its deploy, and run again', () => {
    expect(rehearse([cancelled, repeated])).toEqual([
      'workflow run rehearsal.yml',
      'run list --workflow',
      'run view 77',
      'run cancel 77',
      'run view 77',
      'run rerun 77',
      'run view 77',
    ]);
  });

  const last = (shown: readonly string[], from: string, to: string) => [
    ...shown.slice(0, -1),
    (shown.at(-1) ?? '').replace(from, to),
  ];
  test.each([
    [
      'the post step of the notice failed after the cancel',
      [last(cancelled, 'Post Notice: success', 'Post Notice: failure'), repeated],
    ],
    [
      'the page was not as expected after the cancel',
      [last(cancelled, 'Post Witness: success', 'Post Witness: failure'), repeated],
    ],
    ['the run ended before it could be cancelled', [last(cancelled, 'run: cancelled', 'run: success'), repeated]],
    ['the page was not as expected after the second attempt', [cancelled, last(repeated, 'Post Witness: success', '')]],
  ] as const)('fails if %s', (_, shown) => {
    expect(() => rehearse(shown)).toThrow(/Attempt [12] lacks/);
  });
});
