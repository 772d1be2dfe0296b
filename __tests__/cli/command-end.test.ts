import { describe, expect, test } from '@jest/globals';
import { type CommandEnd, exitCodeOf, outcomeOf } from '../../src/cli/child.ts';

describe('the end of a command', () => {
  test.each<[CommandEnd, number]>([
    [{ exitCode: 0 }, 0],
    [{ exitCode: 7 }, 7],
    [{ signal: 'SIGINT', signalNumber: 2 }, 130],
    [{ signal: 'SIGTERM', signalNumber: 15 }, 143],
    [{ unstarted: 'not-found' }, 127],
    [{ unstarted: 'not-executable' }, 126],
  ])('%j is %i, as in a shell', (end, exitCode) => {
    expect(exitCodeOf(end)).toBe(exitCode);
  });

  test.each<[CommandEnd, boolean, string]>([
    [{ exitCode: 0 }, false, 'success'],
    [{ exitCode: 0 }, true, 'success'],
    [{ exitCode: 7 }, false, 'failure'],
    [{ exitCode: 143 }, true, 'cancelled'],
    [{ signal: 'SIGTERM', signalNumber: 15 }, false, 'cancelled'],
    [{ signal: 'SIGKILL', signalNumber: 9 }, false, 'failure'],
    [{ signal: 'SIGSEGV', signalNumber: 11 }, false, 'failure'],
    [{ signal: 'SIGKILL', signalNumber: 9 }, true, 'cancelled'],
    [{ unstarted: 'not-found' }, false, 'skipped'],
  ])('%j, after a signal to stop: %j, is a deployment with the outcome %s', (end, toldToStop, outcome) => {
    expect(outcomeOf(end, toldToStop)).toBe(outcome);
  });
});
