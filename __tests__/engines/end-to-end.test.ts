import { setTimeout } from 'node:timers/promises';
import { afterEach, expect } from '@jest/globals';
import { type ActOptions, commitFiles, makeFolder, type RunningAct, readFiles, startAct } from '../support/act.ts';
import { testWithEngine } from '../support/engine.ts';

/*
 * The workflows that play the action on GitHub's own runner, run by act: their witness prints what it has seen, and fails if that is not
 * what they expect. act knows no other machines than this one, and no API of GitHub: the jobs that ask it are left out.
 */

const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0).reverse()) end();
});

const bundles = () => readFiles('action.yml', 'dist/**/*', '.github/actions/witness/*');

/** A repository that holds what is committed of the action, and one workflow; `plant` is a mistake in the file of the action. */
function start(act: string, workflow: string, options: ActOptions, plant = (action: string) => action): RunningAct {
  const { dir, remove } = makeFolder('end-to-end-');
  endings.push(remove);
  const files = { ...bundles(), ...readFiles(`.github/workflows/${workflow}`) };
  commitFiles(dir, { ...files, 'action.yml': plant(files['action.yml'] ?? '') });
  const running = startAct(act, dir, { ...options, leg: 'os:ubuntu-latest' });
  endings.push(running.kill);
  return running;
}

/** Interrupts act as soon as it says this. */
async function interruptWhen(running: RunningAct, says: RegExp): Promise<void> {
  for (const giveUpAt = Date.now() + 60_000; !says.test(running.log()); await setTimeout(20)) {
    if (Date.now() > giveUpAt) throw new Error(`act never came so far:\n${running.log()}`);
  }
  running.interrupt();
}

/** How the witness ended, and what it says that it has seen. */
function readTestimony(log: string): { readonly verdict: string | undefined; readonly seen: readonly string[] } {
  const [, testimony = ''] = /\| Seen:\n([\s\S]*?)\n[^\n]*(?:\| Expected:|- Post Witness)/.exec(log) ?? [];
  const lines = testimony.split('\n').map((line) => line.replace(/^.*?\| /, '').trim());
  // Without a witness there is nothing to tell but how it came to that.
  if (testimony === '') throw new Error(`The witness says nothing:\n${log}`);
  return { verdict: /(Success|Failure) - Post Witness/.exec(log)?.[1], seen: lines };
}

const list = 'GET /maintenances 200';
const cancelled = ['POST /maintenances 201', 'PATCH /maintenances/1 200', 'window 1: past'];
const ended = ['POST /maintenances 201', list, 'PATCH /maintenances/1 200', 'window 1: past'];
const kept = ['POST /maintenances 201', list, 'window 1: active'];
const turned = [
  'PATCH /incidents/00000000-0000-0000-0000-000000000000 404',
  ...['POST /maintenances 201', list, 'GET /incidents 200', 'POST /incidents 201', 'PATCH /maintenances/1 200'],
  ...['window 1: past', 'incident 1: investigating'],
];

for (const [job, exitCode, seen] of [
  ['success', 0, ended],
  ['seen-through', 0, turned],
  ['failure', 1, kept],
] as const) {
  testWithEngine(
    'act',
    `e2e.yml: the witness of the job ${job} sees what it expects`,
    async (act) => {
      const done = await start(act, 'e2e.yml', { name: `e2e.yml, ${job}`, event: 'pull_request', job }).ended;
      expect(readTestimony(done.log)).toEqual({ verdict: 'Success', seen });
      expect(done.exitCode).toBe(exitCode);
    },
    90_000,
  );
}

for (const [attempt, seen] of [
  ['1', cancelled],
  ['2', [list, ...ended]],
] as const) {
  testWithEngine(
    'act',
    `rehearsal.yml: the window is ended in attempt ${attempt}${attempt === '1' ? ', which is cancelled' : ''}`,
    async (act) => {
      const options = { name: 'rehearsal.yml', event: 'workflow_dispatch', inputs: { name: 'by-act' } };
      const running = start(act, 'rehearsal.yml', { ...options, env: { GITHUB_RUN_ATTEMPT: attempt } });
      if (attempt === '1') await interruptWhen(running, /Run Main Deploy/);
      const { log } = await running.ended;
      expect(readTestimony(log)).toEqual({ verdict: 'Success', seen });
    },
    90_000,
  );
}

for (const [mistake, from] of [
  ['its post step never ran', /^ {2}post: .*\n/m],
  ['it did not know the status of the job', /^ {4}default: '\$\{\{ job\.status \}\}'\n/m],
] as const) {
  testWithEngine(
    'act',
    `e2e.yml: the witness would fail the job success if ${mistake}`,
    async (act) => {
      const options = { name: 'e2e.yml, success', event: 'pull_request', job: 'success' };
      const { log } = await start(act, 'e2e.yml', options, (action) => {
        expect(action).toMatch(from);
        return action.replace(from, '');
      }).ended;
      expect(readTestimony(log).verdict).toBe('Failure');
    },
    90_000,
  );
}
