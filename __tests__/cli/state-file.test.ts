import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openStateFile, type StateFile, UnusableStateError } from '../../src/cli/state-file.ts';
import type { Deployment } from '../../src/deployment/deployment.ts';
import { UserError } from '../../src/domain/errors.ts';
import { noon } from '../support/virtual-clock.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'state-file-'));
  path = join(folder, '.statuspage-me.json');
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true });
});

const deployment: Deployment = {
  version: 1,
  stage: 'open',
  apiUrl: 'https://statuspage.me/user/api/v1',
  own: true,
  startedAt: noon,
  clockOffsetMs: 0,
  failure: { reference: 'f0123456789abcdef', searchFirst: false },
  records: [
    {
      kind: 'maintenance',
      page: { id: 'p' },
      reference: 'r1-0123abcd',
      stage: 'open',
      id: '1',
      title: 'Maintenance in progress',
      startAt: noon,
      created: true,
      mailed: false,
    },
  ],
};
const open = (key?: string, pipeline = 'one') => openStateFile({ path, key, pipeline });
const refusal = (file: StateFile): string => {
  try {
    file.recall();
  } catch (error) {
    if (error instanceof UnusableStateError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('the state file', () => {
  test('remembers a deployment for another process of the same pipeline', () => {
    open().remember(deployment);
    expect(open().recall()).toEqual(deployment);
  });

  test('can be read by its owner alone, also where one that was there could by others', () => {
    writeFileSync(path, '{}', { mode: 0o644 });
    open().remember(deployment);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('does not forget what another pipeline has put in the place of ours', () => {
    open().remember(deployment);
    open(undefined, 'two').remember(deployment);
    open().forget();
    expect(open(undefined, 'two').recall()).toEqual(deployment);
    open(undefined, 'two').forget();
    expect(existsSync(path)).toBe(false);
  });

  test('keeps one entry for each deployment key, and the newest of each', () => {
    open().remember(deployment);
    open('eu').remember({ ...deployment, key: 'eu', stage: 'opening' });
    open('eu').remember({ ...deployment, key: 'eu', stage: 'open' });
    open('us').remember({ ...deployment, key: 'us', stage: 'failed' });
    const entries = [open(), open('eu'), open('us')];
    expect(entries.map((entry) => entry.recall()?.stage)).toEqual(['open', 'open', 'failed']);
    expect(JSON.parse(readFileSync(path, 'utf8')).deployments).toHaveLength(3);
  });

  test('is gone with its last entry, and nothing is left beside it', () => {
    open('eu').remember(deployment);
    open('us').remember(deployment);
    open('eu').forget();
    expect(refusal(open('eu'))).toContain('remembers no deployment with the deployment key eu');
    expect(open('us').recall()).toEqual(deployment);
    open('us').forget();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is refused where it belongs to another pipeline', () => {
    open('eu', 'one').remember(deployment);
    expect(refusal(open('eu', 'two'))).toBe(`what ${path} remembers belongs to another pipeline`);
  });

  test('that is not there says so', () => {
    expect(refusal(open())).toBe(`there is no ${path}`);
  });

  test.each([
    ['', 'is not what this version writes'],
    ['{"version":1,"deployments":[', 'is not what this version writes'],
    ['{"version":2,"deployments":[]}', 'is not what this version writes'],
    ['{"version":1,"deployments":[{"pipeline":"one","deployment":{"version":1}}]}', 'is not what this version writes'],
    ['{"version":1,"deployments":[]}', 'remembers no deployment'],
  ])('that holds %j is not believed, and the next deployment replaces it', (text, reason) => {
    writeFileSync(path, text);
    expect(refusal(open())).toBe(`${path} ${reason}`);
    open().remember(deployment);
    expect(open().recall()).toEqual(deployment);
  });

  test('that cannot be written is for the user to mend', () => {
    path = join(folder, 'missing', 'state.json');
    const file = open();
    expect(() => file.remember(deployment)).toThrow(UserError);
    expect(() => file.remember(deployment)).toThrow('ENOENT — Give a place that can be written with --state-file.');
  });

  test('that is a folder cannot be read, and says so', () => {
    mkdirSync(path);
    expect(refusal(open())).toBe(`${path} cannot be read (EISDIR)`);
  });

  test('loses nothing where processes write it at the same time', async () => {
    const module = new URL('../../src/cli/state-file.ts', import.meta.url).pathname;
    const script = `
      const { openStateFile } = await import(${JSON.stringify(module)});
      const [path, key] = process.argv.slice(1);
      const deployment = { ...JSON.parse(process.argv[3]), key };
      for (let count = 0; count < 10; count += 1) openStateFile({ path, key, pipeline: 'one' }).remember(deployment);
    `;
    const keys = ['a', 'b', 'c', 'd'];
    const run = promisify(execFile);
    await Promise.all(
      keys.map((key) =>
        run(process.execPath, ['--input-type=module', '-e', script, path, key, JSON.stringify(deployment)]),
      ),
    );
    const entries = keys.map((key) => open(key));
    expect(entries.map((entry) => entry.recall()?.key)).toEqual(keys);
  }, 60_000);

  test('waits for one who is writing, and not for one who died while writing', async () => {
    const lock = `${path}.lock`;
    mkdirSync(lock);
    const long = new Date(Date.now() - 60_000);
    utimesSync(lock, long, long);
    open().remember(deployment);
    expect(existsSync(lock)).toBe(false);
    mkdirSync(lock);
    const release = promisify(execFile)(process.execPath, [
      '-e',
      `setTimeout(() => require('node:fs').rmdirSync(${JSON.stringify(lock)}), 200)`,
    ]);
    open().remember({ ...deployment, stage: 'failed' });
    await release;
    expect(open().recall()?.stage).toBe('failed');
  });
});
