import { expect, test } from '@jest/globals';
import { evaluateText } from '../../tools/demo/action-file.ts';

const steps = { deploy: { outputs: { id: 'a' }, outcome: 'failure', conclusion: 'success' } };

test.each([
  ['plain text', 'plain text'],
  ['${{ job.status }}', 'success'],
  ['is ${{ job.status }} in ${{ matrix.region }}', 'is success in eu'],
  ["${{ format('{0} }} it''s', job.status) }}", "success } it's"],
  ['${{ toJSON(matrix) }}', '{\n  "region": "eu",\n  "n": 1\n}'],
  ['${{ steps.deploy.outcome }}', 'failure'],
  ['${{ fromJSON(toJSON(steps)).deploy.outcome }}', 'failure'],
  ['${{ steps.later.outcome }}', ''],
  ['${{ fromJSON(toJSON(steps)).later.outcome }}', ''],
  ['${{ matrix.n == 1 && true }}', 'true'],
])('%s becomes %j, as with GitHub', (text, expected) => {
  expect(evaluateText(text, { job: { status: 'success' }, matrix: { region: 'eu', n: 1 }, steps })).toBe(expected);
});

test('outside a matrix its context is null', () => {
  expect(evaluateText('${{ toJSON(matrix) }}', { matrix: null })).toBe('null');
});

test.each(['${{ secrets.KEY }}', '${{ job. }}', '${{ unheardOf(1) }}'])('%s is refused', (text) => {
  expect(() => evaluateText(text, { job: { status: 'success' } })).toThrow();
});
