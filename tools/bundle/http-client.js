// Replaces `@actions/http-client` in the bundle. `@actions/core` has it for OIDC, which nothing here asks for;
// `@actions/github` asks it for a proxy while it is loaded, and then sends through `src/github/octokit.ts`.

export class HttpClient {
  getAgent() {}
  getAgentDispatcher() {}
}

export class BearerCredentialHandler {}
