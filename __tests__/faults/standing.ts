import { secondMs } from '../../src/domain/time.ts';
import type { Emulator } from '../../src/emulator/emulator.ts';
import type { World } from '../support/world.ts';
import { type Reference, readReference } from './references.ts';

/** A record as it stands on a page, seen from the server's own memory. */
export interface Standing {
  readonly kind: 'maintenance' | 'incident';
  readonly id: string;
  readonly pageId: string;
  readonly title: string;
  /** What it was opened with. */
  readonly message: string;
  /** The reference that it was opened with; undefined for what other people have opened, whatever they quote. */
  readonly reference: Reference | undefined;
  /** Incidents: the reference of the last entry, if it has one. */
  readonly lastReference: Reference | undefined;
  readonly isOpen: boolean;
  /** Windows: it has not begun by the server's clock, and was not opened for the present of a runner with a fast clock either. */
  readonly isAnnouncement: boolean;
  /** Windows. */
  readonly endMs: number | undefined;
  /** Incidents. */
  readonly state: string | undefined;
  readonly entries: number;
  /** When it was made, by the clock of those who deploy. */
  readonly madeMs: number;
}

/** The title of what other people have put up. */
export const theirTitle = 'Theirs';

/** A window that was told to end a moment ahead, because the server refuses the past, counts as ended. */
const endsRightAwayMs = 6 * secondMs;

/** A window that starts this long after its reference was written was still meant for now. */
const toleratedMs = 30 * secondMs;

interface Texts {
  readonly title: string;
  readonly message: string | null | undefined;
}

/** What each record was opened with. A server may empty what a change does not send. */
const openedWith = new WeakMap<Emulator, Map<string, Texts>>();

/** Remembers the texts of the records that are new since the last time. */
export function rememberTexts({ emulator }: World): void {
  const known = openedWith.get(emulator) ?? new Map<string, Texts>();
  openedWith.set(emulator, known);
  const remember = (name: string, texts: Texts) => known.has(name) || known.set(name, texts);
  for (const { id, title, message } of emulator.windows()) remember(`maintenance ${id}`, { title, message });
  for (const { id, title, timeline } of emulator.incidents())
    remember(`incident ${id}`, { title, message: timeline[0]?.message });
}

/** All records of the pages, those of others and those that are over too. */
export function readStandings(world: World): readonly Standing[] {
  const { emulator, clock } = world;
  rememberTexts(world);
  const textsOf = (name: string, texts: Texts) => openedWith.get(emulator)?.get(name) ?? texts;
  const skewMs = emulator.options().clockSkewSeconds * secondMs;
  const serverNowMs = clock.now().getTime() + skewMs;
  const windows = emulator.windows().map((one): Standing => {
    const { statusPageId: pageId, startAt, endAt: endMs, createdAt } = one;
    const { title, message } = textsOf(`maintenance ${one.id}`, one);
    const texts = readTexts(title, message, null);
    const openedMs = texts.reference?.own?.openedMs ?? 0;
    return {
      kind: 'maintenance',
      id: String(one.id),
      pageId,
      title,
      ...texts,
      isOpen: endMs - serverNowMs > endsRightAwayMs,
      isAnnouncement: startAt > serverNowMs && startAt > openedMs + toleratedMs,
      endMs,
      state: undefined,
      entries: 0,
      madeMs: createdAt - skewMs,
    };
  });
  const incidents = emulator.incidents().map((one): Standing => {
    const { statusPageId: pageId, title, state, timeline, createdAt } = one;
    return {
      kind: 'incident',
      id: String(one.id),
      pageId,
      title,
      ...readTexts(title, timeline[0]?.message, timeline.at(-1)?.message),
      isOpen: state !== 'resolved',
      isAnnouncement: false,
      endMs: undefined,
      state,
      entries: timeline.length,
      madeMs: createdAt - skewMs,
    };
  });
  return [...windows, ...incidents];
}

type Text = string | null | undefined;

function readTexts(title: string, first: Text, last: Text): Pick<Standing, 'message' | 'reference' | 'lastReference'> {
  const read = (text: Text) => (title === theirTitle ? undefined : readReference(text ?? ''));
  return { message: first ?? '', reference: read(first), lastReference: read(last) };
}
