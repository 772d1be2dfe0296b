import { STATUS_CODES } from 'node:http';
import type { Clock, EpochMs } from './clock.ts';
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

/** The answer with its body cut off after `bytes` (in the middle when absent), while its length promises more. */
export async function cutOff(response: Response, bytes?: number): Promise<Response> {
  const body = new Uint8Array(await response.arrayBuffer());
  const kept = body.slice(0, bytes ?? Math.floor(body.length / 2));
  const promised = Math.max(body.length, kept.length + 1);
  return rebuild(response, kept, { 'content-length': String(promised) });
}

/** The answer at a slow pace, one byte at a time. Its head comes at once. */
export function trickle(response: Response, clock: Clock, msPerByte: number): Response {
  if (response.body === null) return response;
  const bytes = byteByByte(response.body);
  const slow = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        await clock.sleep(msPerByte);
        const { done, value } = await bytes.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
    },
    // Without reading ahead, a virtual clock moves only as far as the client reads.
    { highWaterMark: 0 },
  );
  return rebuild(response, slow, {});
}

/** The answer without its body. */
export function empty(response: Response): Response {
  return rebuild(response, null, {});
}

/** The answer with a body that calls itself JSON and is none. */
export function garble(response: Response): Response {
  return rebuild(response, '{"data": {"id": ', { 'content-type': 'application/json' });
}

/** The answer padded with blanks to so many bytes. */
export async function pad(response: Response, bytes: number): Promise<Response> {
  const text = await response.text();
  return rebuild(response, text.padEnd(bytes - (Buffer.byteLength(text) - text.length)), {});
}

/** The answer under another content type. */
export function relabel(response: Response, type: string): Response {
  return rebuild(response, response.body, { 'content-type': type });
}

async function* byteByByte(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, undefined> {
  for await (const chunk of body) for (const byte of chunk) yield Uint8Array.of(byte);
}

type Body = ConstructorParameters<typeof Response>[0];

/** 204 may have no body, so an answer that gets one becomes 200. */
function rebuild(response: Response, body: Body, changes: Record<string, string>): Response {
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(changes)) headers.set(name, value);
  return new Response(body, { status: body && response.status === 204 ? 200 : response.status, headers });
}
