import { execFile } from 'node:child_process';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { WireRequest } from '../../src/statuspage/wire.ts';
import { serveHttp, serveTcp } from '../support/servers.ts';
import { connected, failureOf, started, stopAll } from './wire-test.ts';

afterEach(stopAll);

function post(url: URL | string, more: Partial<WireRequest> = {}): WireRequest {
  const headers = { authorization: 'Bearer spk_secret' };
  return { method: 'POST', url: new URL(url), headers, body: '{"a":1}', timeoutMs: 3_000, signal: undefined, ...more };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

describe('a request that arrives', () => {
  test('sends its method, path, query, headers and body, and returns status, headers and text', async () => {
    const seen: unknown[] = [];
    const server = await started(
      serveHttp(async (request, response) => {
        seen.push(request.method, request.url, request.headers.authorization, await bodyOf(request));
        response.writeHead(418, { 'X-Tea': 'green', 'Set-Cookie': ['a', 'b'] }).end('{"é":1}');
      }),
    );
    const reply = await connected().send(post(`${server.url}/x%2Fy?limit=200`));
    expect(seen).toEqual(['POST', '/api/x%2Fy?limit=200', 'Bearer spk_secret', '{"a":1}']);
    expect(reply).toMatchObject({ status: 418, text: '{"é":1}', headers: { 'x-tea': 'green' } });
  });

  test('has a connection of its own, which is not kept', async () => {
    const ports: (number | undefined)[] = [];
    const server = await started(
      serveHttp((request, response) => {
        ports.push(request.socket.remotePort);
        response.end();
      }),
    );
    const { send } = connected();
    await send(post(server.url));
    await send(post(server.url));
    expect(new Set(ports).size).toBe(2);
  });

  test('waits for the final answer if an interim one comes first', async () => {
    const server = await started(
      serveTcp((socket) => {
        socket.once('data', () =>
          socket.end('HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}'),
        );
      }),
    );
    expect(await connected().send(post(server.url))).toMatchObject({ status: 201, text: '{}' });
  });

  test('does not follow a redirect, so the key stays with its host', async () => {
    const elsewhere: IncomingMessage[] = [];
    const other = await started(
      serveHttp((request, response) => {
        elsewhere.push(request);
        response.end();
      }),
    );
    const server = await started(
      serveHttp((_request, response) => response.writeHead(307, { location: other.url.href }).end()),
    );
    const reply = await connected().send(post(server.url));
    expect(reply).toMatchObject({ status: 307, headers: { location: other.url.href } });
    expect(elsewhere).toEqual([]);
  });
});

describe('the connection of a read', () => {
  /** A server that notes the connection of each request, and what it does with it besides answering. */
  async function note(meddle: (socket: Socket, count: number) => 'answer' | 'silence' = () => 'answer') {
    const sockets: Socket[] = [];
    const server = await started(
      serveHttp((request, response) => {
        sockets.push(request.socket);
        if (meddle(request.socket, sockets.length) === 'answer') response.end('{}');
      }),
    );
    return { url: server.url, sockets, count: () => new Set(sockets).size };
  }

  const get = (url: URL, more: Partial<WireRequest> = {}) => post(url, { method: 'GET', body: undefined, ...more });

  test('is that of the read before it', async () => {
    const server = await note();
    const { send } = connected();
    for (let read = 0; read < 5; read++) expect(await send(get(server.url))).toMatchObject({ text: '{}' });
    expect(server.count()).toBe(1);
  });

  test('is its own while another read is under way', async () => {
    const server = await note();
    const { send } = connected();
    await Promise.all([send(get(server.url)), send(get(server.url)), send(get(server.url))]);
    expect(server.count()).toBe(3);
    await Promise.all([send(get(server.url)), send(get(server.url))]);
    expect(server.count()).toBe(3);
  });

  test.each(['POST', 'PATCH', 'DELETE'] as const)('is never that of a %s', async (method) => {
    const server = await note();
    const { send } = connected();
    await send(get(server.url));
    await send(post(server.url, { method }));
    await send(get(server.url));
    const [read, write, again] = server.sockets;
    expect(write).not.toBe(read);
    expect(again).toBe(read);
  });

  test('that the server closed in the meantime is not used again', async () => {
    const server = await note((socket, count) => {
      if (count === 1) setTimeout(() => socket.end(), 50);
      return 'answer';
    });
    const { send } = connected();
    await send(get(server.url));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await send(get(server.url))).toMatchObject({ status: 200 });
    expect(server.count()).toBe(2);
  });

  test('that the server closes at that moment breaks off as sent, and the read after it has a new one', async () => {
    const server = await note((socket, count) => {
      if (count !== 2) return 'answer';
      socket.resetAndDestroy();
      return 'silence';
    });
    const { send } = connected();
    await send(get(server.url));
    expect(await failureOf(send(get(server.url)))).toMatchObject({ code: 'reset', sent: true });
    expect(await send(get(server.url))).toMatchObject({ status: 200 });
    expect(server.sockets[1]).toBe(server.sockets[0]);
    expect(server.count()).toBe(2);
  });

  test('is destroyed at the limit, with those that lie idle beside it', async () => {
    const server = await note((_socket, count) => (count === 3 ? 'silence' : 'answer'));
    const { send } = connected();
    await Promise.all([send(get(server.url)), send(get(server.url))]);
    expect(await failureOf(send(get(server.url, { timeoutMs: 200 })))).toMatchObject({
      code: 'timeout',
      sent: true,
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(server.sockets.map(({ destroyed }) => destroyed)).toEqual([true, true, true]);
  });

  test('is destroyed by an interruption, though it was used before', async () => {
    const stop = new AbortController();
    const server = await note((_socket, count) => {
      if (count === 1) return 'answer';
      stop.abort();
      return 'silence';
    });
    const { send } = connected();
    await send(get(server.url));
    const failure = await failureOf(send(get(server.url, { signal: stop.signal })));
    expect(failure).toMatchObject({ code: 'interrupted', sent: true });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(server.sockets.map(({ destroyed }) => destroyed)).toEqual([true, true]);
  });

  test('is not kept for another server', async () => {
    const [one, other] = [await note(), await note()];
    const { send } = connected();
    await send(get(one.url));
    await send(get(other.url));
    await send(get(one.url));
    expect([one.count(), other.count(), other.sockets.length]).toEqual([1, 1, 1]);
  });

  test('is closed with the way to the network', async () => {
    const server = await note();
    const { send, close } = connected();
    await send(get(server.url));
    await close();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(server.sockets[0]?.destroyed).toBe(true);
  });
});

describe('a request that was never sent', () => {
  test('is refused if nobody listens', async () => {
    const server = await serveHttp(() => {});
    await server.stop();
    expect(await failureOf(connected().send(post(server.url)))).toMatchObject({
      code: 'refused',
      sent: false,
      detail: 'ECONNREFUSED',
      proxy: undefined,
    });
  });

  test('reports an unknown name', async () => {
    const failure = await failureOf(connected().send(post('https://nonexistent.invalid/api')));
    expect(failure).toMatchObject({ code: 'unknown-host', sent: false });
    expect(failure.detail).toMatch(/ENOTFOUND|EAI_AGAIN/);
  });

  test('ends at its limit if TLS is never completed', async () => {
    let closed = 0;
    const server = await started(serveTcp((socket) => socket.on('close', () => closed++).resume(), 'https'));
    const begun = Date.now();
    const failure = await failureOf(connected().send(post(server.url, { timeoutMs: 300 })));
    expect(failure).toMatchObject({ code: 'refused', sent: false, detail: 'no connection in time' });
    expect(Date.now() - begun).toBeLessThan(1_500);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(closed).toBe(1);
  });

  test('breaks if the other side hangs up during the TLS handshake', async () => {
    const server = await started(serveTcp((socket) => socket.once('data', () => socket.destroy()), 'https'));
    expect(await failureOf(connected().send(post(server.url)))).toMatchObject({ code: 'refused', sent: false });
  });

  test('is no longer begun once it was interrupted', async () => {
    let connections = 0;
    const server = await started(serveTcp(() => connections++));
    const failure = await failureOf(connected().send(post(server.url, { signal: AbortSignal.abort() })));
    expect(failure).toMatchObject({ code: 'interrupted', sent: false });
    expect(connections).toBe(0);
  });

  test('is interrupted at once even while it is connecting', async () => {
    const server = await started(serveTcp((socket) => socket.resume(), 'https'));
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 100);
    const begun = Date.now();
    expect(await failureOf(connected().send(post(server.url, { signal: stop.signal })))).toMatchObject({
      code: 'interrupted',
      sent: false,
    });
    expect(Date.now() - begun).toBeLessThan(1_500);
  });
});

describe('a request that was sent and has no whole answer', () => {
  const breaks: readonly (readonly [string, (socket: Socket) => void, string])[] = [
    ['a connection that is reset before the answer', (socket) => socket.resetAndDestroy(), 'reset'],
    ['a connection that ends before the answer', (socket) => socket.end(), 'reset'],
    ['an answer that is not HTTP', (socket) => socket.end('220 smtp.example ESMTP\r\n'), 'reset'],
    [
      'a body that is cut off',
      (socket) => socket.end('HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{"id":'),
      'reset',
    ],
    ['silence', () => {}, 'timeout'],
    [
      'a body that trickles',
      (socket) => {
        socket.write('HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n');
        const drop = setInterval(() => socket.write('x'), 50);
        socket.on('close', () => clearInterval(drop));
      },
      'timeout',
    ],
    [
      'headers that trickle',
      (socket) => {
        socket.write('HTTP/1.1 201 Created\r\n');
        const drop = setInterval(() => socket.write('x'), 50);
        socket.on('close', () => clearInterval(drop));
      },
      'timeout',
    ],
  ];

  test.each(breaks)('%s', async (_name, answer, code) => {
    const server = await started(serveTcp((socket) => socket.once('data', () => answer(socket))));
    const begun = Date.now();
    const failure = await failureOf(connected().send(post(server.url, { timeoutMs: 400 })));
    expect(failure).toMatchObject({ code, sent: true, lasting: false });
    expect(Date.now() - begun).toBeLessThan(1_500);
  });

  test('an answer of more than 6 MiB is not read to its end', async () => {
    const server = await started(
      serveHttp((_request, response) => {
        response.on('error', () => {});
        for (let megabyte = 0; megabyte < 16; megabyte++) response.write('x'.repeat(1024 * 1024));
        response.end();
      }),
    );
    expect(await failureOf(connected().send(post(server.url)))).toMatchObject({ code: 'too-large', sent: true });
  });

  test('an interruption ends it at once and says that it was sent', async () => {
    const stop = new AbortController();
    const server = await started(serveTcp((socket) => socket.once('data', () => stop.abort())));
    expect(await failureOf(connected().send(post(server.url, { signal: stop.signal })))).toMatchObject({
      code: 'interrupted',
      sent: true,
    });
  });
});

describe('closing the connection', () => {
  test('ends what is under way and starts nothing more', async () => {
    const server = await started(serveTcp(() => {}));
    const connection = connected();
    const underWay = failureOf(connection.send(post(server.url)));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await connection.close();
    expect(await underWay).toMatchObject({ code: 'interrupted', sent: true });
    expect(await failureOf(connection.send(post(server.url)))).toMatchObject({ code: 'interrupted', sent: false });
  });
});

test('a failure holds neither the key nor the body', async () => {
  const server = await started(serveTcp((socket) => socket.once('data', () => socket.destroy())));
  const failure = await failureOf(connected().send(post(server.url, { body: '{"message":"private"}' })));
  const shown = `${failure.stack} ${JSON.stringify(failure)} ${String(failure.cause)}`;
  expect(shown).not.toMatch(/spk_secret|private/);
});

test('nothing that is left of a request keeps the process alive', async () => {
  const silent = await started(serveTcp((socket) => socket.resume(), 'https'));
  const talking = await started(serveHttp((_request, response) => response.end('{}')));
  const program = `
    import { createConnection } from ${JSON.stringify(new URL('../../src/statuspage/network.ts', import.meta.url).href)};
    const { send } = createConnection({});
    const request = { method: 'GET', headers: {}, body: undefined, timeoutMs: 300, signal: undefined };
    const [silence, reply] = await Promise.allSettled([
      send({ ...request, url: new URL(${JSON.stringify(silent.url.href)}) }),
      send({ ...request, timeoutMs: 5_000, url: new URL(${JSON.stringify(talking.url.href)}) }),
    ]);
    console.log(silence.reason.code, reply.value.status);
    const done = Date.now();
    process.on('exit', () => console.log(Date.now() - done < 500 ? 'at once' : 'late'));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
  expect(stdout.trim().split('\n')).toEqual(['refused 200', 'at once']);
});
