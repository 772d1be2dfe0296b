import { expect, test } from '@jest/globals';
import { findPlaceholders } from '../tools/release-check.ts';

test('names each line that is still a placeholder, and no other', () => {
  const files = {
    'package.json': '{\n  "bugs": "https://github.com/OWNER/statuspage-me/issues"\n}',
    'README.md': 'The owner.\n**Status:** not yet released.\n',
    'SECURITY.md': 'Nothing to replace: CODEOWNERS.',
  };
  expect(findPlaceholders(files)).toEqual(['package.json:2: OWNER', 'README.md:2: not yet released']);
});
