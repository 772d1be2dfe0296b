import { later, minuteMs } from '../../src/domain/time.ts';
import { sampleKey, samplePages } from '../../src/emulator/sample.ts';
import { connectStatusPage, type StatusPage } from '../../src/statuspage/client.ts';
import type { Send, WireRequest } from '../../src/statuspage/wire.ts';
import { createVirtualClock, noon, type VirtualClock } from '../support/virtual-clock.ts';

export const [{ id: acme } = { id: '' }] = samplePages;

/** What a server answers: a status alone, one with its own words, or the data of a 200. */
export type Answer = number | { readonly status: number; readonly error: string } | object;

/** A client of a server whose answers are written down, and the requests that it has got, as `PATCH /maintenances/1`. */
export interface Scripted {
  readonly statusPage: StatusPage;
  readonly clock: VirtualClock;
  readonly requests: readonly string[];
  readonly bodies: readonly unknown[];
}

/** Answers each request by a function, or the requests in their order by a list. */
export function scripted(
  answers: readonly Answer[] | ((request: string) => Answer),
  options: { readonly dryRun?: boolean; readonly budgetMs?: number } = {},
): Scripted {
  const clock = createVirtualClock();
  const requests: string[] = [];
  const bodies: unknown[] = [];
  const answerTo = (name: string): Answer => {
    const answer = typeof answers === 'function' ? answers(name) : answers[requests.length - 1];
    if (answer === undefined) throw new Error(`There is no answer to ${name}.`);
    return answer;
  };
  const send: Send = async ({ method, url, body }: WireRequest) => {
    const name = `${method} ${url.pathname.replace('/user/api/v1', '')}`;
    requests.push(name);
    bodies.push(body === undefined ? undefined : JSON.parse(body));
    const answer = answerTo(name);
    const headers = { 'content-type': 'application/json' };
    if (typeof answer === 'number') return { status: answer, headers, text: '{"error":"as the script says"}' };
    if ('status' in answer && 'error' in answer) {
      return { status: Number(answer.status), headers, text: JSON.stringify({ error: answer.error }) };
    }
    return { status: 200, headers, text: JSON.stringify({ data: answer }) };
  };
  const statusPage = connectStatusPage({
    apiUrl: new URL('https://statuspage.me/user/api/v1'),
    apiKey: sampleKey,
    send,
    clock,
    deadline: later(noon, options.budgetMs ?? minuteMs),
    requestTimeoutMs: 10_000,
    random: () => 0,
    trace: () => {},
    userAgent: 'test',
    dryRun: options.dryRun ? () => {} : undefined,
  });
  return { statusPage, clock, requests, bodies };
}
