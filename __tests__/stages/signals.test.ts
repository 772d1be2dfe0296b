import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect } from '@jest/globals';
import type { Options } from '../../src/emulator/options.ts';
import { createAuthority } from '../support/certificates.ts';
import { serveTlsFor } from '../support/servers.ts';
import { acme, type Inputs, type Stage, scene } from './stage.ts';

interface Opening {
  readonly inputs: Inputs;
  readonly emulator?: Partial<Options>;
  /** Every request of an opening that nobody interrupts; those side by side in any order. */
  readonly requests: readonly string[];
}

const list = 'GET /maintenances?status_page_id=<acme>';
const openings: Readonly<Record<string, Opening>> = {
  'a window': { inputs: { 'status-page': acme }, requests: ['POST /maintenances'] },
  'an incident': {
    inputs: { operation: 'open-incident', 'status-page': acme, title: 'Deploying', message: 'We are at it.' },
    requests: ['POST /incidents'],
  },
  'windows on several pages': {
    inputs: { 'status-page': 'acme, beta' },
    requests: ['GET /status-pages', 'POST /maintenances', 'POST /maintenances'],
  },
  'a shared window with a key': {
    inputs: { 'status-page': acme, 'deployment-key': 'production', 'auto-resolve': false },
    requests: [list, 'POST /maintenances', list],
  },
  'a window by a clock that is wrong': {
    inputs: { 'status-page': acme },
    emulator: { clockSkewSeconds: 90 },
    requests: ['POST /maintenances', 'PATCH /maintenances/1'],
  },
};

/** The moments of a request at which a signal may come. */
const moments = ['before the page has worked on it', 'before its answer', 'right after its answer'] as const;
type Moment = (typeof moments)[number];

const leaveWithinMs = 7_000;
/** Long enough for a signal to arrive in between. */
const heldMs = 400;

/** Lets one request take its time, and resolves when the moment has come. */
function waitFor({ emulator, until }: Stage, place: number, moment: Moment): Promise<void> {
  const entry = () => emulator.journal()[place];
  const delay = { kind: 'delay', ms: heldMs, match: { nth: place + 1 } } as const;
  switch (moment) {
    case 'before the page has worked on it':
      emulator.addFault(delay);
      return until(() => entry() !== undefined);
    case 'before its answer':
      emulator.addFault({ ...delay, when: 'after' });
      return until(() => entry()?.worked === true);
    case 'right after its answer':
      return until(() => entry()?.status === 200 || entry()?.status === 201);
  }
}

/** How many requests are begun together with one: those like it that follow. */
function begunWith(requests: readonly string[], place: number): number {
  const next = requests.findIndex((request, other) => other > place && request !== requests[place]);
  return next < 0 ? requests.length : next;
}

/** Main gets a signal and leaves in time, and post takes back whatever there is. */
async function interrupt(stage: Stage, { inputs, requests }: Opening, place: number, moment: Moment, signal: Signal) {
  const deploy = stage.job();
  const running = deploy.startMain(inputs);
  await waitFor(stage, place, moment);
  const toldAt = Date.now();
  running.kill(signal);
  const main = await running.finished;
  expect(Date.now() - toldAt).toBeLessThan(leaveWithinMs);
  if (moment === 'right after its answer' && (main.exitCode === 0 || main.signal === signal)) {
    // It was faster than the signal, which at the most met a process that had done all and was going.
    expect(stage.requests()).toEqual(requests);
    expect(main.outputs.id).toMatch(/^\d/);
    expect(main.summary).toMatch(/^\*\*On the page/);
    return;
  }
  expect(main).toMatchObject({ exitCode: 130, signal: null, annotations: [] });
  // Nothing new was begun.
  if (moment !== 'right after its answer')
    expect(stage.requests().length).toBeLessThanOrEqual(begunWith(requests, place));
  expect(await deploy.post({ status: 'cancelled' })).toMatchObject({ exitCode: 0, annotations: [] });
  expect(stage.left()).toEqual([]);
}

type Signal = 'SIGINT' | 'SIGTERM';
const signals: readonly Signal[] = ['SIGINT', 'SIGTERM'];

describe.each(Object.entries(openings))('while main opens %s', (_what, opening) => {
  scene(
    'it makes the requests that are interrupted here',
    async (stage) => {
      expect(await stage.job().main(opening.inputs)).toMatchObject({ exitCode: 0 });
      expect(stage.requests()).toEqual(opening.requests);
    },
    { told: false, ...(opening.emulator && { emulator: opening.emulator }) },
  );

  for (const [place, request] of opening.requests.entries()) {
    for (const [moment, signal] of moments.flatMap((one) => signals.map((other) => [one, other] as const))) {
      scene(
        `a ${signal} ${moment}, request ${place + 1}, ${request}: main leaves, and post leaves nothing`,
        (stage) => interrupt(stage, opening, place, moment, signal),
        { told: false, ...(opening.emulator && { emulator: opening.emulator }) },
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
const aWindow = { 'status-page': acme };
const aKey = { 'status-page': acme, 'deployment-key': 'production' };
const byKey = { operation: 'resolve', ...aKey };

/** Mains that must be over in 20 s, and what they leave with where the page is of no use. How long they took is looked at in every scene. */
const mains = {
  'opens a window': [aWindow, 0],
  'looks for a window first': [aKey, 0],
  'looks for its page first': [{ 'status-page': 'acme' }, 0],
  'resolves by key': [byKey, 1],
  'updates by id': [{ operation: 'update', id: '1', kind: 'incident', message: 'Still at it.' }, 1],
  'deletes by key': [{ ...aKey, operation: 'delete' }, 1],
  'asks the gate': [{ operation: 'gate', 'status-page': 'acme', 'min-uptime': 99.9 }, 1],
  'checks the key': [{ operation: 'check' }, 1],
} as const satisfies Readonly<Record<string, readonly [Inputs, number]>>;

describe('a page that answers one byte a second', () => {
  for (const [what, [inputs, exitCode]] of Object.entries(mains)) {
    scene(
      `costs a main that ${what} no more than 20 s`,
      async ({ job, emulator }) => {
        emulator.addFault({ kind: 'trickle', times: 'always' });
        const main = await job().main(inputs);
        expect(main.exitCode).toBe(exitCode);
        expect(main.annotations.map(({ text }) => text).join()).toMatch(
          /did not answer in time|could not be found out/,
        );
      },
      patient,
    );
  }

  scene(
    'costs post no more than 30 s, and how the window ends is told',
    async ({ job, emulator, left }) => {
      const deploy = job();
      await deploy.main(aWindow);
      emulator.addFault({ kind: 'trickle', times: 'always' });
      const post = await deploy.post({ status: 'failure', steps: { deploy: { outcome: 'failure' } } });
      expect(post).toMatchObject({ exitCode: 0, annotations: [{ level: 'warning' }] });
      expect(left()).toHaveLength(1);
    },
    patient,
  );
});

describe('a page that never completes the TLS handshake', () => {
  for (const [what, [inputs, exitCode]] of Object.entries(mains)) {
    scene(
      `costs a main that ${what} no more than 20 s, and the key is not sent`,
      async (stage) => {
        const { address, fallSilent } = await serveSecurely(stage);
        fallSilent();
        const main = await stage.job({ env }).main({ ...inputs, 'api-url': address });
        expect(main.exitCode).toBe(exitCode);
        expect(main.annotations.map(({ text }) => text).join()).toMatch(/could not be reached: no connection in time/);
        expect(stage.requests()).toEqual([]);
      },
      patient,
    );
  }

  scene(
    'costs post no more than 30 s, and how the window ends is told',
    async (stage) => {
      const { address, fallSilent } = await serveSecurely(stage);
      const deploy = stage.job({ env });
      await deploy.main({ ...aWindow, 'api-url': address });
      fallSilent();
      const post = await deploy.post({ status: 'success' });
      expect(post).toMatchObject({ exitCode: 0, annotations: [{ level: 'warning' }] });
      expect(post.annotations[0]?.text).toContain('curl -X PATCH');
      expect(stage.left()).toEqual(['window 1 on acme: open until <now+30m>']);
    },
    patient,
  );
});
