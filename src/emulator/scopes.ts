/** The scopes of the API's overview page, and the second spelling that its newer pages use for status pages. */
export const scopes = [
  'monitors:read',
  'monitors:write',
  'incidents:read',
  'incidents:write',
  'maintenances:read',
  'maintenances:write',
  'status-pages:read',
  'status_pages:read',
  'analytics:read',
] as const;

/** A permission of an API key. */
export type Scope = (typeof scopes)[number];
