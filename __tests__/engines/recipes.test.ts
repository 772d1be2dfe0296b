import { setTimeout } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { startFakeGitHub } from '../github/fake-github.ts';
import { eventOf, readRecipes, workflowOf } from '../support/recipes.ts';
import { nameOfRecipe } from '../support/workflows.ts';
import { acme, type Rehearsal, type Setting } from './rehearsal.ts';
import { playPiece } from './workflow.ts';

/*
 * act is not GitHub. It gives no machine of its own to each job, kills the running step at once when it is interrupted, keeps outputs of
 * the post step, and knows no environments, permissions, approvals and concurrency: of these, nothing is tested here.
 */

const recipes = readRecipes();
const played: string[] = [];

/** Plays the recipe that has this name, word by word. */
function recipe(name: string, sentence: string, setting: Setting, play: (rehearsal: Rehearsal) => Promise<void>): void {
  played.push(name);
  const found = recipes.find((one) => one.name === name);
  if (found === undefined) throw new Error(`There is no recipe "${name}"`);
  const files = (apiUrl: string) => ({ '.github/workflows/recipe.yml': workflowOf(found.yaml, apiUrl) });
  const piece = { name: nameOfRecipe(name), event: eventOf(found.yaml), files };
  playPiece(`${name}: ${sentence}`, piece, setting, play);
}

const maintenance = 'Maintenance in progress';
const failed = 'An update did not complete';
const apology = 'An update did not complete as planned. We are looking into it.';

recipe(
  'Quick start',
  'the window ends after a success, stays after a failure, and the next success ends it',
  { scopes: ['maintenances:read', 'maintenances:write'] },
  async ({ run, calls, fail, page, writes }) => {
    expect(await run()).toBe('success');
    expect(calls).toEqual([{ command: './deploy.sh', page: [`window 1 on acme: open "${maintenance}"`] }]);
    expect(page()).toEqual([`window 1 on acme: over "${maintenance}"`]);
    fail('./deploy.sh');
    expect(await run()).toBe('failure');
    expect(page()[1]).toBe(`window 2 on acme: open "${maintenance}"`);
    expect(writes()).toEqual(['POST /maintenances 201', 'PATCH /maintenances/1 200', 'POST /maintenances 201']);
    fail();
    expect(await run()).toBe('success');
    expect(page()).toEqual([1, 2, 3].map((id) => `window ${id} on acme: over "${maintenance}"`));
  },
);

recipe(
  'An incident if the deploy fails',
  'a failure opens an incident and ends the window',
  { scopes: ['maintenances:write', 'incidents:write'] },
  async ({ run, fail, page }) => {
    fail('./deploy.sh');
    expect(await run()).toBe('failure');
    expect(page()).toEqual([
      `window 1 on acme: over "${maintenance}"`,
      `incident 1 on acme: "${failed}", investigating "${apology}"`,
    ]);
  },
);

recipe(
  'An incident if the deploy fails',
  'the next success resolves what a failure opened, in a run of its own',
  { scopes: ['maintenances:read', 'maintenances:write', 'incidents:read', 'incidents:write'] },
  async ({ run, fail, page, emulator }) => {
    expect(await run()).toBe('success');
    expect(emulator.incidents()).toEqual([]);
    fail('./deploy.sh');
    await run();
    expect(page()[2]).toBe(`incident 1 on acme: "${failed}", investigating "${apology}"`);
    fail();
    expect(await run()).toBe('success');
    expect(page()[3]).toBe(
      `incident 1 on acme: "${failed}", investigating "${apology}", resolved "The update is complete."`,
    );
  },
);

recipe(
  'Roll back after a failure',
  'the rollback resolves what the failed deploy has opened, with the words of the rollback',
  { scopes: ['maintenances:read', 'maintenances:write', 'incidents:read', 'incidents:write'] },
  async ({ run, calls, fail, page }) => {
    expect(await run()).toBe('success');
    expect(calls.map(({ command }) => command)).toEqual(['./deploy.sh']);
    fail('./deploy.sh', './rollback.sh');
    expect(await run()).toBe('failure');
    const opened = `incident 1 on acme: "${failed}", investigating "${apology}"`;
    expect(page()[2]).toBe(opened);
    fail('./deploy.sh');
    expect(await run()).toBe('failure');
    expect(calls.at(-1)).toMatchObject({
      command: './rollback.sh',
      page: expect.arrayContaining([opened.concat(`, investigating "${apology}"`)]),
    });
    expect(page()[3]).toMatch(/, resolved "The update was undone. The version before it is running again."$/);
  },
);

recipe(
  'Two jobs',
  'three jobs share one window, the deploy decides what becomes of it, and the next run ends what a failure left',
  { scopes: ['maintenances:read', 'maintenances:write', 'incidents:read'] },
  async ({ run, calls, fail, page, writes }) => {
    expect(await run()).toBe('success');
    expect(calls).toEqual([{ command: './deploy.sh', page: [`window 1 on acme: open "${maintenance}"`] }]);
    expect(page()).toEqual([`window 1 on acme: over "${maintenance}"`]);
    expect(writes()).toEqual(['POST /maintenances 201', 'PATCH /maintenances/1 200']);
    fail('./deploy.sh');
    expect(await run()).toBe('failure');
    expect(page()[1]).toBe(`window 2 on acme: open "${maintenance}"`);
    expect(writes().slice(2)).toEqual(['POST /maintenances 201']);
    fail();
    expect(await run()).toBe('success');
    expect(page()).toEqual([1, 2].map((id) => `window ${id} on acme: over "${maintenance}"`));
  },
);

recipe(
  'A deployment that happens elsewhere',
  'its statuses open one window, and its success ends it',
  { scopes: ['maintenances:read', 'maintenances:write', 'incidents:read'] },
  async ({ run, page, writes }) => {
    const report = (state: string, environment = 'production') =>
      run({ payload: { deployment: { id: 41, environment }, deployment_status: { state } } });
    for (const state of ['queued', 'in_progress', 'in_progress']) expect(await report(state)).toBe('success');
    expect(page()).toEqual([`window 1 on acme: open "${maintenance}"`]);
    expect(await report('success', 'staging')).toBe('success');
    expect(page()).toEqual([`window 1 on acme: open "${maintenance}"`]);
    expect(await report('success')).toBe('success');
    expect(page()).toEqual([`window 1 on acme: over "${maintenance}"`]);
    // The second status moves the end on, so that the whole duration is left, and the success ends the window.
    expect(writes()).toEqual(['POST /maintenances 201', 'PATCH /maintenances/1 200', 'PATCH /maintenances/1 200']);
  },
);

recipe(
  'A migration, announced a day ahead',
  'the deploy takes over the window of the day before, starts it, and ends it',
  { scopes: ['maintenances:read', 'maintenances:write'] },
  async ({ run, calls, page, person, writes, emulator }) => {
    const title = 'Move to a new database';
    const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString().replace(/\.\d+/, '');
    const start = inHours(24);
    expect(await run({ inputs: { start } })).toBe('success');
    expect(page()).toEqual([`window 1 on acme: ahead "${title}"`]);
    expect(emulator.windows()[0]?.startAt).toBe(Date.parse(start));
    expect(emulator.mails()).toHaveLength(1);
    expect(calls).toEqual([]);

    // The clocks of act and of the action cannot be moved on by a day, so the window comes nearer: it begins in twelve minutes.
    await person('PATCH', '/maintenances/1', { start_at: inHours(0.2), end_at: inHours(2.2) });
    expect(await run()).toBe('success');
    expect(calls).toEqual([{ command: './migrate.sh', page: [`window 1 on acme: open "${title}"`] }]);
    expect(page()).toEqual([`window 1 on acme: over "${title}"`]);
    expect(writes()).toEqual(['POST /maintenances 201', 'PATCH /maintenances/1 200', 'PATCH /maintenances/1 200']);
    expect(emulator.mails()).toHaveLength(1);
  },
);

recipe(
  'A matrix',
  'each leg has a window of its own, and a leg that fails keeps that of no other',
  { scopes: ['maintenances:write'] },
  async ({ run, calls, fail, page }) => {
    fail('./deploy.sh us');
    expect(await run()).toBe('failure');
    expect(calls.map(({ command }) => command).toSorted()).toEqual(['./deploy.sh eu', './deploy.sh us']);
    const regions = page().map((line) => line.replace(/^window \d+ on acme: /, ''));
    expect(regions.toSorted()).toEqual(['open "Maintenance in us"', 'over "Maintenance in eu"']);
  },
);

recipe(
  'Several status pages',
  'a window is open on both pages while the deploy runs, and ended on both',
  { scopes: ['maintenances:write', 'status-pages:read'] },
  async ({ run, calls, page }) => {
    expect(await run()).toBe('success');
    const on = (state: string) => ['acme', 'beta'].map((slug) => `on ${slug}: ${state} "${maintenance}"`);
    const withoutId = (lines: readonly string[] = []) =>
      lines.map((line) => line.replace(/^window \d+ /, '')).toSorted();
    expect(calls.map((call) => withoutId(call.page))).toEqual([on('open')]);
    expect(withoutId(page())).toEqual(on('over'));
  },
);

recipe(
  'A notice for a long repair',
  'the incident is open while the repair runs, resolved after it, and stays open with an entry after a failure',
  { scopes: ['incidents:read', 'incidents:write'] },
  async ({ run, calls, fail, page }) => {
    const opened = '"Slow search", identified "We are rebuilding the search index."';
    expect(await run()).toBe('success');
    expect(calls).toEqual([{ command: './rebuild-index.sh', page: [`incident 1 on acme: ${opened}`] }]);
    expect(page()).toEqual([`incident 1 on acme: ${opened}, resolved "The search index is complete again."`]);
    fail('./rebuild-index.sh');
    expect(await run()).toBe('failure');
    expect(page()[1]).toBe(`incident 2 on acme: ${opened}, identified "The rebuild takes longer than planned."`);
  },
);

recipe(
  'What can this key do?',
  'a key that lacks something fails the job, one that has all passes, and nothing is ever written',
  { scopes: ['maintenances:write'] },
  async ({ run, emulator, page, log }) => {
    expect(await run()).toBe('failure');
    expect(log()).toContain('does not have maintenances:read');
    // The key of the quick start.
    const keys = emulator
      .options()
      .keys.map((one) => ({ ...one, scopes: [...one.scopes, 'maintenances:read' as const] }));
    emulator.setOptions({ keys });
    expect(await run()).toBe('success');
    expect(page()).toEqual([]);
    const succeeded = emulator.journal().filter(({ method, worked }) => method !== 'GET' && worked);
    expect([emulator.journal().length > 0, succeeded]).toEqual([true, []]);
  },
);

recipe(
  'Progress of a canary',
  'visitors read of each step, and of the end',
  { scopes: ['incidents:read', 'incidents:write'] },
  async ({ run, calls, page }) => {
    expect(await run()).toBe('success');
    const first = 'incident 1 on acme: "Gradual update", monitoring "We are moving to a new version step by step."';
    const second = `${first}, monitoring "One visitor in ten is on the new version."`;
    expect(calls).toEqual([
      { command: './deploy.sh --share 10', page: [first] },
      { command: './deploy.sh --share 100', page: [second] },
    ]);
    expect(page()).toEqual([`${second}, resolved "The update is complete."`]);
  },
);

recipe(
  'Notices by support staff',
  'a form opens an incident, adds to it without moving its state back, and resolves it',
  { scopes: ['incidents:read', 'incidents:write'] },
  async ({ run, page, writes }) => {
    const fill = (operation: string, state: string, message: string, title = '') =>
      run({ inputs: { operation, state, message, title } });
    expect(await fill('open-incident', 'investigating', 'We see errors.', 'Login fails')).toBe('success');
    expect(await fill('update', 'identified', 'It is the certificate.')).toBe('success');
    expect(await fill('update', 'unchanged', 'We renew it.')).toBe('success');
    expect(await fill('resolve', 'unchanged', 'It was renewed.')).toBe('success');
    expect(page()).toEqual([
      'incident 1 on acme: "Login fails", investigating "We see errors.", identified "It is the certificate.", identified "We renew it.", resolved "It was renewed."',
    ]);
    expect(writes()).toEqual(['POST /incidents 201', ...Array(3).fill('POST /incidents/1/updates 201')]);
    // An incident cannot be opened without a title.
    expect(await fill('open-incident', 'unchanged', 'A title is missing.')).toBe('failure');
    expect(writes()).toHaveLength(4);
  },
);

recipe(
  'Resolve incidents of runs that died',
  'the incident of a run that is over is resolved, that of a run at work is not',
  { scopes: ['incidents:read', 'incidents:write'] },
  sweepTwice,
);

recipe(
  'Reusable workflows',
  'the incident of a run that is over is resolved, that of a run at work is not',
  { scopes: ['incidents:read', 'incidents:write'] },
  sweepTwice,
);

async function sweepTwice({ run, page, person, writes }: Rehearsal): Promise<void> {
  const token = 'ghs_0a1b2c3d4e5f';
  const runs = new Map([
    ['100', 'completed'],
    ['200', 'in_progress'],
    ['900', 'in_progress'],
  ]);
  const github = await startFakeGitHub({ repository: 'acme/shop', token, runs });
  try {
    for (const runId of runs.keys()) {
      const message = `We are at it.\n\nRef: d0123abcd-${Number(runId).toString(36)}-01np6w0q3lsb0kdm`;
      if (runId !== '900') await person('POST', '/incidents', { status_page_id: acme, title: 'Deploying', message });
    }
    const opened = '"Deploying", investigating "We are at it."';
    const env = { GITHUB_API_URL: github.apiUrl, GITHUB_RUN_ID: '900' };
    const secrets = { GITHUB_TOKEN: token };
    const swept = [
      `incident 1 on acme: ${opened}, resolved "The update that opened this notice ended without closing it."`,
      `incident 2 on acme: ${opened}`,
    ];
    expect(await run({ env, secrets })).toBe('success');
    expect(page()).toEqual(swept);
    expect(await run({ env, secrets })).toBe('success');
    expect(page()).toEqual(swept);
    expect(writes()).toEqual(['POST /incidents/1/updates 201']);
    expect(github.journal.map(({ runId }) => runId).toSorted()).toEqual(['100', '200', '200']);
  } finally {
    await github.stop();
  }
}

const gateScopes = ['incidents:read', 'maintenances:read', 'status-pages:read', 'analytics:read'] as const;

recipe(
  'A gate before the deploy',
  'the deploy runs if all is well, not while an incident is open or a monitor is disabled, and for a hotfix all the same',
  { scopes: gateScopes },
  async ({ run, start, calls, emulator, person, until }) => {
    expect(await run()).toBe('success');
    expect(calls).toHaveLength(1);

    const { monitors } = emulator.options();
    emulator.setOptions({ monitors: monitors.map((one) => (one.name === 'API' ? { ...one, enabled: false } : one)) });
    expect(await run()).toBe('failure');
    expect(calls).toHaveLength(1);
    emulator.setOptions({ monitors });

    await person('POST', '/incidents', { status_page_id: acme, title: 'Login fails' });
    const asked = emulator.journal().length;
    const waiting = start();
    await until(() =>
      emulator
        .journal()
        .slice(asked)
        .some(({ path, status }) => path.startsWith('/monitors/2/') && status === 200),
    );
    // Long enough for the deploy to begin, if the gate were open.
    await setTimeout(2_000);
    waiting.interrupt();
    await waiting.ended;
    expect(calls).toHaveLength(1);

    const before = emulator.journal().length;
    expect(await run({ inputs: { hotfix: 'true' } })).toBe('success');
    expect(calls).toHaveLength(2);
    expect(emulator.journal()).toHaveLength(before);
  },
);

test('every recipe is played', () => {
  expect(recipes.map(({ name }) => name).toSorted()).toEqual([...new Set(played)].toSorted());
});
