import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from '@jest/globals';

/**
 * Finds a program of others that some tests need, in PATH or where Go puts what it installs.
 * Throws if it is absent although REQUIRE_ENGINES says that it must be there.
 */
export function findEngine(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...goFolders()];
  const found = folders.flatMap((folder) => [join(folder, name), join(folder, `${name}.exe`)]).find(existsSync);
  if (found === undefined && process.env.REQUIRE_ENGINES) throw new Error(`${name} is required and not installed`);
  return found;
}

/** Declares a test that needs such a program; if it is absent, the test is reported as skipped and says why. */
export function testWithEngine(
  name: string,
  sentence: string,
  body: (engine: string) => Promise<void>,
  ms: number,
): void {
  const engine = findEngine(name);
  if (engine === undefined) test.skip(`${sentence} (not tested: ${name} is not installed here)`, () => {});
  else test(sentence, () => body(engine), ms);
}

function goFolders(): string[] {
  try {
    const [bin = '', path = ''] = execFileSync('go', ['env', 'GOBIN', 'GOPATH'], { encoding: 'utf8' }).split(/\r?\n/);
    return [bin, ...path.split(delimiter).map((folder) => join(folder, 'bin'))].filter((folder) => folder !== '');
  } catch {
    return [];
  }
}
