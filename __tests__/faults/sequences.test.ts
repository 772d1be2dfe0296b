import { expect, test } from '@jest/globals';
import { checkSequences } from './check-sequences.ts';

// The same sequences at every run, so that a change is to blame for a failure; `npm run test:faults` plays others, and more.
const choice = { number: 300, seed: 20_260_314, path: undefined };

test('whatever befalls the steps, each deployment has one record, which is ended or told of', async () => {
  const { tally, failure } = await checkSequences(choice);
  expect(failure).toBeUndefined();
  expect(tally).toMatchObject({ sequences: 300, duplicates: 0, orphans: 0 });
  // Where nothing goes wrong, nothing is shown.
  expect(tally.faults).toBeGreaterThan(500);
  expect(tally.killed).toBeGreaterThan(30);
}, 120_000);
