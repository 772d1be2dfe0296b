/** The permissions of an API key that an endpoint asks for, as the console lists them. */
export const scopes = [
  'monitors:read',
  'incidents:read',
  'incidents:write',
  'maintenances:read',
  'maintenances:write',
  'status-pages:read',
  'analytics:read',
] as const;
export type Scope = (typeof scopes)[number];

/** What a probe found out about a scope of a key. */
export type Grant = 'granted' | 'missing' | 'unknown';
/** What is known of each scope of a key. */
export type Grants = Readonly<Record<Scope, Grant>>;

/** Before anybody asked, or if nobody answered. */
export const nothingKnown = Object.fromEntries(scopes.map((scope) => [scope, 'unknown'])) as Grants;

/** The scope that a text means, in either of the documented spellings; undefined for anything else. */
export function parseScope(text: string): Scope | undefined {
  return scopes.find((scope) => scope === text.replace('_', '-'));
}

/** The scope as the reader finds it in the console. The documentation has two spellings of the one for pages. */
export function describeScope(scope: Scope): string {
  return scope === 'status-pages:read' ? 'status-pages:read (also written status_pages:read)' : scope;
}
