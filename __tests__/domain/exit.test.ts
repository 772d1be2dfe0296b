import { expect, test } from '@jest/globals';
import { UncertainCreateError } from '../../src/deployment/create-once.ts';
import { UnlocatedError } from '../../src/deployment/find.ts';
import { DuplicateError } from '../../src/deployment/settle.ts';
import { exitCodes, exitOf, MissingKeyError, UserError } from '../../src/domain/errors.ts';
import { WorkflowRunsError, type WorkflowRunsErrorCode } from '../../src/domain/workflow-runs.ts';
import type { ErrorCode } from '../../src/statuspage/failed-call.ts';
import { apiError } from '../messages/samples.ts';

const codeOf = (thrown: unknown) => exitCodes[exitOf(thrown)];

/** By the table of exit codes that the reference of commands shows. */
const ofTheApi: Readonly<Record<ErrorCode, number>> = {
  invalid: 1,
  client: 1,
  redirect: 1,
  unauthorized: 4,
  forbidden: 5,
  blocked: 8,
  'not-found': 6,
  'rate-limited': 7,
  server: 8,
  unreadable: 8,
  'too-large': 8,
  timeout: 8,
  reset: 8,
  refused: 8,
  'unknown-host': 8,
  certificate: 8,
  proxy: 8,
  'out-of-time': 8,
  interrupted: 130,
};

test.each(Object.entries(ofTheApi) as [ErrorCode, number][])(
  'if a call ends as %s, a command leaves with %i',
  (kind, code) => {
    expect(codeOf(apiError(kind))).toBe(code);
  },
);

const ofGitHub: Readonly<Record<WorkflowRunsErrorCode, number>> = {
  unauthorized: 4,
  forbidden: 5,
  invisible: 6,
  'rate-limited': 7,
  unreachable: 8,
  'out-of-time': 8,
  interrupted: 130,
};

test.each(Object.entries(ofGitHub) as [WorkflowRunsErrorCode, number][])(
  'if GitHub answers as %s, a command leaves with %i',
  (code, exitCode) => {
    expect(codeOf(new WorkflowRunsError({ code }))).toBe(exitCode);
  },
);

test('what the user has to mend is a matter of usage, save the name of what is not there', () => {
  expect(codeOf(new UserError('invalid input', 'wrong'))).toBe(2);
  expect(codeOf(new UserError('invalid input', 'no page', 'not-found'))).toBe(6);
  expect(codeOf(new MissingKeyError('terminal'))).toBe(2);
});

test('an uncertain record is explained by what made it uncertain', () => {
  expect(codeOf(new UnlocatedError('no list'))).toBe(8);
  expect(codeOf(new DuplicateError('incident', '7', apiError('forbidden')))).toBe(5);
  expect(codeOf(new UncertainCreateError('maintenance', undefined, apiError('rate-limited'), 'absent'))).toBe(7);
});

test.each([new TypeError('x'), 'x', undefined, null])('anything else that is thrown is a failure: %p', (thrown) => {
  expect(codeOf(thrown)).toBe(1);
});
