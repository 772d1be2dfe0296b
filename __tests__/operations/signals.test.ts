import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { watchSignals } from '../../src/operations/host.ts';

const source = new URL('../../src/operations/host.ts', import.meta.url).href;

/** A process that watches its signals, works on for `workMs` after the first one, and then has nothing left to do. */
const script = `
  const { watchSignals } = await import(process.argv[1]);
  const work = setInterval(() => {}, 1_000);
  watchSignals().interruption.addEventListener('abort', () => {
    process.stdout.write('stopping ');
    setTimeout(() => {
      clearInterval(work);
      process.exitCode = 7;
      process.stdout.write('done');
    }, Number(process.argv[2]));
  });
  process.stdout.write('ready ');
`;

async function run(workMs: number, ...signals: readonly NodeJS.Signals[]) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, source, String(workMs)]);
  const closed = once(child, 'close');
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
    if (text.includes('ready')) child.kill(signals[0]);
    if (text.includes('stopping') && signals[1] !== undefined) child.kill(signals[1]);
  });
  const [code, signal] = await closed;
  return { printed, code, signal };
}

describe.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)('%s', (signal) => {
  test('interrupts the step, and work in progress is finished', async () => {
    expect(await run(50, signal)).toEqual({ printed: 'ready stopping done', code: 7, signal: null });
  });
});

test('the SIGTERM that follows a SIGINT does not kill work in progress', async () => {
  expect(await run(200, 'SIGINT', 'SIGTERM')).toEqual({ printed: 'ready stopping done', code: 7, signal: null });
});

test.each(['SIGUSR1', 'SIGUSR2'] as const)(
  '%s neither kills what is under way nor opens the debugger',
  async (signal) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, source, '0']);
    let printed = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      if (!text.includes('ready')) return;
      child.kill(signal);
      setTimeout(() => child.kill('SIGTERM'), 500);
    });
    const [code] = await once(child, 'close');
    expect({ printed, code }).toEqual({ printed: 'ready stopping done', code: 7 });
  },
);

describe('a process that got a signal to stop', () => {
  const signals = ['SIGINT', 'SIGTERM', 'SIGBREAK', 'SIGHUP', 'SIGQUIT'] as const;
  const { exit } = process;
  const before = signals.map((signal) => process.listeners(signal));
  const left: (number | string | null | undefined)[] = [];
  const added = (signal: (typeof signals)[number]) =>
    process.rawListeners(signal).filter((listener) => !before[signals.indexOf(signal)]?.includes(listener as never));

  beforeEach(() => {
    jest.useFakeTimers();
    process.exit = (code) => {
      left.push(code);
      return undefined as never;
    };
  });

  afterEach(() => {
    jest.useRealTimers();
    process.exit = exit;
    left.length = 0;
    for (const signal of signals) for (const listener of added(signal)) process.off(signal, listener as never);
  });

  test.each(signals)('by %s leaves after six seconds, whatever still holds it', (signal) => {
    const { aborted } = watchSignals().interruption;
    expect(aborted).toBe(false);
    const watched = watchSignals().interruption;
    for (const listener of added(signal)) listener();
    expect(watched.aborted).toBe(true);
    jest.advanceTimersByTime(5_999);
    expect(left).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(new Set(left)).toEqual(new Set([130]));
  });
});
