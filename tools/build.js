import { execFileSync } from 'node:child_process';
import { chmod, copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { slimPackages } from './bundle/slim-packages.js';
import { bundle } from './bundle.js';

const root = join(import.meta.dirname, '..');
const lib = join(root, 'lib');
const dist = join(root, 'dist');
const folder = join(lib, 'bundle');

await rm(lib, { recursive: true, force: true });
// Runs tsc by its path with this Node, so that a build needs no shell and no PATH.
execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'src'], {
  cwd: root,
  stdio: 'inherit',
});
// `bundle/tsconfig.json` names this folder.
await slimPackages(join(root, 'node_modules'), join(lib, 'node_modules'));
await bundle(join(lib, 'github', 'steps.js'), join(folder, 'github'), 'steps.js');
// These two belong to the whole folder.
for (const file of ['package.json', 'licenses.txt']) await rename(join(folder, 'github', file), join(folder, file));
await bundle(join(await keepTogether(lib), 'cli.js'), join(folder, 'cli'), 'index.js');
await chmod(join(folder, 'cli', 'index.js'), 0o755);
// The package.json in the folder above already sets the module type.
await rm(join(folder, 'cli', 'package.json'));
// What the package starts, beside the file that it turns the cache on for.
const bin = await readFile(join(lib, 'bin.js'), 'utf8');
await writeFile(join(folder, 'cli', 'bin.js'), bin.replace("'./cli.js'", "'./index.js'"), { mode: 0o755 });
for (const file of ['main.js', 'post.js', 'node-version.js']) await copyFile(join(lib, file), join(folder, file));

// Replaces dist only at the end: a failed build leaves the old bundle as it was.
await rm(dist, { recursive: true, force: true });
await rename(folder, dist);

/** Copies modules for a bundle of one file: late imports are in that file too, but still run late. Returns the folder of the copy. */
async function keepTogether(modules) {
  const copy = join(modules, 'together');
  // Not by `glob`, so that a build also runs on Node 20.
  const files = await readdir(modules, { recursive: true });
  for (const file of files.filter((path) => path.endsWith('.js') && !/^(bundle|together)[\\/]/.test(path))) {
    const text = await readFile(join(modules, file), 'utf8');
    await mkdir(dirname(join(copy, file)), { recursive: true });
    await writeFile(join(copy, file), text.replace(/\bimport\((?=['"])/g, 'import(/* webpackMode: "eager" */ '));
  }
  return copy;
}
