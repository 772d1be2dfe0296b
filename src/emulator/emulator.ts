import { apiPath, createApi } from './api.ts';
import type { Outcome } from './apply-faults.ts';
import { applyFaults } from './apply-faults.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Controls } from './control.ts';
import { FaultQueue } from './faults.ts';
import { type OpenEntry, openEntry } from './journal.ts';
import { changeOptions, defaultOptions, type Options } from './options.ts';
import { windowState } from './records.ts';
import { createSite } from './site.ts';
import { Store } from './store.ts';

/** The options of the emulator, and the clock that it lives by. */
export type EmulatorOptions = Partial<Options> & { readonly clock?: Clock };

/** A StatusPage.me in memory, without a socket. */
export interface Emulator extends Controls {
  /** Answers a request to the API, the status pages, or the emulator's own controls. Rejects only on a defect of its own. */
  answer(request: Request): Promise<Outcome>;
}

/** Makes an emulator. The clock is the machine's own unless a test brings another; options not named have their defaults. */
export function createEmulator({ clock = systemClock, ...changes }: EmulatorOptions = {}): Emulator {
  const initial = changeOptions(defaultOptions, changes);
  const store = new Store();
  const faults = new FaultQueue();
  let options = initial;
  let journal: OpenEntry[] = [];

  const world = {
    store,
    options: () => options,
    now: () => clock.now() + options.clockSkewSeconds * 1000,
  };
  const api = createApi(world);

  const emulator: Emulator = {
    async answer(request) {
      const { pathname, search } = new URL(request.url);
      if (!`${pathname}/`.startsWith(`${apiPath}/`)) return { kind: 'reply', response: await site.fetch(request) };

      const path = pathname.slice(apiPath.length);
      const body = await request.text();
      const entry = openEntry(request, clock.now(), path + search, body);
      journal.push(entry);

      const rules = faults.take({ method: request.method, path, body });
      entry.faults = rules.map(({ kind }) => kind);
      const outcome = await applyFaults(rules, {
        clock,
        now: world.now,
        work: once(async () => {
          const response = await api.fetch(request, { body, entry });
          return { response, worked: entry.worked };
        }),
      });
      if (outcome.kind === 'reply' || outcome.kind === 'cut-off') {
        entry.status = outcome.response.status;
        if (!outcome.response.headers.has('date'))
          outcome.response.headers.set('date', new Date(world.now()).toUTCString());
      }
      return outcome;
    },
    journal: () => journal.map((entry) => ({ ...entry })),
    windows: () =>
      [...store.windows.values()].map((window) => ({ ...window, state: windowState(window, world.now()) })),
    incidents: () => [...store.incidents.values()],
    mails: () => store.mails,
    options: () => options,
    setOptions(changes) {
      options = changeOptions(options, changes);
    },
    faults: () => faults.list(),
    addFault: (rule) => faults.add(rule),
    clearFaults: () => faults.clear(),
    reset() {
      options = initial;
      store.clear();
      journal = [];
      faults.clear();
    },
  };
  const site = createSite(emulator, world);
  return emulator;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
