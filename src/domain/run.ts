/** Who we are inside the CI: one workflow run, or one pipeline, and the place of our step in it. */
export interface Run {
  /** Root address of the server that runs the CI, or that holds the repository, as `https://github.com`. */
  readonly server: string;
  readonly repository: string;
  /** File of the workflow, without the ref. */
  readonly workflow: string;
  /** The same in every attempt of a run. */
  readonly id: string;
  /** 1 for the first attempt; a re-run counts up. Undefined where the CI does not tell. */
  readonly attempt: number | undefined;
  readonly job: string;
  /** The matrix leg as JSON; empty outside a matrix. */
  readonly leg: string;
  /** Tells two uses in one job apart; the same in main and post. */
  readonly step: string;
  /** The git tag that the run was started for. */
  readonly tag: string | undefined;
  /** The page of this run in the CI. */
  readonly url: string | undefined;
}

/** Whether an earlier attempt of this run may have left something on the page. */
export function mayBeRepeated({ attempt }: Run): boolean {
  return attempt !== 1;
}

/** A repository by the server that holds it and its name there, as `https://github.com` and `acme/shop`. */
export interface Repository {
  readonly server: string;
  readonly repository: string;
}

/** `git@github.com:acme/shop.git`: what git takes beside URLs. The one letter of a Windows drive is no host. */
const scpLike = /^(?:[^@/\s]+@)?([\w.-]{2,}):(?!\/\/)(.+)$/;

/** The repository that an address of git means, the same for all ways to reach it; undefined for a folder or anything else. */
export function parseRepository(address: string): Repository | undefined {
  const url = URL.parse(address.replace(scpLike, 'ssh://$1/$2'));
  if (url === null || url.hostname === '' || !/^(https?|ssh|git):$/.test(url.protocol)) return undefined;
  const repository = url.pathname.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '');
  // The port of another protocol than the web's says nothing of the server.
  const host = url.protocol.startsWith('http') ? url.host : url.hostname;
  return repository === '' ? undefined : { server: `https://${host.toLowerCase()}`, repository };
}

/** Where a program runs: as a step on GitHub's runner, or as a command on a terminal, in a script or in another CI. */
export type HostKind = 'runner' | 'terminal';
