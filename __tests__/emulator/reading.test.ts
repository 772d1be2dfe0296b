import { describe, expect, test } from '@jest/globals';
import { acme, beta, gamma, start } from './support.ts';

describe('monitors', () => {
  test('are listed without the disabled ones, in the documented fields', async () => {
    const { send } = start();
    const { json } = await send('GET', '/monitors');
    expect(json).toMatchObject({ data: [{ id: 1 }, { id: 2 }, { id: 3 }, { id: 5 }], meta: { count: 4 } });
    expect((await send('GET', '/monitors/1')).json).toEqual({
      data: {
        id: 1,
        name: 'Website',
        type: 'site',
        target: 'https://www.acme.example',
        interval_seconds: 60,
        enabled: true,
        status_page_id: acme,
        status_page_slug: 'acme',
        created_at: '2026-01-05T09:00:00Z',
        updated_at: '2026-01-05T09:00:00Z',
      },
    });
  });

  test.each(['/monitors/99', '/monitors/x', '/monitors/99/availability'])('%s is answered 404', async (path) => {
    const { send } = start();
    expect((await send('GET', path)).status).toBe(404);
  });

  test.each(['/monitors?status_page_id=x', '/monitors/1?x=1'])('%s is answered 400', async (path) => {
    const { send } = start();
    expect((await send('GET', path)).status).toBe(400);
  });

  test('cannot be written: no such call is documented', async () => {
    const { send } = start();
    expect((await send('POST', '/monitors', {})).status).toBe(404);
    expect((await send('DELETE', '/monitors/1')).status).toBe(404);
  });
});

describe('availability', () => {
  test.each([
    ['', 30],
    ['?period=7d', 7],
    ['?period=30d', 30],
    ['?period=90d', 90],
    ['?period=365d', 365],
  ])('with "%s" covers %i days', async (query, days) => {
    const { send } = start();
    const total = days * 86_400;
    const downtime = Math.round(total * 0.0002);
    expect((await send('GET', `/monitors/1/availability${query}`)).json).toEqual({
      data: {
        uptime_percentage: 99.98,
        downtime_seconds: downtime,
        total_seconds: total,
        mtbf_seconds: total - downtime,
        mttr_seconds: downtime,
        incident_count: 1,
      },
    });
  });

  test('may lie under a property of its own, as in the public API', async () => {
    const { send } = start({ availabilityShape: 'nested' });
    expect((await send('GET', '/monitors/3/availability')).json).toMatchObject({
      data: { availability: { uptime_percentage: 100, downtime_seconds: 0, incident_count: 0 } },
    });
  });

  test('of a monitor that was never checked has no figures', async () => {
    const { send } = start();
    expect((await send('GET', '/monitors/5/availability')).json).toMatchObject({
      data: { uptime_percentage: null, downtime_seconds: null, mtbf_seconds: null, mttr_seconds: null },
    });
  });

  test.each(['period=1d', 'period=', 'period=7d&period=30d', 'days=7'])('with %s is answered 400', async (query) => {
    const { send } = start();
    expect((await send('GET', `/monitors/1/availability?${query}`)).status).toBe(400);
  });
});

describe('status pages', () => {
  test('are listed with their url only if a custom domain is set', async () => {
    const { send } = start();
    expect((await send('GET', '/status-pages')).json).toEqual({
      data: [
        { id: acme, name: 'Acme', slug: 'acme' },
        { id: beta, name: 'Beta', slug: 'beta' },
        { id: gamma, name: 'Gamma', slug: 'gamma', url: 'https://status.gamma.example' },
      ],
      meta: { count: 3 },
    });
  });

  test('are read with their monitors', async () => {
    const { send } = start();
    expect((await send('GET', `/status-pages/${beta}`)).json).toEqual({
      data: {
        id: beta,
        name: 'Beta',
        slug: 'beta',
        monitors: [
          { id: 5, name: 'Nightly job', type: 'heartbeat', target: 'nightly', interval_seconds: 60, enabled: true },
        ],
      },
    });
  });

  test.each([
    ['/status-pages/acme', 404],
    ['/status-pages/6f1c1f0e-5c1b-4f6e-9a55-3d0f3f8f7a99', 404],
    ['/status-pages?slug=acme', 400],
    [`/status-pages/${acme}?x=1`, 400],
  ])('%s is answered %i', async (path, status) => {
    const { send } = start();
    expect((await send('GET', path)).status).toBe(status);
  });
});

test('what no page documents is answered 404, as JSON', async () => {
  const { send } = start();
  for (const path of ['', '/', '/components', '/incidents/1/updates', '/openapi.json'])
    expect(await send('GET', path)).toMatchObject({ status: 404, json: { error: 'Not found' } });
});
