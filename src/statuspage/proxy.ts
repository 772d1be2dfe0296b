/** The proxies of the environment, as they were found; empty where there is none. */
export interface ProxySettings {
  readonly http: string;
  readonly https: string;
  readonly exceptions: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The usual variables; where both spellings are set, lower case wins, as in curl. */
export function readProxySettings(environment: Environment): ProxySettings {
  const read = (name: string) => environment[name.toLowerCase()] ?? environment[name] ?? '';
  return { http: read('HTTP_PROXY'), https: read('HTTPS_PROXY'), exceptions: read('NO_PROXY') };
}

/** No proxy at all. */
export const noProxy: ProxySettings = { http: '', https: '', exceptions: '' };

/** Whether an address is this very machine: a proxy's loopback is another one, so it is never asked for ours. */
export function isLoopback(url: URL): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127(\.\d+){3}$/.test(host);
}

/** Host and port of the proxy for an address, without its credentials; undefined where there is none or it is malformed. */
export function describeProxy(settings: ProxySettings, url: URL): string | undefined {
  const setting = url.protocol === 'https:' ? settings.https || settings.http : settings.http;
  if (!URL.canParse(setting)) return undefined;
  const { hostname, port, protocol } = new URL(setting);
  if (hostname === '') return undefined;
  return `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;
}
