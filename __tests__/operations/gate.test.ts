import { describe, expect, test } from '@jest/globals';
import { minuteMs, secondMs } from '../../src/domain/time.ts';
import { sampleKey, sampleMonitors } from '../../src/emulator/sample.ts';
import { type Send, WireError } from '../../src/statuspage/wire.ts';
import { acme, annotations, beta, createWorld, incident, type Stage, type World, window } from '../support/world.ts';

const gate = { operation: 'gate', 'api-key': sampleKey, 'status-page': acme } as const;
const uptime = { ...gate, 'allow-incidents': 'true', 'min-uptime': '99.9' } as const;
const api = { ...uptime, monitors: 'API' } as const;
const shared = { 'deployment-key': 'prod', 'auto-resolve': 'false' } as const;

const reasons = ({ outputs }: Stage): readonly string[] => JSON.parse(outputs.reasons ?? '"none"');
const open = { exitCode: 0, outputs: { passed: 'true', reasons: '[]' } };
const closed = { exitCode: 1, outputs: { passed: 'false' } };
const slow = (world: World, more: object = {}) =>
  world.people('POST', '/incidents', { status_page_id: acme, title: 'Slow search', ...more });
const someWindow = (world: World, startInMs: number, page = acme) => {
  const at = (ms: number) => `${new Date(world.clock.now().getTime() + ms).toISOString().slice(0, 19)}Z`;
  const times = { start_at: at(startInMs), end_at: at(startInMs + 30 * minuteMs) };
  return world.people('POST', '/maintenances', { status_page_id: page, title: 'Database', ...times });
};
const resolve = (world: World, id = '1') =>
  world.people('POST', `/incidents/${id}/updates`, { incident_state_id: '4', message: 'Done.' });

/** An empty list proves nothing until the page is known to be seen. */
const pageProved = `GET /status-pages/${acme} 200`;

const pathOf = (url: URL) => url.pathname.replace(/^.*\/v1/, '');
/** A wire on which some answers say something else. */
const replying =
  (path: RegExp, change: (text: string) => string) =>
  (send: Send): Send =>
  async (request) => {
    const reply = await send(request);
    return path.test(pathOf(request.url)) ? { ...reply, text: change(reply.text) } : reply;
  };

describe('a gate', () => {
  test('is open if nothing is in the way, prints what it checked, and changes nothing', async () => {
    const world = createWorld();
    const main = await world.main(gate);
    expect(main).toMatchObject({ ...open, states: [] });
    expect(main.said).toEqual(
      [
        'info: Gate  Checked                                                Found',
        `info: open  the incidents of ${acme}  none is open$`,
        'info: The gate is open$',
      ].map((line) => expect.stringMatching(line.replace(/ +/g, ' +'))),
    );
    expect(main.summary).toMatch(/^### ✅ The gate is open\n\n\| Gate \| Checked \| Found \|\n\|---\|---\|---\|\n/);
    expect(world.requests()).toEqual(['GET /incidents 200', pageProved]);
    expect((await world.post(main)).said).toEqual([
      'info: This step opened nothing, so its post step has nothing to end.',
    ]);
  });

  test('is closed by an open incident, and open again when it is resolved', async () => {
    const world = createWorld();
    await slow(world);
    const main = await world.main(gate);
    expect(main).toMatchObject(closed);
    expect(reasons(main)).toEqual([`The incident "Slow search" (id 1) on ${acme} is open: investigating.`]);
    expect(annotations(main)).toEqual([
      `error: The gate is closed. ${reasons(main)[0]} Deploy later, or let the gate wait with wait-for: 15m. For a hotfix, use bypass: true.`,
    ]);
    expect(main.said.join('\n').match(/The gate is closed/g)).toHaveLength(1);
    expect(main.summary).toMatch(/^### ❌ The gate is closed\n/);
    await resolve(world);
    expect(await world.main(gate)).toMatchObject(open);
    expect(world.requests()).toEqual(['GET /incidents 200', 'GET /incidents 200']);
  });

  test('puts all reasons into one annotation, ten of them at most', async () => {
    const world = createWorld();
    for (let one = 0; one < 12; one += 1) await slow(world, { title: `Trouble ${one}` });
    const main = await world.main({ ...gate, 'min-uptime': '99.95', monitors: 'API' });
    expect(reasons(main)).toHaveLength(13);
    expect(annotations(main)).toEqual([expect.stringMatching(/closed\. Deploy later, /)]);
    expect(annotations(main)[0]?.split('\n')).toHaveLength(12);
    expect(annotations(main)[0]).toMatch(/\n3 more are in the table\.$/);
  });

  test('checks every page', async () => {
    const world = createWorld();
    await slow(world, { status_page_id: beta });
    expect(await world.main(gate)).toMatchObject(open);
    const main = await world.main({ ...gate, 'status-page': 'acme, beta' });
    expect(main).toMatchObject(closed);
    expect(reasons(main)).toEqual(['The incident "Slow search" (id 1) on Beta is open: investigating.']);
  });

  test('does not check incidents with allow-incidents, and needs no scope for them', async () => {
    const world = createWorld({ scopes: ['maintenances:read'] });
    await slow(world);
    const main = await world.main({ ...gate, 'allow-incidents': 'true', 'allow-maintenance': 'false' });
    expect(main).toMatchObject(open);
    expect(world.requests()).toEqual(['GET /maintenances 200', `GET /status-pages/${acme} 403`]);
  });

  test('finds the state and the reference if the list shows neither', async () => {
    const world = createWorld({ messageInLists: false });
    await world.main({ ...incident, ...shared });
    await slow(world);
    await resolve(world, '2');
    expect(await world.main({ ...gate, ...shared })).toMatchObject(open);
    expect(await world.main(gate)).toMatchObject(closed);
  });

  test.each([
    ['allow-incidents', '/incidents', 'The incidents of'],
    ['allow-maintenance', '/maintenances', 'The maintenance windows of'],
  ])('is closed if an entry of a list cannot be read: without %s', async (name, path, list) => {
    const world = createWorld();
    const wire = replying(new RegExp(path), (text) => text.replace('"data":[', '"data":[{"title":"No id"}'));
    const asked = { ...gate, 'allow-incidents': 'true', 'min-uptime': '99', monitors: 'API', [name]: 'false' };
    const main = await world.main(asked, { wire });
    expect(main).toMatchObject(closed);
    expect(reasons(main)).toEqual([expect.stringMatching(`^${list} .*: the API does not show all`)]);
    expect(await world.main(asked)).toMatchObject(open);
  });

  test('is closed by a notice of which the API shows nothing but the id', async () => {
    const world = createWorld({ stateShape: 'none', timesInReplies: false });
    await slow(world);
    await someWindow(world, 0);
    const wire = replying(/./, (text) => text.replaceAll('"title"', '"x"').replaceAll('"end_at"', '"x"'));
    const main = await world.main({ ...gate, 'allow-maintenance': 'false' }, { wire });
    expect(main).toMatchObject(closed);
    expect(reasons(main)).toEqual([
      `The incident (id 1) on ${acme} is open.`,
      `The maintenance window (id 1) on ${acme} is under way: times unknown.`,
    ]);
  });

  test('warns that a list of 200 incidents may be incomplete if the newest comes first', async () => {
    const world = createWorld();
    for (let one = 0; one < 200; one += 1) await slow(world, { incident_state_id: '4' });
    const main = await world.main(gate);
    expect(main).toMatchObject(open);
    expect(main.said.join('\n')).toContain('none is open; the list is perhaps incomplete');
    expect(annotations(main)).toEqual([
      expect.stringMatching(/^warning: No open incident was found on .*, but the API shows only 200/),
    ]);
  });
});

describe('a list of 200 incidents', () => {
  test.each(['oldest', 'shuffled'] as const)(
    'closes the gate if its order is %s: an open one may be missing',
    async (order) => {
      const world = createWorld({ order });
      for (let one = 0; one < 200; one += 1) await slow(world, { incident_state_id: '4' });
      const main = await world.main(gate);
      expect(main).toMatchObject(closed);
      expect(reasons(main)).toEqual([`The incidents of ${acme}: the API does not show all, so one may be missing.`]);
      await world.people('DELETE', `/incidents/${world.emulator.incidents()[0]?.id}`);
      expect(await world.main(gate)).toMatchObject(open);
    },
  );
});

describe('an empty list of a page', () => {
  const unseen = acme.replace(/1$/, '9');

  test('that the key does not see closes the gate, with the pages that it sees', async () => {
    const world = createWorld({ unseenPage: 'empty-list' });
    const main = await world.main({ ...gate, 'status-page': unseen, 'allow-maintenance': 'false' });
    expect(main).toMatchObject(closed);
    expect(reasons(main)).toEqual([expect.stringMatching(/page 6f.*9 does not exist.* This key sees .*Acme/)]);
    expect(annotations(main)).toEqual([expect.stringMatching(/^error: The gate is closed\. Could not check/)]);
    // Both lists are empty, and the page is read once.
    expect(world.requests().filter((line) => line === `GET /status-pages/${unseen} 404`)).toHaveLength(1);
  });

  test('leaves the gate open if the key may not read pages, and the table says so', async () => {
    const world = createWorld({ unseenPage: 'empty-list', scopes: ['incidents:read'] });
    const main = await world.main({ ...gate, 'status-page': unseen });
    expect(main).toMatchObject(open);
    const words = 'none is open; the key may not read pages, so it may not see this one';
    expect(main.said.join('\n')).toContain(words);
    expect(main.summary).toContain(words);
  });

  test('closes the gate if the page cannot be read', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'status', status: 503, match: { path: '/status-pages' }, times: 'always' });
    const main = await world.main(gate);
    expect(main).toMatchObject(closed);
    expect(reasons(main)).toEqual([expect.stringMatching(/^Could not check the incidents of .*503/)]);
  });

  test('needs no second request if the page was found by its slug, or if the list shows an incident that is over', async () => {
    const world = createWorld();
    expect(await world.main({ ...gate, 'status-page': 'acme' })).toMatchObject(open);
    expect(world.requests()).toEqual(['GET /status-pages 200', 'GET /incidents 200']);
    await slow(world, { incident_state_id: '4' });
    expect(await world.main(gate)).toMatchObject(open);
    expect(world.requests().slice(2)).toEqual(['GET /incidents 200']);
  });
});

describe('what belongs to this deployment does not count', () => {
  test('a shared incident and a window of its key', async () => {
    const world = createWorld();
    await world.main({ ...incident, ...shared });
    await world.main({ ...window, ...shared });
    const asked = { ...gate, 'deployment-key': 'prod', 'allow-maintenance': 'false' };
    const main = await world.main(asked);
    expect(main).toMatchObject(open);
    expect(main.said.join('\n')).toContain('none is under way, except 1 of this deployment');
    for (const other of [
      { ...asked, 'deployment-key': 'other' },
      { ...gate, 'allow-maintenance': 'false' },
    ]) {
      expect(await world.main(other)).toMatchObject(closed);
    }
  });

  test('the incident that its failure has opened; a gate without its key says how the fix gets through', async () => {
    const world = createWorld();
    const failed = { ...window, 'deployment-key': 'prod', 'on-failure': 'incident' };
    const main = await world.main(failed);
    await world.post(main, { 'job-status': 'failure' });
    expect(world.page().at(-1)).toMatch(/^incident 1 investigating/);
    expect(await world.main({ ...gate, 'deployment-key': 'prod' })).toMatchObject(open);
    const advice =
      'Only an incident of a failed deployment closes it. To deploy the fix, give gate and deploy the same deployment-key, or use bypass: true.';
    for (const unkeyed of [gate, { ...gate, 'deployment-key': 'other' }, { ...gate, 'deployment-key': '' }]) {
      const refused = await world.main(unkeyed);
      expect(annotations(refused)).toEqual([expect.stringMatching(`closed\\. The incident .* ${advice}$`)]);
      expect(refused.summary).toContain('Only an incident of a failed deployment closes it');
    }
    await slow(world);
    expect(annotations(await world.main(gate))).toEqual([
      expect.stringMatching(/The gate is closed\. Deploy later.*\n.*\n/),
    ]);
    expect(await world.main(gate)).toMatchObject(closed);
  });
});

describe('windows of others', () => {
  test('close the gate only with allow-maintenance: false, and only while they are under way', async () => {
    const world = createWorld();
    await someWindow(world, 0);
    expect(await world.main(gate)).toMatchObject(open);
    const strict = { ...gate, 'allow-maintenance': 'false' };
    const main = await world.main(strict);
    expect(main).toMatchObject(closed);
    expect(reasons(main)).toEqual([
      `The maintenance window "Database" (id 1) on ${acme} is under way: 12:00–12:30 UTC (30 min).`,
    ]);
    await world.pass(31 * minuteMs);
    expect(await world.main(strict)).toMatchObject(open);
    await someWindow(world, minuteMs);
    expect(await world.main(strict)).toMatchObject(open);
  });

  test('do not close it right after their end, which is a whole second', async () => {
    const world = createWorld();
    await world.pass(200);
    await world.post(await world.main(window));
    expect(world.page()).toEqual([expect.stringContaining('window 1 active')]);
    expect(await world.main({ ...gate, 'allow-maintenance': 'false' })).toMatchObject(open);
  });
});

describe('the error budget', () => {
  test('is spent below min-uptime, and the reason names the monitor and its uptime', async () => {
    const world = createWorld();
    expect(await world.main(api)).toMatchObject(open);
    const main = await world.main({ ...api, 'min-uptime': '99.95', 'uptime-period': '90d' });
    expect(main).toMatchObject(closed);
    expect(reasons(main)).toEqual([
      expect.stringMatching(
        /^The error budget of the monitor "API" \(id 2\) on Acme is spent: up 99\.91 % over 90d, at least 99\.95 % asked for, 180 % of the error budget used, 1 h 57 min down\.$/,
      ),
    ]);
    expect(world.journal().at(-1)?.path).toBe('/monitors/2/availability?period=90d');
  });

  test('is read from each place in which the reply may have it', async () => {
    const world = createWorld({ availabilityShape: 'nested' });
    expect(await world.main(api)).toMatchObject(open);
    expect(await world.main({ ...api, 'min-uptime': '99.95' })).toMatchObject(closed);
  });

  test('has nothing to spend at 100 percent', async () => {
    const main = await createWorld().main({ ...api, 'min-uptime': '100', monitors: '1,3' });
    expect(main).toMatchObject(closed);
    expect(reasons(main)).toEqual([expect.stringMatching(/"Website".*up 99\.98 % over 30d, at least 100 % asked for/)]);
    expect(reasons(main)[0]).not.toContain('budget used');
  });

  test('is that of all monitors of the page if none are named', async () => {
    const monitors = sampleMonitors.filter(({ enabled }) => enabled);
    const world = createWorld({ monitors });
    expect(await world.main(uptime)).toMatchObject(open);
    expect(world.requests().filter((request) => request.includes('availability'))).toHaveLength(3);
    expect(await world.main({ ...uptime, 'min-uptime': '99.95' })).toMatchObject(closed);
  });

  test('is unknown for a monitor that is disabled, missing or too young, and names it', async () => {
    const world = createWorld();
    for (const [monitors, page, reason] of [
      [
        'Old website',
        acme,
        'the monitor "Old website" on Acme is not known: it is disabled; name the monitors that count in monitors',
      ],
      ['Nobody', acme, 'the monitor "Nobody" on Acme is not known: this key sees no such monitor; check monitors'],
      ['Nightly job', acme, 'the monitor "Nightly job" on Acme is not known: this key sees no such monitor'],
      ['Nightly job', beta, 'the monitor "Nightly job" on Beta is not known: the API shows none, as for a new monitor'],
      ['', acme, 'the monitor "Old website" on Acme is not known: it is disabled'],
      ['', 'gamma', 'The uptime of Gamma is not known: the page has no monitor'],
    ] as const) {
      const main = await world.main({ ...uptime, monitors, 'status-page': page });
      expect(main).toMatchObject(closed);
      expect(reasons(main)).toEqual([expect.stringContaining(reason)]);
      if (page === 'gamma')
        expect(main.said[1]).toMatch(/^info: unknown +the uptime of Gamma +the page has no monitor$/);
    }
  });

  test('is unknown for a name with a comma that has no double quotes, and the reason shows them', async () => {
    const [first, ...others] = sampleMonitors;
    const world = createWorld({
      monitors: [{ ...first, name: 'API, v2' } as (typeof sampleMonitors)[number], ...others],
    });
    const split = await world.main({ ...uptime, monitors: 'API, v2' });
    expect(split).toMatchObject(closed);
    expect(reasons(split)[0]).toContain('put double quotes around a name with a comma: "API, v2"');
    expect(await world.main({ ...uptime, monitors: '"API, v2"' })).toMatchObject(open);
  });

  test('finds the monitors in the list of all if the key may not read pages', async () => {
    const world = createWorld({ scopes: ['monitors:read', 'analytics:read'] });
    expect(await world.main(uptime)).toMatchObject(open);
    expect(world.requests().filter((request) => request.startsWith('GET /monitors 200'))).toHaveLength(1);
    const main = await world.main({ ...uptime, monitors: 'Old website' });
    expect(reasons(main)).toEqual([expect.stringContaining('this key sees no such monitor')]);
  });

  test('names the scope for pages if the key can read monitors in neither way', async () => {
    const main = await createWorld({ scopes: ['analytics:read'] }).main(uptime);
    expect(main).toMatchObject(closed);
    expect(annotations(main)).toEqual([expect.stringMatching(/Could not check the uptime of .*status-pages:read/)]);
  });

  test('finds the monitors in the list of all if the page does not show its own', async () => {
    const world = createWorld();
    const main = await world.main(api, {
      wire: replying(/^\/status-pages\//, (text) => text.replace('"monitors"', '"x"')),
    });
    expect(main).toMatchObject(open);
    expect(world.requests()).toContain('GET /monitors 200');
  });

  test('is unknown if neither shows which monitors are on the page', async () => {
    const world = createWorld({ scopes: ['monitors:read', 'analytics:read'] });
    const wire = replying(/^\/monitors$/, (text) => text.replaceAll('"status_page_id"', '"x"'));
    const main = await world.main(uptime, { wire });
    expect(main).toMatchObject(closed);
    expect(reasons(main)).toEqual([expect.stringMatching(/^The uptime of .*: the API does not show all/)]);
  });

  test('is unknown if the list of all fails, and the reason is that error instead of the scope', async () => {
    const world = createWorld({ scopes: ['monitors:read', 'analytics:read'] });
    world.emulator.addFault({ kind: 'status', status: 500, match: { path: '/monitors' }, times: 'always' });
    const main = await world.main(uptime);
    expect(main).toMatchObject(closed);
    expect(reasons(main)).toEqual([expect.stringMatching(/^Could not check the uptime of .*HTTP 500/)]);
  });

  test('of one page is known if that of another is not; a name may be on the other', async () => {
    const world = createWorld();
    const broken = new RegExp(`^/status-pages/${beta}`);
    const wire =
      (send: Send): Send =>
      async (request) => {
        if (broken.test(pathOf(request.url))) throw new WireError('certificate', { sent: false, lasting: true });
        return send(request);
      };
    const main = await world.main({ ...api, monitors: 'API, Nightly job', 'status-page': 'acme, beta' }, { wire });
    expect(main).toMatchObject(closed);
    expect(reasons(main)).toEqual([
      expect.stringMatching(/^Could not check the uptime of Beta: .* could not prove its identity/),
    ]);
    expect(main.said.join('\n')).toMatch(/open +the monitor "API"/);
  });

  test('leaves out what the API does not show', async () => {
    const world = createWorld();
    const wire = replying(/^\/(status-pages|monitors)\//, (text) =>
      text.replaceAll('"name":"API"', '"name":null').replace('"downtime_seconds"', '"x"'),
    );
    const main = await world.main({ ...api, monitors: '2', 'min-uptime': '99.95' }, { wire });
    expect(reasons(main)).toEqual([
      expect.stringMatching(/of the monitor \(id 2\) on .* 180 % of the error budget used\.$/),
    ]);
  });

  test('names a monitor that was removed in between as a monitor', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'status', status: 404, match: { path: '/monitors' } });
    const main = await world.main(api);
    expect(main).toMatchObject(closed);
    expect(reasons(main)).toEqual([
      expect.stringMatching(/^Could not check the uptime of Acme: there is no monitor with the id 2/),
    ]);
  });
});

describe('what cannot be known', () => {
  test('is closed: a scope that is missing, named once for all pages', async () => {
    const world = createWorld({ scopes: ['maintenances:read', 'status-pages:read'] });
    const main = await world.main({ ...gate, 'status-page': 'acme, beta' });
    expect(main).toMatchObject(closed);
    expect(reasons(main)).toEqual([
      expect.stringMatching(
        /^Could not check the incidents of Acme and the incidents of Beta: .*the scope incidents:read/,
      ),
    ]);
    expect(main.said[1]).toMatch(/^info: unknown +the incidents of Acme +could not be checked$/);
    expect(annotations(main)).toEqual([
      expect.stringMatching(/The gate is closed\. Could not .+ For a hotfix, use bypass: true\.$/),
    ]);
    expect(annotations(main)[0]).not.toContain('wait-for');
  });

  test('is closed: an unknown page, beside the pages that the key sees', async () => {
    const world = createWorld();
    const nowhere = { ...gate, 'status-page': acme.replace(/1$/, '9') };
    const main = await world.main({ ...nowhere, 'min-uptime': '99' });
    expect(main).toMatchObject(closed);
    expect(reasons(main)).toEqual([expect.stringMatching(/page 6f.*9 does not exist.* This key sees .*Acme/)]);
    const blind = await createWorld({ scopes: ['incidents:read'] }).main(nowhere);
    expect(reasons(blind)).toEqual([
      expect.stringContaining('To list the pages that it can see, the key needs the scope'),
    ]);
    const bySlug = await world.main({ ...gate, 'status-page': 'acmee', 'on-api-error': 'warn' });
    expect(bySlug).toMatchObject(closed);
    expect(reasons(bySlug)).toEqual([expect.stringMatching(/no page has the slug or name "acmee"/)]);
  });

  test.each(['auto', 'fail', 'warn'] as const)('with on-api-error: %s', async (policy) => {
    for (const status of [401, 403, 503]) {
      const world = createWorld();
      world.emulator.addFault({ kind: 'status', status, times: 'always' });
      const main = await world.main({ ...gate, 'on-api-error': policy });
      expect(main).toMatchObject(policy === 'warn' ? { exitCode: 0, outputs: { passed: 'true' } } : closed);
      expect(reasons(main)).toHaveLength(1);
      expect(annotations(main)).toEqual([
        expect.stringMatching(
          policy === 'warn'
            ? /^warning: .* the gate passes because of on-api-error: warn/
            : /^error: The gate is closed/,
        ),
      ]);
      expect(main.summary).toContain(policy === 'warn' ? '### ⚠️ The gate passes, but' : '### ❌ The gate is closed');
    }
  });

  test('never opens a gate that something known closes', async () => {
    const world = createWorld();
    await slow(world);
    world.emulator.addFault({ kind: 'status', status: 503, match: { path: '/maintenances' }, times: 'always' });
    const asked = { ...gate, 'allow-maintenance': 'false', 'on-api-error': 'warn' };
    const main = await world.main(asked);
    expect(main).toMatchObject(closed);
    expect(reasons(main)).toEqual([expect.stringMatching(/Slow search/), expect.stringMatching(/503/)]);
    expect(annotations(main)).toEqual([expect.stringMatching(/closed\. Deploy later, .+\n.*Slow search.*\n.*503/)]);
    const forbidden = createWorld({ scopes: ['incidents:read', 'incidents:write'] });
    await slow(forbidden);
    expect(annotations(await forbidden.main(asked))).toEqual([
      expect.stringMatching(/closed\. Fix the reasons below\. For a hotfix, .+\n.*Slow search.*\n.*maintenances:read/),
    ]);
  });

  test('takes 19 s at most if the service does not answer', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'silence', times: 'always' });
    const main = await world.main({ ...gate, 'min-uptime': '99', 'allow-maintenance': 'false' });
    expect(main).toMatchObject(closed);
    expect(main.tookMs).toBeLessThanOrEqual(19 * secondMs);
  });
});

describe('without a key', () => {
  const { 'api-key': _, ...keyless } = gate;

  test('the gate is closed, and the message explains where a key comes from', async () => {
    const main = await createWorld().main(keyless);
    expect(main).toMatchObject(closed);
    expect(annotations(main)).toEqual([
      expect.stringMatching(/^error: The gate is closed\. .*no API key.*api-console/),
    ]);
  });

  test('on a fork or for Dependabot it is closed too, and the message explains why', async () => {
    const missingSecrets = 'a pull request from a fork gets no secrets';
    const main = await createWorld().main(keyless, { missingSecrets });
    expect(main).toMatchObject(closed);
    expect(reasons(main)).toEqual([expect.stringContaining(missingSecrets)]);
    const let_ = await createWorld().main({ ...keyless, 'on-api-error': 'warn' }, { missingSecrets });
    expect(let_).toMatchObject({ exitCode: 0, outputs: { passed: 'true' } });
  });
});

describe('bypass', () => {
  test('passes without a request, and warns about it', async () => {
    for (const inputs of [gate, { ...gate, 'api-key': '' }]) {
      const world = createWorld();
      await slow(world);
      const main = await world.main({ ...inputs, bypass: 'true' });
      expect(main).toMatchObject(open);
      expect(annotations(main)).toEqual([
        expect.stringMatching(/^warning: The gate was bypassed by bypass: true, and nothing was checked\./),
      ]);
      expect(main.summary).toMatch(/^### ⚠️ The gate was bypassed, and nothing was checked\n/);
      expect(world.requests()).toEqual([]);
    }
  });
});

describe('waiting', () => {
  const patient = { ...gate, 'wait-for': '15m' } as const;

  test('asks every 30 s until the gate is open, with one line for each round', async () => {
    const world = createWorld();
    await slow(world);
    const waiting = world.main(patient);
    await world.pass(130 * secondMs);
    await resolve(world);
    const main = await waiting;
    expect(main).toMatchObject({ ...open, tookMs: 150 * secondMs });
    expect(world.requests()).toEqual(Array(6).fill('GET /incidents 200'));
    expect(main.said.slice(0, 5)).toEqual(
      ['12:00:30', '12:01:00', '12:01:30', '12:02:00', '12:02:30'].map((next) =>
        expect.stringMatching(
          `^info: Closed at 12:0\\d UTC, asking again at ${next} UTC\\. The incident "Slow search"`,
        ),
      ),
    );
    expect(annotations(main)).toEqual([]);
  });

  test('ends after its time with the gate closed, and reports how long it waited', async () => {
    const world = createWorld();
    await slow(world);
    await slow(world);
    const main = await world.main(patient);
    expect(main).toMatchObject({ ...closed, tookMs: 15 * minuteMs });
    expect(world.requests()).toHaveLength(31);
    expect(main.said[0]).toMatch(/\. 1 more\.$/);
    expect(annotations(main)).toEqual([expect.stringMatching(/closed after waiting 15 min\. .*\n.*\n/)]);
  });

  test('gives each round 19 s, on top of which a silent service does not go', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'silence', times: 'always' });
    const main = await world.main({ ...patient, 'wait-for': '2m' });
    expect(main).toMatchObject(closed);
    expect(main.tookMs).toBeGreaterThan(2 * minuteMs);
    expect(main.tookMs).toBeLessThanOrEqual(2 * minuteMs + 19 * secondMs);
  });

  test('continues after an API error, and finds the pages again', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'status', status: 503, match: { path: '/status-pages' }, times: 'always' });
    const waiting = world.main({ ...patient, 'status-page': 'acme' });
    await world.pass(100 * secondMs);
    world.emulator.clearFaults();
    expect(await waiting).toMatchObject(open);
  });

  test('does not begin if the workflow or the key has to be fixed', async () => {
    const world = createWorld({ scopes: ['status-pages:read'] });
    for (const inputs of [patient, { ...patient, 'status-page': 'acmee' }]) {
      expect(await world.main(inputs)).toMatchObject({ ...closed, tookMs: expect.any(Number) });
    }
    const blind = createWorld();
    await slow(blind);
    const missing = { ...patient, 'min-uptime': '99', monitors: 'Nobody' };
    expect((await blind.main(missing)).tookMs).toBeLessThan(secondMs);
    expect((await world.main(patient)).tookMs).toBeLessThan(secondMs);
  });

  test('continues if an incident is gone between the list and its reading', async () => {
    const world = createWorld({ messageInLists: false });
    await slow(world);
    world.emulator.addFault({ kind: 'status', status: 404, match: { path: '/incidents/1' }, times: 'always' });
    const waiting = world.main(patient);
    await world.pass(40 * secondMs);
    world.emulator.clearFaults();
    await resolve(world);
    expect(await waiting).toMatchObject(open);
  });

  test('ends at once on a signal, and the gate stays closed', async () => {
    const world = createWorld();
    await slow(world);
    const main = await world.main(patient, { interruptAfterMs: 70 * secondMs });
    expect(main).toMatchObject({ exitCode: 130, tookMs: 70 * secondMs, outputs: { passed: 'false' } });
    expect(world.requests()).toHaveLength(3);
    expect(main.said.at(-1)).toBe('info: Interrupted while checking the gate, so it stays closed.');
    expect(reasons(main)).toEqual(['Interrupted while checking the gate, so it stays closed.']);
  });

  test('ends at once also while a round is under way', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'silence', times: 'always' });
    const main = await world.main(patient, { interruptAfterMs: 5 * secondMs });
    expect(main).toMatchObject({ exitCode: 130, tookMs: 5 * secondMs, outputs: { passed: 'false' } });
  });
});

test('wrong inputs close the gate under every policy, all in one message', async () => {
  for (const policy of ['auto', 'fail', 'warn']) {
    const world = createWorld();
    const main = await world.main({
      ...gate,
      'min-uptime': '99,9',
      'uptime-period': '1y',
      'wait-for': '10s',
      bypass: 'yes',
      'on-api-error': policy,
    });
    expect(main).toMatchObject(closed);
    expect(annotations(main)).toEqual([
      expect.stringMatching(
        /4 invalid inputs.*\nmin-uptime: .*99,9.*\nuptime-period: .*1y.*\nwait-for: .*10s.*\nbypass: /s,
      ),
    ]);
    expect(reasons(main)).toHaveLength(1);
    expect(main.summary).toMatch(/^### ❌ The gate is closed\n/);
    expect(world.requests()).toEqual([]);
  }
});

test('what nobody foresaw closes the gate, and is not waited for', async () => {
  const wire = () => async () => {
    throw new TypeError('x is not a function');
  };
  const main = await createWorld().main({ ...gate, 'wait-for': '15m' }, { wire });
  expect(main).toMatchObject({ ...closed, tookMs: 0 });
  expect(reasons(main)).toEqual([expect.stringMatching(/TypeError: x is not a function.*report/)]);
});

test('a dry run of a gate asks like any other', async () => {
  const world = createWorld();
  const main = await world.main({ ...gate, 'dry-run': 'true' });
  expect(main).toMatchObject(open);
  expect(main.summary).not.toContain('nothing was sent');
  expect(world.requests()).toEqual(['GET /incidents 200', pageProved]);
});

test('titles from outside can neither command the runner nor break the table', async () => {
  const world = createWorld();
  await slow(world, { title: 'A | B\n::error::<b>x</b>' });
  const main = await world.main(gate);
  expect(annotations(main)).toHaveLength(1);
  expect(main.said.join('\n')).not.toMatch(/^(info: )?::/m);
  expect(main.summary).not.toContain('<b>');
  expect(main.summary).toContain('A &#124; B');
});
