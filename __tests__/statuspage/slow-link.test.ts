import { execFile, execFileSync } from 'node:child_process';
import net from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, jest, test } from '@jest/globals';
import type { WireRequest } from '../../src/statuspage/wire.ts';
import { serveHttp, serveProxy } from '../support/servers.ts';
import { connected, started, stopAll } from './wire-test.ts';

afterEach(async () => {
  jest.restoreAllMocks();
  await stopAll();
});

const request: Omit<WireRequest, 'url'> = {
  method: 'GET',
  headers: {},
  body: undefined,
  timeoutMs: 9_000,
  signal: undefined,
};

test.each([
  [9_000, 3_000],
  [1_000, 333],
  [300, 250],
])('with a limit of %i ms, each address of a name gets %i ms to connect', async (timeoutMs, each) => {
  const connect = jest.spyOn(net, 'connect');
  const server = await started(serveHttp((_request, response) => response.end('{}')));
  await connected().send({ ...request, timeoutMs, url: server.url });
  const proxy = await started(serveProxy(502));
  await connected({ HTTPS_PROXY: proxy.url.origin })
    .send({ ...request, timeoutMs, url: new URL('https://api.invalid/') })
    .catch(() => {});
  const limits = connect.mock.calls.map(([options]) => {
    const { autoSelectFamily, autoSelectFamilyAttemptTimeout } = options as unknown as net.TcpSocketConnectOpts;
    return { autoSelectFamily, autoSelectFamilyAttemptTimeout };
  });
  const expected = { autoSelectFamily: true, autoSelectFamilyAttemptTimeout: each };
  expect(limits).toEqual([expected, expected]);
});

/** A network of its own with a link of 300 ms needs root, Linux and Python. */
function mayMakeNetwork(): boolean {
  try {
    execFileSync('unshare', ['--net', '--mount', 'python3', '-c', 'open("/dev/net/tun")'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const title = 'a name with IPv4 and IPv6 is reached if IPv6 does not work and the server is 300 ms away';

if (mayMakeNetwork()) {
  test(title, async () => {
    const network = new URL('../../src/statuspage/network.ts', import.meta.url).href;
    const program = `
      import { createServer } from 'node:http';
      import { createConnection } from ${JSON.stringify(network)};
      createServer((_request, response) => response.end('{}')).listen(8080, '10.99.0.1', async () => {
        const url = new URL('http://far.example:8080/');
        const request = { method: 'GET', headers: {}, body: undefined, timeoutMs: 10_000, signal: undefined, url };
        const reply = await createConnection({}).send(request).catch((error) => error);
        console.log(reply.status ?? reply.message);
        process.exit();
      });
    `;
    const script = join(import.meta.dirname, '../support/far-network.py');
    const command = [process.execPath, '--input-type=module', '--eval', program];
    const { stdout } = await promisify(execFile)('unshare', ['--net', '--mount', 'python3', script, ...command]);
    expect(stdout).toBe('200\n');
  }, 30_000);
} else {
  test.skip(`${title} (not tested: this needs root, unshare and Python)`, () => {});
}
