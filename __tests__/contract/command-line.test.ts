import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sampleKey } from '../../src/emulator/sample.ts';
import { type ServedEmulator, serveEmulator } from '../../src/emulator/server.ts';
import { assumptions } from '../../tools/contract/assumptions.ts';
import { parseContractOptions } from '../../tools/contract/contract-options.ts';
import { runCommand } from '../../tools/contract/perform-contract.ts';
import { acmeComponent } from './run-on-emulator.ts';

let served: ServedEmulator;
beforeAll(async () => {
  served = await serveEmulator();
});
beforeEach(() => served.emulator.reset());
afterAll(() => served.close());

const standing = () => [...served.emulator.windows(), ...served.emulator.incidents()];

/** A run in this process, without any waiting. */
async function perform(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
) {
  let printed = '';
  const said: string[] = [];
  const exitCode = await runCommand({
    args,
    environment: { STATUSPAGE_ME_API_KEY: sampleKey, STATUSPAGE_ME_API_URL: served.apiUrl, ...environment },
    print: (text) => {
      printed += text;
    },
    say: (line) => said.push(line),
    clock: { now: () => new Date(), sleep: async () => {} },
    interruption: signal ?? new AbortController().signal,
  });
  return { exitCode, printed, said };
}

/** A run in a process of its own, as a person starts it. */
function start(...args: string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../tools/contract/contract.ts'), ...args], {
    env: { PATH: process.env.PATH, STATUSPAGE_ME_API_KEY: sampleKey, STATUSPAGE_ME_API_URL: served.apiUrl },
  });
  let printed = '';
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    printed += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
  });
  return { child, ended: once(child, 'close').then(([exitCode, signal]) => ({ exitCode, signal, printed, said })) };
}

/** Waits until a request has reached the page. */
async function awaitRequest(isMeant: (entry: { readonly method: string; readonly path: string }) => boolean) {
  while (!served.emulator.journal().some(isMeant)) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('the command', () => {
  test('prints a table and exits with 0 if everything is as assumed', async () => {
    const { exitCode, printed, said } = await start('--page', 'acme').ended;
    expect(said).toBe('');
    expect(exitCode).toBe(0);
    expect(printed).toMatch(/^The contract with http:\/\/127/);
    expect(printed).toMatch(/^as assumed +envelope +data everywhere$/m);
    expect(printed).toMatch(/^could not tell +rate-limit .*\n +assumed: 429 carries `Retry-After`\n(as|could)/m);
    expect(printed).toMatch(/\n\n74 as assumed, 0 differs, 7 could not tell\.\n$/);
    expect(standing()).toEqual([]);
  });

  test('exits with 1 if something differs, and says what that breaks', async () => {
    served.emulator.setOptions({ deleteStatus: 204 });
    const { exitCode, printed } = await perform(['--page=acme', `--component=${acmeComponent}`]);
    expect(exitCode).toBe(1);
    expect(printed).toMatch(
      /^differs +delete-answer +204, no body\n +assumed: DELETE answers 200\n +breaks: +nothing: any 2xx/m,
    );
    expect(printed).toMatch(/^as assumed +incident-component/m);
  });

  test('prints the table as JSON', async () => {
    const { printed } = await perform(['--page=acme', '--json']);
    const report = JSON.parse(printed);
    expect(report).toMatchObject({ apiUrl: served.apiUrl, interrupted: false, left: [] });
    expect(report.rows).toHaveLength(assumptions.length);
    expect(Object.keys(report.rows[0])).toEqual(['name', 'assumption', 'result', 'seen', 'breaks']);
  });

  test('exits with 3 if the key is refused or something is left', async () => {
    const refused = await perform(['--page=acme'], { STATUSPAGE_ME_API_KEY: 'spk_other' });
    expect(refused).toMatchObject({ exitCode: 3, printed: '', said: [expect.stringContaining('unauthorized (401)')] });
    served.emulator.addFault({ kind: 'status', status: 403, match: { method: 'DELETE' }, times: 'always' });
    const { exitCode, printed } = await perform(['--page=acme']);
    expect(exitCode).toBe(3);
    expect(printed).toContain('LEFT ON THE PAGE: maintenance 1 (DELETE /maintenances/1: forbidden (403)');
  });

  test('prints help, which says what visitors see', async () => {
    const { exitCode, printed } = await perform(['--help'], { STATUSPAGE_ME_API_KEY: '' });
    expect(exitCode).toBe(0);
    expect(printed).toContain('Visitors may see the incidents');
    expect(printed.split('\n').filter((line) => line.length > 120)).toEqual([]);
  });

  test.each([
    [[], {}, '--page: expected the slug or the UUID of a status page'],
    [['--page', ' '], {}, '--page: expected'],
    [['--page=acme', '--fast'], {}, "Unknown option '--fast'"],
    [['--page=acme'], { STATUSPAGE_ME_API_KEY: '' }, 'STATUSPAGE_ME_API_KEY: expected an API key'],
    [['--page=acme'], { STATUSPAGE_ME_API_KEY: 'spk_a b' }, 'STATUSPAGE_ME_API_KEY: expected an API key'],
    [['--page=acme', '--api-url=ftp://x'], {}, '--api-url: expected an https address; got "ftp://x"'],
    [['--page=acme', '--api-url=http://x.example'], {}, '--api-url: expected an https address'],
    [['--page=acme', '--api-url=nowhere'], {}, '--api-url: expected an https address'],
    [
      ['--page=acme', '--api-url=https://x.example/api'],
      {},
      'This writes to x.example, where visitors may see it: add --yes',
    ],
    [['--page=acme'], { STATUSPAGE_ME_API_URL: '' }, 'This writes to statuspage.me, '],
  ])('refuses %j with %j and asks nothing', async (args, environment, message) => {
    const { exitCode, said, printed } = await perform(args, environment);
    expect({ exitCode, printed, said }).toEqual({ exitCode: 2, printed: '', said: [expect.stringContaining(message)] });
    expect(served.emulator.journal()).toEqual([]);
  });

  test('uses the proxy of the environment unless the host is this machine', async () => {
    const environment = { HTTPS_PROXY: 'not an address' };
    const { exitCode, said } = await perform(['--page=acme', '--yes', '--api-url=https://x.example/api'], environment);
    expect({ exitCode, said }).toEqual({ exitCode: 3, said: [expect.stringContaining('proxy')] });
  });

  test('goes to the live service with --yes alone', () => {
    expect(() => parseContractOptions(['--page=acme', '--yes'], {})).toThrow('STATUSPAGE_ME_API_KEY');
    const options = parseContractOptions(['--page= acme ', '--yes'], { STATUSPAGE_ME_API_KEY: 'spk_a' });
    expect(options).toEqual({
      apiUrl: new URL('https://statuspage.me/user/api/v1'),
      apiKey: 'spk_a',
      page: 'acme',
      componentId: undefined,
      json: false,
    });
  });

  test('exits with 130 if it was interrupted before it started', async () => {
    const { exitCode, printed, said } = await perform(['--page=acme'], {}, AbortSignal.abort());
    expect(exitCode).toBe(130);
    expect(printed).toContain('The run was interrupted');
    expect(said).toEqual(['Interrupted. Deleting what was made …']);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('deletes what it has made after %s', async (signal) => {
    const slow = { kind: 'delay', ms: 500, match: { method: 'POST', path: '^/incidents/.*/updates$' } } as const;
    served.emulator.addFault(slow);
    const { child, ended } = start('--page', 'acme');
    await awaitRequest(({ method, path }) => method === 'POST' && path.endsWith('/updates'));
    expect(standing()).not.toEqual([]);
    child.kill(signal);
    const { exitCode, printed, said } = await ended;
    expect(said).toContain('Interrupted');
    expect(exitCode).toBe(130);
    expect(printed).toContain('The run was interrupted');
    expect(standing()).toEqual([]);
  });

  test('exits at once after the second signal, and the next run deletes what is left', async () => {
    const { child, ended } = start('--page', 'acme');
    served.emulator.addFault({ kind: 'silence', match: { method: 'DELETE' }, times: 'always' });
    await awaitRequest(({ method }) => method === 'DELETE');
    child.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 100));
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ signal: 'SIGINT' });
    expect(standing()).not.toEqual([]);
    served.emulator.clearFaults();
    const { said } = await perform(['--page', 'acme']);
    expect(said[0]).toMatch(/^Deleted what an earlier run had left: maintenance /);
    expect(standing()).toEqual([]);
  });
});
