import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Deployment } from '../../src/deployment/deployment.ts';

/** The codes that the system still has to answer to renames, one each. */
let answers: string[] = [];
let renames = 0;
jest.unstable_mockModule('node:fs', () => ({
  ...fs,
  renameSync: (from: string, to: string) => {
    renames += 1;
    const code = answers.shift();
    if (code !== undefined) throw Object.assign(new Error(code), { code });
    fs.renameSync(from, to);
  },
}));

const { openStateFile } = await import('../../src/cli/state-file.ts');

const { platform } = process;
let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'busy-'));
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true });
  Object.defineProperty(process, 'platform', { value: platform });
});

const deployment: Deployment = {
  version: 2,
  stage: 'open',
  own: true,
  apiUrl: 'https://statuspage.me/user/api/v1',
  hasKey: false,
  startedAt: new Date(),
  tag: undefined,
  records: [],
};

/** Remembers a deployment on a system that answers so to the first renames. */
function rememberOn(system: string, ...codes: readonly string[]) {
  Object.defineProperty(process, 'platform', { value: system });
  [answers, renames] = [[...codes], 0];
  const file = openStateFile({ path: join(folder, `${system}-${codes.length}`), key: undefined, pipeline: '' });
  file.remember(deployment);
  return file.recall();
}

describe('a state file that somebody reads on Windows', () => {
  test.each(['EPERM', 'EBUSY', 'EACCES'])('answers %s to a rename, which is repeated until it is free', (code) => {
    expect(rememberOn('win32', code, code, code)).toMatchObject({ records: [] });
    expect(renames).toBe(4);
  });

  test('is given up after two seconds, in one sentence, and nothing is left beside it', () => {
    const begunAt = Date.now();
    expect(() => rememberOn('win32', ...Array<string>(1_000).fill('EPERM'))).toThrow(
      /^Could not write the state file: .*EPERM\. Give a writable path with --state-file\.$/,
    );
    expect(Date.now() - begunAt).toBeGreaterThanOrEqual(1_900);
    expect(fs.readdirSync(folder).filter((name) => name.startsWith('win32-1000'))).toEqual([]);
  });
});

test('a rename that another system refuses is not repeated', () => {
  expect(() => rememberOn('linux', 'EPERM')).toThrow(/EPERM/);
  expect(renames).toBe(1);
});
