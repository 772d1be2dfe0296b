/** A permission of an API key, as the console lists them. */
export type Scope =
  | 'monitors:read'
  | 'incidents:read'
  | 'incidents:write'
  | 'maintenances:read'
  | 'maintenances:write'
  | 'status-pages:read'
  | 'analytics:read';

/** The scope as the reader finds it in the console: the documentation spells the one for pages in two ways. */
export function describeScope(scope: Scope): string {
  return scope === 'status-pages:read' ? '`status-pages:read` (also written `status_pages:read`)' : `\`${scope}\``;
}
