import { describe, expect, test } from '@jest/globals';
import { explainMissingSecrets, type Trigger } from '../../src/github/runner.ts';

const push: Trigger = { actor: 'octocat', event: 'push', repository: 'acme/shop', pullRequestFrom: undefined };

describe('a run gets its secrets', () => {
  test.each([
    ['on a push', push],
    ['on its own pull request', { ...push, event: 'pull_request', pullRequestFrom: 'acme/shop' }],
    [
      "on a fork's pull request that runs as the repository",
      { ...push, event: 'pull_request_target', pullRequestFrom: 'stranger/shop' },
    ],
  ])('%s', (_, trigger) => {
    expect(explainMissingSecrets(trigger)).toBeUndefined();
  });
});

describe('a run gets no secrets', () => {
  test.each([
    [
      "on a fork's pull request",
      { ...push, event: 'pull_request', pullRequestFrom: 'stranger/shop' },
      'a pull request from a fork gets no secrets',
    ],
    [
      "on a review of a fork's pull request",
      { ...push, event: 'pull_request_review', pullRequestFrom: 'stranger/shop' },
      'a pull request from a fork gets no secrets',
    ],
    [
      'on a pull request of a fork that was deleted',
      { ...push, event: 'pull_request', pullRequestFrom: 'deleted' },
      'a pull request from a fork gets no secrets',
    ],
    ['by Dependabot', { ...push, actor: 'dependabot[bot]' }, 'Dependabot gets no secrets of Actions'],
  ])('%s', (_, trigger, words) => {
    expect(explainMissingSecrets(trigger)).toBe(words);
  });
});
