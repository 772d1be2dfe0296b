import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sampleKey, samplePages } from '../../src/emulator/sample.ts';
import { type ServedEmulator, serveEmulator } from '../../src/emulator/server.ts';
import { commandToDelete, commandToEnd } from '../../src/statuspage/manual-commands.ts';

const page = samplePages[0]?.id ?? '';
let served: ServedEmulator;

beforeEach(async () => {
  served = await serveEmulator({ ids: 'opaque' });
});

afterEach(async () => {
  await served.close();
});

/** Types a command into a shell, with the key in its environment; gives what it prints. */
async function type(command: string): Promise<string> {
  const env = { PATH: process.env.PATH, STATUSPAGE_ME_API_KEY: sampleKey };
  const { stdout } = await promisify(execFile)('sh', ['-c', command], { env });
  return stdout;
}

/** Opens a record as somebody else would, and gives its id. */
async function create(list: string, body: object): Promise<string> {
  const headers = { authorization: `Bearer ${sampleKey}`, 'content-type': 'application/json' };
  const reply = await fetch(`${served.apiUrl}/${list}`, { method: 'POST', headers, body: JSON.stringify(body) });
  const { data } = (await reply.json()) as { readonly data: { readonly id: string } };
  return data.id;
}

const target = () => ({ host: 'runner', apiUrl: served.apiUrl }) as const;

const lastRequest = () => served.emulator.journal().at(-1);

describe('a command that is printed for people, typed into a shell,', () => {
  test('ends a window', async () => {
    const start = new Date(Date.now() - 60_000).toISOString();
    const times = { start_at: start.replace(/\.\d+/, ''), end_at: '2099-01-01T00:00:00Z' };
    const id = await create('maintenances', { status_page_id: page, title: 'Update', ...times });
    await type(commandToEnd(target(), { kind: 'maintenance', id }));
    expect(lastRequest()).toMatchObject({ method: 'PATCH', status: 200 });
    const [window] = served.emulator.windows();
    expect(Math.abs(new Date(window?.endAt ?? 0).getTime() - Date.now())).toBeLessThan(5_000);
  });

  test('resolves an incident, whether the address of the API ends with slashes or not', async () => {
    const id = await create('incidents', { status_page_id: page, title: 'Trouble' });
    await type(commandToEnd({ ...target(), apiUrl: `${served.apiUrl}//` }, { kind: 'incident', id }));
    expect(lastRequest()).toMatchObject({ method: 'POST', status: 201 });
    expect(served.emulator.incidents()).toMatchObject([{ state: 'resolved' }]);
  });

  test.each(['maintenance', 'incident'] as const)('removes a record of the kind %s', async (kind) => {
    const times = { start_at: '2098-12-31T23:00:00Z', end_at: '2099-01-01T00:00:00Z' };
    const window = await create('maintenances', { status_page_id: page, title: 'Update', ...times });
    const incident = await create('incidents', { status_page_id: page, title: 'Trouble' });
    await type(commandToDelete(target(), { kind, id: kind === 'maintenance' ? window : incident }));
    expect(lastRequest()).toMatchObject({ method: 'DELETE', status: 200 });
    const left = [served.emulator.windows().length, served.emulator.incidents().length];
    expect(left).toEqual(kind === 'maintenance' ? [0, 1] : [1, 0]);
  });

  test('is our own command on a terminal, with the address of the API only if it is not the usual one', () => {
    const usual = { host: 'terminal', apiUrl: 'https://statuspage.me/user/api/v1/' } as const;
    expect(commandToEnd(usual, { kind: 'maintenance', id: '42' })).toBe(
      'statuspage-me resolve --kind maintenance --id 42',
    );
    expect(commandToDelete({ ...usual, apiUrl: 'http://127.0.0.1:1/' }, { kind: 'incident', id: 'a b' })).toBe(
      "statuspage-me delete --kind incident --id 'a b' --api-url http://127.0.0.1:1",
    );
  });
});

describe('an id that would mean something to a shell', () => {
  const ids = [
    "o'clock",
    'two words',
    '"; echo broken; "',
    "'; echo broken; '",
    '$(echo broken)`echo broken`',
    'a/../b?c#d&e',
    '{a,b}[1-3]*!',
    'back\\slash',
    'line\nbreak',
    '-o',
    'ümlaut 🚧',
  ];

  test.each(ids)('is sent as it is, in the path of a window: %j', async (id) => {
    expect(await type(commandToEnd(target(), { kind: 'maintenance', id }))).toMatch(/^\{"error":/);
    expect(served.emulator.journal()).toHaveLength(1);
    expect(decodeURIComponent(lastRequest()?.path.split('/').at(-1) ?? '')).toBe(id);
    expect(lastRequest()).toMatchObject({ method: 'PATCH', status: 404 });
  });

  test.each(ids)('is sent as it is, in the path of an incident: %j', async (id) => {
    expect(await type(commandToEnd(target(), { kind: 'incident', id }))).toMatch(/^\{"error":/);
    expect(served.emulator.journal()).toHaveLength(1);
    expect(decodeURIComponent(lastRequest()?.path.split('/').at(-2) ?? '')).toBe(id);
    expect(lastRequest()).toMatchObject({ method: 'POST', status: 404 });
  });
});
