import { secondMs } from '../../src/domain/time.ts';
import type { World } from '../support/world.ts';

/** A record as it stands on a page, seen from the server's own memory. */
export interface Standing {
  readonly kind: 'maintenance' | 'incident';
  readonly id: string;
  readonly pageId: string;
  readonly title: string;
  /** Everything that visitors read of it. */
  readonly text: string;
  readonly isOpen: boolean;
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

/** All records of the pages, those of others and those that are over too. */
export function readStandings({ emulator, clock }: World): readonly Standing[] {
  const skewMs = emulator.options().clockSkewSeconds * secondMs;
  const serverNowMs = clock.now().getTime() + skewMs;
  const windows = emulator.windows().map((one): Standing => {
    const { statusPageId: pageId, title, message, endAt: endMs, createdAt } = one;
    return {
      kind: 'maintenance',
      id: String(one.id),
      pageId,
      title,
      text: message ?? '',
      isOpen: endMs - serverNowMs > endsRightAwayMs,
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
      text: timeline.map(({ message }) => message ?? '').join('\n'),
      isOpen: state !== 'resolved',
      endMs: undefined,
      state,
      entries: timeline.length,
      madeMs: createdAt - skewMs,
    };
  });
  return [...windows, ...incidents];
}

/** Whether a record carries this very marker; told apart from the product's own rule on purpose. */
export function carries({ title, text }: Standing, marker: string): boolean {
  return title !== theirTitle && text.split(/[^A-Za-z0-9-]+/).includes(marker);
}
