import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sampleKey, samplePages } from '../../src/emulator/sample.ts';
import { type ServedEmulator, serveEmulator } from '../../src/emulator/server.ts';
import { runMain, runPost } from '../../src/github/steps.ts';
import { type Input, inputNames, inputs } from '../../src/inputs/inputs.ts';
import { type Machine, takeMachine } from '../support/machine.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGBREAK'] as const;
const page = samplePages[0]?.id ?? '';
let machine: Machine;
let served: ServedEmulator;
let listeners: ReadonlyMap<string, readonly unknown[]>;

beforeEach(async () => {
  machine = takeMachine();
  served = await serveEmulator();
  listeners = new Map(signals.map((signal) => [signal, process.rawListeners(signal)]));
});

afterEach(async () => {
  for (const signal of signals) {
    for (const listener of process.rawListeners(signal))
      if (!listeners.get(signal)?.includes(listener)) process.off(signal, listener as never);
  }
  Reflect.deleteProperty(performance, 'timeOrigin');
  await served.close();
  machine.restore();
});

/** A step begins: the inputs are set as the runner does, defaults included, and the budgets of time count from now. */
function beginStep(given: Readonly<Record<string, string>>): void {
  const known: Readonly<Record<string, string>> = {
    'job-status': 'success',
    matrix: 'null',
    'github-token': 'ghs_token',
  };
  for (const name of inputNames) {
    const input: Input = inputs[name];
    const text = given[name] ?? known[name] ?? input.default ?? '';
    machine.set({ [`INPUT_${name.toUpperCase()}`]: text });
  }
  Object.defineProperty(performance, 'timeOrigin', { configurable: true, value: Date.now() });
}

const usual = () => ({ 'api-key': sampleKey, 'status-page': page, 'api-url': served.apiUrl });
const requests = () =>
  served.emulator
    .journal()
    .map(({ method, path, status }) => `${method} ${path.replace(/\?.*$/, '').replace(/\d+$/, '1')} ${status}`);

/** Does what the signal does, except that this process does not exit six seconds later. */
function interrupt(): void {
  const { setTimeout: later } = globalThis;
  const timers: NodeJS.Timeout[] = [];
  globalThis.setTimeout = ((work: () => void, ms: number) => {
    const timer = later(work, ms);
    timers.push(timer);
    return timer;
  }) as typeof setTimeout;
  for (const listener of process.rawListeners('SIGINT')) if (!listeners.get('SIGINT')?.includes(listener)) listener();
  globalThis.setTimeout = later;
  for (const timer of timers) clearTimeout(timer);
}

describe('the action', () => {
  test('opens a window in main with one request and ends it in post with two, and writes one summary', async () => {
    beginStep(usual());
    expect(await runMain()).toBe(0);
    expect(served.emulator.windows()).toMatchObject([{ state: 'active' }]);
    expect(machine.outputs()).toMatchObject({ id: '1', kind: 'maintenance', created: 'true', 'status-page-id': page });
    expect(machine.printed()).toEqual([
      `::add-mask::${sampleKey}`,
      '::add-mask::ghs_token',
      expect.stringMatching(/^Using the API at 127\.0\.0\.1:\d+\.$/),
      expect.stringMatching(/^::debug::POST \/maintenances: 201 in \d+ ms \(attempt 1\)$/),
      expect.stringMatching(
        /^Opened the maintenance window "Maintenance in progress" \(id 1\) on .+ The post step ends it after a success\.$/,
      ),
    ]);

    // A window is at least a second long, so that its end lies behind its start.
    for (const [name, text] of Object.entries(machine.state())) machine.set({ [`STATE_${name}`]: text });
    beginStep(usual());
    expect(await runPost()).toBe(0);
    expect(requests()).toEqual(['POST /maintenances 201', 'GET /maintenances 200', 'PATCH /maintenances/1 200']);
    expect(machine.printed()).toContainEqual(
      expect.stringMatching(/^Ended the maintenance window "Maintenance in progress" \(id 1\)/),
    );
    expect(machine.summary()).toMatch(/^### ✅ Maintenance ended after [^#]*$/);
  });

  test('listens for signals in main, but not in post', async () => {
    const heard = () =>
      signals.map((signal) => process.rawListeners(signal).length - (listeners.get(signal)?.length ?? 0));
    beginStep(usual());
    await runPost();
    expect(heard()).toEqual([0, 0, 0]);
    await runMain();
    expect(heard()).toEqual([1, 1, 1]);
  });

  test('waits if the API asks for it, and stops waiting on a signal', async () => {
    served.emulator.addFault({ kind: 'rate-limit', retryAfterSeconds: 9 });
    beginStep(usual());
    let ended = false;
    const left = runMain().finally(() => {
      ended = true;
    });
    while (!ended && served.emulator.journal().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const told = Date.now();
    // The reply needs a moment to arrive before there is a wait to cut short.
    await new Promise((resolve) => setTimeout(resolve, 100));
    interrupt();
    expect(await left).toBe(130);
    expect(Date.now() - told).toBeLessThan(2_000);
    expect(requests()).toEqual(['POST /maintenances 429']);
  });

  test('exits with 1 if it failed', async () => {
    beginStep({ ...usual(), 'api-key': 'spk_unknown' });
    expect(await runMain()).toBe(1);
    expect(machine.printed()).toContainEqual(
      expect.stringMatching(
        /^::error title=StatusPage\.me%3A API key refused::StatusPage\.me refused the API key .+ Could not open the maintenance window on /,
      ),
    );
  });

  test('does nothing in post if main did nothing', async () => {
    beginStep(usual());
    expect(await runPost()).toBe(0);
    expect(machine.printed()).toContain('This step opened nothing, so its post step has nothing to end.');
    expect(requests()).toEqual([]);
  });

  test('never prints a key, not even one that no header can hold', async () => {
    const key = 'spk_\u2192\u0007secret';
    beginStep({ ...usual(), 'api-key': key });
    expect(await runMain()).toBe(1);
    const [mask, tokenMask, ...others] = machine.printed();
    expect([mask, tokenMask]).toEqual([expect.stringMatching(/^::add-mask::spk_/), '::add-mask::ghs_token']);
    expect(others).toEqual([
      expect.stringMatching(
        /^::error title=StatusPage\.me%3A invalid input::Invalid input.+api-key contains a character/,
      ),
    ]);
    expect(others.join('\n')).not.toContain('secret');
    expect(machine.summary()).not.toContain('secret');
    expect(requests()).toEqual([]);
  });
});
