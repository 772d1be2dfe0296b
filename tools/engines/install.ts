import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A program that runs JavaScript. Its package on npm holds one for this system, and needs no install script. */
export interface Engine {
  readonly name: 'Node' | 'Bun' | 'Deno';
  readonly package: string;
  /** An exact version, or a major for the newest of it. */
  readonly version: string;
  /** The program in the folder of the package. */
  readonly program: string;
}

/** An engine on this machine, or why there is none. */
export type Installed =
  | { readonly engine: Engine; readonly version: string; readonly program: string }
  | { readonly engine: Engine; readonly absent: string };

const { platform, arch } = process;
const exe = platform === 'win32' ? '.exe' : '';
const node = (version: string): Engine => ({
  name: 'Node',
  package: `node-${platform === 'win32' ? 'win' : platform}-${arch}`,
  version,
  program: `bin/node${exe}`,
});

/** The oldest and the newest of each Node that runs a bundle, then the other engines for the command line. */
export const engines: readonly Engine[] = [
  ...['22.19.0', '22', '24.0.0', '24', '26'].map(node),
  {
    name: 'Bun',
    package: `@oven/bun-${platform === 'win32' ? 'windows' : platform}-${arch === 'arm64' ? 'aarch64' : arch}`,
    version: '1.4.5',
    program: `bin/bun${exe}`,
  },
  {
    name: 'Deno',
    package: `@deno/${platform}-${arch}${platform === 'linux' ? '-glibc' : ''}`,
    version: '2.9.6',
    program: `deno${exe}`,
  },
];

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'statuspage-me/engines');

/** Installs an engine outside the repository. An exact version is installed once; the newest of a major is searched each time. */
export async function install(engine: Engine): Promise<Installed> {
  const folder = join(cache, `${engine.package}-${engine.version}`);
  const installed = join(folder, 'node_modules', engine.package);
  const program = join(installed, engine.program);
  const isExact = engine.version.includes('.');
  if (!isExact || !existsSync(program)) {
    const flags = '--no-save --no-audit --no-fund --no-package-lock --ignore-scripts --fetch-retries=1';
    const wanted = `${engine.package}@${engine.version}`;
    const npm = `npm install ${flags} --prefix "${folder}" ${wanted}`;
    // A shell, because npm is a script on Windows.
    const failure = await promisify(execFile)(npm, { shell: true }).then(
      () => undefined,
      (error: { readonly stderr?: string }) => /^npm error (.*)$/m.exec(error.stderr ?? '')?.[1] ?? `${error}`,
    );
    if (!existsSync(program)) return { engine, absent: failure ?? `${wanted} has no ${engine.program}` };
  }
  const { version }: { readonly version: string } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  return { engine, version: version.replace(/^v/, ''), program };
}
