import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { tryLock } from '../../src/cli/lock.ts';
import { openStateFile, type StateFile, UnusableStateError } from '../../src/cli/state-file.ts';
import type { Deployment } from '../../src/deployment/deployment.ts';
import { UserError } from '../../src/domain/errors.ts';
import type { Clock } from '../../src/domain/time.ts';
import { noon } from '../support/virtual-clock.ts';

/** The clock of the machine. */
const systemClock: Clock = {
  now: () => new Date(),
  sleep: (ms, signal) => wait(ms, undefined, { signal }).catch(() => {}),
};

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
  version: 2,
  stage: 'open',
  apiUrl: 'https://statuspage.me/user/api/v1',
  own: true,
  startedAt: noon,
  clockOffsetMs: 0,
  hasKey: false,
  identity: 'd0123abcd-1-01abcdef0a1b2cxy',
  records: [
    {
      kind: 'maintenance',
      page: { id: 'p' },
      reference: 'd0123abcd-1-01abcdef0a1b2cxy',
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

  test('can be read only by its owner, even if others could read the old one', () => {
    writeFileSync(path, '', { mode: 0o644 });
    open().remember(deployment);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('does not forget what another pipeline has put instead of ours', () => {
    open().remember(deployment);
    open(undefined, 'two').remember(deployment);
    open().forget();
    expect(open(undefined, 'two').recall()).toEqual(deployment);
    open(undefined, 'two').forget();
    expect(existsSync(path)).toBe(false);
  });

  test('keeps one entry for each deployment key, and the newest of each', () => {
    open().remember(deployment);
    open('eu').remember({ ...deployment, hasKey: true, stage: 'opening' });
    open('eu').remember({ ...deployment, hasKey: true, stage: 'open' });
    open('us').remember({ ...deployment, hasKey: true, stage: 'failed' });
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

  test('is refused if it belongs to another pipeline', () => {
    open('eu', 'one').remember(deployment);
    expect(refusal(open('eu', 'two'))).toBe(`what ${path} remembers belongs to another pipeline`);
  });

  test('that is not there says so', () => {
    expect(refusal(open())).toBe(`there is no ${path}`);
  });

  test('that is empty is as good as none', () => {
    writeFileSync(path, '');
    expect(open().refusal()).toBeUndefined();
    expect(refusal(open())).toContain('remembers no deployment without a key');
    open().remember(deployment);
    expect(open().recall()).toEqual(deployment);
  });

  test('leads to the deployment wherever it is read, unless both sides belong to pipelines that differ', () => {
    open('eu', '').remember(deployment);
    expect(open('eu', 'two').recall()).toEqual(deployment);
    open('eu', 'one').remember(deployment);
    expect(open('eu', '').recall()).toEqual(deployment);
    expect(refusal(open('eu', 'two'))).toContain('belongs to another pipeline');
    open('eu', '').forget();
    expect(existsSync(path)).toBe(false);
  });

  test('that cannot be written is for the user to fix', () => {
    path = join(folder, 'missing', 'state.json');
    const file = open();
    expect(() => file.remember(deployment)).toThrow(UserError);
    expect(() => file.remember(deployment)).toThrow('ENOENT. Give a writable path with --state-file.');
  });

  test('loses nothing if processes write it at the same time', async () => {
    const module = new URL('../../src/cli/state-file.ts', import.meta.url).pathname;
    const script = `
      const { openStateFile } = await import(${JSON.stringify(module)});
      const [path, key] = process.argv.slice(1);
      const deployment = { ...JSON.parse(process.argv[3]), tag: key };
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
    expect(entries.map((entry) => entry.recall()?.tag)).toEqual(keys);
  }, 60_000);

  test('waits for one who is writing however long that takes, and not for one who died while writing', async () => {
    const lock = `${path}.lock`;
    const owner = (pid: number) => JSON.stringify({ machine: machineOf(), pid, nonce: 'n' });
    writeFileSync(lock, owner(await pidOfTheDead()));
    open().remember(deployment);
    expect(existsSync(lock)).toBe(false);

    writeFileSync(lock, owner(process.pid));
    const old = new Date(Date.now() - 60_000);
    utimesSync(lock, old, old);
    const release = promisify(execFile)(process.execPath, [
      '-e',
      `setTimeout(() => require('node:fs').rmSync(${JSON.stringify(lock)}), 400)`,
    ]);
    const begunAt = Date.now();
    open().remember({ ...deployment, stage: 'failed' });
    expect(Date.now() - begunAt).toBeGreaterThan(300);
    await release;
    expect(open().recall()?.stage).toBe('failed');
    expect(readdirSync(folder)).toEqual(['.statuspage-me.json']);
  });
});

/** The machine as a lock names it: what a lock of our own says. */
function machineOf(): string {
  const lock = tryLock(join(folder, 'own'));
  const { machine } = JSON.parse(readFileSync(join(folder, 'own'), 'utf8'));
  lock?.release();
  return machine;
}

async function pidOfTheDead(): Promise<number> {
  const child = spawn('true');
  await once(child, 'exit');
  return child.pid ?? 0;
}

/** What a path was before and must be after: its kind and its bytes. */
function picture(): unknown {
  const found = lstatSync(path);
  const kind = found.isSymbolicLink() ? `link to ${readlinkSync(path)}` : found.mode;
  return [kind, found.isFile() ? readFileSync(path, 'utf8') : '', readdirSync(folder)];
}

describe('what is no state file is refused and stays as it is:', () => {
  const content = (text: string) => () => writeFileSync(path, text);
  const cases: readonly (readonly [string, () => unknown, string])[] = [
    ['package.json', content('{"name":"shop","version":"1.0.0"}'), 'is not a state file of this version'],
    ['a file that holds the key', content('spk_0123456789abcdef\n'), 'is not a state file of this version'],
    ['half of one', content('{"tool":"statuspage-me","version":1,"dep'), 'is not a state file of this version'],
    ['one of a later version', content('{"tool":"statuspage-me","version":2,"deployments":[]}'), 'is not a state file'],
    ['one like it of another tool', content('{"version":1,"deployments":[]}'), 'is not a state file of this version'],
    ['a folder', () => mkdirSync(path), 'is a folder'],
    ['a FIFO', () => execFileSync('mkfifo', [path]), 'is a pipe'],
    ['a link to a device', () => symlinkSync('/dev/zero', path), 'is a device'],
    ['a link to nothing', () => symlinkSync(join(folder, 'nothing'), path), 'is a link to a file that is not there'],
    ['more than 1 MiB', content(' '.repeat(1024 * 1024 + 1)), 'is larger than 1024 KiB'],
  ];

  test.each(cases)('%s', async (_, make, reason) => {
    make();
    const before = picture();
    const file = open();
    expect(file.refusal()).toContain(`${path} ${reason}`);
    expect(refusal(file)).toContain(`${path} ${reason}`);
    expect(() => file.remember(deployment)).toThrow(UserError);
    expect(() => file.forget()).toThrow(reason);
    expect(picture()).toEqual(before);
  });

  test('a device of the system', () => {
    path = '/dev/null';
    const before = statSync(path).rdev;
    expect(open().refusal()).toBe('/dev/null is a device');
    expect(() => open().remember(deployment)).toThrow('/dev/null is a device');
    expect(() => open().forget()).toThrow('/dev/null is a device');
    expect(statSync(path)).toMatchObject({ rdev: before });
    expect(readdirSync('/dev').filter((name) => name.startsWith('null.'))).toEqual([]);
  });
});

test('a link to a state file is followed and stays', () => {
  const file = join(folder, 'real.json');
  writeFileSync(file, '');
  symlinkSync('real.json', path);
  open().remember(deployment);
  expect([readlinkSync(path), statSync(file).mode & 0o777]).toEqual(['real.json', 0o600]);
  expect(openStateFile({ path: file, key: undefined, pipeline: 'one' }).recall()).toEqual(deployment);
});

describe('every field of a state file is data:', () => {
  const valid = {
    ...JSON.parse(JSON.stringify(deployment)),
    hasKey: true,
    tag: 'v1',
    records: [
      {
        ...JSON.parse(JSON.stringify(deployment.records[0])),
        page: { id: 'p', slug: 'acme', name: 'Acme', url: 'https://status.acme.example' },
        endAt: noon.toISOString(),
        state: '1',
        mayHaveDuplicate: true,
      },
    ],
  };
  const write = (one: unknown) =>
    writeFileSync(
      path,
      JSON.stringify({
        tool: 'statuspage-me',
        version: 1,
        deployments: [{ key: 'eu', pipeline: 'one', deployment: one }],
      }),
    );
  const wrongTypes: readonly unknown[] = [null, 7, true, [], {}, ['x'], { id: 1 }, 1e308, -1];
  const hostile: Readonly<Record<string, readonly unknown[]>> = {
    apiUrl: ['', 'statuspage.me', 'file:///etc/passwd', 'javascript:1', `https://a.example/${'x'.repeat(3_000)}`],
    startedAt: ['', 'yesterday', '+275760-09-13T00:00:00Z', '9'.repeat(100_000)],
    clockOffsetMs: ['1', 1e300],
    tag: ['t'.repeat(10_001)],
    identity: ['', '.*', '(a+)+$', 'd0123abcd-1-01abcdef0a1b2cxy\nRef: x', 'r'.repeat(65)],
    'records.0.reference': ['', '.*', '(a+)+$', 'r1 2'],
    'records.0.id': ['', '..', '.', 'none', '1,2', 'a\u0000', 'x'.repeat(201)],
    'records.0.page.id': ['', '..', 'a,b', 'p\r\nhost: evil'],
    'records.0.page.url': ['javascript:alert(1)', 'nowhere'],
    'records.0.title': ['t'.repeat(10_001)],
    'records.0.kind': ['monitor', '__proto__'],
    'records.0.stage': ['closed'],
    'records.0.endAt': ['soon'],
  };
  const paths = (value: unknown, at = ''): readonly string[] =>
    typeof value === 'object' && value !== null
      ? [
          ...(at === '' ? [] : [at]),
          ...Object.entries(value).flatMap(([name, inner]) => paths(inner, at === '' ? name : `${at}.${name}`)),
        ]
      : [at];
  const set = (at: string, to: unknown): unknown => {
    const copy = structuredClone(valid);
    const names = at.split('.');
    const last = names.pop() ?? '';
    const parent = names.reduce((inner, name) => inner[name], copy);
    parent[last] = to;
    return copy;
  };
  const valueAt = (at: string): unknown => at.split('.').reduce((inner, name) => inner[name], valid);

  test('the valid one is read', () => {
    write(valid);
    expect(open('eu').recall()).toMatchObject({ hasKey: true, tag: 'v1' });
  });

  test.each(paths(valid))('%s of a hostile file is refused', (at) => {
    const kind = typeof valueAt(at);
    const values = [
      ...wrongTypes.filter((value) => typeof value !== kind || kind === 'object'),
      ...(hostile[at] ?? []),
    ];
    const isList = Array.isArray(valueAt(at));
    // A list may be empty.
    for (const value of values.filter((one) => !(isList && Array.isArray(one) && one.length === 0))) {
      write(set(at, value));
      expect([at, value, refusal(open('eu'))]).toEqual([at, value, `${path} is not a state file of this version`]);
    }
  });

  test.each([
    ['key', 7],
    ['key', 'k'.repeat(201)],
    ['pipeline', null],
    ['pipeline', 'p'.repeat(2_001)],
  ])('%s of an entry is data too', (name, value) => {
    const one = { key: 'eu', pipeline: 'one', deployment: valid, [name]: value };
    writeFileSync(path, JSON.stringify({ tool: 'statuspage-me', version: 1, deployments: [one] }));
    expect(open('eu').refusal()).toBe(`${path} is not a state file of this version`);
  });
});

describe('an entry that is claimed', () => {
  const waiting = () => ({ clock: systemClock, interruption: new AbortController().signal });

  test('is claimed by one command at a time, and the next waits for it', async () => {
    const first = await open('eu').claim(waiting());
    expect(first?.waited).toBe(false);
    const order: string[] = [];
    const second = open('eu')
      .claim(waiting())
      .then((claim) => {
        order.push('second');
        return claim;
      });
    await systemClock.sleep(250);
    order.push('first');
    first?.release();
    const claim = await second;
    expect([order, claim?.waited]).toEqual([['first', 'second'], true]);
    claim?.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('keeps no other deployment key waiting', async () => {
    const claims = [await open('eu').claim(waiting()), await open().claim(waiting())];
    expect(claims.map((claim) => claim?.waited)).toEqual([false, false]);
    for (const claim of claims) claim?.release();
  });

  test('by a command that was killed is free', async () => {
    const module = new URL('../../src/cli/state-file.ts', import.meta.url).pathname;
    const script = `
      const { openStateFile } = await import(${JSON.stringify(module)});
      const claim = openStateFile({ path: ${JSON.stringify(path)}, key: 'eu', pipeline: 'one' }).claim;
      await claim({ clock: { now: () => new Date() }, interruption: new AbortController().signal });
      process.kill(process.pid, 'SIGKILL');
    `;
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]).catch(() => {});
    expect(readdirSync(folder)).toHaveLength(1);
    const claim = await open('eu').claim(waiting());
    claim?.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('from another machine is waited for, then refused with its owner, and not taken', async () => {
    const first = await open('eu').claim(waiting());
    const [name = ''] = readdirSync(folder);
    writeFileSync(join(folder, name), JSON.stringify({ machine: 'elsewhere', pid: 7, nonce: 'n' }));
    let now = noon.getTime();
    const clock = {
      now: () => new Date(now),
      sleep: async (ms: number) => {
        now += ms;
      },
    };
    await expect(open('eu').claim({ clock, interruption: waiting().interruption })).rejects.toThrow(
      `process 7 on elsewhere has kept it for 60 s. If that command is over, delete ${join(realpathSync(folder), name)}.`,
    );
    first?.release();
    // It is no longer the claim that was made.
    expect(readdirSync(folder)).toEqual([name]);
  });

  test('is not waited for by a command that gets a signal to stop', async () => {
    const first = await open('eu').claim(waiting());
    const stop = new AbortController();
    const second = open('eu').claim({ clock: systemClock, interruption: stop.signal });
    stop.abort();
    expect(await second).toBeUndefined();
    first?.release();
  });
});
