import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** A folder that is removed when the test lets it go. */
export interface Folder {
  readonly dir: string;
  readonly remove: () => void;
}

/** A folder with what a user of the action gets: action.yml and dist. */
export function copyAction(): Folder {
  const folder = makeFolder('action-');
  writeFiles(folder.dir, readFiles('action.yml', 'dist/**/*', '.github/workflows/*'));
  return folder;
}

/** Files by their paths, as a repository has them. */
export type Files = Readonly<Record<string, string>>;

/** Files of this repository: those that patterns such as `dist/*` name. */
export function readFiles(...patterns: readonly string[]): Files {
  const paths = globSync([...patterns], { cwd: root }).filter((path) => statSync(join(root, path)).isFile());
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

/** Writes files into a folder, scripts so that they can be run, and commits all that lies there: act asks for a git repository. */
export function commitFiles(dir: string, files: Files): void {
  writeFiles(dir, files);
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', ...args], { cwd: dir });
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '--no-gpg-sign', '--message=Deploy');
}

function writeFiles(dir: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
    if (path.endsWith('.sh')) chmodSync(join(dir, path), 0o755);
  }
}

/** An empty folder. */
export function makeFolder(prefix: string): Folder {
  const dir = mkdtempSync(join(tmpdir(), prefix));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** What a workflow is run with. Secrets reach act by its environment, the rest by its command line. */
export interface ActOptions {
  /** What the workflow is called where it is counted which were run. */
  readonly name: string;
  readonly event?: string;
  /** The only job that is run, with those that it needs; all by default. */
  readonly job?: string;
  /** The only leg of its matrix, as `os:ubuntu-latest`. */
  readonly leg?: string;
  /** What the event tells besides, as the pull request that it is about. */
  readonly payload?: object;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly vars?: Readonly<Record<string, string>>;
  readonly inputs?: Readonly<Record<string, string>>;
  /** Variables of the runner, as `GITHUB_RUN_ID`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Folders in the place of actions: `{ 'owner/name@v1': dir }`. */
  readonly actions?: Readonly<Record<string, string>>;
}

/** A workflow that act is running. */
export interface RunningAct {
  readonly ended: Promise<{ readonly exitCode: number | null; readonly log: string }>;
  /** What it has printed so far. */
  readonly log: () => string;
  /** As Ctrl+C in a terminal. */
  readonly interrupt: () => void;
  /** Ends it at once, if it has not ended. */
  readonly kill: () => void;
}

/** Runs the workflows of a repository by act, on this machine and without Docker. */
export function startAct(act: string, dir: string, options: ActOptions): RunningAct {
  const { event = 'push', job, leg, payload, secrets = {}, vars = {}, inputs = {}, env = {}, actions = {} } = options;
  const home = makeFolder('act-home-');
  const flags = { var: vars, input: inputs, env, 'local-repository': actions };
  const pairs = Object.entries(flags).flatMap(([flag, values]) =>
    Object.entries(values).flatMap(([name, value]) => [`--${flag}`, `${name}=${value}`]),
  );
  const payloadFile = join(home.dir, 'event.json');
  if (payload !== undefined) writeFileSync(payloadFile, JSON.stringify(payload));
  const child = spawn(
    act,
    [
      ...[event, '--platform', 'ubuntu-latest=-self-hosted'],
      ...(job === undefined ? [] : ['--job', job]),
      ...(leg === undefined ? [] : ['--matrix', leg]),
      ...(payload === undefined ? [] : ['--eventpath', payloadFile]),
      // act asks for a value that is missing, by the keyboard; to a workflow a secret that nobody has set is empty anyway.
      ...Object.keys(secrets).flatMap((name) => (secrets[name] === '' ? [] : ['--secret', name])),
      ...pairs,
    ],
    {
      cwd: dir,
      // act takes the first `node` in PATH, whatever action.yml says: let it be this one.
      env: { PATH: process.env.PATH, HOME: home.dir, XDG_CACHE_HOME: home.dir, ...secrets },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (log += text));
  // Whoever wants to know what was run names a file.
  if (process.env.ENGINE_RUNS) appendFileSync(process.env.ENGINE_RUNS, `${options.name}\n`);
  const ended = once(child, 'close').then(([exitCode]) => {
    home.remove();
    return { exitCode: exitCode as number | null, log };
  });
  return { ended, log: () => log, interrupt: () => child.kill('SIGINT'), kill: () => child.kill('SIGKILL') };
}
