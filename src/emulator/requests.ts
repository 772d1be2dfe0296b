import type { Context } from 'hono';
import * as z from 'zod/mini';
import type { ApiEnv } from './access.ts';
import { Refusal, refuseInvalid } from './replies.ts';
import type { World } from './store.ts';

/** The body of a write, checked field by field. Throws a `Refusal` with 400 and everything that is wrong. */
export function parseBody<S extends z.ZodMiniType>(c: Context<ApiEnv>, schema: S): z.output<S> {
  if (!/^application\/json\s*(;|$)/i.test(c.req.header('content-type') ?? ''))
    throw new Refusal(400, 'The content type must be application/json');
  const { error, data } = schema.safeParse(parseJson(c.env.body), { reportInput: true });
  if (error) throw refuseInvalid(error);
  return data;
}

/** Refuses (400) a body, because none is documented. */
export function expectNoBody(c: Context<ApiEnv>): void {
  if (c.env.body !== '') throw new Refusal(400, 'No body is expected');
}

/** The query of a request, checked; unknown and repeated parameters are refused (400). */
export function parseQuery<S extends z.ZodMiniType>(c: Context<ApiEnv>, schema: S): z.output<S> {
  const given = Object.entries(c.req.queries());
  for (const [name, values] of given) if (values.length > 1) throw new Refusal(400, `${name} is given more than once`);
  const { error, data } = schema.safeParse(Object.fromEntries(given.map(([name, [value]]) => [name, value])), {
    reportInput: true,
  });
  if (error) throw refuseInvalid(error);
  return data;
}

/** Refuses (400) every query parameter, because none is documented. */
export function expectNoQuery(c: Context<ApiEnv>): void {
  parseQuery(c, z.strictObject({}));
}

/** For a write to one record: finds the record and reads the body, in the order of the option. */
export function recordAndBody<R, B>(world: World, find: () => R, parse: () => B): { record: R; body: B } {
  if (world.options().checkFirst === 'record') return { record: find(), body: parse() };
  const body = parse();
  return { record: find(), body };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'The body is not valid JSON');
  }
}
