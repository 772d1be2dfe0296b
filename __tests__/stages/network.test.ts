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
/** The requests of a window that is opened and ended, and the list for what earlier runs left; the last two go side by side. */
const windowAndList = ['GET /maintenances?status_page_id=<acme>', 'PATCH /maintenances/1', 'POST /maintenances'];
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
      expect(stage.requests().toSorted()).toEqual(windowAndList);
    },
    untold,
  );

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
      expect(post.annotations[0]?.text).toContain('To end it now, use the dashboard of StatusPage.me');
      expect(post.summary).toContain('curl -X PATCH');
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
    address: `127.0.0.1:${proxy.port}`,
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
      const env = { ...trusting, HTTPS_PROXY: `http://${credentials}@${proxy.address}` };
      const deploy = stage.job({ env, debug: true });
      const main = await deploy.main({ 'status-page': acme, 'api-url': `https://${host}${apiPath}` });
      expect(main).toMatchObject({ exitCode: 0, annotations: [] });
      const post = await deploy.post({ status: 'success' });
      expect(post).toMatchObject({ exitCode: 0, annotations: [] });
      expect(stage.requests().toSorted()).toEqual(windowAndList);
      expect(proxy.asked()).toEqual(Array.from({ length: 3 }, () => `CONNECT ${host}:443`));
      expect(proxy.seen()).not.toMatch(/spk_|maintenances/);
      expect(everythingOf(main) + everythingOf(post)).not.toContain(password);
    },
    untold,
  );

  scene(
    'is passed by for what NO_PROXY names, and only for that',
    async (stage) => {
      const proxy = await serveBeyondProxy(stage, () => 403);
      const env = { ...trusting, HTTPS_PROXY: `http://ci:${password}@${proxy.address}` };
      const inputs = { 'status-page': acme, 'api-url': proxy.url(address) };
      const deploy = stage.job({ env: { ...env, NO_PROXY: `other.example,${address}` } });
      expect(await deploy.main(inputs)).toMatchObject({ exitCode: 0, annotations: [] });
      await deploy.post({ status: 'success' });
      expect([stage.requests().toSorted(), proxy.asked()]).toEqual([windowAndList, []]);
      expect(await stage.job({ env: { ...env, NO_PROXY: 'other.example' } }).main(inputs)).toMatchObject(mainWentOn);
      expect([stage.requests().length, proxy.asked()]).toEqual([3, [`CONNECT ${address}:${proxy.port}`]]);
    },
    untold,
  );

  scene(
    'that refuses is named without its password, and the deployment continues',
    async (stage) => {
      const proxy = await serveBeyondProxy(stage, (tunnelTo) => ({ tunnelTo, credentials: 'somebody:else' }));
      const env = { ...trusting, HTTPS_PROXY: `http://ci:${password}@${proxy.address}` };
      const deploy = stage.job({ env, debug: true });
      const main = await deploy.main({ 'status-page': acme, 'api-url': `https://${host}${apiPath}` });
      expect(main).toMatchObject(mainWentOn);
      expect(main.annotations[0]?.text).toContain(proxy.address);
      expect(main.annotations[0]?.text).toContain('407');
      const post = await deploy.post({ status: 'success' });
      expect(post).toMatchObject({ exitCode: 0, annotations: [] });
      // The post step lists the page once, for what earlier runs left.
      expect(proxy.asked()).toEqual([`CONNECT ${host}:443`, `CONNECT ${host}:443`]);
      expect(stage.requests()).toEqual([]);
      expect(everythingOf(main) + everythingOf(post)).not.toContain(password);
    },
    untold,
  );
});
