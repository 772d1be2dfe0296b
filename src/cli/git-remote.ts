import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

type Variables = Readonly<Record<string, string | undefined>>;

/** A setting of git: its name in lower case but for the part in the middle, and its value. */
type Setting = readonly [name: string, value: string];

/**
 * The address that a folder was cloned from; undefined if there is none, or no git repository. A checkout that belongs to another user is read
 * all the same: nothing of it is executed.
 */
export function readRemote(folder: string, variables: Variables): string | undefined {
  const config = readConfigFile(folder);
  const written = findRemote(readSettings(config));
  // Most often the file says it all, and starting git would take `run` some milliseconds, on Windows more.
  const isPlain = written === undefined || namesServer.test(written);
  if (isPlain && !includesOthers.test(config) && variables.GIT_DIR === undefined) return written;
  const settings = askGit(folder, variables);
  const address = findRemote(settings) ?? written;
  return address && expand(address, settings);
}

/** A config file that is not the only one of its repository. */
const includesOthers = /^\s*\[include|^\s*worktreeConfig/im;

/** Every setting of git that we need: the addresses of remotes, and the abbreviations of addresses. None if there is no git. */
function askGit(folder: string, variables: Variables): readonly Setting[] {
  const wanted = '^(remote\\.origin\\.url|url\\..*\\.insteadof)$';
  try {
    const text = execFileSync('git', ['-c', 'safe.directory=*', 'config', '--null', '--get-regexp', wanted], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...variables },
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 5_000,
    });
    return text.split('\0').flatMap((entry) => {
      const at = entry.indexOf('\n');
      return at < 0 ? [] : [[entry.slice(0, at), entry.slice(at + 1)] as const];
    });
  } catch {
    return [];
  }
}

function findRemote(settings: readonly Setting[]): string | undefined {
  return settings.findLast(([name]) => name === 'remote.origin.url')?.[1] || undefined;
}

/** `https://host/…` or `user@host.example:…`: it names a server by itself. */
const namesServer = /^[a-z+]+:\/\/|^(?:[^@/\s]+@)?[\w-]+\.[\w.-]+:/i;

/**
 * The address behind an abbreviation such as `gh:acme/shop`, by git's `insteadOf`. An address that names a server is kept: what git uses in its
 * place is another way to the same repository, as a mirror of this network.
 */
function expand(address: string, settings: readonly Setting[]): string {
  if (namesServer.test(address)) return address;
  const [best] = settings
    .flatMap(([name, start]) => {
      const base = /^url\.(.*)\.insteadof$/s.exec(name)?.[1];
      return base !== undefined && start !== '' && address.startsWith(start) ? [{ base, start }] : [];
    })
    .sort((a, b) => b.start.length - a.start.length);
  return best === undefined ? address : best.base + address.slice(best.start.length);
}

/** The text of a repository's own config file, found as git does: upwards, and from a worktree to the repository that it belongs to. */
function readConfigFile(folder: string): string {
  for (let at = resolve(folder); ; at = dirname(at)) {
    try {
      return readFileSync(join(findGitFolder(join(at, '.git')), 'config'), 'utf8');
    } catch {
      if (dirname(at) === at) return '';
    }
  }
}

function findGitFolder(path: string): string {
  if (statSync(path).isDirectory()) return path;
  const linked = resolve(
    dirname(path),
    readFileSync(path, 'utf8')
      .replace(/^gitdir:/, '')
      .trim(),
  );
  try {
    return resolve(linked, readFileSync(join(linked, 'commondir'), 'utf8').trim());
  } catch {
    return linked;
  }
}

/** The address of `origin` in a config file as git itself writes it. */
function readSettings(text: string): readonly Setting[] {
  const settings: Setting[] = [];
  let section = '';
  for (const line of text.split(/\r?\n/)) {
    section = /^\s*\[([^\]]*)\]/.exec(line)?.[1]?.trim() ?? section;
    const [, value] = /^\s*url\s*=\s*(.*?)\s*$/i.exec(line) ?? [];
    if (value !== undefined && /^remote\s+"origin"$/i.test(section))
      settings.push(['remote.origin.url', value.replace(/^"(.*)"$/, '$1')]);
  }
  return settings;
}
