import { describe, expect, test } from '@jest/globals';
import { encodeRun, formatReference } from '../../src/domain/deployment-reference.ts';
import { hashKey } from '../../src/domain/run.ts';
import type { Send } from '../../src/statuspage/wire.ts';
import {
  acme,
  annotations,
  createWorld,
  incident,
  run,
  type World,
  type WorldOptions,
  window,
} from '../support/world.ts';

const shared = { 'deployment-key': 'production', 'auto-resolve': 'false' } as const;
const update = { 'api-key': window['api-key'], operation: 'update' } as const;
const remove = { 'api-key': window['api-key'], operation: 'delete' } as const;
const byKey = { 'status-page': acme, 'deployment-key': 'production' } as const;

/** The reference that every shared record of the key has. */
const reference = `Ref: ${formatReference({ of: 'deployment', key: hashKey(run, 'production') ?? '', run: encodeRun(run.id) })}`;
const nothingFound =
  'Nothing open was found for this deployment key. Check the deployment key, the status page and the kind: a notice with another key stays.';

/** A page with a shared window and a shared incident, both open. */
async function open(options: WorldOptions = {}): Promise<World> {
  const world = createWorld(options);
  await world.main({ ...window, ...shared });
  await world.main({ ...incident, ...shared });
  return world;
}

const writes = (world: World) =>
  world
    .requests()
    .slice(6)
    .filter((line) => !line.startsWith('GET'));

describe('update of an incident', () => {
  test('adds one update with the message and the state, and nothing else', async () => {
    const world = await open();
    const main = await world.main({
      ...update,
      id: '1',
      kind: 'incident',
      message: 'Half is done.',
      state: 'monitoring',
    });
    expect(main.exitCode).toBe(0);
    expect(main.outputs).toMatchObject({ id: '1', kind: 'incident', state: 'monitoring' });
    expect(main.summary).toMatch(/^### ✅ Incident updated\n/);
    expect(main.said).toEqual([`info: Updated the incident "Update" (id 1) on ${acme}: monitoring.`]);
    expect(world.emulator.incidents()[0]).toMatchObject({
      title: 'Update',
      state: 'monitoring',
      timeline: [expect.anything(), { message: 'Half is done.', state: 'monitoring' }],
    });
  });

  test('changes the title without an update to the timeline', async () => {
    const world = await open();
    const main = await world.main({ ...update, id: '1', kind: 'incident', title: 'Slow search' });
    expect(main.exitCode).toBe(0);
    const [changed] = world.emulator.incidents();
    expect(changed?.title).toBe('Slow search');
    expect(changed?.timeline).toHaveLength(1);
  });

  test('needs no scope for reading it', async () => {
    const world = await open();
    world.emulator.setOptions({ keys: [{ key: window['api-key'], name: 'writer', scopes: ['incidents:write'] }] });
    const main = await world.main({ ...update, id: '1', kind: 'incident', message: 'Half is done.' });
    expect(main).toMatchObject({ exitCode: 0, outputs: { id: '1', kind: 'incident' } });
    expect(world.emulator.incidents()[0]?.timeline).toHaveLength(2);
  });
});

describe('update of an incident whose title the server does not change', () => {
  /** The network in front of a server that accepts every PATCH and changes nothing. */
  const ignoring = (send: Send): Send => {
    return (request) => send(request.method === 'PATCH' ? { ...request, body: '{"title":"Update"}' } : request);
  };

  test.each(['full', 'id-only', 'empty'] as const)(
    'fails and names the title, and still adds the update (%s)',
    async (changeReply) => {
      const world = await open({ changeReply });
      const inputs = { ...update, id: '1', kind: 'incident', title: 'Slow search', message: 'Half is done.' };
      const main = await world.main(inputs, { wire: ignoring });
      expect(main.exitCode).toBe(1);
      expect(annotations(main)).toEqual([expect.stringMatching(/^error: .*but its title did not change/)]);
      expect(world.emulator.incidents()).toMatchObject([
        { title: 'Update', timeline: [expect.anything(), { message: 'Half is done.' }] },
      ]);
    },
  );
});

describe('update of a window', () => {
  test('keeps the reference in its message, and its times', async () => {
    const world = await open();
    const [before] = world.emulator.windows();
    await world.main({ ...update, id: '1', kind: 'maintenance', message: 'It takes a little longer.' });
    const [after] = world.emulator.windows();
    expect(before?.message).toMatch(new RegExp(`\n\n${reference}$`));
    expect(after).toEqual({
      ...before,
      message: `It takes a little longer.\n\n${reference}`,
      updatedAt: expect.any(Number),
    });
    const found = await world.main({ ...update, ...byKey, kind: 'maintenance', title: 'Found again' });
    expect(found.outputs.id).toBe('1');
  });

  test('reads it once, also if the answer shows no message, because the message is not what changes', async () => {
    const world = await open({ changeReply: 'id-only' });
    const before = world.requests().length;
    await world.main({ ...update, id: '1', kind: 'maintenance', title: 'Longer' });
    expect(world.requests().slice(before)).toEqual(['GET /maintenances/1 200', 'PATCH /maintenances/1 200']);
  });

  test('moves its end to the duration from now', async () => {
    const world = await open();
    await world.pass(20 * 60_000);
    const main = await world.main({ ...update, id: '1', kind: 'maintenance', duration: '1h' });
    const end = world.emulator.windows()[0]?.endAt ?? 0;
    expect(end - world.clock.now().getTime()).toBeGreaterThan(59 * 60_000);
    expect(Date.parse(main.outputs['end-at'] ?? '')).toBe(end);
  });

  test('does not reopen a window that is over', async () => {
    const world = await open();
    await world.pass(31 * 60_000);
    const [before] = world.emulator.windows();
    const main = await world.main({ ...update, id: '1', kind: 'maintenance', duration: '1h' });
    expect(main.exitCode).toBe(1);
    expect(annotations(main)).toEqual([
      expect.stringMatching(/^error: Could not move the end of window 1: it is over\. Open a new one\.$/),
    ]);
    expect(world.emulator.windows()[0]).toEqual(before);
  });

  test('leaves its message alone if the key cannot read the old one with its reference', async () => {
    const world = await open();
    world.emulator.setOptions({
      keys: [{ key: window['api-key'], name: 'writer', scopes: ['maintenances:write'] }],
    });
    const main = await world.main({ ...update, id: '1', kind: 'maintenance', message: 'Longer.' });
    expect(main.exitCode).toBe(1);
    expect(annotations(main)).toEqual([expect.stringMatching(/the scope maintenances:read/)]);
    expect(writes(world)).toEqual([]);
    const title = await world.main({ ...update, id: '1', kind: 'maintenance', title: 'Longer' });
    expect(title.exitCode).toBe(0);
    expect(title.summary).toMatch(/^### ✅ Maintenance updated\n/);
  });
});

describe('update of a window that the server accepts', () => {
  test.each([{}, { changeReply: 'id-only' as const }])('but ignores fails the step, with %j', async (options) => {
    const world = await open();
    world.emulator.setOptions({ windowPatch: 'ignore', ...options });
    const before = world.emulator.windows()[0]?.message;
    const main = await world.main({ ...update, id: '1', kind: 'maintenance', message: 'Longer.' });
    expect(world.emulator.windows()[0]?.message).toBe(before);
    expect(main.exitCode).toBe(1);
    expect(annotations(main)).toEqual([expect.stringMatching(/accepted the change, but its message did not change/)]);
  });

  test('but keeps the end of fails the step', async () => {
    const world = await open();
    const body = JSON.stringify({ title: 'Maintenance in progress' });
    const wire = (send: Send): Send => {
      return (request) => send(request.method === 'PATCH' ? { ...request, body } : request);
    };
    const main = await world.main({ ...update, id: '1', kind: 'maintenance', duration: '2h' }, { wire });
    expect(main.exitCode).toBe(1);
    expect(annotations(main)).toEqual([expect.stringMatching(/accepted the change, but its end did not change/)]);
  });

  test('and whose message no reply shows gets no new one, because the reference would be lost', async () => {
    const world = await open();
    const wire = (send: Send): Send => {
      return async (request) => {
        const answer = await send(request);
        return { ...answer, text: answer.text.replaceAll('"message"', '"x"') };
      };
    };
    const main = await world.main({ ...update, id: '1', kind: 'maintenance', message: 'Longer.' }, { wire });
    expect(annotations(main)).toEqual([expect.stringMatching(/^error: .*its reference would be lost\. Change only/)]);
    expect(writes(world)).toEqual([]);
  });

  test('and that clears fields that are not sent keeps its message', async () => {
    const world = await open();
    world.emulator.setOptions({ windowPatch: 'wipe' });
    const message = world.emulator.windows()[0]?.message;
    await world.main({ ...update, id: '1', kind: 'maintenance', title: 'Longer' });
    await world.main({ ...update, id: '1', kind: 'maintenance', duration: '2h' });
    expect(world.emulator.windows()).toMatchObject([{ title: 'Longer', message }]);
  });
});

describe('update', () => {
  test('by key sends to each kind only what applies to it', async () => {
    const world = await open();
    const main = await world.main({ ...update, ...byKey, state: 'identified' });
    expect(main.exitCode).toBe(0);
    expect(world.emulator.incidents()[0]?.state).toBe('identified');
    expect(main.said).toContainEqual(expect.stringMatching(/^info: Left the maintenance window .* as it is/));
  });

  test('of several ids changes the others if one fails', async () => {
    const world = await open();
    const main = await world.main({ ...update, id: '99,1', kind: 'maintenance', title: 'Longer' });
    expect(main.exitCode).toBe(1);
    expect(world.emulator.windows()[0]?.title).toBe('Longer');
    expect(main.summary).toMatch(/^### ❌ .*1 updated, 1 not changed\n/);
  });

  test('adds its update once if the response was lost', async () => {
    const world = await open();
    world.emulator.addFault({ kind: 'reset', when: 'after', match: { method: 'POST', path: '/incidents' } });
    const main = await world.main({ ...update, id: '1', kind: 'incident', message: 'Half is done.' });
    expect(main.exitCode).toBe(0);
    expect(world.emulator.incidents()[0]?.timeline).toHaveLength(2);
  });

  test('says that the title is new if the update beside it fails', async () => {
    const world = await open();
    world.emulator.addFault({ kind: 'status', status: 400, match: { method: 'POST', path: '/incidents' } });
    const main = await world.main({ ...update, id: '1', kind: 'incident', title: 'Slow', message: 'Half is done.' });
    expect(main.exitCode).toBe(1);
    expect(annotations(main)).toEqual([
      expect.stringMatching(/^error: Could not update .*HTTP 400.*\. Its title was changed before that, and stays\./),
    ]);
    expect(world.emulator.incidents()).toMatchObject([{ title: 'Slow', timeline: { length: 1 } }]);
    world.emulator.addFault({ kind: 'status', status: 400, match: { method: 'PATCH' } });
    const untitled = await world.main({ ...update, id: '1', kind: 'incident', title: 'Fast', message: 'All is done.' });
    expect(annotations(untitled)).toEqual([expect.not.stringContaining('title was changed')]);
    world.emulator.addFault({ kind: 'status', status: 400, match: { method: 'POST', path: '/incidents' } });
    const entryAlone = await world.main({ ...update, id: '1', kind: 'incident', message: 'All is done.' });
    expect(annotations(entryAlone)).toEqual([expect.not.stringContaining('title was changed')]);
  });

  test.each([
    ['was lost', 'after'],
    ['was never sent', 'before'],
  ] as const)(
    'with the state that the incident already has adds its update once if the request %s',
    async (_what, when) => {
      const world = await open();
      world.emulator.addFault({ kind: 'reset', when, match: { method: 'POST', path: '/incidents' } });
      const inputs = { ...update, id: '1', kind: 'incident', state: 'investigating', message: 'Still looking.' };
      expect(await world.main(inputs)).toMatchObject({ exitCode: 0 });
      expect(world.emulator.incidents()[0]?.timeline.map(({ message }) => message)).toEqual([
        expect.stringContaining('We are installing an update.'),
        'Still looking.',
      ]);
    },
  );

  test('with a state that the incident already has is uncertain if the request was lost and no timeline is shown', async () => {
    const world = await open();
    world.emulator.setOptions({ timelineName: 'unknown' });
    world.emulator.addFault({ kind: 'reset', when: 'before', match: { method: 'POST', path: '/incidents' } });
    const main = await world.main({ ...update, id: '1', kind: 'incident', state: 'investigating' });
    expect(main.exitCode).toBe(1);
    expect(annotations(main)).toEqual([expect.stringMatching(/^error: .*The entry may exist/)]);
  });

  test.each([
    [{ id: '1', kind: 'incident' }, /message is missing, .*nothing to send/],
    [{ message: 'Hello' }, /id is empty, and there is no deployment-key/],
  ])('with %j sends nothing', async (inputs, expected) => {
    const world = await open();
    const main = await world.main({ ...update, ...inputs });
    expect(main.exitCode).toBe(1);
    expect(annotations(main)).toEqual([expect.stringMatching(expected)]);
    expect(writes(world)).toEqual([]);
  });

  test('in a dry run prints the change and sends none', async () => {
    const world = await open();
    const main = await world.main({ ...update, ...byKey, title: 'New', 'dry-run': 'true' });
    expect(main.exitCode).toBe(0);
    expect(main.said.filter((line) => line.includes('PATCH'))).toHaveLength(2);
    expect(writes(world)).toEqual([]);
  });
});

describe('update by key', () => {
  const retitle = { ...update, ...byKey, title: 'Longer' };

  test('fails with "not found" if nothing is found, also if the record is over already', async () => {
    const world = createWorld();
    const nothing = await world.main(retitle);
    expect(nothing.said).toEqual([`error: ${nothingFound}`]);
    expect(nothing.outputs).toMatchObject({ id: 'none' });
    expect(nothing.summary).toMatch(/^### ⚠️ Nothing to change was found\n/);
    expect(nothing.exitCode).toBe(1);
    await world.main({ ...window, ...shared });
    await world.pass(31 * 60_000);
    const over = await world.main(retitle);
    expect(over.said).toEqual([
      expect.stringMatching(
        /^error: Your text was not published, because the maintenance window "Maintenance in progress" \(id 1\) on \S+ is over already\. Open a new notice with open-maintenance\. To change this one all the same, use id: 1 and kind: maintenance\.$/,
      ),
    ]);
    expect(over.exitCode).toBe(1);
    expect(world.requests().filter((line) => line.startsWith('PATCH'))).toEqual([]);
  });

  test('says that a text for a resolved incident was not published, and what to do', async () => {
    const world = createWorld();
    await world.main({ ...incident, ...shared });
    await world.main({ ...update, operation: 'resolve', id: '1', kind: 'incident' });
    const over = `because the incident "Update" (id 1) on ${acme} is over already. Open a new notice with open-incident. To change this one all the same, use id: 1 and kind: incident.`;
    for (const [given, happened] of [
      [{ message: 'Slow again.' }, 'Your text was not published'],
      [{ state: 'monitoring' }, 'Nothing was changed'],
    ] as const) {
      const main = await world.main({ ...update, ...byKey, ...given });
      expect([main.exitCode, main.said]).toEqual([1, [`error: ${happened}, ${over}`]]);
    }
    expect(world.emulator.incidents()[0]?.timeline).toHaveLength(2);
    const byId = await world.main({ ...update, id: '1', kind: 'incident', message: 'Slow again.' });
    expect(byId.exitCode).toBe(0);
    expect(world.emulator.incidents()[0]?.timeline).toHaveLength(3);
  });

  test('fails if the page cannot be searched by its slug', async () => {
    const world = createWorld({ scopes: ['maintenances:read', 'maintenances:write'] });
    const main = await world.main({ ...retitle, 'status-page': 'acme' });
    expect(main.exitCode).toBe(1);
    expect(annotations(main)).toEqual([
      expect.stringMatching(/^error: Could not look up the status page: .*the scope status-pages:read/),
    ]);
  });

  test('finds own records of any run', async () => {
    const world = createWorld();
    await world.main({ ...window, 'deployment-key': 'production' }, { run: { id: '101', job: 'first' } });
    expect(await world.main(retitle)).toMatchObject({ exitCode: 0, outputs: { id: '1' } });
    expect(world.emulator.windows()[0]?.title).toBe('Longer');
  });

  test('leaves a window that has not begun beside an open one, and names it', async () => {
    const world = await open();
    await world.main({ ...window, ...shared, start: '2026-03-21T22:00:00Z', title: 'Database move' });
    const main = await world.main({ ...retitle, kind: 'maintenance' });
    expect(main.said).toContainEqual(expect.stringMatching(/^info: Left .*"Database move".*it has not begun\.$/));
    expect(world.emulator.windows().map(({ title }) => title)).toEqual(['Longer', 'Database move']);
  });
});

describe('an empty list of a page that the key does not see', () => {
  const unseen = { ...byKey, 'status-page': acme.replace(/1$/, '9') };

  test.each([
    ['update', { ...update, ...unseen, title: 'Longer' }],
    ['delete', { ...remove, ...unseen }],
  ])('is an error for %s by key', async (_, inputs) => {
    const world = createWorld({ unseenPage: 'empty-list' });
    const main = await world.main(inputs);
    expect(main.exitCode).toBe(1);
    expect(annotations(main).join('\n')).toMatch(/^error: .*page 6f.*9 does not exist.*This key sees .*[Aa]cme/);
    expect(annotations(main).join('\n')).not.toContain('Nothing open was found');
  });
});

describe('delete', () => {
  test('removes a window from the page with one request', async () => {
    const world = await open();
    const main = await world.main({ ...remove, id: '1', kind: 'maintenance' });
    expect(main.exitCode).toBe(0);
    expect(world.emulator.windows()).toEqual([]);
    expect(world.emulator.incidents()).toHaveLength(1);
    expect(writes(world)).toHaveLength(1);
  });

  test('by key removes both kinds, and finds nothing the second time', async () => {
    const world = await open();
    await world.main({ ...remove, ...byKey });
    expect([world.emulator.windows(), world.emulator.incidents()]).toEqual([[], []]);
    const again = await world.main({ ...remove, ...byKey });
    expect(again.exitCode).toBe(0);
    expect(again.said).toContainEqual(`warning: ${nothingFound}`);
  });

  test('by a misspelt key is a warning, and removes nothing', async () => {
    const world = await open();
    const main = await world.main({ ...remove, ...byKey, 'deployment-key': 'prodution' });
    expect(main).toMatchObject({ exitCode: 0, outputs: { id: 'none' }, said: [`warning: ${nothingFound}`] });
    expect([world.emulator.windows(), world.emulator.incidents()]).toMatchObject([{ length: 1 }, { length: 1 }]);
  });

  test('by key leaves what is over in the history, with one quiet line', async () => {
    const world = createWorld();
    await world.main({ ...window, ...shared });
    await world.pass(31 * 60_000);
    const main = await world.main({ ...remove, ...byKey });
    expect(main).toMatchObject({
      exitCode: 0,
      said: [expect.stringMatching(/^info: Nothing to do: .*is over already\.$/)],
    });
    expect(world.emulator.windows()).toHaveLength(1);
  });

  test.each(['incident', 'maintenance'])('by an id that does not exist fails with "not found": %s', async (kind) => {
    const world = await open();
    const main = await world.main({ ...remove, id: '99,1', kind });
    expect(main.exitCode).toBe(1);
    expect(annotations(main)).toEqual([expect.stringMatching(/^error: Could not delete the .* \(id 99\): .*HTTP 404/)]);
    expect(main.summary).toMatch(/^### ❌ 1 deleted, 1 not changed\n/);
  });

  test('by key succeeds if another command removes the incident at the same moment', async () => {
    const world = await open();
    world.emulator.addFault({ kind: 'status', status: 404, match: { method: 'DELETE', path: '/incidents' } });
    const main = await world.main({ ...remove, ...byKey });
    expect(main.exitCode).toBe(0);
    expect(main.said).toContainEqual(expect.stringMatching(/^info: Nothing to delete: the incident .*\(id 1\)/));
  });

  test('without the scope fails, and names it', async () => {
    const world = await open();
    world.emulator.setOptions({ keys: [{ key: window['api-key'], name: 'reader', scopes: ['incidents:read'] }] });
    const main = await world.main({ ...remove, id: '1', kind: 'incident' });
    expect(main.exitCode).toBe(1);
    expect(annotations(main)).toEqual([
      expect.stringMatching(/^error: Could not delete the incident \(id 1\): .*the scope incidents:write/),
    ]);
    expect(world.emulator.incidents()).toHaveLength(1);
  });

  test('succeeds if nothing was opened', async () => {
    const main = await createWorld().main({ ...remove, id: 'none' });
    expect(main).toMatchObject({ exitCode: 0, said: ['info: Nothing was opened, so there is nothing to delete.'] });
  });
});
