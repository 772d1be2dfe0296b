import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The fields of our package.json that npm and its users need. Everything else is for development. */
const published = [
  'name',
  'version',
  'description',
  'keywords',
  'bugs',
  'repository',
  'license',
  'type',
  'bin',
  'exports',
  'files',
  'engines',
];

/**
 * The package.json that goes to npm. It has no dependencies, because the published file is a bundle.
 * `home` is the address of the repository; without it, the addresses stay as they are.
 */
export function toPublished(manifest: Readonly<Record<string, unknown>>, home?: string): Record<string, unknown> {
  const kept = Object.fromEntries(published.filter((name) => name in manifest).map((name) => [name, manifest[name]]));
  if (home === undefined) return kept;
  // npm compares the address of the repository with the one in the attestation.
  return { ...kept, bugs: `${home}/issues`, repository: { type: 'git', url: `git+${home}.git` } };
}

/** Writes the npm package into a folder, ready for `npm pack`. */
export function writePackage(root: string, folder: string, home?: string): void {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const file of ['LICENSE', 'README.md', ...manifest.files]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    copyFileSync(join(root, file), join(folder, file));
  }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(toPublished(manifest, home), null, 2)}\n`);
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) throw new Error('Usage: node tools/npm-package.ts FOLDER');
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = process.env;
  writePackage(join(import.meta.dirname, '..'), folder, repository && `${server}/${repository}`);
}
