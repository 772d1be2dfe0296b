import { getCACertificates, setDefaultCACertificates, TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { isLoopback, proxyFor, readProxySettings } from '../../src/statuspage/network.ts';
import type { WireRequest } from '../../src/statuspage/wire.ts';
import { makeCertificate } from '../support/certificates.ts';
import { serveHttp, serveHttps, serveProxy, serveSilence, serveTcp } from '../support/servers.ts';
import { connected, failureOf, started, stopAll } from './wire-test.ts';

const trusted = await makeCertificate('api.invalid');
const untrusted = await makeCertificate('api.invalid');
const authorities = getCACertificates();

beforeAll(() => setDefaultCACertificates([...authorities, trusted.cert]));
afterEach(stopAll);
afterAll(() => setDefaultCACertificates(authorities));

function get(url: string): WireRequest {
  const headers = { authorization: 'Bearer spk_secret' };
  return { method: 'GET', url: new URL(url), headers, body: undefined, timeoutMs: 3_000, signal: undefined };
}

/** An API that only the proxy knows the way to, and the key that it was shown. */
async function startApi(certificate = trusted) {
  const keys: (string | undefined)[] = [];
  const api = await started(
    serveHttps(certificate, (request, response) => {
      keys.push(request.headers.authorization);
      response.end('{}');
    }),
  );
  return { ...api, keys };
}

describe('a proxy', () => {
  test.each(['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY'])(
    'in %s is used, and sees neither the key nor the path',
    async (name) => {
      const api = await startApi();
      const proxy = await started(serveProxy({ tunnelTo: api.port }));
      const { send } = connected({ [name]: `http://user:pa%40ss@127.0.0.1:${proxy.port}` });
      expect(await send(get('https://api.invalid/secret'))).toMatchObject({ status: 200 });
      expect(api.keys).toEqual(['Bearer spk_secret']);
      expect(proxy.asked.map(({ method, url }) => `${method} ${url}`)).toEqual(['CONNECT api.invalid:443']);
      expect(proxy.asked[0]?.headers).toMatchObject({ 'proxy-authorization': `Basic ${btoa('user:pa@ss')}` });
      expect(proxy.asked[0]?.headers.authorization).toBeUndefined();
    },
  );

  test.each(['NO_PROXY', 'no_proxy'])('is passed by for the hosts of %s', async (name) => {
    const proxy = await started(serveProxy(403));
    const { send } = connected({ HTTPS_PROXY: proxy.url.origin, [name]: 'other.example, .invalid' });
    const failure = await failureOf(send(get('https://api.invalid/')));
    expect(failure).toMatchObject({ code: 'unknown-host', proxy: undefined });
    expect(proxy.asked).toEqual([]);
  });

  test('is passed by for this very machine', async () => {
    const proxy = await started(serveProxy(403));
    const server = await started(serveHttp((_request, response) => response.end('{}')));
    const { send } = connected({ HTTP_PROXY: proxy.url.origin, HTTPS_PROXY: proxy.url.origin });
    expect(await send(get(server.url.href))).toMatchObject({ status: 200 });
    expect(proxy.asked).toEqual([]);
  });

  test.each([
    [407, true],
    [403, true],
    [502, false],
  ])('that answers %i was not passed, and waiting is in vain: %p', async (status, lasting) => {
    const proxy = await started(serveProxy(status));
    const { send } = connected({ HTTPS_PROXY: `http://user:password@127.0.0.1:${proxy.port}` });
    const failure = await failureOf(send(get('https://api.invalid/')));
    const address = `127.0.0.1:${proxy.port}`;
    expect(failure).toMatchObject({ code: 'proxy', sent: false, detail: String(status), proxy: address, lasting });
    expect(`${failure.stack} ${JSON.stringify(failure)}`).not.toMatch(/password|spk_secret/);
  });

  test('is asked for one tunnel for one read after another, and for another one for a write', async () => {
    const api = await startApi();
    const proxy = await started(serveProxy({ tunnelTo: api.port }));
    const { send } = connected({ HTTPS_PROXY: proxy.url.origin });
    const read = get('https://api.invalid/');
    for (let count = 0; count < 3; count++) expect(await send(read)).toMatchObject({ status: 200 });
    expect(proxy.asked).toHaveLength(1);
    await send({ ...read, method: 'PATCH', body: '{}' });
    expect(proxy.asked).toHaveLength(2);
  });

  test('that cannot be reached is named', async () => {
    const proxy = await serveProxy(500);
    await proxy.stop();
    const failure = await failureOf(connected({ HTTPS_PROXY: proxy.url.origin }).send(get('https://api.invalid/')));
    const address = `127.0.0.1:${proxy.port}`;
    expect(failure).toMatchObject({ code: 'proxy', sent: false, detail: 'ECONNREFUSED', proxy: address });
  });

  test('that hangs up is named', async () => {
    const proxy = await started(serveTcp((socket) => socket.once('data', () => socket.destroy())));
    const { send } = connected({ HTTPS_PROXY: proxy.url.origin });
    expect(await failureOf(send(get('https://api.invalid/')))).toMatchObject({ code: 'proxy', sent: false });
  });

  test.each(['http', 'https'])(
    'that is reached by %s and never answers costs no more than the limit',
    async (scheme) => {
      const proxy = await started(serveSilence());
      const { send } = connected({ HTTPS_PROXY: `${scheme}://localhost:${proxy.port}` });
      const failure = await failureOf(send({ ...get('https://api.invalid/'), timeoutMs: 300 }));
      expect(failure).toMatchObject({ code: 'proxy', sent: false, detail: 'no connection in time' });
      await proxy.allClosed;
    },
  );

  test('in front of a server that never answers costs no more than the limit', async () => {
    const server = await started(serveSilence());
    const proxy = await started(serveProxy({ tunnelTo: server.port }));
    const { send } = connected({ HTTPS_PROXY: proxy.url.origin });
    const failure = await failureOf(send({ ...get('https://api.invalid/'), timeoutMs: 300 }));
    expect(failure).toMatchObject({ code: 'proxy', sent: false, detail: 'no connection in time' });
    await server.allClosed;
  });

  test.each(['http://', 'http://user:password@pro xy', 'ftp://proxy.example', 'http://user:pass%word@proxy.example'])(
    'setting that is malformed (%s) is a failure and not a crash',
    async (setting) => {
      const failure = await failureOf(connected({ HTTPS_PROXY: setting }).send(get('https://api.invalid/')));
      const detail = 'the proxy setting is not an address such as http://proxy.example:3128';
      expect(failure).toMatchObject({ code: 'proxy', sent: false, lasting: true, proxy: undefined, detail });
      expect(`${failure.stack} ${JSON.stringify(failure)}`).not.toContain('pass');
    },
  );

  test.each(['socks5', 'socks5h', 'socks4', 'SOCKS4a', 'socks'])(
    'with %s:// is refused at once, in one sentence, and never connected to',
    async (scheme) => {
      let connections = 0;
      const proxy = await started(serveTcp(() => connections++));
      const { send } = connected({ HTTPS_PROXY: `${scheme}://user:password@127.0.0.1:${proxy.port}` });
      const begun = Date.now();
      const failure = await failureOf(send(get('https://api.invalid/')));
      const detail = `the proxy setting begins with ${scheme.toLowerCase()}://, but SOCKS proxies are not supported`;
      expect(failure).toMatchObject({ code: 'proxy', sent: false, lasting: true, detail });
      expect(Date.now() - begun).toBeLessThan(500);
      expect(connections).toBe(0);
      expect(`${failure.stack} ${JSON.stringify(failure)}`).not.toContain('password');
    },
  );

  test('that cannot be used does no harm to the hosts of NO_PROXY', async () => {
    const api = await startApi();
    const { send } = connected({ HTTPS_PROXY: 'socks5://proxy.example:1080', NO_PROXY: 'localhost.example' });
    expect(await failureOf(send(get('https://api.invalid/')))).toMatchObject({ code: 'proxy' });
    const bypassing = connected({ HTTPS_PROXY: 'socks5://proxy.example:1080', NO_PROXY: '.invalid' });
    expect(await failureOf(bypassing.send(get(`https://api.invalid:${api.port}/`)))).toMatchObject({
      code: 'unknown-host',
    });
  });

  test('without a scheme is reached by http', async () => {
    const api = await startApi();
    const proxy = await started(serveProxy({ tunnelTo: api.port }));
    const { send } = connected({ HTTPS_PROXY: `user:pa%40ss@127.0.0.1:${proxy.port}` });
    expect(await send(get('https://api.invalid/'))).toMatchObject({ status: 200 });
    expect(proxy.asked[0]?.headers).toMatchObject({ 'proxy-authorization': `Basic ${btoa('user:pa@ss')}` });
  });

  test('in HTTPS_PROXY is used if https_proxy is set to nothing', async () => {
    const api = await startApi();
    const proxy = await started(serveProxy({ tunnelTo: api.port }));
    const { send } = connected({ https_proxy: '', HTTPS_PROXY: proxy.url.origin });
    expect(await send(get('https://api.invalid/'))).toMatchObject({ status: 200 });
    expect(proxy.asked).toHaveLength(1);
  });

  test('breaks off after the request was sent as any other connection does', async () => {
    const api = await started(serveHttps(trusted, (request) => request.socket.destroy()));
    const proxy = await started(serveProxy({ tunnelTo: api.port }));
    const { send } = connected({ HTTPS_PROXY: proxy.url.origin });
    const address = `127.0.0.1:${proxy.port}`;
    expect(await failureOf(send(get('https://api.invalid/')))).toMatchObject({
      code: 'reset',
      sent: true,
      proxy: address,
    });
  });
});

test('only HTTP/1.1 is spoken, for HTTP/2 repeats some requests by itself', async () => {
  const spoken: unknown[] = [];
  const api = await started(
    serveHttps(trusted, ({ socket }, response) => {
      spoken.push(socket instanceof TLSSocket && socket.alpnProtocol);
      response.end();
    }),
  );
  const proxy = await started(serveProxy({ tunnelTo: api.port }));
  await connected().send(get(`https://localhost:${api.port}/`));
  await connected({ HTTPS_PROXY: proxy.url.origin }).send(get('https://api.invalid/'));
  expect(spoken).toEqual(['http/1.1', 'http/1.1']);
});

describe('a server that cannot prove who it is', () => {
  test('gets no key, and the error has the reason', async () => {
    const api = await startApi(untrusted);
    const failure = await failureOf(connected().send(get(api.url.href)));
    expect(failure).toMatchObject({ code: 'certificate', sent: false });
    expect(failure.detail).toMatch(/^DEPTH_ZERO_SELF_SIGNED_CERT: self-signed certificate/);
    expect(api.keys).toEqual([]);
  });

  test('is not trusted under another name either', async () => {
    const api = await startApi();
    const failure = await failureOf(connected().send(get(api.url.href)));
    expect(failure).toMatchObject({ code: 'certificate', sent: false });
    expect(failure.detail).toMatch(/^ERR_TLS_CERT_ALTNAME_INVALID/);
    expect(api.keys).toEqual([]);
  });

  test('has its own code behind a proxy', async () => {
    const api = await startApi(untrusted);
    const proxy = await started(serveProxy({ tunnelTo: api.port }));
    const { send } = connected({ HTTPS_PROXY: proxy.url.origin });
    expect(await failureOf(send(get('https://api.invalid/')))).toMatchObject({ code: 'certificate', sent: false });
    expect(api.keys).toEqual([]);
  });

  test('speaks no TLS at all', async () => {
    const server = await started(serveTcp((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'), 'https'));
    expect(await failureOf(connected().send(get(server.url.href)))).toMatchObject({
      code: 'certificate',
      sent: false,
    });
  });
});

describe('the settings of a proxy', () => {
  test('are read in both spellings, lower case first', () => {
    const environment = { HTTP_PROXY: 'a', http_proxy: 'b', HTTPS_PROXY: 'c', NO_PROXY: 'd' };
    expect(readProxySettings(environment)).toEqual({ http: 'b', https: 'c', exceptions: 'd' });
    expect(readProxySettings({})).toEqual({ http: '', https: '', exceptions: '' });
  });

  test('that are set to nothing are not set', () => {
    const environment = {
      http_proxy: '',
      HTTP_PROXY: 'a',
      https_proxy: ' ',
      HTTPS_PROXY: 'b',
      no_proxy: '',
      NO_PROXY: 'c',
    };
    expect(readProxySettings(environment)).toEqual({ http: 'a', https: 'b', exceptions: 'c' });
  });

  test.each([
    ['http://user:password@proxy.example:3128', 'https://api.invalid/', 'proxy.example:3128'],
    ['http://proxy.example', 'https://api.invalid/', 'proxy.example:80'],
    ['https://proxy.example', 'https://api.invalid/', 'proxy.example:443'],
    ['proxy.example:3128', 'https://api.invalid/', 'proxy.example:3128'],
    ['127.0.0.1:3128', 'https://api.invalid/', '127.0.0.1:3128'],
    ['user:password@proxy.example:3128', 'https://api.invalid/', 'proxy.example:3128'],
    ['', 'https://api.invalid/', undefined],
    ['http://', 'https://api.invalid/', undefined],
    ['socks5://proxy.example:1080', 'https://api.invalid/', undefined],
  ])('name %s for %s as %s', (https, url, host) => {
    expect(proxyFor({ http: '', https, exceptions: '' }, new URL(url))?.host).toBe(host);
  });

  test('for http are those of http alone', () => {
    const settings = { http: 'http://a.example:1', https: 'http://b.example:2', exceptions: '' };
    expect(proxyFor(settings, new URL('http://api.invalid/'))?.host).toBe('a.example:1');
  });

  test.each(['http://localhost', 'http://a.localhost', 'http://127.1.2.3:80', 'http://[::1]:80'])(
    '%s is this machine',
    (url) => {
      expect(isLoopback(new URL(url))).toBe(true);
    },
  );

  test.each(['https://statuspage.me', 'https://localhost.example', 'https://127.example'])('%s is not', (url) => {
    expect(isLoopback(new URL(url))).toBe(false);
  });
});
