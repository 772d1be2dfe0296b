import { readFileSync } from 'node:fs';

/** What a release is made from, as the repository has it. */
export interface ReleaseFiles {
  readonly changelog: string;
  /** The version that package.json names. */
  readonly packageVersion: string;
}

/** The section of a changelog that tells of a version, without its heading. Throws where there is none, or nothing in it. */
function releaseNotes(changelog: string, version: string): string {
  const sections = changelog.split(/^(?=## )/m).slice(1);
  const section = sections.find((text) => /^## \[?([^\]\s]+)/.exec(text)?.[1] === version);
  if (section === undefined) throw new Error(`CHANGELOG.md has no section ## ${version}`);
  const notes = section.replace(/^.*\n?/, '').trim();
  if (notes === '') throw new Error(`CHANGELOG.md says nothing of ${version}`);
  return notes;
}

/** The notes of a version that can be released. Throws where the files of the repository do not fit to it. */
export function checkRelease({ changelog, packageVersion }: ReleaseFiles, version: string): string {
  if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`"${version}" is no version such as 1.2.3`);
  if (packageVersion !== version) throw new Error(`package.json names the version ${packageVersion}, not ${version}`);
  return releaseNotes(changelog, version);
}

if (import.meta.main) {
  const read = (path: string) => readFileSync(path, 'utf8');
  const { version: packageVersion } = JSON.parse(read('package.json'));
  console.log(checkRelease({ changelog: read('CHANGELOG.md'), packageVersion }, process.argv[2] ?? ''));
}
