import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { sampleKey } from '../../src/emulator/sample.ts';
import { noon } from '../support/virtual-clock.ts';
import { acme, beta, type Cli, inMemory, withCli } from './typing.ts';

const key = ['--deployment-key', 'shop', '--status-page', acme] as const;

/** The one window of the page, or what it has instead. */
const windowOf = ({ emulator }: Cli) => emulator.windows().map(({ title, state }) => `${title}: ${state}`);
const incidentOf = ({ emulator }: Cli) => emulator.incidents().map(({ title, state }) => `${title}: ${state}`);

describe('a command', () => {
  test('a window opens, gets longer, and ends, by the id that was printed', () =>
    withCli(async (context) => {
      const opened = await context.type('open-maintenance', '--status-page', 'acme', '--duration', '1h');
      expect(opened).toMatchObject({ exitCode: 0, stdout: '1\n' });
      expect(opened.stderr).toContain('Opened the maintenance window "Maintenance in progress" (id 1) on Acme');
      expect(opened.stderr).toContain('It stays until resolve ends it.');
      const [{ endAt: first = 0 } = {}] = context.emulator.windows();
      const id = opened.stdout.trim();
      expect(await context.type('update', '--id', id, '--kind', 'maintenance', '--duration', '3h')).toMatchObject({
        exitCode: 0,
        stdout: '1\n',
      });
      expect(context.emulator.windows()[0]?.endAt).toBeGreaterThan(first + 3_600_000);
      expect(await context.type('resolve', '--id', id, '--kind', 'maintenance')).toMatchObject({
        exitCode: 0,
        stdout: '1\n',
      });
      expect(context.emulator.windows()[0]?.endAt).toBeLessThan(first);
    }));

  test('an incident opens, gets an entry, and is resolved, by its deployment key', () =>
    withCli(async (context) => {
      await context.type('open-incident', ...key, '--title', 'Slow', '--message', 'We look.', '--state', 'identified');
      expect(incidentOf(context)).toEqual(['Slow: identified']);
      await context.type('update', ...key, '--message', 'Half of it is done.', '--state', 'monitoring');
      expect(context.emulator.incidents()[0]?.timeline).toMatchObject([
        { message: expect.stringMatching(/^We look\.\n\nRef: d[0-9a-z]{8}-[0-9a-z]{9}$/) },
        { message: 'Half of it is done.', state: 'monitoring' },
      ]);
      const resolved = await context.type('resolve', ...key, '--resolve-message', 'Done.');
      expect(resolved).toMatchObject({ exitCode: 0, stdout: '1\n' });
      expect(incidentOf(context)).toEqual(['Slow: resolved']);
    }));

  test('an incident whose request was sent twice is a warning with its reference, and a second one may follow', () =>
    withCli(async (context) => {
      context.emulator.addFault({ kind: 'status', status: 503, match: { method: 'POST' } });
      const open = ['open-incident', '--status-page', acme, '--title', 'Slow', '--message', 'We look.'];
      const opened = await context.type(...open);
      expect(opened).toMatchObject({ exitCode: 0, stdout: '1\n' });
      expect(opened.stderr).toMatch(
        /^Warning: .*sent twice.* A second incident with "Ref: \S+" .* may still appear on .*\./m,
      );
    }));

  test('a second command with the same deployment key reuses the window of the first', () =>
    withCli(async (context) => {
      await context.type('open-maintenance', ...key);
      const again = await context.type('open-maintenance', ...key, '--json');
      expect(JSON.parse(again.stdout)).toMatchObject({ id: '1', created: false });
      expect(context.emulator.windows()).toHaveLength(1);
    }));

  test('two commands without a key open two windows', () =>
    withCli(async (context) => {
      for (const expected of ['1\n', '2\n']) {
        expect((await context.type('open-maintenance', '--status-page', acme)).stdout).toBe(expected);
      }
      expect(context.emulator.windows()).toHaveLength(2);
    }));

  test('a failed deployment turns into an incident', () =>
    withCli(async (context) => {
      await context.type('open-maintenance', ...key);
      await context.type(
        'resolve',
        ...key,
        '--outcome',
        'failure',
        '--on-failure',
        'incident',
        '--failure-title',
        'Oh',
      );
      expect(incidentOf(context)).toEqual(['Oh: investigating']);
      const [window] = context.emulator.windows();
      expect(window?.endAt).toBeLessThan(noon.getTime() + 60_000);
    }));

  test('a record is deleted', () =>
    withCli(async (context) => {
      await context.type('open-maintenance', '--status-page', acme);
      expect(await context.type('delete', '--id', '1', '--kind', 'maintenance')).toMatchObject({
        exitCode: 0,
        stdout: '1\n',
      });
      expect(windowOf(context)).toEqual([]);
    }));

  test('a failed `resolve` does not offer the command that was just typed', () =>
    withCli(async (context) => {
      await context.type('open-maintenance', '--status-page', acme);
      context.emulator.addFault({ kind: 'status', status: 403, match: { method: 'PATCH' }, times: 'always' });
      const { exitCode, stderr } = await context.type('resolve', '--id', '1', '--kind', 'maintenance');
      expect(exitCode).toBe(5);
      expect(stderr).toMatch(/^Error: Could not end the maintenance window .*\n.* ends by itself at /m);
      expect(stderr).not.toMatch(/^To |statuspage-me resolve/m);
    }));

  test('`none`, which was printed if nothing could be opened, is nothing to resolve', () =>
    withCli(async (context) => {
      const wrong = { STATUSPAGE_ME_API_KEY: 'spk_wrong' };
      const opened = await context.typeWith(wrong, 'open-maintenance', '--status-page', acme, '--on-api-error', 'warn');
      expect(opened).toMatchObject({
        exitCode: 0,
        stdout: 'none\n',
        stderr: expect.stringMatching(
          /^Warning: StatusPage\.me refused the API key .* Could not open the maintenance window/m,
        ),
      });
      const resolved = await context.type('resolve', '--id', opened.stdout.trim(), '--kind', 'maintenance');
      expect(resolved).toMatchObject({ exitCode: 0, stdout: 'none\n' });
    }));

  test('`check` prints what the key can do as tables, and as an object', () =>
    withCli(async (context) => {
      const shown = await context.type('check');
      expect(shown.stdout).toMatch(/^maintenances:write +granted +open-maintenance/m);
      expect(shown.stdout).toContain(`--status-page ${acme} # Acme`);
      expect(shown.stderr).toContain('Warning: The API key works, but it has every scope');
      expect(shown.stderr.match(/every scope/g)).toHaveLength(1);
      const told = JSON.parse((await context.type('check', '--json')).stdout);
      expect(told.scopes['incidents:write']).toBe('granted');
      expect(told.pages).toContainEqual({ id: beta, slug: 'beta', name: 'Beta', url: 'https://beta.statuspage.me' });
      expect(told.id).toBeUndefined();
      expect(await context.type('check', '--status-page', 'acne')).toMatchObject({
        exitCode: 6,
        stderr: expect.stringContaining('no page has the slug or name "acne"'),
      });
      const firewall = { kind: 'html', status: 403, times: 'always' } as const;
      context.emulator.addFault({ ...firewall, match: { method: 'PATCH', path: '/maintenances' } });
      expect(await context.type('check')).toMatchObject({
        exitCode: 8,
        stderr: expect.stringContaining('Error: Could not find out whether the API key has maintenances:write'),
      });
      context.emulator.setOptions({ keys: [{ key: sampleKey, name: 'cli', scopes: ['incidents:write'] }] });
      expect(await context.type('check', '--require', 'open-incident', '--status-page', 'acme')).toMatchObject({
        exitCode: 5,
        stderr: expect.stringContaining('does not have status-pages:read (for --status-page; also written'),
      });
    }));

  test('`gate` prints what it looked at, and says by its exit code whether to deploy', () =>
    withCli(async (context) => {
      const open = await context.type('gate', '--status-page', 'acme');
      expect(open).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/none is open\nThe gate is open\n$/) });
      await context.type('open-incident', '--status-page', acme, '--title', 'Slow', '--message', 'We look.');
      const closed = await context.type('gate', '--status-page', 'acme', '--json');
      expect(closed.exitCode).toBe(3);
      expect(JSON.parse(closed.stdout)).toMatchObject({
        operation: 'gate',
        passed: false,
        reasons: [expect.stringContaining('Slow')],
      });
      const table = await context.type('gate', '--status-page', 'acme');
      expect(table.stdout).toMatch(/^closed .*"Slow"/m);
      expect(table.stderr).toMatch(/^Error: The gate is closed, as the table shows\. Deploy later, /m);
      expect(`${table.stdout}${table.stderr}`.match(/Slow|The gate is closed/g)).toHaveLength(2);
      expect(
        (await context.type('gate', '--status-page', 'acme', '--allow-incidents', '--allow-maintenance', 'false'))
          .exitCode,
      ).toBe(0);
    }));

  test('a dry run shows what would be sent, sends nothing, and has no id', () =>
    withCli(async (context) => {
      const run = await context.type('open-maintenance', '--status-page', acme, '--dry-run');
      expect(run).toMatchObject({ exitCode: 0, stdout: 'none\n' });
      expect(run.stderr).toContain('Dry run, not sent: POST /maintenances {');
      expect(context.requests()).toEqual([]);
    }));

  test('with --json an operation prints one object with the outputs of the action, and its messages as objects', () =>
    withCli(async (context) => {
      const { stdout, stderr } = await context.type('open-maintenance', '--status-page', 'acme,beta', '--json');
      expect(JSON.parse(stdout)).toMatchObject({
        operation: 'open-maintenance',
        id: '1,2',
        kind: 'maintenance',
        'status-page-id': `${acme},${beta}`,
        title: 'Maintenance in progress',
        state: 'active',
        created: true,
        records: [{ id: '1', created: true }, { id: '2' }],
      });
      const messages = stderr
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(messages.every(({ level, message }) => level === 'info' && typeof message === 'string')).toBe(true);
      expect(messages).toHaveLength(3);
    }));

  test('each input may be a variable, which a flag overrides', () =>
    withCli(async (context) => {
      const variables = { STATUSPAGE_ME_STATUS_PAGE: acme, STATUSPAGE_ME_TITLE: 'From outside', STATUSPAGE_ME_ID: '7' };
      await context.typeWith(variables, 'open-maintenance');
      await context.typeWith(variables, 'open-maintenance', '--title', 'Typed');
      expect(windowOf(context)).toEqual(['From outside: active', 'Typed: active']);
    }));

  test('the key may lie in a file, which counts more than the variable', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'key-'));
    const file = join(folder, 'key');
    writeFileSync(file, `${sampleKey}\n`);
    await withCli(async (context) => {
      const wrong = { STATUSPAGE_ME_API_KEY: 'spk_wrong' };
      expect((await context.typeWith(wrong, 'list', 'status-pages', '--api-key-file', file)).exitCode).toBe(0);
      const named = { STATUSPAGE_ME_API_KEY: '', STATUSPAGE_ME_API_KEY_FILE: file };
      expect((await context.typeWith(named, 'open-maintenance', '--status-page', acme)).exitCode).toBe(0);
      // A command to copy reads the same file.
      const open = ['open-incident', '--status-page', acme, '--deployment-key', 'support', '--title', 'Slow'];
      await context.typeWith(wrong, ...open, '--message', 'One.', '--api-key-file', file);
      const again = await context.typeWith(wrong, ...open, '--message', 'Two.', '--api-key-file', file);
      expect(again.stderr).toContain(` --kind incident --id 1 --api-key-file ${file} --api-url `);
      writeFileSync(file, 'spk_revoked');
      const gone = { STATUSPAGE_ME_API_KEY: '', STATUSPAGE_ME_API_KEY_FILE: file };
      for (const [words, environment, name] of [
        [[], wrong, 'STATUSPAGE_ME_API_KEY'],
        [['--api-key-file', file], {}, '--api-key-file'],
        [[], gone, 'STATUSPAGE_ME_API_KEY_FILE'],
      ] as const) {
        for (const command of [['check'], ['list', 'incidents'], ['resolve', '--id', '1', '--kind', 'incident']]) {
          const refused = await context.typeWith(environment, ...command, ...words);
          expect(refused.stderr).toContain(`Enterprise) and use it in ${name}.`);
        }
      }
      const missing = await context.type('check', '--api-key-file', join(folder, 'gone'));
      expect(missing).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining('gone is not there. Give a plain file'),
      });
    });
    rmSync(folder, { recursive: true });
  });

  test('--debug prints every request, and never the key', () =>
    withCli(async (context) => {
      const { stderr } = await context.type('list', 'incidents', '--status-page', acme, '--debug');
      expect(stderr).toMatch(/^GET \/incidents\?status_page_id=\S+: 200 in \d+ ms/m);
      const secret = await context.typeWith(
        { STATUSPAGE_ME_TITLE: `x ${sampleKey}` },
        'open-maintenance',
        '--status-page',
        acme,
      );
      expect(secret).toMatchObject({ exitCode: 2, stdout: '' });
      expect(secret.stderr).toContain('STATUSPAGE_ME_TITLE contains the API key or a part of it');
      expect(secret.stderr + secret.stdout + stderr).not.toContain(sampleKey);
    }));

  test('requests say by which program they are made', async () => {
    const agents: (string | undefined)[] = [];
    const server = createServer(({ headers }, response) => {
      agents.push(headers['user-agent']);
      response.end('[]');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await inMemory(['list', 'status-pages', '--api-url', `http://127.0.0.1:${port}`], {
      STATUSPAGE_ME_API_KEY: sampleKey,
    });
    expect(agents).toEqual(['statuspage-me-cli']);
    server.close();
  });
});
