import type { Clock, EpochMs } from './clock.ts';
import type { FaultRule } from './faults.ts';
import type { Outcome } from './outcome.ts';
import { htmlReply, rateLimitReply, redirectReply, statusReply } from './replacements.ts';
import { cutOff, empty, garble, pad, relabel, trickle } from './spoiled.ts';

/** What a fault needs of the server that it befalls. */
export interface Victim {
  readonly clock: Clock;
  /** The server's clock, skew included. */
  now(): EpochMs;
  /** Works on the request, once however often it is called. */
  work(): Promise<Response>;
}

/** Lets a request meet its faults, one after the other, and tells what becomes of it. */
export async function befall(rules: readonly FaultRule[], victim: Victim): Promise<Outcome> {
  const [rule, ...rest] = rules;
  if (rule === undefined) return reply(await victim.work());
  const worked = 'when' in rule && rule.when === 'after' && (await victim.work()).ok;
  switch (rule.kind) {
    case 'delay':
      await victim.clock.sleep(rule.ms);
      return befall(rest, victim);
    case 'reset':
    case 'silence':
      return { kind: rule.kind, worked };
    case 'status':
      return reply(statusReply(rule));
    case 'html':
      return reply(htmlReply(rule));
    case 'rate-limit':
      return reply(rateLimitReply(rule, victim.now()));
    case 'redirect':
      return reply(redirectReply(rule));
    case 'cut-off':
      return { kind: 'cut-off', response: await cutOff(await victim.work(), rule.bytes) };
    case 'trickle':
      return reply(trickle(await victim.work(), victim.clock, rule.msPerByte ?? 1000));
    case 'empty':
      return reply(empty(await victim.work()));
    case 'not-json':
      return reply(garble(await victim.work()));
    case 'too-large':
      return reply(await pad(await victim.work(), rule.bytes));
    case 'content-type':
      return reply(relabel(await victim.work(), rule.type ?? 'text/plain'));
  }
}

function reply(response: Response): Outcome {
  return { kind: 'reply', response };
}
