import { describe, expect, test } from '@jest/globals';
import type { FaultRule } from '../../src/emulator/faults.ts';
import { annotations, createWorld, deployed, incident, type WorldOptions, window } from '../support/world.ts';

const opened = 'incident 1 investigating "We are installing an update."';
const resolved = `${opened}, resolved "The update is complete."`;
const updates = { method: 'POST', path: '^/incidents/' } as const;

describe('what is done about the incident', () => {
  test.each([
    ['success', {}, ', resolved "The update is complete."'],
    ['skipped', {}, ', resolved "The update was stopped."'],
    ['failure', {}, ', investigating "An update did not complete as planned. We are looking into it."'],
    ['cancelled', {}, ', investigating "The update was stopped."'],
    ['failure', { 'on-failure': 'resolve' }, ', resolved "The update was stopped."'],
    ['cancelled', { 'on-cancel': 'resolve' }, ', resolved "The update was stopped."'],
  ] as const)('after %s, with %j', async (status, inputs, entry) => {
    const { world, main } = await deployed(incident);
    const post = await world.post(main, { 'job-status': status, ...inputs });
    expect(post.exitCode).toBe(0);
    expect(world.page()).toEqual([opened + entry]);
    expect(annotations(post)).toHaveLength(entry.startsWith(', resolved') ? 0 : 1);
    expect(post.summary).toContain(
      entry.startsWith(', resolved') ? '### ✅ Incident resolved after 7 min' : '### 🔴 Incident open',
    );
    expect(post.summary).toMatch(/\nVisitors read:\n\n> .*(complete|stopped)/);
  });

  test('costs a request to open, and one each to list the page, to read the incident and to resolve it', async () => {
    const { world, main } = await deployed(incident);
    await world.post(main);
    expect(world.requests()).toEqual([
      'POST /incidents 201',
      'GET /incidents 200',
      'GET /incidents/1 200',
      'POST /incidents/1/updates 201',
    ]);
    expect(world.journal().at(-1)?.body).toEqual({ message: 'The update is complete.', incident_state_id: '4' });
  });

  test('an entry of one that is kept leaves its state as it is, and ends with the reference', async () => {
    const { world, main } = await deployed({ ...incident, state: 'identified' });
    await world.post(main, { 'job-status': 'failure', 'failure-message': 'No luck.' });
    expect(world.journal().at(-1)?.body).toEqual({ message: `No luck.\n\nRef: ${main.outputs.marker}` });
    expect(world.emulator.incidents()).toMatchObject([{ state: 'identified' }]);
  });

  test('the texts are those of the user, with their placeholders', async () => {
    const run = { tag: 'v1.2.0' };
    for (const clockSkewSeconds of [0, 300]) {
      const world = createWorld({ clockSkewSeconds });
      const main = await world.main(incident, { run });
      await world.pass(420_000);
      await world.post(main, { 'resolve-message': '{tag} took {elapsed}. End {end-at}{other}' });
      expect(world.page()).toEqual([`${opened}, resolved "v1.2.0 took 7 min. End{other}"`]);
    }
  });
});

describe('an incident that is not as it was left', () => {
  test('is read before it is resolved: what a person has resolved gets no second end', async () => {
    const { world, main } = await deployed(incident);
    await world.people('POST', '/incidents/1/updates', { incident_state_id: '4', message: 'Done by hand.' });
    for (const status of ['success', 'failure'] as const) {
      const post = await world.post(main, { 'job-status': status });
      expect(post.said).toEqual([expect.stringMatching(/^info: Nothing to do: .*already resolved/)]);
      expect(post.summary).not.toContain('Visitors read');
    }
    expect(world.page()).toEqual([`${opened}, resolved "Done by hand."`]);
  });

  test('whose state a person has changed is resolved all the same', async () => {
    const { world, main } = await deployed(incident);
    await world.people('POST', '/incidents/1/updates', { incident_state_id: '3' });
    await world.post(main);
    expect(world.emulator.incidents()).toMatchObject([{ state: 'resolved' }]);
  });

  test('that a person has deleted is a line of the log', async () => {
    const { world, main } = await deployed(incident);
    await world.people('DELETE', '/incidents/1');
    const post = await world.post(main, { 'on-api-error': 'fail' });
    expect(post).toMatchObject({
      exitCode: 0,
      said: [expect.stringMatching(/^info: Nothing to do: .*no longer exists/)],
    });
  });

  test.each([
    ['may not read it', { scopes: ['incidents:write'] }, undefined],
    ['does not see its state', { stateShape: 'none' }, undefined],
    ['cannot read it', {}, { kind: 'not-json', match: { method: 'GET' } }],
  ] as const)('is resolved even if the key %s', async (_why, options, fault) => {
    const { world, main } = await deployed(incident, options as WorldOptions);
    if (fault !== undefined) world.emulator.addFault(fault);
    await world.post(main);
    expect(world.page()).toEqual([resolved]);
  });
});

test('an incident is resolved even if reads hang: they leave time for the write', async () => {
  const { world, main } = await deployed(incident);
  world.emulator.addFault({ kind: 'silence', times: 'always', match: { method: 'GET' } });
  const post = await world.post(main);
  expect(world.page()).toEqual([resolved]);
  expect(post.tookMs).toBeLessThanOrEqual(30_000);
});

describe('an entry whose answer was lost', () => {
  const losses: readonly (readonly [FaultRule, boolean])[] = [
    [{ kind: 'status', status: 500, when: 'after' }, true],
    [{ kind: 'status', status: 500, when: 'before' }, false],
    [{ kind: 'reset', when: 'after' }, true],
    [{ kind: 'reset', when: 'before' }, false],
    [{ kind: 'cut-off' }, true],
    [{ kind: 'html', when: 'before' }, false],
    [{ kind: 'silence', when: 'after' }, true],
  ];

  test.each(losses)('by %j is in the timeline once', async (fault, applied) => {
    for (const options of [{}, { stateShape: 'none' }, { timelineName: 'timeline' }] as const) {
      for (const status of ['success', 'failure'] as const) {
        const { world, main } = await deployed(incident, options);
        world.emulator.addFault({ ...fault, match: updates });
        const post = await world.post(main, { 'job-status': status });
        expect(world.emulator.incidents()[0]?.timeline).toHaveLength(2);
        expect(world.requests().filter((request) => request.includes('/updates'))).toHaveLength(applied ? 1 : 2);
        expect(annotations(post)).toHaveLength(status === 'success' ? 0 : 1);
      }
    }
  });

  test.each([
    ['success', 12_000, ', resolved "The update is complete."'],
    ['failure', 12_000, ', investigating "An update did not complete as planned. We are looking into it."'],
    ['success', 25_000, ', resolved "The update is complete."'],
  ] as const)('by a time-out is never sent again: it may come late (%s, %d ms)', async (status, ms, entry) => {
    const { world, main } = await deployed(incident);
    world.emulator.addFault({ kind: 'delay', ms, match: updates });
    const post = await world.post(main, { 'job-status': status });
    expect(post.tookMs).toBeLessThanOrEqual(30_000);
    await world.pass(60_000);
    expect(world.page()).toEqual([opened + entry]);
    expect(world.requests().filter((request) => request.includes('/updates'))).toHaveLength(1);
  });

  test('by a time-out, and which never comes, is named as one that may come yet', async () => {
    const { world, main } = await deployed(incident);
    world.emulator.addFault({ kind: 'silence', match: updates });
    const post = await world.post(main);
    expect(annotations(post)).toEqual([
      expect.stringMatching(
        /^error: Could not resolve .*did not answer in time.*.* The last search did not find the entry/,
      ),
    ]);
    expect(world.requests().filter((request) => request.includes('/updates'))).toHaveLength(1);
  });

  test('and equals an earlier one is not mistaken for that', async () => {
    const { world, main } = await deployed(incident);
    await world.people('POST', '/incidents/1/updates', { message: 'Failed.' });
    for (const when of ['before', 'after'] as const) {
      world.emulator.addFault({ kind: 'reset', when, match: updates });
      await world.post(main, { 'job-status': 'failure', 'failure-message': 'Failed.' });
    }
    expect(world.emulator.incidents()[0]?.timeline.map(({ message }) => message?.split('\n')[0])).toEqual([
      'We are installing an update.',
      'Failed.',
      'Failed.',
      'Failed.',
    ]);
  });

  test.each([
    ['the incident cannot be read', { scopes: ['incidents:write'] }, 'success', 'resolve'],
    ['neither timeline nor state are shown', { timelineName: 'unheard', stateShape: 'none' }, 'success', 'resolve'],
    ['the timeline is not shown, and the state stays', { timelineName: 'unheard' }, 'failure', 'add an update to'],
  ] as const)('is not sent again if %s', async (_why, options, status, doing) => {
    const { world, main } = await deployed(incident, options as unknown as WorldOptions);
    world.emulator.addFault({ kind: 'reset', when: 'before', match: updates });
    const post = await world.post(main, { 'on-api-error': 'fail', 'job-status': status });
    expect(world.page()).toEqual([opened]);
    expect(world.requests().filter((request) => request.includes('/updates'))).toHaveLength(1);
    expect(post.exitCode).toBe(1);
    expect(annotations(post)).toEqual([
      expect.stringMatching(
        new RegExp(
          `^error: Could not ${doing} .*stays open until you resolve it\\..*To resolve it now, use the dashboard`,
          's',
        ),
      ),
    ]);
  });

  test('is sent again if the timeline is not shown, but a state that is not the one we gave', async () => {
    const { world, main } = await deployed(incident, { timelineName: 'unheard' });
    world.emulator.addFault({ kind: 'reset', when: 'before', match: updates });
    await world.post(main);
    expect(world.page()).toEqual([resolved]);
  });

  test('is found by the state alone if the timeline is not shown', async () => {
    const { world, main } = await deployed(incident, { timelineName: 'unheard' });
    world.emulator.addFault({ kind: 'reset', when: 'after', match: updates });
    const post = await world.post(main);
    expect(annotations(post)).toEqual([]);
    expect(world.page()).toEqual([resolved]);
    const update = { ...window, operation: 'update', kind: 'incident', id: '1', message: 'Open again.' } as const;
    world.emulator.addFault({ kind: 'reset', when: 'after', match: updates });
    const reopened = await world.main({ ...update, state: 'identified' });
    expect(annotations(reopened)).toEqual([]);
    expect(world.page()).toEqual([`${resolved}, identified "Open again."`]);
  });

  test('is sent again if the incident had its state before, and the timeline does not show it', async () => {
    const { world, main } = await deployed(incident);
    await world.post(main);
    world.emulator.addFault({ kind: 'reset', when: 'before', match: updates });
    const update = { ...window, operation: 'update', kind: 'incident', id: '1', message: 'It was the disk.' } as const;
    await world.main({ ...update, state: 'resolved' });
    expect(world.page()).toEqual([`${resolved}, resolved "It was the disk."`]);
  });

  test('is not sent again if its text is there, and nobody knows since when', async () => {
    const { world, main } = await deployed(incident);
    const failure = { 'job-status': 'failure', 'failure-message': 'Failed.' } as const;
    await world.post(main, failure);
    world.emulator.addFault({ kind: 'status', status: 403, match: { method: 'GET', path: '^/incidents/1$' } });
    world.emulator.addFault({ kind: 'reset', when: 'before', match: updates });
    await world.post(main, failure);
    expect(world.emulator.incidents()[0]?.timeline).toHaveLength(2);
    expect(world.requests().filter((request) => request.includes('/updates'))).toEqual([
      'POST /incidents/1/updates 201',
      'POST /incidents/1/updates none',
    ]);
  });

  test.each(['one-line', 'html', 'cut'] as const)(
    'is not sent again if its text is there in another form (%s), and nobody knows since when',
    async (messageForm) => {
      const { world, main } = await deployed(incident, { messageForm });
      world.emulator.addFault({ kind: 'status', status: 403, match: { method: 'GET', path: '^/incidents/1$' } });
      world.emulator.addFault({ kind: 'reset', when: 'after', match: updates });
      const text = 'It failed, and we look into it. '.repeat(10).trim();
      await world.post(main, { 'job-status': 'failure', 'failure-message': text });
      expect(world.emulator.incidents()[0]?.timeline).toHaveLength(2);
    },
  );

  test('again and again is sent as long as it is provably not there, and is named when the time is over', async () => {
    const { world, main } = await deployed(incident);
    world.emulator.addFault({ kind: 'reset', when: 'before', times: 'always', match: updates });
    const post = await world.post(main);
    expect(annotations(post)).toEqual([
      expect.stringMatching(
        /^error: Could not resolve .*The last search did not find the entry, but it may still appear\. /,
      ),
    ]);
    expect(post.tookMs).toBeLessThanOrEqual(30_000);
    expect(world.page()).toEqual([opened]);
    // Nothing is sent again without a search for what was sent before.
    expect(world.requests().filter((request) => request.includes('/1'))).toEqual(
      expect.arrayContaining(['POST /incidents/1/updates none', 'GET /incidents/1 200']),
    );
    const sendings = world.requests().map((request) => request.includes('/updates'));
    expect(sendings.filter((isSending, place) => isSending && sendings[place + 1])).toEqual([]);
  });
});

describe('an incident that could not be resolved', () => {
  test.each([
    ['auto', 0],
    ['warn', 0],
    ['fail', 1],
  ] as const)('is an error annotation, and with on-api-error: %s the exit code is %d', async (policy, exitCode) => {
    const { world, main } = await deployed(incident);
    world.emulator.addFault({ kind: 'status', status: 403, match: updates });
    const post = await world.post(main, { 'on-api-error': policy });
    expect(post.exitCode).toBe(exitCode);
    expect(annotations(post)).toEqual([expect.stringMatching(/^error: Could not resolve .*the scope incidents:write/)]);
    expect(post.summary).toMatch(/^### 🔴 Incident open/);
  });
});

test('an incident is opened on a component instead of its page, in the given state, and mails if asked to', async () => {
  const world = createWorld();
  const component = '0b6a3c52-8a43-4a1e-8f0a-5f5b7c9f1101';
  const inputs = { ...incident, state: 'monitoring', 'component-id': component, 'notify-subscribers': 'true' };
  const main = await world.main(inputs);
  expect(main.outputs).toMatchObject({ state: 'monitoring', 'start-at': '2026-03-14T12:00:00Z', 'end-at': '' });
  expect(world.journal()[0]?.body).toEqual({
    component_id: component,
    title: 'Update',
    message: `We are installing an update.\n\nRef: ${main.outputs.marker}`,
    incident_state_id: '3',
    notify_subscribers: true,
  });
  expect(world.emulator.mails()).toHaveLength(1);
});
