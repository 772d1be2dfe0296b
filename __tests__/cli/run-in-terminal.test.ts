import { spawn as spawnProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type IPty, spawn } from '@lydell/node-pty';
import { sampleKey } from '../../src/emulator/sample.ts';
import { onSite, pause, type ServedSite, until } from './running.ts';
import { acme, bare, builtFile } from './typing.ts';

/** Counts every signal, and some time after the first exits with 40 and their number. A hang-up takes its streams, so it writes to a file. */
const counting = (lastsMs: number) => `
  const { writeFileSync } = require('node:fs');
  let seen = '';
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2']) {
    process.on(signal, () => {
      if (seen === '') setTimeout(() => process.exit(40 + seen.trim().split(" ").length), ${lastsMs});
      seen += signal + ' ';
      writeFileSync('seen', seen.trim());
    });
  }
  writeFileSync('ready', String(process.stdin.isTTY === true));
  setInterval(() => {}, 1000);
`;
const flags = ['--on-failure', 'keep', '--on-cancel', 'resolve'] as const;
const words = (lastsMs = 600) => ['run', ...flags, '--', process.execPath, '-e', counting(lastsMs)];
/** Long enough for a second signal on a busy machine. */
const forTwoMs = 2_500;

function variables({ apiUrl }: ServedSite) {
  return {
    ...bare,
    STATUSPAGE_ME_API_KEY: sampleKey,
    STATUSPAGE_ME_API_URL: apiUrl,
    STATUSPAGE_ME_STATUS_PAGE: acme,
  };
}

/** The command has started. */
async function begun({ folder, page }: ServedSite, isTerminal: boolean): Promise<void> {
  const ready = join(folder, 'ready');
  await until(() => existsSync(ready) && readFileSync(ready, 'utf8') === String(isTerminal));
  expect(page()).toEqual(['window 1 active']);
}

const seenBy = ({ folder }: ServedSite) => readFileSync(join(folder, 'seen'), 'utf8');
const isEnded = ({ page }: ServedSite) => page()[0] === 'window 1 past';

function onTerminal(site: ServedSite, lastsMs?: number) {
  const terminal = spawn(process.execPath, [builtFile, ...words(lastsMs)], {
    env: variables(site),
    cwd: site.folder,
    cols: 200,
  });
  let printed = '';
  terminal.onData((text) => {
    printed += text;
  });
  const left = new Promise<number>((resolve) => {
    terminal.onExit((end) => resolve(end.exitCode));
  });
  return { terminal, left, printed: () => printed };
}

describe('on a terminal', () => {
  test.each([
    ['Ctrl-C', '\u0003', 'SIGINT'],
    ['Ctrl-\\', '\u001c', 'SIGQUIT'],
  ])('%s reaches the command once, and its exit code is kept', (_, key, signal) =>
    onSite(async (site) => {
      const { terminal, left, printed } = onTerminal(site);
      // The command has the terminal, as without us.
      await begun(site, true);
      terminal.write(key);
      expect(await left).toBe(41);
      expect(seenBy(site)).toBe(signal);
      expect(printed()).toContain('Ended the maintenance window');
      await until(() => isEnded(site));
    }),
  );

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1'] as const)(
    '%s to `run` alone reaches the command once',
    (signal) =>
      onSite(async (site) => {
        const { terminal, left } = onTerminal(site);
        await begun(site, true);
        process.kill(terminal.pid, signal);
        expect(await left).toBe(41);
        expect(seenBy(site)).toBe(signal);
      }),
  );

  test('Ctrl-C twice reaches the command twice', () =>
    onSite(async (site) => {
      const { terminal, left } = onTerminal(site, forTwoMs);
      await begun(site, true);
      terminal.write('\u0003');
      await pause(400);
      terminal.write('\u0003');
      expect(await left).toBe(42);
      expect(seenBy(site)).toBe('SIGINT SIGINT');
    }));

  test('a terminal that is closed reaches the command, and the window is ended', () =>
    onSite(async (site) => {
      const { terminal } = onTerminal(site);
      await begun(site, true);
      // Its types do not list it.
      (terminal as IPty & { readonly destroy: () => void }).destroy();
      await until(() => isEnded(site));
      expect(seenBy(site)).toMatch(/^SIGHUP/);
    }));
});

describe('without a terminal', () => {
  function inGroup(site: ServedSite, lastsMs?: number) {
    const child = spawnProcess(process.execPath, [builtFile, ...words(lastsMs)], {
      env: variables(site),
      cwd: site.folder,
      detached: true,
      stdio: 'ignore',
    });
    const left = new Promise<number | null>((resolve) => child.once('exit', resolve));
    return { pid: child.pid ?? 0, left };
  }

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2'] as const)(
    '%s to the process group reaches the command once',
    (signal) =>
      onSite(async (site) => {
        const { pid, left } = inGroup(site);
        await begun(site, false);
        process.kill(-pid, signal);
        expect(await left).toBe(41);
        expect(seenBy(site)).toBe(signal);
      }),
  );

  test('SIGTERM to the group and then to `run` alone reaches the command twice', () =>
    onSite(async (site) => {
      const { pid, left } = inGroup(site, forTwoMs);
      await begun(site, false);
      process.kill(-pid, 'SIGTERM');
      await pause(300);
      process.kill(pid, 'SIGTERM');
      expect(await left).toBe(42);
      expect(seenBy(site)).toBe('SIGTERM SIGTERM');
    }));

  test('nothing of us stays if `run` is killed', () =>
    onSite(async (site) => {
      const { pid, left } = inGroup(site);
      await begun(site, false);
      const children = () => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
      const [command, sentinel] = children();
      expect([command, sentinel]).toEqual([expect.stringMatching(/^\d+$/), expect.stringMatching(/^\d+$/)]);
      process.kill(pid, 'SIGKILL');
      await left;
      await until(() => !existsSync(`/proc/${sentinel}`));
      process.kill(Number(command), 'SIGKILL');
    }));
});
