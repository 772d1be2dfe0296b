import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A tiny action for one test: its steps are JavaScript texts that may use `env` and `append(file, text)`. */
export interface ProbeAction {
  readonly dir: string;
  remove(): void;
}

const prelude = `
import { appendFileSync } from 'node:fs';
const { env } = process;
const append = (name, text) => appendFileSync(env['GITHUB_' + name], text);
`;

/** Writes an action with the given steps and the given YAML under `inputs:` to a folder of its own. */
export function probeAction(main: string, post = '', inputs = '{}'): ProbeAction {
  const dir = mkdtempSync(join(tmpdir(), 'probe-'));
  writeFileSync(join(dir, 'main.mjs'), prelude + main);
  writeFileSync(join(dir, 'post.mjs'), prelude + post);
  writeFileSync(
    join(dir, 'action.yml'),
    `name: Probe\ninputs: ${inputs}\nruns:\n  using: node24\n  main: main.mjs\n  post: post.mjs\n`,
  );
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}
