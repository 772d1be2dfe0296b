/** A repository: the server that holds it and its name there, as `https://github.com` and `acme/shop`. Lower case, no slash at the end. */
export interface Repository {
  readonly server: string;
  readonly repository: string;
}

/** `git@github.com:acme/shop.git`: what git accepts beside URLs. A single letter is a Windows drive, not a host. */
const scpLike = /^(?:[^@/\s]{1,200}@)?([\w.-]{2,253}):(?!\/\/)\/*(?=[^/])/;
/** Words before a colon that look like a host but are none. */
const notHosts = new Set(['arn', 'file', 'http', 'https', 'ssh', 'git', 'codecommit']);
const protocols = /^(?:git\+)?(?:https?|ssh|git):$/;

/** Hosts that only exist so that a firewall lets git through, and the host that they mean. */
const sameHost: Readonly<Record<string, string>> = {
  'ssh.github.com': 'github.com',
  'altssh.gitlab.com': 'gitlab.com',
  'altssh.bitbucket.org': 'bitbucket.org',
  'ssh.dev.azure.com': 'dev.azure.com',
  'vs-ssh.visualstudio.com': 'dev.azure.com',
};

const longestAddress = 2_000;

/**
 * The repository that an address of git means, the same for every spelling of it: protocol, user, default port, letter case, `.git` and
 * slashes do not count. Undefined for a folder, an archive, or anything else that is not on a server.
 */
export function parseRepository(address: string): Repository | undefined {
  const text = address.trim();
  if (text.length > longestAddress) return undefined;
  const url = URL.parse(asUrl(text));
  if (url === null || url.hostname === '' || !protocols.test(url.protocol)) return undefined;
  const host = url.hostname.toLowerCase().replace(/\.$/, '');
  const path = decode(url.pathname)
    .toLowerCase()
    .split('/')
    .filter((part) => part !== '')
    .join('/')
    .replace(/\.git$/, '');
  // A port of SSH or of git's own protocol says nothing about the address of the website.
  const isWeb = url.protocol.includes('http');
  const known = ofAzure(host, path) ?? { host: sameHost[host] ?? host.replace(/^www\./, ''), path };
  if (known.path === '') return undefined;
  const port = isWeb && url.port !== '' ? `:${url.port}` : '';
  return { server: `https://${known.host}${port}`, repository: known.path };
}

/** An address of git as a URL, if it is one of the short forms. */
function asUrl(text: string): string {
  const [, region, name] = /^codecommit::([a-z0-9-]+):\/\/(?:[^@/]*@)?(.+)$/.exec(text) ?? [];
  if (region !== undefined) return `https://git-codecommit.${region}.amazonaws.com/v1/repos/${name}`;
  const [start, host = ''] = scpLike.exec(text) ?? [];
  if (start === undefined || notHosts.has(host.toLowerCase())) return text;
  return `ssh://${host}/${text.slice(start.length)}`;
}

/** Azure has three spellings: `dev.azure.com/o/p/_git/r`, `o.visualstudio.com/p/_git/r`, and `v3/o/p/r` by SSH. */
function ofAzure(host: string, path: string): { readonly host: string; readonly path: string } | undefined {
  const [, organisation] = /^([^.]+)\.visualstudio\.com$/.exec(host) ?? [];
  const isSsh = host === 'vs-ssh.visualstudio.com' || host === 'ssh.dev.azure.com';
  if (!isSsh && host !== 'dev.azure.com' && organisation === undefined) return undefined;
  const parts = path.split('/').filter((part) => part !== 'defaultcollection' && part !== '_git');
  if (isSsh) parts.shift();
  else if (organisation !== undefined) parts.unshift(organisation);
  // A repository with the name of its project is written without the project.
  const [owner, project, name] = parts;
  return { host: 'dev.azure.com', path: [owner, project, name ?? project].filter((part) => part).join('/') };
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** One spelling of the repository that a run belongs to, for comparing and hashing. Empty if the repository is not known. */
export function spellRepository({ server, repository }: Repository): string {
  const parsed = parseRepository(`${server}/${repository}`);
  if (parsed !== undefined) return `${parsed.server}/${parsed.repository}`;
  return [server, repository]
    .map((part) => part.toLowerCase().replace(/(?<!\/)\/+$/, ''))
    .filter((part) => part !== '')
    .join('/');
}
