import { execFileSync } from 'node:child_process';
import { copyFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bundle } from './bundle.js';

const root = join(import.meta.dirname, '..');
const lib = join(root, 'lib');
const dist = join(root, 'dist');
const folder = join(lib, 'bundle');

await rm(lib, { recursive: true, force: true });
// Started by its path with this very node, so that a build needs no shell and no PATH.
execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'src'], {
  cwd: root,
  stdio: 'inherit',
});
await bundle(join(lib, 'action.js'), folder, 'action.js');
await bundle(join(lib, 'cli.js'), join(folder, 'cli'), 'index.js');
// The folder above says already what kind of modules the command line is made of.
await rm(join(folder, 'cli', 'package.json'));
for (const file of ['main.js', 'post.js', 'node-version.js']) await copyFile(join(lib, file), join(folder, file));

// The bundle takes its place in one step at the end: a build that fails leaves the old one as it was.
await rm(dist, { recursive: true, force: true });
await rename(folder, dist);
