import { expect } from '@jest/globals';
import { acme } from './rehearsal.ts';
import { workflow } from './workflow.ts';

/*
 * act is not GitHub: it keeps the outputs of the post step, and the name of a step is not the one that GitHub gives. No test here relies on it.
 */

const maintenance = 'Maintenance in progress';
const open = `window 1 on acme: open "${maintenance}"`;
const over = `window 1 on acme: over "${maintenance}"`;
const toWrite = ['maintenances:write'] as const;

workflow(
  'deploy.yml',
  'a success costs one request to open and two to end, and the window is open while the deploy runs',
  { scopes: toWrite },
  async ({ run, calls, page, emulator }) => {
    expect(await run()).toBe('success');
    expect(calls).toEqual([
      { command: './deploy.sh 1', page: [open] },
      { command: './test.sh', page: [open] },
    ]);
    expect(page()).toEqual([over]);
    expect(emulator.journal()).toMatchObject([
      { method: 'POST', path: '/maintenances', status: 201, body: { status_page_id: acme } },
      // The key of this workflow may not list what earlier runs left.
      { method: 'GET', status: 403 },
      { method: 'PATCH', path: '/maintenances/1', status: 200, body: { end_at: expect.any(String) } },
    ]);
  },
);

workflow(
  'deploy.yml',
  'a later step that fails keeps the window, and sends nothing',
  { scopes: toWrite },
  async ({ run, fail, page, writes }) => {
    fail('./test.sh');
    expect(await run()).toBe('failure');
    expect(page()).toEqual([open]);
    expect(writes()).toEqual(['POST /maintenances 201']);
  },
);

workflow(
  'deploy.yml',
  'a later step that fails ends the window with on-failure: resolve',
  { scopes: toWrite },
  async ({ run, fail, page, writes }) => {
    fail('./test.sh');
    expect(await run({ vars: { ON_FAILURE: 'resolve' } })).toBe('failure');
    expect(page()).toEqual([over]);
    expect(writes()).toEqual(['POST /maintenances 201', 'PATCH /maintenances/1 200']);
  },
);

workflow(
  'deploy.yml',
  'a later step that fails opens an incident and then ends the window with on-failure: incident',
  { scopes: ['maintenances:write', 'incidents:write'] },
  async ({ run, fail, page, writes }) => {
    fail('./test.sh');
    expect(await run({ vars: { ON_FAILURE: 'incident' } })).toBe('failure');
    expect(page()).toEqual([
      over,
      'incident 1 on acme: "An update did not complete", investigating "An update did not complete as planned. We are looking into it."',
    ]);
    // The first write proves the scope, on an incident that cannot exist.
    expect(writes().slice(1)).toEqual(['POST /maintenances 201', 'POST /incidents 201', 'PATCH /maintenances/1 200']);
  },
);

workflow(
  'continue-on-error.yml',
  'a deploy that may fail counts as a success, as the job does',
  { scopes: toWrite },
  async ({ run, calls, fail, page }) => {
    fail('./deploy.sh');
    expect(await run()).toBe('success');
    expect(calls).toHaveLength(1);
    expect(page()).toEqual([over]);
  },
);

workflow(
  'outcome.yml',
  'a deploy that may fail counts as a failure, though the job succeeds',
  { scopes: toWrite },
  async ({ run, calls, fail, page, writes }) => {
    fail('./deploy.sh');
    expect(await run()).toBe('success');
    expect(calls).toHaveLength(2);
    expect(page()).toEqual([open]);
    expect(writes()).toEqual(['POST /maintenances 201']);
  },
);

workflow(
  'outcome.yml',
  'a test that fails after the deploy fails the job, and the window ends',
  { scopes: toWrite },
  async ({ run, fail, page }) => {
    fail('./test.sh');
    expect(await run()).toBe('failure');
    expect(page()).toEqual([over]);
  },
);

workflow(
  'outcome.yml',
  'a deploy that is skipped takes the window down',
  { scopes: toWrite },
  async ({ run, calls, page }) => {
    expect(await run({ vars: { SKIP_DEPLOY: 'yes' } })).toBe('success');
    expect(calls.map(({ command }) => command)).toEqual(['./test.sh']);
    expect(page()).toEqual([over]);
  },
);

workflow(
  'skipped.yml',
  'if our step is skipped, neither it nor its post step sends anything',
  { scopes: toWrite },
  async ({ run, calls, emulator }) => {
    expect(await run()).toBe('success');
    expect(calls).toHaveLength(1);
    expect(emulator.journal()).toEqual([]);
    expect(await run({ vars: { ANNOUNCE: 'yes' } })).toBe('success');
    expect(emulator.journal()).toHaveLength(3);
  },
);
