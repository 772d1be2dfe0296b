import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sampleKey } from '../../src/emulator/sample.ts';
import { acme, builtFile } from './typing.ts';

const run = promisify(execFile);
let emulator: ChildProcess;
let api = '';

beforeAll(async () => {
  const started = spawn(process.execPath, [builtFile, 'emulator', '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  emulator = started;
  const [line] = await once(createInterface(started.stdout), 'line');
  api = JSON.parse(line)['api-url'];
});

afterAll(async () => {
  emulator.kill();
  await once(emulator, 'exit');
});

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const bearer = `Authorization: Bearer ${sampleKey}`;
const plain = `X-API-Key: ${sampleKey}`;

/** A request as people make it by hand: the method, the path below the base URL, and the fields of its body. */
async function curl(method: string, path: string, fields?: object, header = bearer): Promise<Answer> {
  const sent = fields === undefined ? [] : ['-H', 'Content-Type: application/json', '-d', JSON.stringify(fields)];
  const words = ['-sS', '-w', '\n%{http_code}', '-X', method, '-H', header, ...sent, `${api}${path}`];
  const { stdout } = await run('curl', words, { env: { PATH: process.env.PATH ?? '' } });
  const [status = '', ...lines] = stdout.split('\n').reverse();
  const text = lines.reverse().join('\n');
  return { status: Number(status), body: text === '' ? undefined : JSON.parse(text) };
}

const data = (fields: object) => ({ data: expect.objectContaining(fields) });
const error = { error: expect.any(String) };

test('the link of a page leads to the emulator', async () => {
  const { body } = await curl('GET', '/status-pages');
  expect(body).toMatchObject({ data: [{ url: new URL('/acme', api).href }, {}, {}] });
});

test('both headers that the documentation names open the door, and nothing else does', async () => {
  const listed = { status: 200, body: { data: expect.any(Array), meta: { count: 3 } } };
  expect(await curl('GET', '/status-pages')).toEqual(listed);
  expect(await curl('GET', '/status-pages', undefined, plain)).toEqual(listed);
  for (const header of ['Accept: */*', 'Authorization: Bearer spk_wrong', `Authorization: Basic ${sampleKey}`]) {
    expect(await curl('GET', '/status-pages', undefined, header)).toEqual({ status: 401, body: error });
  }
});

test('an incident lives as documented: created, read, changed, updated, resolved, deleted', async () => {
  const fields = {
    title: 'API latency',
    status_page_id: acme,
    component_id: '',
    message: 'We are investigating.',
    incident_state_id: '1',
    notify_subscribers: false,
  };
  const created = await curl('POST', '/incidents', fields);
  expect(created).toEqual({ status: 201, body: data({ title: 'API latency', incident_state_id: '1' }) });
  const { id } = (created.body as { readonly data: { readonly id: number } }).data;
  expect(await curl('GET', `/incidents/${id}`)).toMatchObject({ status: 200, body: { data: { id } } });
  expect(await curl('PATCH', `/incidents/${id}`, { title: 'API errors' })).toMatchObject({ status: 200 });
  const entry = { message: 'The cause is known.', incident_state_id: '2' };
  expect([200, 201]).toContain((await curl('POST', `/incidents/${id}/updates`, entry)).status);
  expect([200, 201]).toContain((await curl('POST', `/incidents/${id}/updates`, { incident_state_id: '4' })).status);
  const listed = await curl('GET', `/incidents?status_page_id=${acme}&limit=50`);
  expect(listed).toEqual({
    status: 200,
    body: { data: [expect.objectContaining({ id, title: 'API errors', incident_state_id: '4' })], meta: { count: 1 } },
  });
  expect((await curl('DELETE', `/incidents/${id}`)).status).toBe(200);
  expect(await curl('GET', `/incidents/${id}`)).toEqual({ status: 404, body: error });
});

test('a window lives as documented: created, read, ended early, deleted', async () => {
  const fields = {
    status_page_id: acme,
    title: 'Database upgrade',
    message: 'Short interruptions are possible.',
    start_at: '2030-03-14T12:00:00Z',
    end_at: '2030-03-14T14:00:00Z',
    notify_subscribers: true,
  };
  const created = await curl('POST', '/maintenances', fields);
  expect(created).toEqual({ status: 201, body: data(fields) });
  const { id } = (created.body as { readonly data: { readonly id: number } }).data;
  const moved = await curl('PATCH', `/maintenances/${id}`, { end_at: '2030-03-14T13:00:00Z' });
  expect(moved).toEqual({ status: 200, body: data({ end_at: '2030-03-14T13:00:00Z', title: 'Database upgrade' }) });
  const listed = await curl('GET', `/maintenances?status_page_id=${acme}`);
  expect(listed.body).toEqual({ data: [expect.objectContaining({ id })], meta: { count: 1 } });
  expect((await curl('DELETE', `/maintenances/${id}`)).status).toBe(200);
  expect(await curl('GET', `/maintenances/${id}`)).toEqual({ status: 404, body: error });
});

test('monitors, their availability and pages are shown as documented', async () => {
  const monitor = { id: 1, name: 'Website', type: 'site', target: 'https://www.acme.example', enabled: true };
  expect((await curl('GET', '/monitors')).body).toMatchObject({ data: [monitor, {}, {}, {}], meta: { count: 4 } });
  expect(await curl('GET', '/monitors/1')).toMatchObject({ status: 200, body: { data: monitor } });
  for (const period of ['7d', '30d', '90d', '365d']) {
    const answer = await curl('GET', `/monitors/1/availability?period=${period}`);
    expect(answer).toMatchObject({ status: 200, body: { data: { uptime_percentage: 99.98 } } });
  }
  const page = await curl('GET', `/status-pages/${acme}`);
  expect(page.body).toMatchObject({ data: { id: acme, name: 'Acme', slug: 'acme', monitors: { length: 4 } } });
});

test('what is wrong is refused as documented, in one sentence', async () => {
  const wrong = [
    await curl('POST', '/incidents', { status_page_id: acme }),
    await curl('POST', '/incidents', { title: 'x' }),
    await curl('POST', '/maintenances', { title: 'x', status_page_id: acme }),
    await curl('GET', '/monitors/1/availability?period=1d'),
  ];
  expect(wrong).toEqual(wrong.map(() => ({ status: 400, body: error })));
  expect(await curl('DELETE', '/maintenances/4711')).toEqual({ status: 404, body: error });
});

test('a key without the scope is refused, and the page shows to a browser what was opened', async () => {
  const origin = new URL(api).origin;
  const keys = [
    { key: 'spk_reader', scopes: ['incidents:read'] },
    { key: sampleKey, scopes: [] },
  ];
  await run('curl', [
    '-sS',
    '-f',
    '-X',
    'PATCH',
    '-H',
    'Content-Type: application/json',
    '-d',
    JSON.stringify({ keys }),
    `${origin}/emulator/options`,
  ]);
  const reader = 'Authorization: Bearer spk_reader';
  expect((await curl('GET', '/incidents', undefined, reader)).status).toBe(200);
  expect(await curl('POST', '/incidents', { title: 'x', status_page_id: acme }, reader)).toEqual({
    status: 403,
    body: error,
  });
  await curl('POST', '/incidents', { title: 'Slow search', status_page_id: acme });
  const { stdout } = await run('curl', ['-sS', '-f', `${origin}/acme`]);
  expect(stdout).toContain('Slow search');
});
