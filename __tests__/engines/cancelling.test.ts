import { expect } from '@jest/globals';
import { workflow } from './workflow.ts';

/*
 * act is not GitHub: it kills the running step at once, while GitHub's runner sends SIGINT, then SIGTERM, and it has no limit of its own for
 * what comes after a cancel. What main does with a signal is tested with the stages; here it never gets to do anything.
 */

const open = 'window 1 on acme: open "Maintenance in progress"';
const over = 'window 1 on acme: over "Maintenance in progress"';

workflow(
  'deploy.yml',
  'a cancel in the deploy keeps the window, and sends nothing',
  { scopes: ['maintenances:write'] },
  async ({ start, hang, until, calls, page, writes }) => {
    hang();
    const running = start();
    await until(() => calls.length === 1);
    running.interrupt();
    expect((await running.ended).exitCode).not.toBe(0);
    expect(page()).toEqual([open]);
    expect(writes()).toEqual(['POST /maintenances 201']);
  },
);

workflow(
  'deploy.yml',
  'a cancel in the deploy ends the window with on-cancel: resolve, whatever on-failure says',
  { scopes: ['maintenances:write'] },
  async ({ start, hang, until, calls, page, writes }) => {
    hang();
    const running = start({ vars: { ON_CANCEL: 'resolve', ON_FAILURE: 'keep' } });
    await until(() => calls.length === 1);
    running.interrupt();
    await running.ended;
    expect(page()).toEqual([over]);
    expect(writes()).toEqual(['POST /maintenances 201', 'PATCH /maintenances/1 200']);
  },
);

workflow(
  'deploy.yml',
  'a cancel in our own main, while its answer is under way, leaves nothing on the page',
  { scopes: ['maintenances:read', 'maintenances:write'] },
  async ({ start, until, emulator, calls, page, writes }) => {
    emulator.addFault({ kind: 'silence', when: 'after', match: { method: 'POST', path: '/maintenances' } });
    const running = start();
    await until(() => emulator.windows().length === 1);
    running.interrupt();
    await running.ended;
    expect(calls).toEqual([]);
    expect(page()).toEqual([]);
    expect(writes()).toEqual(['POST /maintenances null', 'DELETE /maintenances/1 200']);
  },
);

workflow(
  'deploy.yml',
  'a machine that is lost leaves its window, and the second attempt goes on with it',
  { scopes: ['maintenances:read', 'maintenances:write'] },
  async ({ start, run, hang, resume, until, calls, page, writes }) => {
    hang();
    const lost = start({ env: { GITHUB_RUN_ID: '77' } });
    await until(() => calls.length === 1);
    lost.kill();
    await lost.ended;
    expect(page()).toEqual([open]);
    resume();
    expect(await run({ env: { GITHUB_RUN_ID: '77', GITHUB_RUN_ATTEMPT: '2' } })).toBe('success');
    expect(page()).toEqual([over]);
    expect(writes().filter((write) => write.startsWith('POST'))).toEqual(['POST /maintenances 201']);
  },
);
