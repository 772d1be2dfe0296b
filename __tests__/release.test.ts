import { describe, expect, test } from '@jest/globals';
import { checkRelease } from '../tools/release.ts';

const changelog = `# Changelog

## Unreleased

- What is to come.

## [1.2.10] - 2026-11-02

- Ten.

## 1.2.1

### Added

- One. See ## 1.2.0 below.

### Fixed

- Another.

## 1.2.0

`;

const release = (version: string, packageVersion = version) => checkRelease({ changelog, packageVersion }, version);

describe('a release', () => {
  test('has the notes of its version in CHANGELOG, and of no other', () => {
    expect(release('1.2.1')).toBe('### Added\n\n- One. See ## 1.2.0 below.\n\n### Fixed\n\n- Another.');
    expect(release('1.2.10')).toBe('- Ten.');
  });

  test.each([
    ['with two numbers only', '1.2', '1.2', '"1.2" is not a version such as 1.2.3'],
    ['with a letter', 'v1.2.1', 'v1.2.1', '"v1.2.1" is not a version such as 1.2.3'],
    ['with a command in it', '1.2.1; id', '1.2.1; id', '"1.2.1; id" is not a version such as 1.2.3'],
    ['that package.json does not name', '1.2.1', '1.2.0', 'package.json names the version 1.2.0, not 1.2.1'],
    ['without a section', '1.3.0', '1.3.0', 'CHANGELOG.md has no section ## 1.3.0'],
    ['with an empty section', '1.2.0', '1.2.0', 'The section ## 1.2.0 of CHANGELOG.md is empty'],
  ])('is refused for a version %s', (_, version, packageVersion, reason) => {
    expect(() => release(version, packageVersion)).toThrow(reason);
  });
});
