import { describe, expect, test } from '@jest/globals';
import {
  flagsOf,
  flagsOfDeployment,
  isSwitch,
  nameInWorkflow,
  nameOfFlag,
  nameOfVariable,
} from '../../src/inputs/flags.ts';
import { type Input, inputNames, inputs, operationNames } from '../../src/inputs/inputs.ts';

const all = [
  ...operationNames.map(flagsOf),
  ...(['whole', 'begin', 'end'] as const).map((part) => flagsOfDeployment(part)),
];

describe('the flags of a command', () => {
  test('hold no secret and nothing that only the runner fills in', () => {
    const named = new Set(all.flat());
    const hidden = inputNames.filter((name) => (inputs[name] as Input).secret || (inputs[name] as Input).internal);
    expect(hidden).toEqual(expect.arrayContaining(['api-key', 'github-token', 'job-status', 'matrix']));
    expect([...hidden, 'operation' as const].filter((name) => named.has(name))).toEqual([]);
  });

  test('that opens a notice are not about its end, for which a command has no post step', () => {
    for (const operation of ['open-maintenance', 'open-incident'] as const) {
      expect(flagsOf(operation)).toEqual(expect.arrayContaining(['title', 'message', 'deployment-key']));
      for (const name of ['auto-resolve', 'outcome', 'on-failure', 'resolve-message'] as const)
        expect(flagsOf(operation)).not.toContain(name);
    }
    expect(flagsOf('resolve')).toEqual(expect.arrayContaining(['id', 'kind', 'outcome', 'on-failure']));
  });

  test('that starts and ends a deployment are split between its two hooks', () => {
    const [whole, begin, end] = (['whole', 'begin', 'end'] as const).map((part) => flagsOfDeployment(part));
    expect(whole).toEqual(expect.arrayContaining(['title', 'duration', 'on-failure', 'failure-message']));
    expect(whole?.filter((name) => ['start', 'auto-resolve', 'outcome'].includes(name))).toEqual([]);
    expect(whole?.filter((name) => !begin?.includes(name))).toEqual([
      'resolve-message',
      'cancel-message',
      'failure-title',
      'failure-message',
      'notify-on-failure',
    ]);
    expect(end).toEqual(expect.arrayContaining(['outcome', 'on-failure', 'resolve-message', 'deployment-key']));
    expect(end?.filter((name) => ['id', 'kind', 'title', 'duration'].includes(name))).toEqual([]);
  });
});

test('an input is called as its reader gives it', () => {
  expect(nameInWorkflow('on-failure')).toBe('on-failure');
  expect(nameInWorkflow('on-failure', 'incident')).toBe('on-failure: incident');
  expect(nameOfFlag('on-failure')).toBe('--on-failure');
  expect(nameOfFlag('on-failure', 'incident')).toBe('--on-failure incident');
  expect([nameOfFlag('bypass', 'true'), nameOfFlag('bypass', 'false')]).toEqual(['--bypass', '--bypass false']);
  expect(nameOfFlag('title', 'true')).toBe('--title true');
  expect(nameOfVariable('on-failure')).toBe('STATUSPAGE_ME_ON_FAILURE');
  expect(nameOfVariable('bypass', 'true')).toBe('STATUSPAGE_ME_BYPASS=true');
  expect((['bypass', 'title', 'outcome'] as const).map(isSwitch)).toEqual([true, false, false]);
});
