import { expect } from '@jest/globals';
import { workflow } from './workflow.ts';

const maintenance = 'Maintenance in progress';
const scopes = ['maintenances:write'] as const;
const noKey = { STATUSPAGE_ME_API_KEY: '' };

workflow(
  'deploy.yml',
  'a key without the scope fails the job before the deploy',
  { scopes: ['maintenances:read'] },
  async ({ run, calls, page, writes, log }) => {
    expect(await run()).toBe('failure');
    expect(calls).toEqual([]);
    expect(page()).toEqual([]);
    // The post step knows that there is nothing to end.
    expect(writes()).toEqual(['POST /maintenances 403']);
    expect(log()).toContain('maintenances:write');
  },
);

workflow(
  'deploy.yml',
  'a key without the scope lets the deploy go on with on-api-error: warn',
  { scopes: ['maintenances:read'] },
  async ({ run, calls, page, writes }) => {
    expect(await run({ vars: { ON_API_ERROR: 'warn' } })).toBe('success');
    expect(calls.map(({ command }) => command)).toEqual(['./deploy.sh none', './test.sh']);
    expect(page()).toEqual([]);
    expect(writes()).toEqual(['POST /maintenances 403']);
  },
);

workflow(
  'deploy.yml',
  'a service in trouble does not hold up the deploy, unless on-api-error: fail says so',
  { scopes },
  async ({ run, calls, page, emulator }) => {
    const breakDown = () => emulator.addFault({ kind: 'status', status: 503, match: { method: 'POST' } });
    breakDown();
    expect(await run()).toBe('success');
    expect(calls).toHaveLength(2);
    breakDown();
    expect(await run({ vars: { ON_API_ERROR: 'fail' } })).toBe('failure');
    expect(calls).toHaveLength(2);
    expect(page()).toEqual([]);
  },
);

workflow(
  'deploy.yml',
  'without the secret the job fails before the deploy, and nothing is sent',
  { scopes },
  async ({ run, calls, emulator, log }) => {
    expect(await run({ secrets: noKey })).toBe('failure');
    expect(calls).toEqual([]);
    expect(emulator.journal()).toEqual([]);
    expect(log()).toContain('secrets: inherit');
  },
);

workflow(
  'deploy.yml',
  'a pull request from a fork, which gets no secret, deploys without a notice',
  { scopes },
  async ({ run, calls, emulator }) => {
    const from = (full_name: string) => ({ pull_request: { head: { repo: { full_name } }, base: { ref: 'main' } } });
    const pullRequest = (repository: string) => ({
      event: 'pull_request',
      payload: from(repository),
      secrets: noKey,
    });
    expect(await run(pullRequest('stranger/shop'))).toBe('success');
    expect(calls.map(({ command }) => command)).toEqual(['./deploy.sh none', './test.sh']);
    expect(await run(pullRequest('acme/shop'))).toBe('failure');
    expect(emulator.journal()).toEqual([]);
  },
);

workflow(
  'gate.yml',
  'a gate that closes keeps the deploy from running, and says so in its output',
  { scopes: ['incidents:read'] },
  async ({ run, calls, person, writes, emulator }) => {
    expect(await run()).toBe('success');
    expect(calls.map(({ command }) => command)).toEqual(['./deploy.sh']);
    await person('POST', '/incidents', { status_page_id: emulator.options().pages[0]?.id, title: 'Login fails' });
    expect(await run()).toBe('failure');
    expect(calls.map(({ command }) => command)).toEqual(['./deploy.sh', './put-off.sh']);
    expect(writes()).toEqual([]);
  },
);

workflow(
  'split-jobs.yml',
  'if nothing was opened, the last job has nothing to end',
  { scopes: ['maintenances:read', 'maintenances:write'] },
  async ({ run, calls, emulator }) => {
    expect(await run({ vars: { DRY_RUN: 'true' } })).toBe('success');
    expect(calls.map(({ command }) => command)).toEqual(['./deploy.sh']);
    expect(emulator.windows()).toEqual([]);
  },
);

workflow(
  'split-jobs.yml',
  'the last job ends by id what the first has opened, and keeps it if the deploy has failed',
  { scopes: ['maintenances:read', 'maintenances:write'] },
  async ({ run, calls, fail, page, writes }) => {
    expect(await run()).toBe('success');
    expect(calls).toEqual([{ command: './deploy.sh', page: [`window 1 on acme: open "${maintenance}"`] }]);
    expect(page()).toEqual([`window 1 on acme: over "${maintenance}"`]);
    expect(writes()).toEqual(['POST /maintenances 201', 'PATCH /maintenances/1 200']);
    fail('./deploy.sh');
    expect(await run()).toBe('failure');
    expect(page()[1]).toBe(`window 2 on acme: open "${maintenance}"`);
    expect(writes().slice(2)).toEqual(['POST /maintenances 201']);
  },
);
