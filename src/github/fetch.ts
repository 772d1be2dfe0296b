import type { Send } from '../statuspage/wire.ts';

const mostRedirects = 5;
const withoutBody = [204, 205, 304];

/**
 * A `fetch` that reads, for Octokit: over our own way to the network, which knows the proxies. A redirect is followed as `fetch` does: what
 * lies elsewhere does not get the token. One request takes `timeoutMs` at most. Rejects with WireError.
 */
export function createFetch(send: Send, timeoutMs: number): typeof fetch {
  return async (address, { headers: wanted, signal } = {}) => {
    const headers = new Headers(wanted);
    let url = new URL(address instanceof Request ? address.url : address);
    for (let redirects = 0; ; redirects += 1) {
      const request = { method: 'GET', url, headers: Object.fromEntries(headers), body: undefined, timeoutMs } as const;
      const reply = await send({ ...request, signal: signal ?? undefined });
      const { location } = reply.headers;
      if (reply.status < 300 || reply.status >= 400 || location === undefined || redirects === mostRedirects) {
        return new Response(withoutBody.includes(reply.status) ? null : reply.text, reply);
      }
      const next = new URL(location, url);
      if (next.origin !== url.origin) headers.delete('authorization');
      url = next;
    }
  };
}
