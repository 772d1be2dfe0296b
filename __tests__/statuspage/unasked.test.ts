import { createServer } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { WireRequest } from '../../src/statuspage/wire.ts';
import { connected, failureOf, started, stopAll } from './wire-test.ts';

afterEach(stopAll);

/** A server that answers every request with these pieces, one after the other. */
async function serve(...pieces: readonly (string | Buffer)[]): Promise<URL> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', async () => {
      for (const piece of pieces) {
        socket.write(piece);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      socket.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () => new Promise<void>((resolve) => server.close(() => resolve()));
  await started(Promise.resolve({ stop } as never));
  return new URL(`http://127.0.0.1:${(server.address() as { readonly port: number }).port}/x`);
}

function send(url: URL, method: WireRequest['method'] = 'POST') {
  return connected().send({ method, url, headers: {}, body: '{}', timeoutMs: 5_000, signal: undefined });
}

const head = (body: Buffer, ...headers: readonly string[]) =>
  ['HTTP/1.1 200 OK', `content-length: ${body.length}`, ...headers, '', ''].join('\r\n');
const json = '{"data":{"id":"ü"}}';

describe('a body that was compressed although nobody asked', () => {
  test.each<[string, Buffer]>([
    ['gzip', gzipSync(json)],
    ['x-gzip', gzipSync(json)],
    ['deflate', deflateSync(json)],
    ['deflate', deflateRawSync(json)],
    ['br', brotliCompressSync(json)],
    ['gzip, br', brotliCompressSync(gzipSync(json))],
    ['identity', Buffer.from(json)],
    ['gzip', Buffer.alloc(0)],
  ])('is read: %s', async (coding, body) => {
    const { text } = await send(await serve(head(body, `Content-Encoding: ${coding}`), body));
    expect(text).toBe(body.length === 0 ? '' : json);
  });

  test('is too large if what it unpacks to is', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024));
    const failure = await failureOf(send(await serve(head(bomb, 'content-encoding: gzip'), bomb)));
    expect(failure).toMatchObject({ code: 'too-large', sent: true });
  });

  test.each<[string, Buffer, string]>([
    ['gzip', Buffer.from('no gzip'), 'Z_DATA_ERROR'],
    ['gzip', gzipSync(json).subarray(0, 20), 'Z_BUF_ERROR'],
    ['zstd', Buffer.from('x'), 'content-encoding zstd'],
  ])('is a broken answer if it cannot be unpacked: %s', async (coding, body, detail) => {
    const failure = await failureOf(send(await serve(head(body, `content-encoding: ${coding}`), body)));
    expect(failure).toMatchObject({ code: 'reset', sent: true, detail });
  });
});

describe('100 Continue that nobody asked for', () => {
  const reply = `${head(Buffer.from(json))}${json}`;

  test.each<[string, readonly string[]]>([
    ['before the response', [`HTTP/1.1 100 Continue\r\n\r\n${reply}`]],
    ['in a packet of its own', ['HTTP/1.1 100 Continue\r\n\r\n', reply]],
    ['in pieces', ['HTTP', '/1.1 10', '0 Continue\r\nx: y\r\n', '\r', `\n${reply.slice(0, 3)}`, reply.slice(3)]],
    ['twice', ['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n', reply]],
    ['never, and the response in pieces', [reply.slice(0, 5), reply.slice(5, 11), reply.slice(11)]],
  ])('is skipped: %s', async (_how, pieces) => {
    expect(await send(await serve(...pieces))).toMatchObject({ status: 200, text: json });
  });
});

test('an answer with more than 16 KiB of headers is named as such', async () => {
  const big = `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(20_000)}\r\ncontent-length: 0\r\n\r\n`;
  expect(await failureOf(send(await serve(big)))).toMatchObject({ code: 'too-large', detail: 'headers', sent: true });
});
