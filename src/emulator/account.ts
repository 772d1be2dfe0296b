import * as z from 'zod/mini';

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

/** An API key and what it may do. */
export const keySchema = z.strictObject({
  /** Keys begin with `spk_` (the API's overview page). */
  key: z.string().check(z.regex(/^spk_\S+$/)),
  /** What the journal calls the key, since it never holds the key itself. */
  name: z.exactOptional(z.string()),
  /** An empty list grants everything. */
  scopes: z.array(z.enum(scopes)),
  /** The ids of the pages that the key sees; all of them when absent. */
  pages: z.exactOptional(z.array(z.string())),
  /** The role in the owner's team: a viewer reads, an editor may write. The owner's own key has none. */
  role: z.exactOptional(z.enum(['viewer', 'editor'])),
});

/** A status page of the emulated account. */
export const pageSchema = z.strictObject({
  id: z.uuid(),
  name: z.string(),
  slug: z.string().check(z.regex(/^[a-z0-9-]+$/)),
  /** Only if a custom domain is set. */
  url: z.exactOptional(z.url()),
  /** The ids of its components. No call of the API lists them. */
  components: z.array(z.string()),
});

/** A monitor of the emulated account. */
export const monitorSchema = z.strictObject({
  id: z.int(),
  name: z.string(),
  type: z.string(),
  target: z.string(),
  intervalSeconds: z.int(),
  enabled: z.boolean(),
  statusPageId: z.uuid(),
  /** The same for every period; null before the first check. */
  uptimePercentage: z.nullable(z.number().check(z.minimum(0), z.maximum(100))),
});

/** An API key and what it may do. */
export type Key = z.infer<typeof keySchema>;
/** A status page of the emulated account. */
export type StatusPage = z.infer<typeof pageSchema>;
/** A monitor of the emulated account. */
export type Monitor = z.infer<typeof monitorSchema>;
