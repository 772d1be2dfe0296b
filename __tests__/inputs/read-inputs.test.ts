import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { UserError } from '../../src/domain/errors.ts';
import { hourMs, minuteMs, secondMs, startOf } from '../../src/domain/time.ts';
import { type InputName, inputNames, inputs, operationNames } from '../../src/inputs/inputs.ts';
import type { Given } from '../../src/inputs/operations.ts';
import { operations, postInputs } from '../../src/inputs/operations.ts';
import {
  type GivenInputs,
  readRequest as read,
  readEndInputs,
  readPostInputs as readPost,
} from '../../src/inputs/read-inputs.ts';

const now = new Date('2026-03-14T12:00:00Z');

const inWorkflow = (texts: Given): GivenInputs => ({ kind: 'runner', texts, nameOf: (name) => name });
const onTerminal = (texts: Given): GivenInputs => ({ kind: 'terminal', texts, nameOf: (name) => `--${name}` });
const readRequest = (given: Given, at: Date) => read(inWorkflow(given), at);
const readPostInputs = (given: Given) => readPost(inWorkflow(given));

/** The smallest workflow of each operation. */
const least = {
  'open-maintenance': { 'status-page': 'acme' },
  'open-incident': { operation: 'open-incident', 'status-page': 'acme', title: 'T', message: 'M' },
  update: { operation: 'update', id: '42', kind: 'maintenance', title: 'T' },
  resolve: { operation: 'resolve', id: '42', kind: 'maintenance' },
  delete: { operation: 'delete', id: '42', kind: 'maintenance' },
  check: { operation: 'check' },
  gate: { operation: 'gate', 'status-page': 'acme' },
  sweep: { operation: 'sweep', 'status-page': 'acme', 'github-token': 'ghs_token' },
} as const;

const token = 'ghs_token';

/** What the runner hands over as well: the defaults of `action.yml`, with their expressions evaluated, and empty texts for the rest. */
const fromRunner: Given = Object.fromEntries(
  inputNames.map((name) => {
    const text = 'default' in inputs[name] ? inputs[name].default : '';
    return [name, { 'job-status': 'success', matrix: 'null', 'github-token': token }[name as string] ?? text];
  }),
);

const messageOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
};
/** What is wrong with the inputs, a line each, without the first sentence. */
const mistakes = (given: Given): readonly string[] => {
  const message = messageOf(() => readRequest(given, now));
  return message
    .replace(/^(Invalid input, nothing was sent\. |\d+ invalid inputs, nothing was sent\.\n)/, '')
    .split('\n');
};
const valuesOf = (given: Given) => readRequest(given, now).request.values;

describe('the defaults of', () => {
  test('open-maintenance', () => {
    expect(readRequest(least['open-maintenance'], now)).toEqual({
      request: {
        operation: 'open-maintenance',
        hasEmptyOutcome: false,
        values: {
          operation: 'open-maintenance',
          'status-page': ['acme'],
          message: 'We are installing an update. Short interruptions are possible.',
          duration: 30 * minuteMs,
          start: { afterMs: 0 },
          'notify-subscribers': false,
          'on-failure': 'keep',
          'on-cancel': 'keep',
          'resolve-message': 'The update is complete.',
          'cancel-message': 'The update was stopped.',
          'failure-title': 'An update did not complete',
          'failure-message': 'An update did not complete as planned. We are looking into it.',
          'notify-on-failure': false,
          marker: true,
          'on-api-error': 'auto',
          'dry-run': false,
          'api-url': new URL('https://statuspage.me/user/api/v1'),
          'request-timeout': 10 * secondMs,
          matrix: '',
        },
      },
      ignored: [],
    });
  });

  test('open-incident', () => {
    expect(valuesOf(least['open-incident'])).toMatchObject({ state: '1', 'auto-resolve': true, marker: true });
    expect(valuesOf(least['open-incident'])).not.toHaveProperty('duration');
  });

  test('resolve', () => {
    expect(valuesOf(least.resolve)).toMatchObject({ id: ['42'], kind: 'maintenance', outcome: 'job' });
    expect(valuesOf(least.resolve)).not.toHaveProperty('marker');
  });

  test.each(operationNames)('%s are read by the rules for what a user writes', (operation) => {
    for (const [name, use] of Object.entries(operations[operation].inputs)) {
      if (typeof use === 'object')
        expect([name, inputs[name as InputName].schema.safeParse(use.default).success]).toEqual([name, true]);
    }
  });
});

describe('an empty input', () => {
  test.each(operationNames)('of %s is an absent one', (operation) => {
    const given = { ...fromRunner, ...least[operation] };
    const byItself = { 'job-status': 'success', 'github-token': token, outcome: 'job' };
    expect(readRequest(given, now)).toEqual(readRequest({ ...least[operation], ...byItself }, now));
  });
});

describe('a required input that is absent', () => {
  test.each([
    [{}, [`status-page is required: ${inputs['status-page'].ifMissing}`]],
    [
      { operation: 'open-incident', 'status-page': 'acme' },
      [
        'title is required: say in a few words what is wrong, such as "Search is slow".',
        'message is required: say what happened.',
      ],
    ],
  ])('is named with what to give: %j', (given, lines) => {
    expect(mistakes(given)).toEqual(lines);
  });
});

describe('wrong inputs', () => {
  test('are all in one message, with their names, what was given and what it must be', () => {
    const given = { 'status-page': 'acme', duration: '30', start: 'later', marker: 'maybe', outcome: 'ok' };
    expect(messageOf(() => readRequest(given, now))).toBe(
      [
        '4 invalid inputs, nothing was sent.',
        'duration: "30" is not a length of time such as 30m, 1h30m or PT30M (1 minute to 7 days). Did you mean 30m?',
        'start: "later" is not now, +15m or a time such as 2026-01-31T22:00:00Z.',
        'outcome: "ok" is not job, success, failure, cancelled or skipped.',
        'marker: "maybe" is not true or false.',
      ].join('\n'),
    );
  });

  test('read like one sentence if there is one', () => {
    expect(messageOf(() => readRequest({ ...least['open-maintenance'], duration: '30' }, now))).toBe(
      'Invalid input, nothing was sent. duration: "30" is not a length of time such as 30m, 1h30m or PT30M (1 minute to 7 days). Did you mean 30m?',
    );
  });

  test('and those that do not go together are told with those that are wrong alone', () => {
    const given = { ...least['open-maintenance'], id: '42', marker: 'false', 'deployment-key': 'k', duration: '1' };
    expect(mistakes(given).map((line) => line.split(/[: ]/)[0])).toEqual(['duration', 'id', 'deployment-key']);
  });

  test('are shown with their first 80 characters, line breaks made visible', () => {
    expect(mistakes({ ...least['open-maintenance'], title: `a\n${'b'.repeat(100)}` })).toEqual([
      `title: "a\\n${'b'.repeat(78)}" is not one line of text.`,
    ]);
  });

  test('never show a secret', () => {
    const secrets: Given = {
      ...least['open-maintenance'],
      'api-key': ' spk_live_0123456789',
      'deployment-key': 'spk_live_0123456789',
      'api-url': 'https://me:spk_live_0123456789@api.example',
    };
    expect(mistakes(secrets)).toHaveLength(3);
    expect(mistakes({ ...secrets, 'api-key': 'live_0123456789' })).toHaveLength(3);
    expect(mistakes({ ...secrets, 'api-key': 'live_0123456789' }).join()).not.toContain('0123456789');
    expect(mistakes(secrets).join()).not.toContain('0123456789');
  });

  test('are refused for every operation alike', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...operationNames),
        fc.constantFrom(...inputNames),
        fc.string(),
        (operation, name, text) => {
          fc.pre(name !== 'operation' && text !== '');
          const used = Object.hasOwn(operations[operation].inputs, name);
          fc.pre(used && !inputs[name].schema.safeParse(text).success);
          expect(mistakes({ ...least[operation], [name]: text })).toContainEqual(expect.stringMatching(`^${name}[: ]`));
        },
      ),
    );
  });
});

describe('a name that is no input', () => {
  const given = { ...fromRunner, ...least['open-maintenance'] };
  const readWith = (unknownNames: readonly string[], texts: Given = given) =>
    read({ ...inWorkflow(texts), unknownNames }, now);

  test('is wrong if it is near one that was not given', () => {
    expect(() => readWith(['titel', 'on-failur', 'on_cancel'])).toThrow(
      '3 invalid inputs, nothing was sent.\n' +
        'title is misspelt as "titel".\non-failure is misspelt as "on-failur".\non-cancel is misspelt as "on_cancel".',
    );
  });

  test('belongs to another program if that one was given, or if it is near none', () => {
    readWith(['titel'], { ...given, title: 'Bakery' });
    readWith(['node-version', 'python']);
  });
});

describe('a slip', () => {
  test.each([
    ['duration', '30', '30m'],
    ['duration', '1h30', '1h30m'],
    ['duration', '99999999', undefined],
    ['duration', '-5', undefined],
    ['start', '15', '+15m'],
    ['start', '+15', '+15m'],
    ['start', 'tomorrow', undefined],
    ['start', '15+', undefined],
    ['start', '100000m', '+100000m'],
    ['request-timeout', '5', '5s'],
    ['request-timeout', '500', undefined],
    ['request-timeout', '5 sec', '5s'],
    ['duration', '1h 30m', '1h30m'],
    ['duration', '30min', '30m'],
    ['duration', '30 m', '30m'],
    ['duration', '30M', '30m'],
    ['duration', 'pt1h', 'PT1H'],
    ['duration', '1.5h', '1h30m'],
    ['duration', '1,5 h', '1h30m'],
    ['duration', '1 hour and 30 minutes', '1h30m'],
    ['duration', '2 days, 3hrs', '2d3h'],
    ['duration', '1w', '7d'],
    ['duration', '2 weeks', undefined],
    ['duration', '1 month', undefined],
    ['start', '1798754400', '2026-12-31T22:00:00Z'],
    ['start', '1798754400000', '2026-12-31T22:00:00Z'],
    ['start', '1798754', undefined],
    ['start', '15m', '+15m'],
    ['start', '+1h 30m', '+1h30m'],
    ['start', 'Now', 'now'],
    ['start', '2026-12-31 22:00', '2026-12-31T22:00:00Z'],
    ['start', '2026-12-31T22:00:05', '2026-12-31T22:00:05Z'],
    ['start', '2026-02-30 22:00', undefined],
    ['outcome', 'failed', 'failure'],
    ['outcome', 'Canceled', 'cancelled'],
    ['outcome', 'SUCCESS', 'success'],
    ['outcome', 'unstable', undefined],
    ['marker', 'yes', 'true'],
    ['marker', '0', 'false'],
    ['marker', 'perhaps', undefined],
    ['marker', 'flase', 'false'],
    ['on-failure', 'incidnet', 'incident'],
    ['on-failure', 'resolved', 'resolve'],
    ['on-failure', 'ignore', undefined],
    ['on-api-error', 'warning', 'warn'],
    ['outcome', 'sucess', 'success'],
  ] as const)('of %s: %s asks whether %s was meant', (name, text, meant) => {
    const [line = ''] = mistakes({ ...least['open-maintenance'], [name]: text });
    expect(line.startsWith(`${name}: ${JSON.stringify(text)} is not `)).toBe(true);
    expect(line.split(' Did you mean ')[1]).toBe(meant && `${meant}?`);
  });

  test.each([
    ['gate', 'wait-for', '15', '15m'],
    ['gate', 'min-uptime', '99,9 %', '99.9'],
    ['gate', 'uptime-period', '30 days', '30d'],
    ['gate', 'uptime-period', '60d', undefined],
    ['check', 'require', 'open-maintenence, incident:read', 'open-maintenance, incidents:read'],
    ['check', 'require', 'everything', undefined],
    ['open-incident', 'state', 'investigatin', 'investigating'],
    ['open-incident', 'state', 'fixed', undefined],
  ] as const)('of an input of %s is asked about too: %s: %s, meant %s', (operation, name, text, meant) => {
    const [line = ''] = mistakes({ ...least[operation], [name]: text });
    expect(line.startsWith(`${name}: ${JSON.stringify(text)} is not `)).toBe(true);
    expect(line.split(' Did you mean ')[1]).toBe(meant && `${meant}?`);
  });

  test.each([
    ['https://acme.statuspage.me', 'acme'],
    ['HTTPS://Acme.StatusPage.me/', 'Acme'],
    ['acme.statuspage.me/history', 'acme'],
    ['Our shop,\nhttps://acme.statuspage.me', 'Our shop, acme'],
    ['https://status.acme.example', undefined],
    [`https://${'a'.repeat(90)}.statuspage.me`, undefined],
  ])('that gives a page by its address, %s, is told that the slug is wanted: %s', (text, slug) => {
    const [line = '', ...more] = mistakes({ 'status-page': text });
    expect(more).toEqual([]);
    expect(line).toMatch(/^status-page: ".+" is the address of a page, and its slug is needed\./);
    expect(line.split(' Did you mean ')[1]).toBe(slug && `${slug}?`);
  });

  test.each(['acme.example', 'statuspage.me', 'Status of acme.statuspage.me'])('is none in a page named %s', (name) => {
    expect(valuesOf({ 'status-page': name })['status-page' as never]).toEqual([name]);
  });
});

describe('a form for several operations', () => {
  test.each(['update', 'resolve'] as const)('gives %s nothing that has to be named as ignored', (operation) => {
    const said = 'Search is fast again.';
    const form = {
      'auto-resolve': 'false',
      title: '',
      message: said,
      state: '',
      'resolve-message': said,
      duration: '',
    };
    const found = { 'status-page': 'acme', 'deployment-key': 'support' };
    expect(readRequest({ ...fromRunner, operation, ...found, ...form }, now).ignored).toEqual([]);
  });
});

describe('an unknown operation', () => {
  test.each([
    ['resolv', 'resolve'],
    ['Open-Incident', 'open-incident'],
    ['open_incident', 'open-incident'],
    ['open maintenance', 'open-maintenance'],
    ['opn-maintenence', 'open-maintenance'],
    ['maintenance', 'open-maintenance'],
    ['gates', 'gate'],
    ['constructor', undefined],
    ['open', undefined],
    ['close', undefined],
    ['k', undefined],
  ])('as %s is refused: did you mean %s?', (operation, meant) => {
    const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
    expect(mistakes({ ...least['open-maintenance'], operation })).toEqual([
      `operation: "${operation}" is not open-maintenance, open-incident, update, resolve, delete, check, gate or sweep.${hint}`,
    ]);
  });

  test('has its other inputs checked as those of open-maintenance', () => {
    const given = { operation: 'resolv', id: '42', kind: 'window', duration: '30', state: 'odd' };
    expect(mistakes(given).map((line) => line.split(/[: ]/)[0])).toEqual(['operation', 'status-page', 'duration']);
  });
});

describe('an open operation', () => {
  test.each([
    ['open-maintenance', 'id', '42'],
    ['open-maintenance', 'id', 'none'],
    ['open-incident', 'kind', 'incident'],
  ] as const)('%s refuses %s: %s, and asks for resolve', (operation, name, text) => {
    expect(mistakes({ ...least[operation], [name]: text })).toEqual([
      `${name} is not for ${operation}, which opens a new notice. Did you mean operation: resolve?`,
    ]);
  });

  test.each(['open-maintenance', 'open-incident'] as const)('%s cannot open what is resolved', (operation) => {
    for (const state of ['resolved', 'RESOLVED', '4'])
      expect(mistakes({ ...least[operation], state })).toEqual([
        `state cannot be resolved for ${operation}. Did you mean operation: resolve?`,
      ]);
  });

  test.each(['open-maintenance', 'open-incident'] as const)('%s with a key needs its marker', (operation) => {
    const given = { ...least[operation], 'deployment-key': 'k' };
    expect(mistakes({ ...given, marker: 'false' })).toEqual([
      'deployment-key finds a notice by the reference in its message, which marker turns off.',
    ]);
    expect(valuesOf({ ...given, marker: 'true' })).toMatchObject({ 'deployment-key': 'k', marker: true });
    expect(valuesOf({ ...least[operation], marker: 'false' })).toMatchObject({ marker: false });
  });
});

describe('a window', () => {
  const planned = { ...least['open-maintenance'], duration: '30m' };
  const over = 'start is so long ago that the window would already be over.';
  const tooFar = 'start is too far ahead: the window must end before the year 10000.';

  test.each([
    ['2026-03-14T11:30:00Z', [over]],
    ['2020-01-01T00:00:00Z', [over]],
    ['9999-12-31T23:45:00Z', [tooFar]],
    ['+9999999999d', [tooFar]],
    ['+99999999999999999999d', [tooFar]],
  ])('that starts at %s is refused', (start, lines) => {
    expect(mistakes({ ...planned, start })).toEqual(lines);
  });

  test.each(['2026-03-14T11:30:01Z', 'now', '+3d', '9999-12-31T23:00:00Z'])('may start at %s', (start) => {
    expect(() => readRequest({ ...planned, start }, now)).not.toThrow();
  });

  test('whose start or duration cannot be read is told that alone', () => {
    expect(mistakes({ ...planned, start: 'soon' })).toHaveLength(1);
    expect(mistakes({ ...planned, start: '2020-01-01T00:00:00Z', duration: '5' })).toHaveLength(1);
  });

  test('starts when its start says', () => {
    expect(startOf({ afterMs: hourMs }, now)).toEqual(new Date('2026-03-14T13:00:00Z'));
    expect(startOf({ at: new Date(0) }, now)).toEqual(new Date(0));
  });

  test('may become an incident', () => {
    expect(valuesOf({ ...planned, 'on-failure': 'incident', 'on-cancel': 'incident' })).toMatchObject({
      'on-failure': 'incident',
      'on-cancel': 'incident',
    });
  });
});

describe('an incident', () => {
  test.each(['on-failure', 'on-cancel'] as const)('does not become one by %s', (name) => {
    expect(mistakes({ ...least['open-incident'], [name]: 'incident' })).toEqual([
      `${name} can be incident only for a window. For an incident, write keep or resolve.`,
    ]);
  });

  test('is on a component of one page', () => {
    const given = { ...least['open-incident'], 'component-id': 'c' };
    expect(mistakes({ ...given, 'status-page': 'acme, beta' })).toEqual([
      'component-id belongs to one status page, but several are given.',
    ]);
    expect(valuesOf(given)).toMatchObject({ 'component-id': 'c' });
    expect(mistakes({ ...given, 'status-page': '' })).toEqual([expect.stringMatching(/^status-page is required/)]);
  });
});

describe('what is to be resolved', () => {
  const resolve = { operation: 'resolve' };

  test('is named by an id with its kind', () => {
    expect(mistakes({ ...resolve, id: '42' })).toEqual(['kind is required with id: maintenance or incident.']);
    expect(mistakes({ ...resolve, id: 'none,42' })).toEqual(['kind is required with id: maintenance or incident.']);
    expect(valuesOf({ ...resolve, id: '42,43', kind: 'incident' })).toMatchObject({ id: ['42', '43'] });
  });

  test.each([
    ['window', 'maintenance'],
    ['Maintenance window', 'maintenance'],
    ['maintenances', 'maintenance'],
    ['Incidents', 'incident'],
    ['notice', undefined],
  ])('of the kind %s is refused: did you mean %s?', (kind, meant) => {
    const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
    expect(mistakes({ ...resolve, id: '42', kind })).toEqual([
      `kind: "${kind}" is not maintenance or incident.${hint}`,
    ]);
  });

  test('is nothing if nothing was opened, of whatever kind', () => {
    expect(valuesOf({ ...resolve, id: 'none' })).toMatchObject({ id: ['none'] });
    expect(valuesOf({ ...resolve, id: 'none,none' })).toMatchObject({ id: ['none', 'none'] });
  });

  test('is found by a deployment key on a page', () => {
    expect(mistakes({ ...resolve, 'deployment-key': 'k' })).toEqual(['status-page is required with deployment-key.']);
    expect(valuesOf({ ...resolve, 'deployment-key': 'k', 'status-page': 'acme', kind: 'incident' })).toMatchObject({
      'deployment-key': 'k',
      kind: 'incident',
    });
  });

  test.each([{}, { id: '' }, { id: '', kind: 'incident', 'status-page': 'acme' }])(
    'is told to be missing with the usual causes: %j',
    (given) => {
      expect(mistakes({ ...resolve, ...given })).toEqual([
        'id is empty, and there is no deployment-key. The usual causes of an empty id: a typo in the expression, a step or job that did not run, ' +
          'a job output that is missing under outputs or an output that the runner dropped because it contains a secret.',
      ]);
    },
  );

  test.each([
    [{ id: ',' }, ['id', 'kind']],
    [{ id: ',', kind: 'incident' }, ['id']],
    [{ id: '42', kind: 'window' }, ['kind']],
    [{ 'deployment-key': 'spk_x', 'status-page': 'acme' }, ['deployment-key']],
    [{ 'deployment-key': 'k', 'status-page': ',' }, ['status-page']],
  ])('is not told to be missing if it was given and cannot be read: %j', (given, names) => {
    const lines = mistakes({ ...resolve, ...given });
    expect(lines.map((line) => line.split(/[: ]/)[0])).toEqual(names);
    expect(lines.join()).not.toContain('empty');
  });

  test('has an outcome that was read, or none', () => {
    expect(mistakes({ ...least.resolve, outcome: '' })).toEqual([
      'outcome is empty: its expression names no job or step. Leave it out to just end the notice.',
    ]);
    expect(valuesOf({ ...least.resolve, outcome: 'failure' })).toMatchObject({ outcome: 'failure' });
  });

  test('is turned into an incident only if it is a window', () => {
    for (const name of ['on-failure', 'on-cancel'] as const) {
      expect(mistakes({ ...least.resolve, kind: 'incident', [name]: 'incident' })).toEqual([
        `${name} can be incident only for a window. For an incident, write keep or resolve.`,
      ]);
      expect(valuesOf({ ...least.resolve, [name]: 'incident' })).toMatchObject({ [name]: 'incident' });
    }
  });
});

describe('the recovery of `resolve`', () => {
  const keyed = { operation: 'resolve', 'deployment-key': 'k', 'status-page': 'acme', recover: 'true' };

  test('needs an outcome, and a deployment key', () => {
    expect(valuesOf({ ...keyed, outcome: 'success' })).toMatchObject({ recover: true });
    expect(mistakes(keyed)).toEqual(['recover needs outcome: only a success recovers.']);
    expect(mistakes({ ...least.resolve, recover: 'true', outcome: 'success' })).toEqual([
      'recover needs deployment-key: it says whose failures are meant.',
    ]);
  });
});

describe('an update', () => {
  test.each([
    [{ kind: 'incident' }, 'message is missing, and so are title, state and duration: there is nothing to send.'],
    [{ kind: 'maintenance', state: 'monitoring' }, 'state is for incidents: a window has none.'],
    [{ kind: 'incident', duration: '1h' }, 'duration is for windows: an incident ends when it is resolved.'],
    [{ message: 'Hello' }, 'kind is required with id: maintenance or incident.'],
  ])('of %j is refused', (given, line) => {
    expect(mistakes({ operation: 'update', id: '1', ...given })).toEqual([line]);
  });

  test.each([{ message: 'M' }, { duration: '1h' }])('of a window may send %j alone', (given) => {
    expect(() => readRequest({ operation: 'update', id: '1', kind: 'maintenance', ...given }, now)).not.toThrow();
  });

  test('and a deletion need to know of what', () => {
    for (const operation of ['update', 'delete'])
      expect(mistakes({ operation, message: 'M' })).toEqual([expect.stringMatching(/^id is empty, and there is no /)]);
  });
});

describe('a gate', () => {
  const nothing =
    'allow-incidents is true, so there is nothing to check. Add min-uptime, or set allow-maintenance to false.';

  test.each([
    [{ 'allow-incidents': 'true' }, nothing],
    [{ monitors: 'API' }, 'min-uptime is required with monitors.'],
    [{ 'uptime-period': '7d', monitors: 'API' }, 'min-uptime is required with monitors and uptime-period.'],
  ])('that would not check what was meant is refused: %j', (given, line) => {
    expect(mistakes({ ...least.gate, ...given })).toEqual([line]);
    expect(() => readRequest({ ...least.gate, ...given, 'min-uptime': '99' }, now)).not.toThrow();
  });

  test('may allow incidents or maintenance', () => {
    const given = { ...least.gate, 'allow-incidents': 'true', 'allow-maintenance': 'false' };
    expect(valuesOf(given)).toMatchObject({ 'allow-incidents': true, 'allow-maintenance': false });
    expect(valuesOf({ ...least.gate, 'allow-maintenance': 'true' })).toMatchObject({ 'allow-maintenance': true });
  });
});

describe('an input that an operation does not use', () => {
  test('is named and ignored, whatever it holds', () => {
    expect(readRequest({ ...least['open-maintenance'], 'component-id': 'c', state: 'odd' }, now).ignored).toEqual([
      'state',
      'component-id',
    ]);
    expect(readRequest({ ...least.resolve, duration: '30', title: 'T' }, now).ignored).toEqual(['title', 'duration']);
    expect(readRequest({ ...least.resolve, 'auto-resolve': 'true' }, now).ignored).toEqual(['auto-resolve']);
    expect(readRequest({ ...least.resolve, message: 'Search is fast again.' }, now).ignored).toEqual(['message']);
  });

  test.each(operationNames)('is none of the defaults that the runner hands to %s', (operation) => {
    expect(readRequest({ ...fromRunner, ...least[operation] }, now).ignored).toEqual([]);
  });
});

describe('the post step', () => {
  test('reads the key, the outcome and the words again', () => {
    const values = readPostInputs({ ...fromRunner, 'api-key': 'spk_a', outcome: 'failure', 'job-status': 'cancelled' });
    expect(values).toMatchObject({
      'api-key': 'spk_a',
      outcome: 'failure',
      'job-status': 'cancelled',
      'on-failure': 'keep',
      'resolve-message': 'The update is complete.',
    });
    const unset = ['recover'];
    expect([...Object.keys(values), ...unset].sort()).toEqual(Object.keys(postInputs).sort());
  });

  test('takes an empty outcome for the status of the job', () => {
    expect(readPostInputs({ outcome: '', 'job-status': 'failure' }).outcome).toBe('job');
  });

  test('does not look at what only main needs', () => {
    const given = { operation: 'odd', duration: '30', 'status-page': ',', id: ',', 'job-status': 'success' };
    expect(() => readPostInputs(given)).not.toThrow();
  });

  test('names what is wrong all the same', () => {
    expect(messageOf(() => readPostInputs({ 'api-key': 'x', outcome: 'done', 'job-status': '' }))).toBe(
      [
        '3 invalid inputs, nothing was sent.',
        'api-key does not begin with spk_ like every key of StatusPage.me.',
        'outcome: "done" is not job, success, failure, cancelled or skipped.',
        'job-status is required: Internal: the status of the job, evaluated anew for the post step.',
      ].join('\n'),
    );
  });
});

test('a command also takes an exit code for an outcome, and says so of what it refuses', () => {
  const message = messageOf(() => readEndInputs(onTerminal({ outcome: 'unstable' })));
  expect(message).toMatch(/"unstable" is not job, .* or skipped, or an exit code from 0 to 255\.$/);
  expect(mistakes({ ...least.resolve, outcome: 'unstable' }).join()).not.toContain('exit code');
});

test('a command that ends a deployment refuses an empty outcome, and names everything that is wrong by its flags', () => {
  expect(readEndInputs(onTerminal({ outcome: 'job' }))).toMatchObject({ outcome: 'job', 'job-status': 'success' });
  expect(messageOf(() => readEndInputs(onTerminal({ outcome: '', 'dry-run': 'yes', recover: 'true' })))).toBe(
    [
      '2 invalid inputs, nothing was sent.',
      '--dry-run: "yes" is not true or false. Did you mean true?',
      '--outcome is empty, so it is not known how the deployment ended. Leave it out if it was a success.',
    ].join('\n'),
  );
});

describe('a text for visitors', () => {
  const texts = ['title', 'message', 'resolve-message', 'cancel-message', 'failure-title', 'failure-message'] as const;
  const apiKey = 'spk_0123456789abcdef';
  const given = (name: string, text: string): Given => ({ ...least['open-incident'], 'api-key': apiKey, [name]: text });
  const refusalOf = (wrong: Given): string => {
    try {
      readRequest(wrong, now);
    } catch (error) {
      if (error instanceof UserError) return error.message;
    }
    return '';
  };

  test.each(texts.slice(0, 4))('that holds the API key is refused without showing it: %s', (name) => {
    for (const text of [apiKey, `see ${apiKey}`, `half ${apiKey.slice(6)}`, encodeURIComponent(`x ${apiKey}`)]) {
      const refusal = refusalOf(given(name, text));
      expect(refusal).toContain(` ${name} `);
      expect(refusal).toMatch(/API key/);
      expect(refusal).not.toContain(apiKey.slice(8));
    }
  });

  test('that holds it is refused in the texts of a failure too', () => {
    for (const name of texts) {
      const wrong = {
        ...least['open-maintenance'],
        'on-failure': 'incident',
        'api-key': apiKey,
        [name]: `x ${apiKey}`,
      };
      expect(refusalOf(wrong)).toContain(`${name} contains the API key`);
    }
  });

  test('that begins like another API key is refused too', () => {
    const refusal = refusalOf(given('title', ' spk_another'));
    expect(refusal).toContain('title looks like an API key, and visitors would read it');
    expect(refusal).not.toContain('another');
  });

  test('that only speaks of keys is fine', () => {
    expect(refusalOf(given('message', 'We rotate keys that begin with spk_ today.'))).toBe('');
  });
});
