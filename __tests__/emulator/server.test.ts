import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { describeServed, type ServedEmulator, serveEmulator } from '../../src/emulator/server.ts';
import { acme } from './support.ts';

const ofNode = [globalThis.Request, globalThis.Response];

let served: ServedEmulator;
beforeEach(async () => {
  served = await serveEmulator();
});
afterEach(() => served.close());

function send(method: string, path: string, body?: object, signal: AbortSignal | null = null): Promise<Response> {
  const headers = { authorization: 'Bearer spk_emulator', 'content-type': 'application/json' };
  const sent = body === undefined ? null : JSON.stringify(body);
  return fetch(served.apiUrl + path, { method, headers, body: sent, redirect: 'manual', signal });
}

const create = () => send('POST', '/incidents', { status_page_id: acme, title: 'Slow' });

/** What `npm run emulator` runs, in a process of its own. */
function run(...args: string[]) {
  const child = spawn(process.execPath, ['src/emulator/serve.ts', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { child, ended: printed.then(([stdout, stderr, [exitCode]]) => ({ exitCode, stdout, stderr })) };
}

/** Everything that the server writes for one request, until the connection ends. */
async function overTheWire(): Promise<string> {
  const socket = connect(Number(new URL(served.url).port), '127.0.0.1');
  socket.write(
    'GET /user/api/v1/incidents HTTP/1.1\r\nHost: x\r\nX-API-Key: spk_emulator\r\nConnection: close\r\n\r\n',
  );
  return text(socket);
}

describe('over a real socket', () => {
  test('the API is at its address on the loopback, and the status page beside it', async () => {
    expect(served.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(served.apiUrl).toBe(`${served.url}/user/api/v1`);
    const created = await create();
    expect(created.status).toBe(201);
    expect(await created.json()).toMatchObject({ data: { id: 1, title: 'Slow' } });
    expect(await (await fetch(`${served.url}/acme`)).text()).toContain('<h3>Slow</h3>');
    expect(served.emulator.journal()).toMatchObject([
      { method: 'POST', path: '/incidents', status: 201, worked: true },
    ]);
  });

  test('pages may have the address at which they are shown, also after a reset; else only a custom domain is shown', async () => {
    const addressesOf = async ({ apiUrl }: ServedEmulator) => {
      const answer = await fetch(`${apiUrl}/status-pages`, { headers: { 'x-api-key': 'spk_emulator' } });
      return ((await answer.json()) as { data: { url?: string }[] }).data.map(({ url }) => url);
    };
    expect(await addressesOf(served)).toEqual([undefined, undefined, 'https://status.gamma.example']);
    const here = await serveEmulator({ pagesAreHere: true });
    try {
      const addresses = ['acme', 'beta', 'gamma'].map((slug) => `${here.url}/${slug}`);
      expect(await addressesOf(here)).toEqual(addresses);
      here.emulator.reset();
      expect(await addressesOf(here)).toEqual(addresses);
      expect((await fetch(addresses[0] ?? '')).status).toBe(200);
    } finally {
      await here.close();
    }
  });

  test('the Date header is that of the skewed clock, once', async () => {
    served.emulator.setOptions({ clockSkewSeconds: -3600 });
    const head = (await overTheWire()).split('\r\n\r\n')[0] ?? '';
    const dates = head.split('\r\n').filter((line) => /^date:/i.test(line));
    expect(dates).toHaveLength(1);
    const behind = Date.now() - Date.parse(dates[0]?.slice(5) ?? '');
    expect(behind / 1000).toBeGreaterThan(3598);
    expect(behind / 1000).toBeLessThan(3610);
  });

  test('Request and Response of the process stay those of Node', () => {
    expect([globalThis.Request, globalThis.Response]).toEqual(ofNode);
  });

  test.each(['before', 'after'] as const)(
    'a reset %s the work tears the connection down without a byte',
    async (when) => {
      served.emulator.addFault({ kind: 'reset', when });
      await expect(create()).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
      expect(served.emulator.incidents()).toHaveLength(when === 'after' ? 1 : 0);
      expect((await create()).status).toBe(201);
    },
  );

  test('a silence lasts until the client gives up', async () => {
    served.emulator.addFault({ kind: 'silence', when: 'after' });
    await expect(
      send('POST', '/incidents', { status_page_id: acme, title: 'x' }, AbortSignal.timeout(100)),
    ).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    expect(served.emulator.journal()).toMatchObject([{ status: null, worked: true }]);
  });

  test('closing does not wait for a client that is kept in silence', async () => {
    served.emulator.addFault({ kind: 'silence' });
    const answer = create();
    const lost = expect(answer).rejects.toThrow();
    while (served.emulator.journal().length === 0) await new Promise(setImmediate);
    await served.close();
    await lost;
    served = await serveEmulator();
  });

  test.each([undefined, 0, 5])('a body cut off after %p bytes: the head comes, the rest never', async (bytes) => {
    served.emulator.addFault({ kind: 'cut-off', ...(bytes !== undefined && { bytes }) });
    const response = await create();
    expect(response.status).toBe(201);
    await expect(response.text()).rejects.toThrow('terminated');
    expect(served.emulator.incidents()).toHaveLength(1);
  });

  test('what was sent before the cut has arrived', async () => {
    served.emulator.addFault({ kind: 'cut-off', bytes: 8 });
    const [head = '', body] = (await overTheWire()).split('\r\n\r\n');
    expect(head.toLowerCase()).toContain('content-length: 30');
    expect(body).toBe('{"data":');
  });

  test('a 100 Continue may come unasked before the answer', async () => {
    served.emulator.setOptions({ unaskedContinue: true });
    expect(await overTheWire()).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
  });

  test.each(['gzip', 'deflate', 'br'] as const)(
    'an answer may be compressed by %s although nobody asked',
    async (compression) => {
      served.emulator.setOptions({ compression });
      expect(await overTheWire()).toMatch(new RegExp(`^content-encoding: ${compression}\r$`, 'im'));
      const created = await create();
      expect(created.status).toBe(201);
      expect(await created.json()).toMatchObject({ data: { id: 1, title: 'Slow' } });
      served.emulator.setOptions({ deleteStatus: 204 });
      expect((await send('DELETE', '/incidents/1')).headers.get('content-encoding')).toBeNull();
    },
  );

  test('a trickle comes byte by byte', async () => {
    served.emulator.addFault({ kind: 'trickle', msPerByte: 1 });
    const response = await send('GET', '/incidents');
    const chunks: number[] = [];
    for await (const chunk of response.body ?? []) chunks.push(chunk.length);
    expect(chunks.length).toBeGreaterThan(5);
    expect(chunks.reduce((sum, length) => sum + length, 0)).toBe('{"data":[],"meta":{"count":0}}'.length);
  });

  test('closing does not wait for a trickle either', async () => {
    served.emulator.addFault({ kind: 'trickle' });
    const response = await send('GET', '/incidents');
    await served.close();
    await expect(response.text()).rejects.toThrow('terminated');
    served = await serveEmulator();
  });

  test('a pause makes the answer late', async () => {
    served.emulator.addFault({ kind: 'delay', ms: 60 });
    const begun = performance.now();
    expect((await send('GET', '/incidents')).status).toBe(200);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(55);
  });

  test.each([
    [{ kind: 'status', status: 503 }, 503, '{"error":"Service Unavailable"}'],
    [{ kind: 'status', status: 204 }, 204, ''],
    [{ kind: 'empty' }, 200, ''],
    [{ kind: 'not-json' }, 200, '{"data": {"id": '],
    [{ kind: 'redirect', location: '/elsewhere' }, 302, ''],
    [{ kind: 'rate-limit', retryAfterSeconds: 1 }, 429, '{"error":"Too Many Requests"}'],
    [{ kind: 'content-type' }, 200, '{"data":[],"meta":{"count":0}}'],
    [{ kind: 'too-large', bytes: 40 }, 200, '{"data":[],"meta":{"count":0}}          '],
  ] as const)('%j is answered %i', async (fault, status, body) => {
    served.emulator.addFault(fault);
    const response = await send('GET', '/incidents');
    expect(response.status).toBe(status);
    expect(await response.text()).toBe(body);
  });

  test('HTML comes as HTML', async () => {
    served.emulator.addFault({ kind: 'html' });
    const response = await send('GET', '/incidents');
    expect([response.status, response.headers.get('content-type')]).toEqual([502, 'text/html']);
  });
});

describe('serving', () => {
  test('uses the port and the options that it is given', async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    probe.close();
    await once(probe, 'close');
    const other = await serveEmulator({ port, ids: 'uuid' });
    expect(other.url).toBe(`http://127.0.0.1:${port}`);
    expect(other.emulator.options().ids).toBe('uuid');
    await other.close();
  });

  test('fails if the port is in use', async () => {
    await expect(serveEmulator({ port: Number(new URL(served.url).port) })).rejects.toThrow('is already in use');
  });

  test('writes an IPv6 host into its address in brackets', async () => {
    const other = await serveEmulator({ host: '::1' });
    expect(other.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    await other.close();
  });

  test('frees the port on closing', async () => {
    const other = await serveEmulator();
    await other.close();
    await expect(fetch(other.url)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });

  test('prints its addresses, pages and keys', () => {
    const shown = describeServed(served);
    for (const part of [served.apiUrl, `${served.url}/acme`, acme, 'spk_emulator', `${served.url}/emulator/{journal,`])
      expect(shown).toContain(part);
  });

  test('npm run emulator prints the address and a key for each scope, and answers there', async () => {
    const { child } = run('--port', '0');
    try {
      const [printed] = await once(child.stdout, 'data');
      const [apiUrl = ''] = /http:\S+\/user\/api\/v1/.exec(String(printed)) ?? [];
      const [, key = ''] = /(spk_\S+) +monitors:read$/m.exec(String(printed)) ?? [];
      expect(String(printed)).toMatch(/^API key +spk_emulator +every scope$/m);
      expect((await fetch(`${apiUrl}/monitors`, { headers: { 'x-api-key': key } })).status).toBe(200);
      expect((await fetch(`${apiUrl}/incidents`, { headers: { 'x-api-key': key } })).status).toBe(403);
      const pages = await fetch(`${apiUrl}/status-pages`, { headers: { 'x-api-key': 'spk_emulator' } });
      expect(await pages.text()).toContain(`"url":"${new URL('/acme', apiUrl).href}"`);
    } finally {
      child.kill();
      await once(child, 'close');
    }
  });

  test('npm run emulator fails with one sentence if the port is in use', async () => {
    const { port } = new URL(served.url);
    expect(await run('--port', port).ended).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `Port ${port} is already in use. Choose another one with --port, or 0 for a free one.\n`,
    });
  });

  test.each([
    ['--port=65536', '--port: "65536" is not a number from 0 to 65535.'],
    ['--port=x', '--port: "x" is not a number'],
    ['--prot', "Unknown option '--prot'"],
  ])('npm run emulator refuses %s', async (argument, sentence) => {
    const { exitCode, stderr } = await run(argument).ended;
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(sentence) });
  });

  test('npm run emulator has a help', async () => {
    expect(await run('--help').ended).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('--port <number>'),
    });
  });
});
