import { createRandom } from '../../__tests__/support/random.ts';
import { createWorld, type Stage, window } from '../../__tests__/support/world.ts';
import { minuteMs, secondMs } from '../../src/domain/time.ts';

/** A number of deployments with one key at the full hour. */
export interface Plan {
  readonly repositories: number;
  /** Minutes over which the starts are spread at random; 0: all in the same second, as cron does. */
  readonly spreadMinutes: number;
}

/** How their notices ended. */
export interface Outcome extends Plan {
  readonly opened: number;
  /** The deploy went on, with a warning and without a notice. */
  readonly without: number;
  /** Main failed, which must not happen. */
  readonly failed: number;
  readonly ended: number;
  /** Not ended by the post step; they end by themselves at the announced time. */
  readonly leftToEnd: number;
  readonly requests: number;
  readonly refused: number;
  readonly longestMainMs: number;
}

/** An assumed limit: the documentation mentions one without a number. */
const limit = { requests: 60, seconds: 60, retryAfter: true } as const;

/** The longest round trip of a request. */
const latencyMs = 200;
const deployMs = 10 * minuteMs;

/** Plays the deployments on a virtual clock; every run gives the same result. */
export async function playOrganisation(plan: Plan): Promise<Outcome> {
  const world = createWorld({ rateLimit: limit, latencyMs });
  const random = createRandom(plan.repositories);
  const mains: Stage[] = [];
  const posts: Stage[] = [];
  const deploy = async (at: number): Promise<void> => {
    // Also without a spread, runners take some seconds to start.
    await world.pass(random() * Math.max(plan.spreadMinutes * minuteMs, 5 * secondMs));
    const run = { repository: `acme/service-${at}`, id: `${1_000_000 + at}` };
    const main = await world.main({ ...window, duration: '1h' }, { run });
    mains.push(main);
    await world.pass(deployMs * (0.5 + random()));
    posts.push(await world.post(main));
  };
  await Promise.all(Array.from({ length: plan.repositories }, (_, at) => deploy(at)));
  const journal = world.journal();
  const opened = mains.filter(({ outputs }) => outputs.id !== undefined && outputs.id !== 'none').length;
  const failed = mains.filter(({ exitCode }) => exitCode !== 0).length;
  const warned = posts.filter(({ said }) => said.some((line) => line.startsWith('warning: '))).length;
  return {
    ...plan,
    opened,
    failed,
    without: mains.length - opened - failed,
    ended: opened - warned,
    leftToEnd: warned,
    requests: journal.length,
    refused: journal.filter(({ status }) => status === 429).length,
    longestMainMs: Math.max(...mains.map(({ tookMs }) => tookMs)),
  };
}

/** The plans that the documentation shows. */
export const plans: readonly Plan[] = [
  { repositories: 300, spreadMinutes: 0 },
  { repositories: 300, spreadMinutes: 5 },
  { repositories: 300, spreadMinutes: 10 },
  { repositories: 1_000, spreadMinutes: 0 },
  { repositories: 1_000, spreadMinutes: 30 },
];

/** The outcomes as a Markdown table. */
export function renderOrganisation(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((one) => {
    const { repositories, spreadMinutes, opened, without, failed, ended, leftToEnd, requests, refused } = one;
    const spread = spreadMinutes === 0 ? 'none' : `${spreadMinutes} min`;
    const row = `${opened} | ${without} | ${failed} | ${ended} | ${leftToEnd} | ${requests} (${refused})`;
    return `| ${repositories} | ${spread} | ${row} | ${(one.longestMainMs / secondMs).toFixed(1)} s |`;
  });
  return [
    '| Deployments | Spread | Opened | Continued without | Failed | Ended by post | Left to end by itself | Requests (refused) | Longest main step |',
    '|---|---|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}
