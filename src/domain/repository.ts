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
