import { expect } from '@jest/globals';
import { workflow } from './workflow.ts';

/*
 * act is not GitHub: all legs of a matrix share one machine, `strategy.job-index` is not known, and inside a composite action `job.status`
 * stays `success` when the job fails later. No test here relies on it.
 */

workflow(
  'two-uses.yml',
  'two notices in one job end last in, first out, each by its own post step',
  { scopes: ['maintenances:write', 'incidents:write'] },
  async ({ run, calls, page, writes }) => {
    expect(await run()).toBe('success');
    const opened = 'incident 1 on acme: "The search", investigating "It is being rebuilt."';
    expect(calls.map((call) => call.page)).toEqual([['window 1 on acme: open "The shop"', opened]]);
    expect(page()).toEqual(['window 1 on acme: over "The shop"', `${opened}, resolved "The update is complete."`]);
    expect(writes()).toEqual([
      'POST /maintenances 201',
      'POST /incidents 201',
      'POST /incidents/1/updates 201',
      'PATCH /maintenances/1 200',
    ]);
  },
);

workflow(
  'matrix.yml',
  'three legs have a window each, and the one that fails keeps its own',
  { scopes: ['maintenances:read', 'maintenances:write'] },
  async ({ run, calls, fail, until, page, emulator }) => {
    fail('./deploy.sh us');
    const states = () =>
      page()
        .map((line) => line.replace(/^window \d+ on acme: /, ''))
        .toSorted();
    expect(await run({ env: { GITHUB_RUN_ID: '5' } })).toBe('failure');
    expect(calls).toHaveLength(3);
    expect(states()).toEqual(['open "us"', 'over "ap"', 'over "eu"']);

    // Until its last second is full, a window that was ended is still one to go on with.
    await until(() => emulator.windows().filter(({ state }) => state === 'past').length === 2);
    // A second attempt finds what the leg has left, and no leg takes the window of another.
    fail();
    expect(await run({ env: { GITHUB_RUN_ID: '5', GITHUB_RUN_ATTEMPT: '2' } })).toBe('success');
    const titles = emulator.windows().map(({ title }) => title);
    expect(titles.toSorted()).toEqual(['ap', 'ap', 'eu', 'eu', 'us']);
    expect(states().filter((line) => line.startsWith('open'))).toEqual([]);
  },
);

workflow(
  'composite.yml',
  'inside a composite action the window lasts until the end of the job, not of the composite action',
  { scopes: ['maintenances:write'] },
  async ({ run, calls, page, writes }) => {
    const window = (state: string) => `window 1 on acme: ${state} "Maintenance in progress"`;
    expect(await run()).toBe('success');
    expect(calls).toEqual([{ command: './deploy.sh 1', page: [window('open')] }]);
    expect(page()).toEqual([window('over')]);
    expect(writes()).toEqual(['POST /maintenances 201', 'PATCH /maintenances/1 200']);
  },
);
