import { describe, expect } from '@jest/globals';
import { acme, aMoment, beta, later, scene } from './stage.ts';

const deployOutcome = '${{ fromJSON(toJSON(steps)).deploy.outcome }}';

describe('a window', () => {
  scene('on a page given by its UUID costs one request to open and one to end', async ({ job, left, requests }) => {
    const deploy = job();
    await deploy.main({ 'status-page': acme });
    expect(left()).toEqual(['window 1 on acme: open until <now+30m>']);
    await deploy.post({ status: 'success' });
    expect(requests()).toEqual(['POST /maintenances', 'PATCH /maintenances/1']);
    expect(left()).toEqual(['window 1 on acme: over']);
  });

  scene(
    'on two pages by slug and by name takes one look-up for both',
    async ({ job, left, requests, emulator }) => {
      emulator.addFault(later(beta));
      const deploy = job();
      await deploy.main({ 'status-page': 'acme, BETA', duration: '1h', title: 'Release 7', message: 'Back **soon**.' });
      expect(left()).toEqual(['window 1 on acme: open until <now+60m>', 'window 2 on beta: open until <now+60m>']);
      await deploy.post({ status: 'success' });
      expect(requests().toSorted()).toEqual([
        'GET /status-pages',
        ...['PATCH /maintenances/1', 'PATCH /maintenances/2'],
        ...['POST /maintenances', 'POST /maintenances'],
      ]);
      expect(left()).toEqual(['window 1 on acme: over', 'window 2 on beta: over']);
    },
    { sideBySide: true },
  );

  scene(
    'is told as a list of records, an object for each page',
    async ({ job, emulator }) => {
      emulator.addFault(later(acme));
      const { outputs } = await job().main({ 'status-page': `gamma\nacme\n${acme}` });
      const at = (ms = 0) => new Date(ms).toISOString().replace('.000Z', 'Z');
      const records = emulator.windows().map(({ id, startAt, endAt }) => ({
        id: String(id),
        kind: 'maintenance',
        title: 'Maintenance in progress',
        'start-at': at(startAt),
        'end-at': at(endAt),
        state: 'active',
        created: true,
        marker: outputs.marker,
      }));
      const places = emulator.options().pages.map(({ id, url, slug }) => ({
        'status-page-id': id,
        url: url ?? `https://${slug}.statuspage.me`,
      }));
      expect(JSON.parse(outputs.records ?? '')).toEqual([
        { ...records[0], ...places[2] },
        { ...records[1], ...places[0] },
      ]);
    },
    { sideBySide: true },
  );

  scene('mails subscribers where that is wished, when it is opened', async ({ job, left, emulator }) => {
    const deploy = job();
    await deploy.main({ 'status-page': acme, 'notify-subscribers': true });
    expect(emulator.mails()).toMatchObject([{ kind: 'maintenance', id: 1, statusPageId: acme }]);
    await deploy.post({ status: 'success' });
    expect(emulator.mails().length).toBe(1);
    expect(left()).toEqual(['window 1 on acme: over']);
  });

  scene('without a marker carries nothing but the words of the user', async ({ job, left, emulator }) => {
    const deploy = job();
    await deploy.main({ 'status-page': acme, message: 'Back soon.', marker: false });
    expect(emulator.windows()[0]?.message).toBe('Back soon.');
    await deploy.post({ status: 'success' });
    expect(left()).toEqual(['window 1 on acme: over']);
  });

  scene(
    'that was too short is over by its own clock, and the length that would do is told',
    async ({ job, left }) => {
      const deploy = job();
      const start = new Date(Date.now() - 50_000).toISOString().replace(/\.\d+/, '');
      await deploy.main({ 'status-page': acme, duration: '1m', start });
      await new Promise((resolve) => setTimeout(resolve, 11_000));
      expect(left()).toEqual(['window 1 on acme: over']);
      const { annotations } = await deploy.post({ status: 'success' });
      expect(annotations).toMatchObject([{ level: 'warning', text: expect.stringContaining('Set `duration` to 5m') }]);
      expect(left()).toEqual(['window 1 on acme: over']);
    },
    { patient: true },
  );

  scene('that somebody has deleted needs nothing more', async ({ job, left, person }) => {
    const deploy = job();
    await deploy.main({ 'status-page': acme });
    await person('DELETE', '/maintenances/1');
    const { exitCode, annotations } = await deploy.post({ status: 'success' });
    expect([exitCode, annotations]).toEqual([0, []]);
    expect(left()).toEqual([]);
  });
});

describe('after a failure the window', () => {
  scene('stays until its announced end, and nothing is sent', async ({ job, left, requests }) => {
    const deploy = job();
    await deploy.main({ 'status-page': acme });
    const { exitCode, annotations } = await deploy.post({ status: 'failure' });
    expect(exitCode).toBe(0);
    expect(annotations.map(({ level }) => level)).toEqual(['warning']);
    expect(requests()).toEqual(['POST /maintenances']);
    expect(left()).toEqual(['window 1 on acme: open until <now+30m>']);
  });

  scene('is ended where the user chose so', async ({ job, left }) => {
    const deploy = job();
    await deploy.main({ 'status-page': acme, 'on-failure': 'resolve' });
    await deploy.post({ status: 'failure' });
    expect(left()).toEqual(['window 1 on acme: over']);
  });

  scene('gives way to an incident, which comes first', async ({ job, left, requests, emulator }) => {
    const deploy = job();
    await deploy.main({
      'status-page': acme,
      outcome: deployOutcome,
      'on-failure': 'incident',
      'failure-title': 'Release {tag} did not complete',
      'failure-message': 'After {elapsed} we went back. The notice was to end at {end-at}.',
      'notify-on-failure': true,
    });
    await deploy.post({ status: 'failure', steps: { deploy: { outcome: 'failure' } } });
    expect(requests()).toEqual([
      'PATCH /incidents/00000000-0000-0000-0000-000000000000',
      'POST /maintenances',
      'POST /incidents',
      'PATCH /maintenances/1',
    ]);
    expect(emulator.incidents()[0]?.title).toBe('Release did not complete');
    expect(emulator.mails()).toMatchObject([{ kind: 'incident', id: 1 }]);
    expect(left().map((line) => line.replace(/"After .*"/, '"…"'))).toEqual([
      'window 1 on acme: over',
      'incident 1 on acme: investigating (investigating "…")',
    ]);
  });

  scene('stays where the incident could not be opened, so that visitors are told something', async (stage) => {
    const { job, left, emulator } = stage;
    const deploy = job();
    await deploy.main({ 'status-page': acme, outcome: deployOutcome, 'on-failure': 'incident' });
    emulator.addFault({
      kind: 'status',
      status: 400,
      text: '{"error":"title is too long"}',
      match: { method: 'POST' },
    });
    const { exitCode } = await deploy.post({ status: 'failure', steps: { deploy: { outcome: 'failure' } } });
    expect(exitCode).toBe(0);
    expect(left()).toEqual(['window 1 on acme: open until <now+30m>']);
  });

  scene(
    'of two attempts leaves one incident, with an entry for the second',
    async ({ job, left }) => {
      for (const attempt of [1, 2]) {
        await aMoment();
        const deploy = job({ attempt }, `attempt ${attempt}`);
        await deploy.main({ 'status-page': acme, outcome: deployOutcome, 'on-failure': 'incident' });
        await deploy.post({ status: 'failure', steps: { deploy: { outcome: 'failure' } } });
      }
      const text = 'An update did not complete as planned. We are looking into it.';
      expect(left()).toEqual([
        'window 1 on acme: over',
        'window 2 on acme: over',
        `incident 1 on acme: investigating (investigating "${text}", investigating "${text}")`,
      ]);
    },
    { patient: true },
  );

  scene('of a second run adds nothing to an incident that people have taken in hand', async ({ job, left, person }) => {
    const inputs = { 'status-page': acme, outcome: deployOutcome, 'on-failure': 'incident', 'deployment-key': 'prod' };
    for (const runId of ['100', '200']) {
      const deploy = job({ runId }, `run ${runId}`);
      await deploy.main(inputs);
      await deploy.post({ status: 'failure', steps: { deploy: { outcome: 'failure' } } });
      if (runId === '100')
        await person('POST', '/incidents/1/updates', { message: 'Found it.', incident_state_id: '2' });
    }
    const text = 'An update did not complete as planned. We are looking into it.';
    expect(left()).toEqual([
      'window 1 on acme: over',
      'window 2 on acme: over',
      `incident 1 on acme: identified (investigating "${text}", identified "Found it.")`,
    ]);
  });
});

describe('after a cancel the window', () => {
  scene('stays until its announced end', async ({ job, left, requests }) => {
    const deploy = job();
    await deploy.main({ 'status-page': acme });
    await deploy.post({ status: 'cancelled' });
    expect(requests()).toEqual(['POST /maintenances']);
    expect(left()).toEqual(['window 1 on acme: open until <now+30m>']);
  });

  scene('is ended where the user chose so, also where a failure would keep it', async ({ job, left }) => {
    const deploy = job();
    await deploy.main({ 'status-page': acme, 'on-failure': 'keep', 'on-cancel': 'resolve' });
    await deploy.post({ status: 'cancelled' });
    expect(left()).toEqual(['window 1 on acme: over']);
  });

  scene('gives way to an incident where the user chose so', async ({ job, left }) => {
    const deploy = job();
    await deploy.main({ 'status-page': acme, 'on-cancel': 'incident' });
    await deploy.post({ status: 'cancelled' });
    expect(left()).toEqual([
      'window 1 on acme: over',
      'incident 1 on acme: investigating (investigating "An update did not complete as planned. We are looking into it.")',
    ]);
  });
});

describe('the outcome', () => {
  scene('of a step that was skipped means that nothing was deployed: the window is ended', async ({ job, left }) => {
    const deploy = job();
    await deploy.main({ 'status-page': acme, outcome: deployOutcome });
    await deploy.post({ status: 'failure', steps: { deploy: { outcome: 'skipped' } } });
    expect(left()).toEqual(['window 1 on acme: over']);
  });

  scene('of the step is seen through continue-on-error, where the job succeeded', async ({ job, left }) => {
    const deploy = job();
    await deploy.main({ 'status-page': acme, outcome: deployOutcome });
    await deploy.post({ status: 'success', steps: { deploy: { outcome: 'failure', conclusion: 'success' } } });
    expect(left()).toEqual(['window 1 on acme: open until <now+30m>']);
  });

  scene('of the step counts where a later step failed the job', async ({ job, left }) => {
    const deploy = job();
    await deploy.main({ 'status-page': acme, outcome: '${{ steps.deploy.outcome }}' });
    await deploy.post({ status: 'failure', steps: { deploy: { outcome: 'success' }, test: { outcome: 'failure' } } });
    expect(left()).toEqual(['window 1 on acme: over']);
  });

  scene('of a mistyped step is empty: a warning, and the status of the job', async ({ job, left }) => {
    const deploy = job();
    await deploy.main({ 'status-page': acme, outcome: '${{ fromJSON(toJSON(steps)).deplyo.outcome }}' });
    const { annotations } = await deploy.post({ status: 'success', steps: { deploy: { outcome: 'success' } } });
    expect(annotations).toMatchObject([{ level: 'warning', text: expect.stringContaining('`outcome`') }]);
    expect(left()).toEqual(['window 1 on acme: over']);
  });

  scene('in a word that nobody knows leaves the window, and says so', async ({ job, left }) => {
    const deploy = job();
    await deploy.main({ 'status-page': acme, outcome: '${{ steps.deploy.outputs.result }}' });
    const { exitCode, annotations } = await deploy.post({
      status: 'success',
      steps: { deploy: { outcome: 'success', outputs: { result: 'done' } } },
    });
    expect(exitCode).toBe(0);
    expect(annotations.map(({ level }) => level)).toEqual(['error']);
    expect(left()).toEqual(['window 1 on acme: open until <now+30m>']);
  });
});

describe('a start ahead', () => {
  scene('announces the window and leaves it to a later resolve', async ({ job, left, requests }) => {
    const announce = job();
    await announce.main({ 'status-page': acme, start: '+15m', duration: '45m' });
    await announce.post({ status: 'success' });
    expect(requests()).toEqual(['POST /maintenances']);
    expect(left()).toEqual(['window 1 on acme: ahead, <now+15m> to <now+60m>']);
  });

  scene('of an own window that has not begun when the job ends: it is deleted', async ({ job, left }) => {
    const deploy = job();
    await deploy.main({ 'status-page': acme, start: '+15m', 'auto-resolve': true });
    await deploy.post({ status: 'success' });
    expect(left()).toEqual([]);
  });
});

describe('several uses', () => {
  scene('in one job are ended last in, first out, each its own', async ({ job, left, requests, emulator }) => {
    const deploy = job();
    await deploy.main({ 'status-page': acme, title: 'Outer' });
    await deploy.main({ 'status-page': beta, title: 'Inner' });
    const markers = emulator.windows().map(({ message }) => /Ref: (.*)$/.exec(message ?? '')?.[1]);
    expect(new Set(markers).size).toBe(2);
    await deploy.post({ status: 'success' });
    expect(left()).toEqual(['window 1 on acme: open until <now+30m>', 'window 2 on beta: over']);
    await deploy.post({ status: 'success' });
    expect(requests().slice(2)).toEqual(['PATCH /maintenances/2', 'PATCH /maintenances/1']);
    expect(left()).toEqual(['window 1 on acme: over', 'window 2 on beta: over']);
  });

  scene('in the legs of a matrix have a marker each, so that a re-run takes up its own', async ({ job, left }) => {
    const markers: (string | undefined)[] = [];
    for (const region of ['eu', 'us']) {
      const { outputs } = await job({ matrix: { region, os: 'linux' } }, region).main({ 'status-page': acme });
      markers.push(outputs.marker);
    }
    expect(markers[0]).not.toBe(markers[1]);
    const again = job({ matrix: { os: 'linux', region: 'us' }, attempt: 2 }, 'us again');
    const { outputs } = await again.main({ 'status-page': acme });
    expect([outputs.marker, outputs.id, outputs.created]).toEqual([markers[1], '2', 'false']);
    await again.post({ status: 'success' });
    expect(left()).toEqual(['window 1 on acme: open until <now+30m>', 'window 2 on acme: over']);
  });
});

describe('a page of which one fails', () => {
  scene(
    'takes back what was opened on the other, and main fails',
    async ({ job, left, emulator }) => {
      emulator.addFault({
        kind: 'status',
        status: 404,
        text: '{"error":"Status page not found"}',
        match: { method: 'POST', path: '/maintenances', body: beta },
      });
      const deploy = job();
      const { exitCode, outputs } = await deploy.main({ 'status-page': 'acme, beta' });
      expect([exitCode, outputs.id]).toEqual([1, 'none']);
      expect(left()).toEqual([]);
      await deploy.post();
    },
    { sideBySide: true },
  );

  scene(
    'ends what was opened where subscribers know of it',
    async ({ job, left, emulator }) => {
      emulator.addFault({
        kind: 'status',
        status: 404,
        text: '{"error":"Status page not found"}',
        match: { method: 'POST', path: '/maintenances', body: beta },
      });
      const deploy = job();
      const { exitCode } = await deploy.main({ 'status-page': 'acme, beta', 'notify-subscribers': true });
      expect(exitCode).toBe(1);
      expect(left()).toEqual(['window 1 on acme: over']);
      await deploy.post();
    },
    { sideBySide: true },
  );

  scene(
    'in the post step is ended all the same where the other cannot be',
    async ({ job, left, emulator }) => {
      emulator.addFault(later(beta));
      const deploy = job();
      await deploy.main({ 'status-page': 'acme, beta' });
      emulator.addFault({ kind: 'status', status: 403, match: { method: 'PATCH', path: '/maintenances/1' } });
      const { exitCode } = await deploy.post({ status: 'success' });
      expect(exitCode).toBe(0);
      expect(left()).toEqual(['window 1 on acme: open until <now+30m>', 'window 2 on beta: over']);
    },
    { sideBySide: true },
  );
});
