import { STATUS_CODES } from 'node:http';
import type { EpochMs } from './clock.ts';
import type { FaultRule } from './faults.ts';
import { replyError } from './replies.ts';

type Rule<Kind extends FaultRule['kind']> = Extract<FaultRule, { kind: Kind }>;

/** The answer of the fault `status`. */
export function statusReply({ status, text, headers = {} }: Rule<'status'>): Response {
  const bodiless = status === 204 || status === 205 || status === 304;
  const response =
    text === undefined && !bodiless
      ? replyError(status, STATUS_CODES[status] ?? 'Error')
      : new Response(bodiless ? null : text, { status });
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
}

/** The answer of the fault `html`: what a proxy in front of the server says. */
export function htmlReply({ status = 502 }: Rule<'html'>): Response {
  const title = `${status} ${STATUS_CODES[status] ?? ''}`;
  return new Response(
    `<html>\n<head><title>${title}</title></head>\n<body><center><h1>${title}</h1></center></body>\n</html>\n`,
    { status, headers: { 'content-type': 'text/html' } },
  );
}

/** The answer of the fault `rate-limit`. The date form counts from the server's clock, as the `Date` header does. */
export function rateLimitReply({ retryAfterSeconds, as }: Rule<'rate-limit'>, now: EpochMs): Response {
  const response = replyError(429, 'Too Many Requests');
  if (retryAfterSeconds === undefined) return response;
  const date = new Date(now + retryAfterSeconds * 1000).toUTCString();
  response.headers.set('retry-after', as === 'date' ? date : String(retryAfterSeconds));
  return response;
}

/** The answer of the fault `redirect`. */
export function redirectReply({ status = 302, location }: Rule<'redirect'>): Response {
  return new Response(null, { status, headers: { location } });
}
