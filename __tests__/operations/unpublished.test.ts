import { describe, expect, test } from '@jest/globals';
import type { Send } from '../../src/statuspage/wire.ts';
import { annotations, createWorld, incident, type Stage, window } from '../support/world.ts';

const sharedWindow = { ...window, 'deployment-key': 'production', 'auto-resolve': 'false' } as const;
const sharedIncident = {
  ...incident,
  'status-page': 'acme',
  'deployment-key': 'notice',
  'auto-resolve': 'false',
} as const;
const anotherRun = { run: { id: '9123456790' } } as const;
const summaryOf = ({ summary }: Stage) => summary;

describe('a notice that is already open is reused, and a warning says which texts were not published', () => {
  test('if support staff open a second incident with the same key', async () => {
    const world = createWorld();
    await world.main({ ...sharedIncident, title: 'Search is slow', message: 'We look into it.' });
    await world.pass(60_000);
    const second = await world.main(
      { ...sharedIncident, title: 'Checkout is down', message: 'Paying fails.' },
      anotherRun,
    );
    expect(second).toMatchObject({ exitCode: 0, outputs: { id: '1', created: 'false' } });
    expect(annotations(second)).toEqual([
      'warning: Did not publish your title and message, because the incident "Search is slow" (id 1) on Acme is already open. ' +
        'To publish what you wrote, use operation: update with kind: incident and id: 1. For a second notice, use another deployment-key.',
    ]);
    expect(summaryOf(second)).toContain('Did not publish your title and message');
    expect(world.page()).toEqual(['incident 1 investigating "We look into it."']);
  });

  test('and update with the id that it names publishes them', async () => {
    const world = createWorld();
    await world.main(sharedIncident);
    await world.main({ ...window, operation: 'update', kind: 'incident', id: '1', message: 'Paying fails.' });
    expect(world.page()).toEqual([
      'incident 1 investigating "We are installing an update.", investigating "Paying fails."',
    ]);
  });

  test.each([
    [
      'Paying fails.',
      /\nTo publish your text now:\n {2}statuspage-me update --kind incident --id 1 --message='Paying fails\.'$/,
    ],
    ['Paying fails.\nWe look into it.', / To publish what you wrote, use update with its id\. [^\n]*$/],
  ])('on a terminal as a command on a line of its own: %j', async (message, expected) => {
    const world = createWorld();
    await world.main(sharedIncident);
    const again = await world.main({ ...sharedIncident, message }, { ...anotherRun, host: 'terminal' });
    expect(annotations(again)).toEqual([expect.stringMatching(/^warning: Did not publish your message, /)]);
    expect(annotations(again)).toEqual([expect.stringMatching(expected)]);
  });

  test('if an announced window is taken over', async () => {
    const world = createWorld();
    await world.main({ ...sharedWindow, start: '+10m', title: 'New search' });
    await world.pass(300_000);
    const taken = await world.main({ ...window, 'deployment-key': 'production', title: 'Deploying 1.2.3' }, anotherRun);
    expect(taken.outputs.created).toBe('false');
    expect(annotations(taken)).toEqual([
      expect.stringMatching(/^warning: Did not publish your title, .* with kind: maintenance and id: 1\.$/),
    ]);
  });

  test('but not if it opened one of its own beside it', async () => {
    const world = createWorld({ windowPatch: 'ignore' });
    await world.main({ ...sharedWindow, start: '+10m', title: 'New search' });
    const own = await world.main({ ...window, 'deployment-key': 'production', title: 'Deploying 1.2.3' }, anotherRun);
    expect(annotations(own)).toEqual([expect.stringMatching(/^warning: Could not start .* early/)]);
  });

  test('once for each page that has other texts', async () => {
    const world = createWorld();
    await world.main({ ...sharedWindow, title: 'New search' });
    const both = await world.main({ ...sharedWindow, 'status-page': 'acme, beta', title: 'Move' }, anotherRun);
    expect(annotations(both)).toEqual([
      expect.stringMatching(/the maintenance window "New search" \(id 1\) on Acme is/),
    ]);
  });
});

describe('if replies show the texts of an incident only in its timeline', () => {
  /** The network in front of a server that shows no message of an incident itself. */
  const wire = (send: Send): Send => {
    const strip = ({ message: _, ...rest }: Record<string, unknown>) => rest;
    const withoutMessage = (name: string, value: Record<string, unknown>) =>
      name !== 'data' ? value : Array.isArray(value) ? value.map(strip) : strip(value);
    return async (request) => {
      const answer = await send(request);
      return { ...answer, text: JSON.stringify(JSON.parse(answer.text, withoutMessage)) };
    };
  };

  test('the first of them is compared', async () => {
    const world = createWorld({ updatesInLists: true });
    await world.main(sharedIncident);
    await world.pass(60_000);
    expect(annotations(await world.main(sharedIncident, { ...anotherRun, wire }))).toEqual([]);
    const other = await world.main({ ...sharedIncident, message: 'Paying fails.' }, { ...anotherRun, wire });
    expect(other.outputs).toMatchObject({ id: '1', created: 'false' });
    expect(annotations(other)).toEqual([expect.stringMatching(/^warning: Did not publish your message, /)]);
  });
});

describe('nothing is printed', () => {
  test('if the texts are the same, also if the server shows them as HTML or in one line', async () => {
    for (const messageForm of ['whole', 'html', 'one-line'] as const) {
      const world = createWorld({ messageForm });
      const inputs = { ...sharedWindow, title: 'Move', message: 'We **move**.\nIt may be slow & late.' };
      await world.main(inputs);
      const again = await world.main(inputs, anotherRun);
      expect({ messageForm, created: again.outputs.created, said: annotations(again) }).toEqual({
        messageForm,
        created: 'false',
        said: [],
      });
    }
  });

  test('if the title is the same, and too long to be shown whole', async () => {
    const world = createWorld();
    const inputs = { ...sharedWindow, title: 'Move '.repeat(80) };
    await world.main(inputs);
    expect(annotations(await world.main(inputs, anotherRun))).toEqual([]);
  });

  test('of texts that the user did not give', async () => {
    const world = createWorld();
    await world.main({ ...sharedWindow, title: 'Move', message: 'We move.' });
    const again = await world.main({ ...sharedWindow, title: '', message: '' }, anotherRun);
    expect(again.outputs.created).toBe('false');
    expect(annotations(again)).toEqual([]);
  });

  test('if a re-run reuses the window of its step', async () => {
    const world = createWorld();
    const inputs = { ...window, title: 'Move', message: 'We move.' };
    await world.main(inputs);
    const again = await world.main(inputs, { run: { attempt: 2 } });
    expect(again.outputs.created).toBe('false');
    expect(annotations(again)).toEqual([]);
  });
});
