import { describe, expect, test } from '@jest/globals';
import type { Window } from '../../src/domain/record.ts';
import { toOutputs } from '../../src/messages/outputs.ts';
import { describeRead } from '../../src/operations/list/describe.ts';
import { acme, beta, type Cli, withCli } from './typing.ts';

const openSome = async ({ type }: Cli) => {
  await type('open-maintenance', '--status-page', beta, '--title', 'Moving', '--marker', 'false');
  await type(
    'open-incident',
    '--status-page',
    acme,
    '--title',
    'Slow\u200b 日本',
    '--message',
    'One\ntwo',
    '--marker',
    'false',
  );
};

/** What a command prints as lines, and what it prints as an object. */
const both = async ({ type }: Cli, ...words: readonly string[]) => {
  const shown = await type(...words);
  const told = await type(...words, '--json');
  expect([shown.exitCode, told.exitCode]).toEqual([0, 0]);
  return { lines: shown.stdout.trimEnd().split('\n'), object: JSON.parse(told.stdout) };
};

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);

describe('a command', () => {
  test('every list of the API can be read, as a table and as an object', () =>
    withCli(async (context) => {
      await openSome(context);
      const pages = await both(context, 'list', 'status-pages');
      expect(pages.lines[0]).toMatch(/^NAME +SLUG +ADDRESS +ID$/);
      expect(pages.lines).toContain(`Beta   beta   https://beta.statuspage.me    ${beta}`);
      expect(pages.object['status-pages']).toContainEqual({
        id: beta,
        slug: 'beta',
        name: 'Beta',
        url: 'https://beta.statuspage.me',
      });

      const monitors = await both(context, 'list', 'monitors');
      expect(monitors.lines[0]).toMatch(/^NAME +TYPE +TARGET +ENABLED +ID$/);
      expect(monitors.lines[1]).toMatch(/^Website +site +https:\/\/www.acme.example +yes +1$/);
      expect(monitors.object).toMatchObject({ complete: true, monitors: { length: 4 } });
      expect(monitors.object.monitors[0]).toEqual({
        id: '1',
        name: 'Website',
        type: 'site',
        target: 'https://www.acme.example',
        enabled: true,
        'interval-seconds': 60,
        'status-page-id': acme,
        'status-page-slug': 'acme',
        'created-at': time,
        'updated-at': time,
      });

      const availability = await both(context, 'list', 'availability', '--uptime-period', '7d');
      expect(availability.lines[1]).toMatch(/^Website +7d +99\.98 % +2 min +1$/);
      expect(availability.object.availability[3]).toMatchObject({ name: 'Nightly job', 'uptime-percent': null });

      const incidents = await both(context, 'list', 'incidents');
      expect(incidents.object).toEqual({
        complete: true,
        incidents: [
          {
            id: '1',
            'component-id': null,
            'status-page-id': acme,
            title: 'Slow\u200b 日本',
            state: 'investigating',
            'start-at': time,
            message: 'One\ntwo',
          },
        ],
      });

      const windows = await both(context, 'list', 'maintenances');
      expect(windows.lines[0]).toMatch(/^TITLE +STATE +WHEN +PAGE +ID$/);
      expect(windows.lines[1]).toMatch(/^Moving +active +.*\d\d:\d\d.* UTC \(30 min\) +Beta +1$/);
      expect(incidents.lines[0]).toMatch(/^TITLE +STATE +SINCE +PAGE +ID$/);
      expect(incidents.lines[1]).toMatch(/^Slow\S* 日本 +investigating +\d\d:\d\d UTC +Acme +1$/);
      expect(windows.object.maintenances).toMatchObject([
        { id: '1', 'status-page-id': beta, state: 'active', 'end-at': time },
      ]);
    }));

  test('a list can be of some pages alone, the disabled monitors of which are shown too', () =>
    withCli(async (context) => {
      await openSome(context);
      expect((await both(context, 'list', 'incidents', '--status-page', 'beta')).object.incidents).toEqual([]);
      expect((await both(context, 'list', 'maintenances', '--status-page', 'beta')).object.maintenances).toHaveLength(
        1,
      );
      const { object } = await both(context, 'list', 'monitors', '--status-page', 'acme');
      expect(object.monitors.map(({ enabled }: { enabled: boolean }) => enabled)).toEqual([true, true, true, false]);
      const watched = await both(context, 'list', 'availability', '--status-page', 'acme');
      expect(watched.object.availability).toHaveLength(3);
    }));

  test('a resource may be named in the singular or the plural', () =>
    withCli(async (context) => {
      await openSome(context);
      const [one, many] = [await both(context, 'list', 'incident'), await both(context, 'list', 'incidents')];
      expect(one.lines).toEqual(many.lines);
      expect((await both(context, 'get', 'incidents', '1')).object.incident).toMatchObject({ id: '1' });
    }));

  test('--open leaves out what is over', () =>
    withCli(async (context) => {
      await openSome(context);
      const { type } = context;
      await type('open-maintenance', '--status-page', acme, '--title', 'Next', '--start', '+1h', '--marker', 'false');
      expect((await both(context, 'list', 'maintenances', '--open')).object.maintenances).toHaveLength(2);
      expect((await both(context, 'list', 'incidents', '--open')).object.incidents).toHaveLength(1);
      await type('resolve', '--id', '1', '--kind', 'incident');
      await type('delete', '--id', '1', '--kind', 'maintenance');
      await type(
        'open-maintenance',
        '--status-page',
        beta,
        '--title',
        'Short',
        '--duration',
        '1m',
        '--marker',
        'false',
      );
      await context.pass(120_000);
      const open = (await both(context, 'list', 'maintenances', '--open')).object.maintenances;
      expect(open).toMatchObject([{ title: 'Next', state: 'scheduled' }]);
      expect((await both(context, 'list', 'maintenances')).object.maintenances).toHaveLength(2);
      expect((await type('list', 'incidents', '--open')).stderr).toBe('There are none.\n');
      expect((await both(context, 'list', 'incidents')).object.incidents).toHaveLength(1);
      const refused = await type('list', 'monitors', '--open');
      expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
      expect(refused.stderr).toContain('--open is for incidents and maintenances, not for monitors');
    }));

  test('every resource can be read, with all its fields', () =>
    withCli(async (context) => {
      await openSome(context);
      const page = await both(context, 'get', 'status-page', 'gamma');
      expect(page.object).toEqual({
        'status-page': {
          id: expect.any(String),
          slug: 'gamma',
          name: 'Gamma',
          url: 'https://status.gamma.example',
          monitors: [],
        },
      });
      expect(page.lines.at(-1)).toBe('monitors  none');
      const byUuid = await both(context, 'get', 'status-page', page.object['status-page'].id);
      expect(byUuid.object['status-page'].url).toBe('https://status.gamma.example');
      const monitored = await both(context, 'get', 'status-page', acme);
      expect(monitored.lines).toEqual([
        `id    ${acme}`,
        'slug  acme',
        'name  Acme',
        'url   https://acme.statuspage.me',
        'monitors:',
        '  1  Website       site  https://www.acme.example         true   60',
        '  2  API           api   https://api.acme.example/health  true   60',
        '  3  Name servers  dns   acme.example                     true   60',
        '  4  Old website   site  https://old.acme.example         false  60',
      ]);
      const monitor = {
        id: '4',
        name: 'Old website',
        type: 'site',
        target: 'https://old.acme.example',
        enabled: false,
        'interval-seconds': 60,
        'status-page-id': acme,
        'status-page-slug': 'acme',
        'created-at': '2026-01-05T09:00:00Z',
        'updated-at': '2026-01-05T09:00:00Z',
      };
      expect((await both(context, 'get', 'monitor', '4')).object.monitor).toEqual(monitor);
      const [listed] = (await both(context, 'list', 'monitors')).object.monitors;
      expect(Object.keys(listed)).toEqual(Object.keys(monitor));
      expect((await both(context, 'get', 'availability', '2')).object.availability).toMatchObject({
        'monitor-id': '2',
        period: '30d',
      });
      const incident = await both(context, 'get', 'incident', '1');
      expect(incident.object.incident.timeline).toEqual([
        { state: 'investigating', message: 'One\ntwo', 'created-at': time },
      ]);
      expect(incident.lines.slice(-2)).toEqual([
        'timeline:',
        expect.stringMatching(/^ {2}investigating {2}One two {2}\d{4}-/),
      ]);
      expect(incident.object.incident).toMatchObject({ 'component-id': null });
      expect((await both(context, 'get', 'maintenance', '1')).object.maintenance).toMatchObject({
        title: 'Moving',
        state: 'active',
      });
    }));

  test('a list that may be incomplete says so', () =>
    withCli(async (context) => {
      context.emulator.addFault({
        kind: 'status',
        status: 200,
        text: '{"data":[{"id":1},{"no":"id"}]}',
        times: 'always',
      });
      const { stdout, stderr } = await context.type('list', 'incidents', '--status-page', acme, '--json');
      expect(JSON.parse(stdout)).toMatchObject({ complete: false, incidents: [{ id: '1', title: null, state: null }] });
      expect(stderr).toContain('may not have shown all incidents');
    }));

  test('an empty list is an empty object, and a word for people', () =>
    withCli(async (context) => {
      expect(await context.type('list', 'maintenances')).toEqual({
        exitCode: 0,
        stdout: '',
        stderr: 'There are none.\n',
      });
    }));

  test('what comes from outside can neither steer the terminal nor turn its writing', () =>
    withCli(async (context) => {
      const evil = '\u001b[31mred\u001b]0;title\u0007\u009b2J\u202eturned\rover';
      context.emulator.setOptions({
        pages: context.emulator.options().pages.map((page) => ({ ...page, name: `${evil} ${page.slug}` })),
      });
      for (const words of [
        ['list', 'status-pages'],
        ['get', 'status-page', 'acme'],
        ['check'],
        ['gate', '--status-page', 'acme'],
      ]) {
        const { stdout, stderr } = await context.type(...words);
        expect(stdout).toContain('red');
        expect(stdout + stderr).not.toMatch(/(?!\n)[\p{Cc}\p{Bidi_Control}]/u);
        const told = await context.type(...words, '--json');
        expect(told.stdout + told.stderr).not.toMatch(/(?!\n)[\p{Cc}\p{Bidi_Control}]/u);
      }
      const { stdout } = await context.type('get', 'status-page', 'acme', '--json');
      expect(JSON.parse(stdout)['status-page'].name).toBe(`${evil} acme`);
    }));
});

test.each([
  ['20:59:59.500', '21:30:00', 'active'],
  ['21:00:01', '21:30:00', 'active'],
  ['21:00:01.500', '21:30:00', 'scheduled'],
  ['20:00:00', '21:00:01.500', 'active'],
  // What a command has just ended ends with the next full second.
  ['20:00:00', '21:00:01', 'past'],
  ['20:00:00', '21:00:00', 'past'],
])('a window from %s to %s is %s at 21:00:00, in the list as in the outputs', (start, end, state) => {
  const now = new Date('2026-01-05T21:00:00Z');
  const [startAt, endAt] = [start, end].map((time) => new Date(`2026-01-05T${time}Z`));
  const window = { id: '1', startAt, endAt } as Window;
  const read = describeRead({ resource: 'maintenances', entries: [window], complete: true, pages: [] }, true, now);
  expect(read.maintenance).toMatchObject({ state });
  const record = {
    kind: 'maintenance',
    stage: 'open',
    id: '1',
    page: undefined,
    created: true,
    mailed: false,
  } as const;
  expect(toOutputs([{ ...record, startAt, endAt }], now).state).toBe(state);
});
