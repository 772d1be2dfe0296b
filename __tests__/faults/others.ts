import { encodeRun } from '../../src/domain/deployment-reference.ts';
import { secondMs } from '../../src/domain/time.ts';
import type { Options } from '../../src/emulator/options.ts';
import { acme, type World } from '../support/world.ts';
import type { Identity } from './references.ts';
import type { Act } from './sequence.ts';
import { readStandings, theirTitle } from './standing.ts';

/** Records of others, open all the while. Some quote references that would be ours, others have references that are nearly ours. */
export async function openTheirs(world: World, all: readonly Identity[]): Promise<void> {
  const older = encodeRun('9123456000');
  const times = { start_at: '2026-03-13T00:00:00Z', end_at: '2026-03-20T00:00:00Z' };
  const open = async (ofWindow: string, ofIncident: string) => {
    const body = { status_page_id: acme, title: theirTitle };
    await act(world, 'POST', '/maintenances', { ...body, message: ofWindow, ...times });
    await act(world, 'POST', '/incidents', { ...body, message: ofIncident });
  };
  await open('Power supply.', 'Power supply.');
  const byKey = new Map(all.map((one) => [one.key, one]));
  for (const { key, owner, hasKey } of byKey.values()) {
    const tail = `${older}-01${owner}${secondsOfYesterday}aa`;
    const quoted = (reference: string) => `Since the update (Ref: ${reference}) it is slow.\nWe look into it.`;
    const other = `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`;
    await open(quoted(`d${key}-${tail}`), quoted(`f${key}-${tail}`));
    await open(`Power.\n\nRef: d${other}-${tail}`, `Power.\n\nRef: f${other}-${tail}`);
    if (!hasKey) continue;
    await open(quoted(`d${key}-${older}`), quoted(`d${key}-${tail}`));
    await open(`Power.\n\nRef: d${other}-${older}`, `Power.\n\nRef: d${other}-${tail}`);
  }
}

/** As a reference writes it. */
const secondsOfYesterday = ((Date.UTC(2026, 2, 13) - Date.UTC(2020, 0, 1)) / secondMs).toString(36).padStart(6, '0');

/** The records of others as text, to be compared. */
export function theirs({ emulator }: World): string {
  return JSON.stringify([...emulator.windows(), ...emulator.incidents()].filter(({ title }) => title === theirTitle));
}

/** People change what we have opened; `touched` gets its name. */
export async function letPeople(
  world: World,
  { deed, which }: Extract<Act, { act: 'people' }>,
  touched: Set<string>,
): Promise<void> {
  const ours = readStandings(world).filter(({ isOpen, title }) => isOpen && title !== theirTitle);
  const record = ours[which % ours.length];
  if (record === undefined) return;
  touched.add(`${record.kind} ${record.id}`);
  const path = `/${record.kind}s/${encodeURIComponent(record.id)}`;
  const endAt = (ms: number) => ({ end_at: `${new Date(ms).toISOString().slice(0, 19)}Z` });
  switch (deed) {
    case 'delete':
      await act(world, 'DELETE', path);
      break;
    case 'resolve':
    case 'change-state': {
      const state = deed === 'resolve' ? '4' : '2';
      if (record.kind === 'incident') await act(world, 'POST', `${path}/updates`, { incident_state_id: state });
      break;
    }
    case 'extend':
      if (record.endMs !== undefined) await act(world, 'PATCH', path, endAt(record.endMs + 1_200 * secondMs));
  }
}

/** For people the server is as the documents suggest: what they do is not what is tried. */
const plain = {
  envelope: 'data',
  deleteStatus: 200,
  createReply: 'full',
  changeReply: 'full',
  readLagMs: 0,
  windowPatch: 'all',
  nesting: 'none',
  refusals: 'status',
  refuseEndInPast: false,
} as const satisfies Partial<Options>;

/** A request of people, who are always answered in full. */
async function act({ emulator, people }: World, method: string, path: string, body?: unknown): Promise<void> {
  const before = emulator.options();
  const own = Object.fromEntries(Object.keys(plain).map((name) => [name, before[name as keyof typeof plain]]));
  emulator.setOptions(plain);
  await people(method, path, body);
  emulator.setOptions(own);
}
