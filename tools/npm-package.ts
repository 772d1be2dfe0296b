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
 * The package.json that goes to npm. It has no dependencies, because the published file is a bundle. Its name is in the scope of the
 * repository's owner, so that nobody else can publish it. `home` is the address of the repository; without it, the one of package.json counts.
 */
export function toPublished(manifest: Readonly<Record<string, unknown>>, home?: string): Record<string, unknown> {
  const kept = Object.fromEntries(published.filter((name) => name in manifest).map((name) => [name, manifest[name]]));
  const { repository } = manifest as { readonly repository: { readonly url: string } };
  const address = home ?? repository.url.replace(/^git\+|\.git$/g, '');
  const [, owner = ''] = /([^/]+)\/[^/]+$/.exec(address) ?? [];
  // npm compares the address of the repository with the one in the attestation. It refuses capital letters in a name.
  return {
    ...kept,
    name: `@${owner.toLowerCase()}/${manifest.name}`,
    bugs: `${address}/issues`,
    repository: { type: 'git', url: `git+${address}.git` },
  };
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
