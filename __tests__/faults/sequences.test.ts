import { expect, test } from '@jest/globals';
import { checkHooks, checkSequences } from './check-sequences.ts';

// The same sequences at every run, so that a change is to blame for a failure; `npm run test:faults` plays others, and more.
const seed = 20_260_314;

test('whatever fails in the steps, each deployment has one record, which is ended or reported', async () => {
  const { tally, failure } = await checkSequences({ number: 240, seed, path: undefined });
  expect(failure).toBeUndefined();
  expect(tally).toMatchObject({ sequences: 240, duplicates: 0, orphans: 0 });
  // If nothing goes wrong, nothing is shown.
  expect(tally.faults).toBeGreaterThan(400);
  expect(tally.killed).toBeGreaterThan(24);
}, 120_000);

test('the same holds where what goes wrong goes wrong on true sockets', async () => {
  const { tally, failure } = await checkSequences({ number: 60, seed: seed + 1, path: undefined, over: 'sockets' });
  expect(failure).toBeUndefined();
  expect(tally).toMatchObject({ sequences: 60, duplicates: 0, orphans: 0 });
  expect(tally.faults).toBeGreaterThan(100);
}, 120_000);

// Each command takes real files and git, and the nightly run plays 500 more.
test('two hooks at once, from any folder, with any state file: one window, our own files only, the key to one address', async () => {
  const { commands, failure } = await checkHooks({ number: 15, seed });
  expect(failure).toBeUndefined();
  expect(commands).toBeGreaterThan(40);
}, 120_000);
