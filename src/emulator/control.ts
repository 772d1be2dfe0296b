import { Hono } from 'hono';
import type { FaultRule } from './faults.ts';
import type { JournalEntry } from './journal.ts';
import type { Options } from './options.ts';
import type { Incident, Mail, MaintenanceWindow, WindowState } from './records.ts';

/** What a test or a person may see and change of an emulator, apart from its API. */
export interface Controls {
  /** All requests to the API so far, in the order of their arrival. Unanswered ones are included. */
  journal(): readonly JournalEntry[];
  /** The windows that exist, oldest first, with what visitors see of them at this moment. */
  windows(): readonly (MaintenanceWindow & { readonly state: WindowState })[];
  /** The incidents that exist, oldest first. */
  incidents(): readonly Incident[];
  /** The e-mails to subscribers, also those about deleted records. */
  mails(): readonly Mail[];
  options(): Options;
  /** Changes some options. Throws and changes nothing if one is unknown or has an impossible value. */
  setOptions(changes: Partial<Options>): void;
  /** The fault rules that still wait for requests. */
  faults(): readonly FaultRule[];
  /** Adds a fault rule after the others. Throws if it is malformed. */
  addFault(rule: FaultRule): void;
  clearFaults(): void;
  /** Removes all records and faults, empties the journal and restores the first options. */
  reset(): void;
}

/**
 * The controls over HTTP: journal, state, options and faults as JSON.
 * They require the JSON content type, so that no other web page can send them from the reader's browser.
 */
export function controlRoutes(controls: Controls): Hono {
  const routes = new Hono();
  routes.use(async (c, next) => {
    if (['POST', 'PATCH'].includes(c.req.method) && !/^application\/json\b/.test(c.req.header('content-type') ?? ''))
      return c.json({ error: 'The content type must be application/json' }, 400);
    return next();
  });
  routes.get('/journal', (c) => c.json({ journal: controls.journal() }));
  routes.get('/state', () =>
    Response.json({ windows: controls.windows(), incidents: controls.incidents(), mails: controls.mails() }),
  );
  routes.get('/options', () => Response.json(withoutKeys(controls)));
  routes.patch('/options', async (c) => {
    controls.setOptions(await c.req.json());
    return Response.json(withoutKeys(controls));
  });
  routes.get('/faults', () => Response.json({ faults: controls.faults() }));
  routes.post('/faults', async (c) => {
    controls.addFault(await c.req.json());
    return Response.json({ faults: controls.faults() });
  });
  routes.delete('/faults', () => {
    controls.clearFaults();
    return Response.json({ faults: [] });
  });
  routes.post('/reset', () => {
    controls.reset();
    return Response.json({});
  });
  routes.all('*', (c) => c.json({ error: 'Not found' }, 404));
  routes.onError((error, c) => c.json({ error: error.message }, 400));
  return routes;
}

function withoutKeys(controls: Controls) {
  const { keys: _, ...options } = controls.options();
  return options;
}
