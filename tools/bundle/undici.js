// Replaces `undici` in the bundle: only what `src/statuspage/network.ts` uses, which is half of it. These paths are
// nothing that undici promises, so its version is pinned, and the tests of stages run the bundle itself.
import connect from 'undici/lib/api/api-connect.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';

export { default as buildConnector } from 'undici/lib/core/connect.js';
export { default as EnvHttpProxyAgent } from 'undici/lib/dispatcher/env-http-proxy-agent.js';

// As undici's own index does; without it no tunnel is made through a proxy.
Dispatcher.prototype.connect = connect;

/** `@actions/github` makes its own `fetch` of it, in whose place `src/github/octokit.ts` is put. */
export const fetch = undefined;
