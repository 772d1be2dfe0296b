import { expect, test } from '@jest/globals';
import { isFixable } from '../../src/domain/errors.ts';
import { WorkflowRunsError } from '../../src/domain/workflow-runs.ts';
import { describeFailure, titleOf } from '../../src/messages/message.ts';

const later = 'You need not change anything. Run it again later to continue with what is left.';

test.each([
  [
    'unauthorized',
    undefined,
    'the token for GitHub is empty, or holds characters that no token has',
    /github-token/,
    true,
  ],
  ['unauthorized', 401, 'GitHub refused the token (401: No.)', /\$\{\{ github\.token \}\}/, true],
  [
    'forbidden',
    403,
    'GitHub does not let this token read workflow runs, which needs "actions: read" (403: No.)',
    /permission "actions: read"/,
    true,
  ],
  [
    'invisible',
    undefined,
    'GitHub shows none of the runs, not even this one, so the token may not see the repository',
    /permission "actions: read"/,
    true,
  ],
  [
    'rate-limited',
    429,
    "GitHub's rate limit is used up (429: No.), and GitHub asks to wait 1 h, which is too long for this step",
    later,
    false,
  ],
  ['unreachable', 500, 'GitHub gave no usable answer about a workflow run (500: No.)', later, false],
  ['interrupted', undefined, 'interrupted before GitHub had answered about a workflow run', later, false],
  ['out-of-time', undefined, 'there was no time left to ask GitHub about a workflow run', later, false],
] as const)(
  'GitHub that does not answer (%s, %s) is explained, with what to do',
  (code, status, happened, todo, fixable) => {
    const detail = status === undefined ? undefined : 'No.';
    const error = new WorkflowRunsError({ code, status, detail, waitMs: 3_600_000 });
    const beginning = `Could not ask GitHub: ${happened}. `;
    const message = describeFailure('ask GitHub', error, { nameOf: String });
    expect(message.slice(0, beginning.length)).toBe(beginning);
    expect(message.slice(beginning.length)).toMatch(todo);
    expect(isFixable(error)).toBe(fixable);
    expect(titleOf(error)).toBe('workflow runs');
  },
);
