import { Hono } from 'hono';
import type { Emulator } from './emulator.ts';

/**
 * The emulator's own controls, for use by hand and from other processes: its journal, state, options and faults as JSON.
 * They require the JSON content type, so that no stranger's web page can send them from the reader's browser.
 */
export function createControl(emulator: Emulator): Hono {
  const control = new Hono();
  control.use(async (c, next) => {
    if (['POST', 'PATCH'].includes(c.req.method) && !/^application\/json\b/.test(c.req.header('content-type') ?? ''))
      return c.json({ error: 'The content type must be application/json' }, 400);
    return next();
  });
  control.get('/journal', (c) => c.json({ journal: emulator.journal() }));
  control.get('/state', () =>
    Response.json({ windows: emulator.windows(), incidents: emulator.incidents(), mails: emulator.mails() }),
  );
  control.get('/options', () => Response.json(withoutKeys(emulator)));
  control.patch('/options', async (c) => {
    emulator.setOptions(await c.req.json());
    return Response.json(withoutKeys(emulator));
  });
  control.get('/faults', () => Response.json({ faults: emulator.faults() }));
  control.post('/faults', async (c) => {
    emulator.addFault(await c.req.json());
    return Response.json({ faults: emulator.faults() });
  });
  control.delete('/faults', () => {
    emulator.clearFaults();
    return Response.json({ faults: [] });
  });
  control.post('/reset', () => {
    emulator.reset();
    return Response.json({});
  });
  control.all('*', (c) => c.json({ error: 'Not found' }, 404));
  control.onError((error, c) => c.json({ error: error.message }, 400));
  return control;
}

function withoutKeys(emulator: Emulator) {
  const { keys: _, ...options } = emulator.options();
  return options;
}
