import { execFileSync } from 'node:child_process';
import { chmod, copyFile, glob, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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
await bundle(join(lib, 'github', 'steps.js'), join(folder, 'github'), 'steps.js');
// What holds for the whole folder lies at its top.
for (const file of ['package.json', 'licenses.txt']) await rename(join(folder, 'github', file), join(folder, file));
await bundle(join(await keepTogether(lib), 'cli.js'), join(folder, 'cli'), 'index.js');
await chmod(join(folder, 'cli', 'index.js'), 0o755);
// The folder above says already what kind of module the command line is.
await rm(join(folder, 'cli', 'package.json'));
for (const file of ['main.js', 'post.js', 'node-version.js']) await copyFile(join(lib, file), join(folder, file));

// The bundle takes its place in one step at the end: a build that fails leaves the old one as it was.
await rm(dist, { recursive: true, force: true });
await rename(folder, dist);

/** A copy of modules for one file: what they load late is in it from the start, and still runs no earlier. Gives its folder. */
async function keepTogether(modules) {
  const copy = join(modules, 'together');
  for await (const file of glob('**/*.js', { cwd: modules, exclude: ['bundle/**', 'together/**'] })) {
    const text = await readFile(join(modules, file), 'utf8');
    await mkdir(dirname(join(copy, file)), { recursive: true });
    await writeFile(join(copy, file), text.replace(/\bimport\((?=['"])/g, 'import(/* webpackMode: "eager" */ '));
  }
  return copy;
}
