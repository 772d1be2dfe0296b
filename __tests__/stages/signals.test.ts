import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect } from '@jest/globals';
import { createAuthority } from '../support/certificates.ts';
import { serveTlsFor } from '../support/servers.ts';
import { acme, type Inputs, type Stage, scene } from './stage.ts';

/** What main is doing when the signal comes: its inputs, how many requests it has begun by then, and at which moment of the last one. */
interface Case {
  readonly what: string;
  readonly inputs: Inputs;
  readonly begun: number;
  readonly moment: 'before the page has worked on it' | 'before its answer';
}

const window = { 'status-page': acme };
const shared = { ...window, 'deployment-key': 'production', 'auto-resolve': false };
const incident = { ...window, operation: 'open-incident', title: 'Deploying', message: 'We are at it.' };

// That a signal at any moment leaves nothing behind is tested in `operations/interruption.test.ts`. Here it reaches a process.
const cases: readonly Case[] = [
  { what: 'searches for its page', inputs: { 'status-page': 'acme' }, begun: 1, moment: 'before its answer' },
  { what: 'opens a window', inputs: window, begun: 1, moment: 'before the page has worked on it' },
  { what: 'opens an incident', inputs: incident, begun: 1, moment: 'before its answer' },
  { what: 'opens a shared window', inputs: shared, begun: 2, moment: 'before its answer' },
];

const leaveWithinMs = 7_000;
/** Long enough for a signal to arrive in between. */
const heldMs = 400;

/** Lets one request take its time, and resolves when the moment has come. */
function waitFor({ emulator, until }: Stage, { begun, moment }: Case): Promise<void> {
  const entry = () => emulator.journal()[begun - 1];
  const isBefore = moment === 'before the page has worked on it';
  emulator.addFault({ kind: 'delay', ms: heldMs, match: { nth: begun }, ...(!isBefore && { when: 'after' }) });
  return until(() => (isBefore ? entry() !== undefined : entry()?.worked === true));
}

describe('while main', () => {
  for (const one of cases) {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      scene(
        `${one.what}, a ${signal} ends it in time, and the post step leaves nothing on the page`,
        async (stage) => {
          const deploy = stage.job();
          const running = deploy.startMain(one.inputs);
          await waitFor(stage, one);
          const sentAt = Date.now();
          running.kill(signal);
          const main = await running.finished;
          expect(Date.now() - sentAt).toBeLessThan(leaveWithinMs);
          expect(main).toMatchObject({ exitCode: 130, signal: null, annotations: [] });
          // Nothing new was begun.
          expect(stage.requests()).toHaveLength(one.begun);
          expect(await deploy.post({ status: 'cancelled' })).toMatchObject({ exitCode: 0, annotations: [] });
          expect(stage.left()).toEqual([]);
        },
        { told: false },
      );
    }
  }
});

const folder = mkdtempSync(join(tmpdir(), 'authority-'));
const authority = await createAuthority('Authority of a test');
const certificate = await authority.issue(['localhost']);
const authorityFile = join(folder, 'authority.pem');
writeFileSync(authorityFile, authority.cert);
const stops: (() => Promise<void>)[] = [];
afterAll(async () => {
  await Promise.all(stops.map((stop) => stop()));
  rmSync(folder, { recursive: true });
});

/** A page by HTTPS that can fall silent. */
async function serveSecurely({ apiUrl }: Stage) {
  const { port, pathname } = new URL(apiUrl);
  const front = await serveTlsFor(Number(port), certificate);
  stops.push(front.stop);
  return { ...front, address: `https://localhost:${front.port}${pathname}` };
}

const patient = { told: false, patient: true } as const;
const env = { NODE_EXTRA_CA_CERTS: authorityFile };

// How long a step took is checked in every scene. All operations keep their limits in `operations/budgets.test.ts`, by a virtual clock.
describe('a page that answers one byte a second', () => {
  scene(
    'costs main no more than 20 s, and the deployment continues',
    async ({ job, emulator }) => {
      emulator.addFault({ kind: 'trickle', times: 'always' });
      const main = await job().main(shared);
      expect(main).toMatchObject({ exitCode: 0, annotations: [{ level: 'warning' }] });
      expect(main.annotations[0]?.text).toMatch(/did not answer in time|could not be found out/);
    },
    patient,
  );
});

describe('a page that never completes the TLS handshake', () => {
  scene(
    'costs main no more than 20 s, and the key is not sent',
    async (stage) => {
      const { address, fallSilent } = await serveSecurely(stage);
      fallSilent();
      const main = await stage.job({ env }).main({ ...window, 'api-url': address });
      expect(main.exitCode).toBe(0);
      expect(main.annotations.map(({ text }) => text).join()).toMatch(/could not be reached: no connection in time/);
      expect(stage.requests()).toEqual([]);
    },
    patient,
  );

  scene(
    'costs post no more than 30 s, and the warning shows how to end the window',
    async (stage) => {
      const { address, fallSilent } = await serveSecurely(stage);
      const deploy = stage.job({ env });
      await deploy.main({ ...window, 'api-url': address });
      fallSilent();
      const post = await deploy.post({ status: 'success' });
      expect(post).toMatchObject({ exitCode: 0, annotations: [{ level: 'warning' }] });
      expect(post.annotations[0]?.text).toContain('To end it now, use the dashboard of StatusPage.me');
      expect(post.summary).toContain('curl -X PATCH');
      expect(stage.left()).toEqual(['window 1 on acme: open until <now+30m>']);
    },
    patient,
  );
});
