import { expect, test } from '@jest/globals';
import { isFixable } from '../../src/domain/errors.ts';
import { WorkflowRunsError } from '../../src/domain/workflow-runs.ts';
import { describeFailure } from '../../src/messages/failure.ts';

const later = 'Nothing in the workflow has to be changed; run it again later, and it goes on with what is left.';

test.each([
  [
    'unauthorized',
    undefined,
    'the token for GitHub is empty, or holds characters that no token has',
    /github-token/,
    true,
  ],
  ['unauthorized', 401, 'GitHub refused the token (401: No.)', /`github-token: \$\{\{ github\.token \}\}`/, true],
  [
    'forbidden',
    403,
    'GitHub does not let this token read workflow runs, which takes "actions: read" (403: No.)',
    /`permissions:`/,
    true,
  ],
  [
    'invisible',
    undefined,
    'GitHub knows none of the runs, and not even the one that asks: this token may not see the repository',
    /`permissions:`/,
    true,
  ],
  [
    'rate-limited',
    429,
    "GitHub's rate limit is used up, and is renewed in 1 h, after the time that is left (429: No.)",
    later,
    false,
  ],
  ['unreachable', 500, 'GitHub gave no usable answer about a workflow run (500: No.)', later, false],
  ['interrupted', undefined, 'interrupted before GitHub had answered about a workflow run', later, false],
  ['out-of-time', undefined, 'the time was over before GitHub could be asked about a workflow run', later, false],
] as const)('GitHub that does not answer (%s, %s) is told with what to do', (code, status, happened, todo, fixable) => {
  const detail = status === undefined ? undefined : 'No.';
  const error = new WorkflowRunsError({ code, status, detail, waitMs: 3_600_000 });
  const beginning = `Could not ask GitHub: ${happened}. `;
  const message = describeFailure('ask GitHub', error);
  expect(message.slice(0, beginning.length)).toBe(beginning);
  expect(message.slice(beginning.length)).toMatch(todo);
  expect(isFixable(error)).toBe(fixable);
});
