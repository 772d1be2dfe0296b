import * as z from 'zod/mini';

const rule = {
  /** Which requests it applies to. Default: every request to the API. */
  match: z.exactOptional(
    z.strictObject({
      method: z.exactOptional(z.enum(['GET', 'POST', 'PATCH', 'DELETE', 'PUT', 'HEAD'])),
      /** The beginning of the path below the API's address (`/incidents`), or a regular expression if it begins with `^`. */
      path: z.exactOptional(
        z.string().check(z.refine(isPathPattern, 'expected a path below the API or a regular expression')),
      ),
      /** A text in the request's body, such as the id of a page. */
      body: z.exactOptional(z.string()),
      /** The first matching request that it applies to, counted from 1. */
      nth: z.exactOptional(z.int().check(z.minimum(1))),
    }),
  ),
  /** How many requests it applies to. Default: one. */
  times: z.exactOptional(z.union([z.int().check(z.minimum(1)), z.literal('always')])),
};

/** Whether the fault happens before the server has worked on the request (the default), or after. */
const when = z.exactOptional(z.enum(['before', 'after']));
/** How long after the answer the server works on the request after all. Not together with `when: 'after'`. */
const workAfterMs = z.exactOptional(z.number().check(z.minimum(0)));
const status = z.int().check(z.minimum(200), z.maximum(599));

/** The rules of faults, by their kind. */
export const faultSchema = z.discriminatedUnion('kind', [
  /** Another answer. Without a text the body is a JSON error. */
  z.strictObject({
    ...rule,
    kind: z.literal('status'),
    status,
    text: z.exactOptional(z.string()),
    headers: z.exactOptional(z.record(z.string(), z.string())),
    when,
    workAfterMs,
  }),
  /** The answer of a proxy in between: HTML, 502 when no status is given. */
  z.strictObject({ ...rule, kind: z.literal('html'), status: z.exactOptional(status), when, workAfterMs }),
  /** 429; `Retry-After` in seconds, or as the date that these seconds lead to, or not at all. */
  z.strictObject({
    ...rule,
    kind: z.literal('rate-limit'),
    retryAfterSeconds: z.exactOptional(z.int().check(z.minimum(0))),
    as: z.exactOptional(z.enum(['seconds', 'date'])),
    when,
  }),
  /** A redirect, 302 when no status is given. */
  z.strictObject({
    ...rule,
    kind: z.literal('redirect'),
    location: z.string(),
    status: z.exactOptional(z.literal([301, 302, 303, 307, 308])),
    when,
  }),
  /** A pause in milliseconds. Further faults for the same request still come, so a pause may precede a reset. */
  z.strictObject({ ...rule, kind: z.literal('delay'), ms: z.number().check(z.minimum(0)), when }),
  /** The connection is torn down without an answer. */
  z.strictObject({ ...rule, kind: z.literal('reset'), when }),
  /** Nothing is ever answered. */
  z.strictObject({ ...rule, kind: z.literal('silence'), when }),

  /** The true answer, cut off in the middle, or after `bytes`. */
  z.strictObject({ ...rule, kind: z.literal('cut-off'), bytes: z.exactOptional(z.int().check(z.minimum(0))) }),
  /** The true answer, one byte a second, or at the pace of `msPerByte`. */
  z.strictObject({
    ...rule,
    kind: z.literal('trickle'),
    msPerByte: z.exactOptional(z.number().check(z.minimum(0))),
  }),
  /** The true status without a body. */
  z.strictObject({ ...rule, kind: z.literal('empty') }),
  /** The true status with a body that is called JSON and is none. */
  z.strictObject({ ...rule, kind: z.literal('not-json') }),
  /** The true answer, padded with blanks to so many bytes: still JSON, but too much of it. */
  z.strictObject({ ...rule, kind: z.literal('too-large'), bytes: z.int().check(z.minimum(1)) }),
  /** The true answer under another content type; `text/plain` when none is given. */
  z.strictObject({ ...rule, kind: z.literal('content-type'), type: z.exactOptional(z.string()) }),
]);

/** A fault on demand: what goes wrong, for which requests, and how often. */
export type FaultRule = z.infer<typeof faultSchema>;
/** The name of what goes wrong. */
export type FaultKind = FaultRule['kind'];

/** The parts of a request that decide whether a fault applies to it. */
export interface FaultTarget {
  readonly method: string;
  /** Below the API's address, without the query. */
  readonly path: string;
  readonly body: string;
}

/** The faults that still wait for their requests. */
export class FaultQueue {
  #waiting: { readonly rule: FaultRule; seen: number; met: number }[] = [];

  /** Adds a rule after the others. Throws if it has an unknown kind or an impossible value. */
  add(rule: unknown): void {
    const { error, data } = faultSchema.safeParse(rule, { error: z.locales.en().localeError });
    if (error) throw new TypeError(`Emulator fault: ${z.prettifyError(error)}`);
    this.#waiting.push({ rule: data, seen: 0, met: 0 });
  }

  /** The rules that wait, in their order. */
  list(): FaultRule[] {
    return this.#waiting.map(({ rule }) => rule);
  }

  clear(): void {
    this.#waiting = [];
  }

  /** The rules for a request: the first one that is due, and the pauses before it. */
  take(request: FaultTarget): FaultRule[] {
    const matching = this.#waiting.filter(({ rule }) => matches(rule, request));
    for (const one of matching) one.seen += 1;
    const due = matching.filter(({ rule, seen }) => seen >= (rule.match?.nth ?? 1));
    const last = due.findIndex(({ rule }) => rule.kind !== 'delay');
    const taken = last < 0 ? due : due.slice(0, last + 1);
    for (const one of taken) one.met += 1;
    this.#waiting = this.#waiting.filter(({ rule, met }) => rule.times === 'always' || met < (rule.times ?? 1));
    return taken.map(({ rule }) => rule);
  }
}

function matches({ match }: FaultRule, { method, path, body }: FaultTarget): boolean {
  if (match?.method !== undefined && match.method !== method) return false;
  if (match?.body !== undefined && !body.includes(match.body)) return false;
  if (match?.path === undefined) return true;
  return match.path.startsWith('^') ? new RegExp(match.path).test(path) : path.startsWith(match.path);
}

function isPathPattern(path: string): boolean {
  try {
    return path.startsWith('/') || (path.startsWith('^') && new RegExp(path) instanceof RegExp);
  } catch {
    return false;
  }
}
