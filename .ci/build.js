import { execFileSync } from 'node:child_process';
import { copyFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const lib = join(root, 'lib');
const dist = join(root, 'dist');
const bundle = join(lib, 'bundle');

/** Runs a tool's JavaScript file with this very node, so that a build needs no shell and no PATH. */
const run = (tool, ...args) =>
  execFileSync(process.execPath, [join(root, 'node_modules', tool), ...args], { cwd: root, stdio: 'inherit' });

await rm(lib, { recursive: true, force: true });
run('typescript/bin/tsc', '-p', 'src');
run(
  '@vercel/ncc/dist/ncc/cli.js',
  ...['build', join(lib, 'action.js'), '--out', bundle],
  ...['--license', 'licenses.txt', '--no-cache', '--quiet'],
);
await rename(join(bundle, 'index.js'), join(bundle, 'action.js'));
run(
  '@vercel/ncc/dist/ncc/cli.js',
  ...['build', join(lib, 'cli.js'), '--out', join(bundle, 'cli')],
  ...['--license', 'licenses.txt', '--no-cache', '--quiet'],
);
// One file is the command line: the folder above says already what kind of module it is.
await rm(join(bundle, 'cli', 'package.json'));
for (const file of ['main.js', 'post.js', 'node-version.js']) await copyFile(join(lib, file), join(bundle, file));

// The bundle takes its place in one step at the end: a build that fails leaves the old one as it was.
await rm(dist, { recursive: true, force: true });
await rename(bundle, dist);
