import { expect } from '@jest/globals';
import { startFakeGitHub } from '../github/fake-github.ts';
import { acme } from './rehearsal.ts';
import { reusableWorkflow, workflow } from './workflow.ts';

// act is not GitHub: it knows no environments and no permissions, and gives every job the token that it was started with.

const scopes = ['maintenances:read', 'maintenances:write', 'incidents:read', 'incidents:write'] as const;

reusableWorkflow(
  'notice.yml',
  'a person opens an incident, adds to it and resolves it by the form, without an id',
  { scopes },
  async ({ run, page, writes }) => {
    const fill = (inputs: Readonly<Record<string, string>>) => run({ inputs });
    const open = { operation: 'open-incident', title: 'Login fails', message: 'We see errors.' };
    expect(await fill(open)).toBe('success');
    expect(await fill({ operation: 'update', state: 'identified', message: 'The certificate.' })).toBe('success');
    expect(await fill({ operation: 'resolve', message: 'It was renewed.' })).toBe('success');
    expect(page()).toEqual([
      'incident 1 on acme: "Login fails", investigating "We see errors.", identified "The certificate.", resolved "It was renewed."',
    ]);
    expect(writes()).toEqual(['POST /incidents 201', 'POST /incidents/1/updates 201', 'POST /incidents/1/updates 201']);
  },
);

reusableWorkflow(
  'notice.yml',
  'a person opens a window, moves its end, and ends it by its id',
  { scopes },
  async ({ run, page, emulator, writes }) => {
    const fill = (inputs: Readonly<Record<string, string>>) => run({ inputs });
    const message = 'We are moving.';
    const open = { operation: 'open-maintenance', title: 'Move', message, duration: '1h' };
    expect(await fill(open)).toBe('success');
    const endAt = () => emulator.windows()[0]?.endAt ?? 0;
    const announced = endAt();
    const record = { id: '1', kind: 'maintenance', message };
    expect(await fill({ operation: 'update', ...record, duration: '2h' })).toBe('success');
    expect(endAt()).toBeGreaterThan(announced + 50 * 60_000);
    expect(await fill({ operation: 'resolve', ...record })).toBe('success');
    expect(page()).toEqual(['window 1 on acme: over "Move"']);
    expect(writes()).toEqual(['POST /maintenances 201', 'PATCH /maintenances/1 200', 'PATCH /maintenances/1 200']);
  },
);

workflow(
  'call-notice.yml',
  'a caller gets id and kind of what was opened, and resolves it by them',
  { scopes: [...scopes, 'status-pages:read'] },
  async ({ run, calls, page }) => {
    const open = 'incident 1 on acme: "Slow search", investigating "We are looking into it."';
    expect(await run()).toBe('success');
    expect(calls).toEqual([{ command: './deploy.sh incident 1', page: [open] }]);
    expect(page()).toEqual([`${open}, resolved "It is fast again."`]);
  },
);

workflow(
  'call-sweep.yml',
  'every night the incident of a dead run is resolved, and that of a run at work is not',
  { scopes },
  async ({ run, calls, page, person }) => {
    const token = 'ghs_0a1b2c3d4e5f';
    const runs = new Map([
      ['100', 'completed'],
      ['200', 'in_progress'],
    ]);
    const github = await startFakeGitHub({ repository: 'acme/shop', token, runs });
    try {
      for (const id of runs.keys()) {
        const message = `We are at it.\n\nRef: d0123abcd-${Number(id).toString(36)}-01np6w0q3lsb0kdm`;
        await person('POST', '/incidents', { status_page_id: acme, title: 'Deploying', message });
      }
      const env = { GITHUB_API_URL: github.apiUrl, GITHUB_RUN_ID: '900' };
      expect(await run({ event: 'schedule', env, secrets: { GITHUB_TOKEN: token } })).toBe('success');
      const opened = '"Deploying", investigating "We are at it."';
      expect(page()).toEqual([
        `incident 1 on acme: ${opened}, resolved "The update that opened this notice ended without closing it."`,
        `incident 2 on acme: ${opened}`,
      ]);
      expect(calls.map(({ command }) => command)).toEqual(['./tell.sh 1']);
    } finally {
      await github.stop();
    }
  },
);
