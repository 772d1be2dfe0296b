// Stands in for `@actions/http-client` in the bundle. `@actions/core` has it for OIDC, which nothing here asks for.

export class HttpClient {}

export class BearerCredentialHandler {}
