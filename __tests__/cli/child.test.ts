import { ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { listenForSignals, mayStart, startChild } from '../../src/cli/child.ts';
import { pause, until } from './running.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'child-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const end = (...command: readonly string[]) => startChild(command, { PATH: process.env.PATH }).ended;

/** Calls `act` while Node says that this is Windows. */
async function onWindows(act: () => void | Promise<void>): Promise<void> {
  const { platform } = process;
  Object.defineProperty(process, 'platform', { value: 'win32' });
  try {
    await act();
  } finally {
    Object.defineProperty(process, 'platform', { value: platform });
  }
}

describe('a command', () => {
  test('ends with its exit code, or with its signal', async () => {
    expect(await end('sh', '-c', 'exit 7')).toEqual({ exitCode: 7 });
    expect(await end('sh', '-c', 'kill -KILL $$')).toEqual({ signal: 'SIGKILL', signalNumber: 9 });
  });

  test('that is nowhere, or cannot be run, is told apart', async () => {
    const plain = join(folder, 'plain.sh');
    writeFileSync(plain, '#!/bin/sh\n', { mode: 0o644 });
    expect(await end('no-such-command')).toEqual({ unstarted: 'not-found' });
    expect(await end(join(folder, 'missing.sh'))).toEqual({ unstarted: 'not-found' });
    expect(await end(plain)).toEqual({ unstarted: 'not-executable' });
    expect(await end(folder)).toEqual({ unstarted: 'not-executable' });
    expect(await end(join(plain, 'below-a-file'))).toEqual({ unstarted: 'not-executable' });
    expect(await end('echo', 'x'.repeat(200_000))).toEqual({ unstarted: 'not-executable' });
    chmodSync(plain, 0o755);
    expect(await end(plain)).toEqual({ exitCode: 0 });
  });

  describe('that is looked for before its start', () => {
    const nothing = '/nothing/here';
    const found = (file: string, PATH?: string) => mayStart(file, { PATH });

    beforeAll(() => {
      mkdirSync(join(folder, 'real', 'bin'), { recursive: true });
      writeFileSync(join(folder, 'real', 'tool'), '', { mode: 0o700 });
      writeFileSync(join(folder, 'group-tool'), '', { mode: 0o610 });
      writeFileSync(join(folder, 'text'), '', { mode: 0o600 });
      writeFileSync(join(folder, 'hook.CMD'), '');
      symlinkSync(join(folder, 'real', 'bin'), join(folder, 'link'));
      symlinkSync('loop', join(folder, 'loop'));
    });

    test('is there by its path, as the system follows it, or in a folder of PATH', () => {
      expect(found(join(folder, 'real/tool'))).toBe(true);
      expect(found(`${folder}/link/../tool`)).toBe(true);
      expect(found('tool', `${nothing}:${folder}/real`)).toBe(true);
      expect(found('package.json', `${nothing}:`)).toBe(false);
      expect(found('tool', nothing)).toBe(false);
      expect(found(`${folder}/missing`)).toBe(false);
      expect(found(`${folder}/text/below`)).toBe(false);
      expect(found('')).toBe(true);
      expect(found('', folder)).toBe(false);
    });

    test('is none if nobody may execute it', () => {
      expect(found(`${folder}/text`)).toBe(false);
      expect(found('text', folder)).toBe(false);
      expect(found('real', folder)).toBe(false);
      expect(found('group-tool', folder)).toBe(true);
    });

    test('may be there if that is not certain', () => {
      expect(found('no-such-command')).toBe(true);
      expect(found(`${folder}/loop`)).toBe(true);
    });

    test('on Windows has one of its endings, or is a command of cmd.exe', () =>
      onWindows(() => {
        expect(found('echo', nothing)).toBe(true);
        expect(found(`${folder}/hook`)).toBe(true);
        expect(found(`${folder}/text`)).toBe(true);
        expect(found(`${folder}/missing`)).toBe(false);
        expect(found('.\\missing')).toBe(false);
        expect(found(`${folder}/real`)).toBe(false);
      }));
  });

  test('is found in the PATH that it gets, and sees these variables alone', async () => {
    const script = '#!/bin/sh\ntest "$GIVEN" = yes && test -z "$HOME"\n';
    writeFileSync(join(folder, 'mine'), script, { mode: 0o755 });
    const { ended } = startChild(['mine'], { PATH: folder, GIVEN: 'yes' });
    expect(await ended).toEqual({ exitCode: 0 });
  });

  test('gets the signals that are passed on to it, and none after its end', async () => {
    const child = startChild(['sleep', '60'], { PATH: process.env.PATH });
    child.passOn('SIGTERM');
    expect(await child.ended).toEqual({ signal: 'SIGTERM', signalNumber: 15 });
    expect(() => child.passOn('SIGTERM')).not.toThrow();
  });

  test('on Windows gets no signal from us: the console sends it, and sending kills', async () => {
    await onWindows(async () => {
      const child = startChild(['sh', '-c', 'sleep 0.5; exit 3'], { PATH: process.env.PATH });
      child.passOn('SIGINT');
      expect(await child.ended).toEqual({ exitCode: 3 });
    });
  });

  test('gets a signal also if there is no shell', async () => {
    const file = join(folder, 'count.mjs');
    writeFileSync(file, "process.on('SIGTERM', () => process.exit(9)); setInterval(() => {}, 1000);");
    const child = startChild([process.execPath, file], { PATH: folder });
    await pause(500);
    child.passOn('SIGTERM');
    expect(await child.ended).toEqual({ exitCode: 9 });
  });

  test.each(['SIGUSR1', 'SIGUSR2', 'SIGALRM', 'SIGXCPU'] as const)(
    'gets %s, which is meant for it, until its end',
    async (signal) => {
      const before = process.listenerCount(signal);
      const script = `trap 'exit 9' ${signal.slice(3)}; touch "$1"; while :; do sleep 0.05; done`;
      const ready = join(folder, signal);
      const { ended } = startChild(['sh', '-c', script, 'sh', ready], { PATH: process.env.PATH });
      await until(() => existsSync(ready));
      process.emit(signal, signal);
      expect(await ended).toEqual({ exitCode: 9 });
      expect(process.listenerCount(signal)).toBe(before);
    },
  );

  test('that may not be sent signals, because it runs as another user, is awaited to its own end', async () => {
    const forbidden = Object.assign(new Error('kill EPERM'), { code: 'EPERM', syscall: 'kill' });
    const kill = jest.spyOn(ChildProcess.prototype, 'kill').mockImplementation(function (this: ChildProcess) {
      return this.emit('error', forbidden);
    });
    const child = startChild(['sh', '-c', 'sleep 0.8; exit 3'], { PATH: process.env.PATH });
    child.passOn('SIGTERM');
    child.passOn('SIGTERM');
    expect(await child.ended).toEqual({ exitCode: 3 });
    expect(kill).toHaveBeenCalledTimes(2);
    kill.mockRestore();
  });
});

test('signals to stop are reported until nobody listens any more', () => {
  const before = process.listenerCount('SIGTERM');
  const told: string[] = [];
  const leaveOff = listenForSignals((signal) => told.push(signal));
  process.emit('SIGTERM', 'SIGTERM');
  process.emit('SIGHUP', 'SIGHUP');
  process.emit('SIGTERM', 'SIGTERM');
  leaveOff();
  expect(told).toEqual(['SIGTERM', 'SIGHUP', 'SIGTERM']);
  expect(process.listenerCount('SIGTERM')).toBe(before);
});
