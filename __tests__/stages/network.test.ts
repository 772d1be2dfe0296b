import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect } from '@jest/globals';
import type { StepResult } from '../../tools/demo/job.ts';
import { type Certificate, createAuthority } from '../support/certificates.ts';
import { type Listening, type ProxyAnswer, serveProxy, serveTlsFor } from '../support/servers.ts';
import { acme, type Stage, scene } from './stage.ts';

// Ports and words of OpenSSL differ from run to run, so that these scenes are told by what they expect.
const untold = { told: false, patient: true } as const;

const folder = mkdtempSync(join(tmpdir(), 'authority-'));
const authority = await createAuthority('Authority of the company');
const stranger = await createAuthority('Somebody unknown');
const authorityFile = join(folder, 'authority.pem');
writeFileSync(authorityFile, authority.cert);
const trusting = { NODE_EXTRA_CA_CERTS: authorityFile };
afterAll(() => rmSync(folder, { recursive: true }));

/** The page is beyond the proxy, which alone knows this name. */
const host = 'statuspage.example';
/** Reaches this machine, and is none of the names that are never asked of a proxy. */
const address = '0.0.0.0';
const certificate = await authority.issue([host, 'localhost', address]);
const password = 'Geheim7';

const servers: Listening[] = [];
const started = async <T extends Listening>(server: Promise<T>): Promise<T> => {
  servers.push(await server);
  return server;
};
afterAll(() => Promise.all(servers.map(({ stop }) => stop())));

const apiPath = '/user/api/v1';
const mainWentOn = { exitCode: 0, annotations: [{ level: 'warning' }] };

/** What a step has written anywhere. */
const everythingOf = ({ log, summary, outputs, state, commands }: StepResult): string =>
  JSON.stringify([log, summary, outputs, state, commands]);

/** The page of a scene by HTTPS. */
async function serveSecurely({ emulator, apiUrl }: Stage, shown: Certificate = certificate) {
  expect(emulator.journal()).toEqual([]);
  const front = await started(serveTlsFor(Number(new URL(apiUrl).port), shown));
  return { ...front, url: (name: string) => `https://${name}:${front.port}${apiPath}` };
}

const untrusted = {
  'is issued by somebody unknown': {
    shown: await stranger.issue(['localhost']),
    code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    todo: 'set NODE_EXTRA_CA_CERTS to its certificate. The key was not sent.',
  },
  'has expired': {
    shown: await authority.issue(['localhost'], { expired: true }),
    code: 'CERT_HAS_EXPIRED',
    todo: 'Look whether the clock of the runner is right; if it is, only a new certificate helps. The key was not sent.',
  },
  'is for another host': {
    shown: await authority.issue(['other.example']),
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    todo: 'Check `api-url`: the certificate is for another host. The key was not sent.',
  },
};

describe('a page by HTTPS', () => {
  scene(
    'is trusted through NODE_EXTRA_CA_CERTS: a window is opened and ended',
    async (stage) => {
      const { url } = await serveSecurely(stage);
      const deploy = stage.job({ env: trusting });
      expect(await deploy.main({ 'status-page': acme, 'api-url': url('localhost') })).toMatchObject({
        annotations: [],
      });
      expect(await deploy.post({ status: 'success' })).toMatchObject({ annotations: [] });
      expect(stage.requests()).toEqual(['POST /maintenances', 'PATCH /maintenances/1']);
    },
    untold,
  );

  for (const [what, { shown, code, todo }] of Object.entries(untrusted)) {
    scene(
      `whose certificate ${what} gets no key: main says so and goes on, and post has nothing to end`,
      async (stage) => {
        const { url, port } = await serveSecurely(stage, shown);
        const deploy = stage.job({ env: trusting });
        const main = await deploy.main({ 'status-page': acme, 'api-url': url('localhost') });
        expect(main).toMatchObject(mainWentOn);
        const [{ text } = { text: '' }] = main.annotations;
        expect(text).toContain(` — localhost:${port} could not prove who it is: ${code}: `);
        expect(text).toContain(todo);
        expect(await deploy.post({ status: 'success' })).toMatchObject({ exitCode: 0, annotations: [] });
        expect(stage.requests()).toEqual([]);
      },
      untold,
    );
  }

  scene(
    'whose certificate changes while the deploy runs is not trusted by post, which tells how the window is ended',
    async (stage) => {
      const { url, change } = await serveSecurely(stage);
      const deploy = stage.job({ env: trusting });
      await deploy.main({ 'status-page': acme, 'api-url': url('localhost') });
      change(await stranger.issue(['localhost']));
      const post = await deploy.post({ status: 'success' });
      expect(post).toMatchObject({ exitCode: 0, annotations: [{ level: 'warning' }] });
      expect(post.annotations[0]?.text).toContain('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
      expect(post.annotations[0]?.text).toContain('curl -X PATCH');
      expect(stage.left()).toEqual(['window 1 on acme: open until <now+30m>']);
    },
    untold,
  );
});

/** The page of a scene beyond a proxy; `setting` is what HTTPS_PROXY holds, with the proxy's host and port. */
async function serveBeyondProxy(stage: Stage, answer: (port: number) => ProxyAnswer) {
  const front = await serveSecurely(stage);
  const proxy = await started(serveProxy(answer(front.port)));
  return {
    ...front,
    place: `127.0.0.1:${proxy.port}`,
    asked: () => proxy.asked.map(({ method, url }) => `${method} ${url}`),
    seen: () => JSON.stringify(proxy.asked.map(({ headers }) => headers)),
  };
}

describe('a proxy', () => {
  scene(
    'is used with its user and password, and sees neither the key nor the path',
    async (stage) => {
      const credentials = `ci:${password}`;
      const proxy = await serveBeyondProxy(stage, (tunnelTo) => ({ tunnelTo, credentials }));
      const env = { ...trusting, HTTPS_PROXY: `http://${credentials}@${proxy.place}` };
      const deploy = stage.job({ env, debug: true });
      const main = await deploy.main({ 'status-page': acme, 'api-url': `https://${host}${apiPath}` });
      expect(main).toMatchObject({ exitCode: 0, annotations: [] });
      const post = await deploy.post({ status: 'success' });
      expect(post).toMatchObject({ exitCode: 0, annotations: [] });
      expect(stage.requests()).toEqual(['POST /maintenances', 'PATCH /maintenances/1']);
      expect(proxy.asked()).toEqual([`CONNECT ${host}:443`, `CONNECT ${host}:443`]);
      expect(proxy.seen()).not.toMatch(/spk_|maintenances/);
      expect(everythingOf(main) + everythingOf(post)).not.toContain(password);
    },
    untold,
  );

  scene(
    'is passed by for what NO_PROXY names, and only for that',
    async (stage) => {
      const proxy = await serveBeyondProxy(stage, () => 403);
      const env = { ...trusting, HTTPS_PROXY: `http://ci:${password}@${proxy.place}` };
      const inputs = { 'status-page': acme, 'api-url': proxy.url(address) };
      const deploy = stage.job({ env: { ...env, NO_PROXY: `other.example,${address}` } });
      expect(await deploy.main(inputs)).toMatchObject({ exitCode: 0, annotations: [] });
      await deploy.post({ status: 'success' });
      expect([stage.requests().length, proxy.asked()]).toEqual([2, []]);
      expect(await stage.job({ env: { ...env, NO_PROXY: 'other.example' } }).main(inputs)).toMatchObject(mainWentOn);
      expect([stage.requests().length, proxy.asked()]).toEqual([2, [`CONNECT ${address}:${proxy.port}`]]);
    },
    untold,
  );

  const refusals = {
    'asks for a user and a password (407)': {
      answer: (tunnelTo: number) => ({ tunnelTo, credentials: 'somebody:else' }),
      says: '407 — It asks for a user and a password: write them into HTTPS_PROXY',
      asks: 1,
    },
    'refuses (403)': { answer: () => 403, says: '403 — Correct HTTPS_PROXY in the environment of the job', asks: 1 },
    // Another time it may reach the host.
    'cannot reach the page (502)': { answer: () => 502, says: '502 — It could not reach the host itself.', asks: 4 },
  };
  for (const [how, { answer, says, asks }] of Object.entries(refusals)) {
    scene(
      `that ${how} is named without its password, the deploy goes on, and nothing reaches the page`,
      async (stage) => {
        const proxy = await serveBeyondProxy(stage, answer);
        const env = { ...trusting, HTTPS_PROXY: `http://ci:${password}@${proxy.place}` };
        const deploy = stage.job({ env, debug: true });
        const main = await deploy.main({ 'status-page': acme, 'api-url': `https://${host}${apiPath}` });
        expect(main).toMatchObject(mainWentOn);
        expect(main.annotations[0]?.text).toContain(
          `the proxy ${proxy.place} did not let the request to ${host} pass: ${says}`,
        );
        const post = await deploy.post({ status: 'success' });
        expect(post).toMatchObject({ exitCode: 0, annotations: [] });
        expect(proxy.asked()).toEqual(Array.from({ length: asks }, () => `CONNECT ${host}:443`));
        expect(stage.requests()).toEqual([]);
        expect(everythingOf(main) + everythingOf(post)).not.toContain(password);
      },
      untold,
    );
  }

  for (const setting of ['', `ci:${password}@`]) {
    scene(
      `that is given without a scheme (${setting}host:port) is told with an example, and its password is not printed`,
      async (stage) => {
        const proxy = await serveBeyondProxy(stage, (tunnelTo) => ({ tunnelTo }));
        const env = { ...trusting, HTTPS_PROXY: `${setting}${proxy.place}` };
        const deploy = stage.job({ env, debug: true });
        const main = await deploy.main({ 'status-page': acme, 'api-url': `https://${host}${apiPath}` });
        expect(main).toMatchObject(mainWentOn);
        expect(main.annotations[0]?.text).toContain(
          `nothing could be sent to ${host}: the proxy setting is not an address such as http://proxy.example:3128 — Correct`,
        );
        await deploy.post({ status: 'success' });
        expect([stage.requests(), proxy.asked()]).toEqual([[], []]);
        expect(everythingOf(main)).not.toContain(password);
      },
      untold,
    );
  }
});
