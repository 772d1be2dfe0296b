import { readFileSync } from 'node:fs';

/** The files of the repository that a release is checked against. */
export interface ReleaseFiles {
  readonly changelog: string;
  /** The version that package.json names. */
  readonly packageVersion: string;
}

/** The section of a changelog for a version, without its heading. Throws if there is none or if it is empty. */
function releaseNotes(changelog: string, version: string): string {
  const sections = changelog.split(/^(?=## )/m).slice(1);
  const section = sections.find((text) => /^## \[?([^\]\s]+)/.exec(text)?.[1] === version);
  if (section === undefined) throw new Error(`CHANGELOG.md has no section ## ${version}`);
  const notes = section.replace(/^.*\n?/, '').trim();
  if (notes === '') throw new Error(`The section ## ${version} of CHANGELOG.md is empty`);
  return notes;
}

/** The release notes of a version. Throws if package.json or CHANGELOG.md does not match it. */
export function checkRelease({ changelog, packageVersion }: ReleaseFiles, version: string): string {
  if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`"${version}" is not a version such as 1.2.3`);
  if (packageVersion !== version) throw new Error(`package.json names the version ${packageVersion}, not ${version}`);
  return releaseNotes(changelog, version);
}

if (import.meta.main) {
  const read = (path: string) => readFileSync(path, 'utf8');
  const { version: packageVersion } = JSON.parse(read('package.json'));
  console.log(checkRelease({ changelog: read('CHANGELOG.md'), packageVersion }, process.argv[2] ?? ''));
}
