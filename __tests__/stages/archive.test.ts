import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { archiveOf, root } from '../../tools/bench/bytes.ts';
import { acme, scene } from './stage.ts';

const folder = mkdtempSync(join(tmpdir(), 'archive-'));
afterAll(() => rmSync(folder, { recursive: true }));
execFileSync('tar', ['-x', '-C', folder], { input: archiveOf('HEAD') });

/** The files in a folder, without the folders themselves. */
const filesIn = (cwd: string, ...patterns: string[]) =>
  globSync(patterns, { cwd, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(cwd.length + 1)
        .replaceAll('\\', '/'),
    )
    .toSorted();

describe('the archive of a commit, which `uses:` downloads,', () => {
  test('holds the action and nothing else', () => {
    const documents = ['CHANGELOG.md', 'LICENSE', 'README.md', 'action.yml'];
    const bundle = filesIn(root, 'dist/**/*').filter((path) => !path.startsWith('dist/cli/'));
    expect(bundle).toContain('dist/main.js');
    expect(filesIn(folder, '**/*')).toEqual([...documents, ...bundle].toSorted());
  });

  scene(
    'opens a window and ends it',
    async (stage) => {
      const deploy = stage.job({ actionDir: folder });
      await deploy.main({ 'status-page': acme });
      expect(stage.left()).toEqual(['window 1 on acme: open until <now+30m>']);
      expect(await deploy.post({ status: 'success' })).toMatchObject({ exitCode: 0, annotations: [] });
      expect(stage.left()).toEqual(['window 1 on acme: over']);
    },
    { told: false },
  );

  scene(
    'opens an incident and ends the window after a failure',
    async (stage) => {
      const deploy = stage.job({ actionDir: folder });
      await deploy.main({ 'status-page': acme, 'on-failure': 'incident' });
      await deploy.post({ status: 'failure' });
      expect(stage.left()).toEqual([
        'window 1 on acme: over',
        expect.stringMatching(/^incident 1 on acme: investigating/),
      ]);
    },
    { told: false },
  );
});
