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

/** The scope as the reader finds it in the console: the documentation spells the one for pages in two ways. */
export function describeScope(scope: Scope): string {
  return scope === 'status-pages:read' ? '`status-pages:read` (also written `status_pages:read`)' : `\`${scope}\``;
}
