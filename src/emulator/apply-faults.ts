import type { Clock, EpochMs } from './clock.ts';
import {
  cutOff,
  empty,
  garble,
  htmlReply,
  pad,
  rateLimitReply,
  redirectReply,
  relabel,
  statusReply,
  trickle,
} from './fault-responses.ts';
import type { FaultRule } from './faults.ts';

/**
 * What happens to a request, without a socket. A server carries it out; tests read it.
 * `worked` says whether the request took effect although the client cannot know.
 */
export type Outcome =
  | { readonly kind: 'reply'; readonly response: Response }
  /** The connection is torn down before the first byte of an answer. */
  | { readonly kind: 'reset'; readonly worked: boolean }
  /** Nothing ever comes, and the connection stays open. */
  | { readonly kind: 'silence'; readonly worked: boolean }
  /** `response` promises more bytes in its `content-length` than its body holds; after those the connection is torn down. */
  | { readonly kind: 'cut-off'; readonly response: Response };

/** What a fault needs of the server. */
export interface FaultContext {
  readonly clock: Clock;
  /** The server's clock, skew included. */
  now(): EpochMs;
  /** Works on the request, only once however often it is called, and says whether it took effect. */
  work(): Promise<{ readonly response: Response; readonly worked: boolean }>;
}

/** Applies the faults of a request, one after the other, and gives what happens to the request. */
export async function applyFaults(rules: readonly FaultRule[], context: FaultContext): Promise<Outcome> {
  const [rule, ...rest] = rules;
  const respond = async () => (await context.work()).response;
  if (rule === undefined) return reply(await respond());
  const worked = 'when' in rule && rule.when === 'after' && (await context.work()).worked;
  if ('workAfterMs' in rule && rule.workAfterMs !== undefined) void context.clock.sleep(rule.workAfterMs).then(respond);
  switch (rule.kind) {
    case 'delay':
      await context.clock.sleep(rule.ms);
      return applyFaults(rest, context);
    case 'reset':
    case 'silence':
      return { kind: rule.kind, worked };
    case 'status':
      return reply(statusReply(rule));
    case 'html':
      return reply(htmlReply(rule));
    case 'rate-limit':
      return reply(rateLimitReply(rule, context.now()));
    case 'redirect':
      return reply(redirectReply(rule));
    case 'cut-off':
      return { kind: 'cut-off', response: await cutOff(await respond(), rule.bytes) };
    case 'trickle':
      return reply(trickle(await respond(), context.clock, rule.msPerByte ?? 1000));
    case 'empty':
      return reply(empty(await respond()));
    case 'not-json':
      return reply(garble(await respond()));
    case 'too-large':
      return reply(await pad(await respond(), rule.bytes));
    case 'content-type':
      return reply(relabel(await respond(), rule.type ?? 'text/plain'));
  }
}

function reply(response: Response): Outcome {
  return { kind: 'reply', response };
}
