import { expect, test } from '@jest/globals';
import { countRuns } from '../../tools/count-engine-runs.ts';
import { namesToRun } from '../support/workflows.ts';

test('the runs of the workflows are counted, and those that were never run are named', () => {
  expect(countRuns('a\nb\na\n', ['a', 'b'])).toEqual({ count: '2 workflows, run 3 times by act', missing: [] });
  expect(countRuns('a\n', ['a', 'b']).missing).toEqual(['b']);
});

test('each workflow must be run in both ways of naming the action, and each recipe', () => {
  const names = namesToRun();
  const expected = [
    'deploy.yml, uses: ./',
    'deploy.yml, uses: OWNER/statuspage-me@v1',
    'recipe: A matrix',
    'notice.yml',
  ];
  expect(names).toEqual(expect.arrayContaining(expected));
});
