#!/usr/bin/env node
// What the npm package starts: the command line, compiled once. Alone, the file of the command line needs none of this.
import module from 'node:module';

const { env, platform, getuid } = process;

try {
  // These two variables are Node's own. With either of them, the user has decided.
  if (env.NODE_COMPILE_CACHE === undefined && env.NODE_DISABLE_COMPILE_CACHE === undefined) enableCache();
} catch {
  // Without a cache it only starts more slowly.
}

await import('./cli.ts');

/** Turns on Node's cache of compiled code in the user's own folder for caches. */
function enableCache(): void {
  // An import of these would load all of their parts, which takes 8 ms.
  const { lstatSync, mkdirSync } = process.getBuiltinModule('node:fs');
  const { isAbsolute, join } = process.getBuiltinModule('node:path');
  const { homedir } = process.getBuiltinModule('node:os');
  const set = platform === 'win32' ? env.LOCALAPPDATA : env.XDG_CACHE_HOME;
  const caches = set !== undefined && isAbsolute(set) ? set : join(homedir(), '.cache');
  const folder = join(caches, 'statuspage-me', 'compiled');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Whoever can write there can run code beside the API key, so the folder must be ours alone.
  const { uid, mode } = lstatSync(folder);
  const isOurs = getuid === undefined || (uid === getuid() && (mode & 0o022) === 0);
  if (isOurs) module.enableCompileCache?.(folder);
}
