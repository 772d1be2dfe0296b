import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { scopes } from '../../src/domain/scope.ts';
import { list } from '../../src/domain/text.ts';
import { dayMs, hourMs, minuteMs, secondMs } from '../../src/domain/time.ts';
import { type Input, type InputName, inputNames, inputs, operationNames } from '../../src/inputs/inputs.ts';
import { parseInput } from '../../src/inputs/parsers.ts';
import { anyText } from '../support/nasty.ts';

const uuid = '6f1c1f0e-5c1b-4f6e-9a55-3d0f3f8f7a01';
const reactions = ['keep', 'resolve', 'incident'];

interface Case {
  readonly accepted: readonly (readonly [text: string, value: unknown])[];
  readonly refused?: readonly string[];
  readonly expected?: string;
}

const yesOrNo: Case = {
  accepted: [
    ['true', true],
    ['false', false],
    ['TRUE', true],
    ['False', false],
  ],
  refused: ['yes', '1', '0', 'on', 'constructor', '__proto__', 'true!', 'tru'],
  expected: 'is not true or false',
};

const oneLine: Case = {
  accepted: [['A title, *with* marks', 'A title, *with* marks']],
  refused: ['two\nlines', 'two\rlines'],
  expected: 'is not one line of text',
};

const words = (all: readonly string[]): Pick<Case, 'accepted' | 'refused'> => ({
  accepted: all.map((word) => [word, word]),
  refused: ['constructor', `${all[0]}s`, all[0]?.toUpperCase() ?? '', `${all[0]},${all[1]}`],
});

const cases: Readonly<Record<InputName, Case>> = {
  operation: {
    ...words(['open-maintenance', 'open-incident', 'resolve']),
    expected: 'is not open-maintenance, open-incident, update, resolve, delete, check, gate or sweep',
  },
  'api-key': {
    accepted: [
      ['spk_live_abc', 'spk_live_abc'],
      ['spk_', 'spk_'],
    ],
  },
  'status-page': {
    accepted: [
      [uuid, [uuid]],
      ['acme, Acme Shop\nbeta\r\n', ['acme', 'Acme Shop', 'beta']],
      ['acme,,acme,', ['acme']],
      ['"Acme, Inc.", beta', ['Acme, Inc.', 'beta']],
    ],
    refused: [',', ' , \n ,', '""'],
    expected: 'is not a status page: write its UUID, slug or name',
  },
  title: oneLine,
  message: { accepted: [['Two\n\nparagraphs.', 'Two\n\nparagraphs.']] },
  duration: {
    accepted: [
      ['1m', minuteMs],
      ['60s', minuteMs],
      ['PT1H30M', 90 * minuteMs],
      ['7d', 7 * dayMs],
      ['168h', 7 * dayMs],
    ],
    refused: ['30', '59s', '0m', '7d1s', '8d', '-5m', '30 m', 'an hour', '99999999999999999999d'],
    expected: 'is not a length of time such as 30m, 1h30m or PT30M (1 minute to 7 days)',
  },
  start: {
    accepted: [
      ['now', { afterMs: 0 }],
      ['+15m', { afterMs: 15 * minuteMs }],
      ['+PT1H', { afterMs: hourMs }],
      ['+0s', { afterMs: 0 }],
      ['2026-01-31T23:00:00+01:00', { at: new Date('2026-01-31T22:00:00Z') }],
    ],
    refused: ['Now', '15m', '+15', '+', '++15m', '-15m', 'tomorrow', '2026-02-30T00:00:00Z', '2026-01-31T22:00:00'],
    expected: 'is not now, +15m or a time such as 2026-01-31T22:00:00Z',
  },
  id: {
    accepted: [
      ['42', ['42']],
      ['42,none, 43', ['42', 'none', '43']],
      ['none,none', ['none', 'none']],
      ['1\n1', ['1', '1']],
      ['42,,43,\n', ['42', '43']],
      ['x'.repeat(200), ['x'.repeat(200)]],
    ],
    refused: [',', ', ,', '..', '1,.', 'a\u0007b', 'x'.repeat(201)],
    expected: 'is not an id, or several separated by commas',
  },
  kind: { ...words(['maintenance', 'incident']), expected: 'is not maintenance or incident' },
  'deployment-key': {
    accepted: [
      ['api-production', 'api-production'],
      ['x'.repeat(200), 'x'.repeat(200)],
    ],
    refused: ['two\nlines', 'two\rlines'],
    expected: 'is not one line, such as api-production',
  },
  state: {
    accepted: [
      ['investigating', '1'],
      ['Monitoring', '3'],
      ['resolved', '4'],
      ['12', '12'],
    ],
    refused: ['done', '-1', '1.5', 'constructor'],
    expected: 'is not investigating, identified, monitoring, resolved or the digits of a state id',
  },
  'component-id': { accepted: [['c-1', 'c-1']] },
  'notify-subscribers': yesOrNo,
  'auto-resolve': yesOrNo,
  outcome: {
    ...words(['job', 'success', 'failure', 'cancelled', 'skipped']),
    expected: 'is not job, success, failure, cancelled or skipped',
  },
  'on-failure': { ...words(reactions), expected: 'is not keep, resolve or incident' },
  'on-cancel': { ...words(reactions), expected: 'is not keep, resolve or incident' },
  'resolve-message': { accepted: [['Done after {elapsed}.\n', 'Done after {elapsed}.\n']] },
  'cancel-message': { accepted: [['Stopped.', 'Stopped.']] },
  'failure-title': oneLine,
  'failure-message': { accepted: [['We look.', 'We look.']] },
  'notify-on-failure': yesOrNo,
  recover: yesOrNo,
  marker: yesOrNo,
  'on-api-error': { ...words(['auto', 'fail', 'warn']), expected: 'is not auto, fail or warn' },
  'dry-run': yesOrNo,
  require: {
    accepted: [
      ['open-maintenance, resolve', ['open-maintenance', 'resolve']],
      ['incidents:write\nincidents:write', ['incidents:write']],
      ['status_pages:read, status-pages:read', ['status-pages:read']],
    ],
    refused: [',', 'open-maintenance, resolv', 'monitors:write', 'incidents:*', 'constructor'],
    expected: `is not a list of operations (${list(operationNames)}) or scopes (${list(scopes)})`,
  },
  'min-uptime': {
    accepted: [
      ['99.9', 99.9],
      ['100', 100],
      ['100.0', 100],
      ['0', 0],
      ['99.99999', 99.99999],
    ],
    refused: ['99,9', '99.9%', '100.1', '101', '-1', '.9', '99.', '1e1', '0x10', 'high', ' 99'],
    expected: 'is not a percentage from 0 to 100 such as 99.9',
  },
  'uptime-period': { ...words(['7d', '30d', '90d', '365d']), expected: 'is not 7d, 30d, 90d or 365d' },
  monitors: {
    accepted: [
      ['API, 3\nOld website\nAPI', ['API', '3', 'Old website']],
      ['7', ['7']],
      ['"API, v2"\n7', ['API, v2', '7']],
    ],
    refused: [',', ' , \n ,'],
    expected: 'is not a monitor: write its id or name',
  },
  'allow-incidents': yesOrNo,
  'allow-maintenance': yesOrNo,
  'wait-for': {
    accepted: [
      ['0s', 0],
      ['30s', 30 * secondMs],
      ['15m', 15 * minuteMs],
      ['PT6H', 6 * hourMs],
    ],
    refused: ['0', '15', '29s', '6h1s', '-15m', 'a while'],
    expected: 'is not 0s or a length of time from 30s to 6h such as 15m',
  },
  bypass: yesOrNo,
  'github-token': {
    accepted: [
      ['ghs_0123456789', 'ghs_0123456789'],
      ['github_pat_A', 'github_pat_A'],
    ],
  },
  'api-url': {
    accepted: [
      ['https://statuspage.me/user/api/v1', new URL('https://statuspage.me/user/api/v1')],
      ['https://proxy.example:8443/', new URL('https://proxy.example:8443/')],
      ['http://localhost:4010/user/api/v1', new URL('http://localhost:4010/user/api/v1')],
      ['http://127.0.0.1:4010', new URL('http://127.0.0.1:4010')],
      ['http://[::1]:4010', new URL('http://[::1]:4010')],
    ],
    refused: [
      'statuspage.me',
      '/user/api/v1',
      'http://statuspage.me/user/api/v1',
      'http://localhost.example',
      'ftp://localhost',
      'file:///etc/passwd',
    ],
    expected: 'is not an https address (http only on this machine)',
  },
  'request-timeout': {
    accepted: [
      ['1s', secondMs],
      ['10s', 10 * secondMs],
      ['30s', 30 * secondMs],
    ],
    refused: ['0s', '10', '31s', '1m', '500ms'],
    expected: 'is not a length of time from 1s to 30s such as 10s',
  },
  'job-status': {
    ...words(['success', 'failure', 'cancelled', 'skipped']),
    expected: 'is not success, failure, cancelled or skipped',
  },
  matrix: {
    accepted: [
      ['null', ''],
      [' null\n', ''],
      ['{"os":"linux"}', '{"os":"linux"}'],
      ['{}', '{}'],
    ],
    refused: ['{', 'os', "{'os': 1}"],
    expected: 'is not JSON',
  },
};

const all = inputNames.map((name) => [name, cases[name]] as const);

function read(name: InputName, text: string) {
  return inputs[name].schema.safeParse(text);
}

describe.each(all)('%s', (name, { accepted, refused = [], expected = 'no text' }) => {
  test.each(accepted)('takes %j', (text, value) => {
    expect(read(name, text)).toMatchObject({ success: true, data: value });
  });

  if (refused.length > 0) {
    test.each(refused)('refuses %j and says what it must be', (text) => {
      expect(read(name, text).error?.issues.map(({ message }) => message)).toEqual([expected]);
    });
  }

  test('reads any text as a value or refuses it with one message', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), anyText), (text) => {
        const { success, error } = read(name, text);
        if (!success) expect(error?.issues.map(({ message }) => typeof message)).toEqual(['string']);
      }),
    );
  });
});

// The runner evaluates expressions, so the action never sees them.
const withDefault = inputNames.flatMap((name) => {
  const { default: text, internal }: Input = inputs[name];
  return text === undefined || internal || text.startsWith('${{') ? [] : [[name, text] as const];
});

test.each(withDefault)('%s takes %s, its own default', (name, text) => {
  expect(read(name, text).success).toBe(true);
});

describe('a value that may be a secret is refused and not to be shown', () => {
  test.each([
    ['api-key', 'live_abc', 'does not begin with spk_ like every key of StatusPage.me'],
    ['api-key', '"spk_abc"', 'does not begin with spk_ like every key of StatusPage.me'],
    ['api-key', 'spk_abc\n', 'contains a space or a line break. Copy the key again without them'],
    ['api-key', ' spk_abc', 'contains a space or a line break. Copy the key again without them'],
    ['api-key', 'spk_a bc', 'contains a space or a line break. Copy the key again without them'],
    ['api-key', 'spk_\u2192abc', 'contains a character that no key has. Copy the key again'],
    ['api-key', 'spk_abc\0', 'contains a character that no key has. Copy the key again'],
    ['api-key', '\u201cspk_abc\u201d', 'contains a character that no key has. Copy the key again'],
    ['github-token', 'Bearer ghs_abc', 'contains a space or a character that no token has. Copy it again'],
    ['github-token', 'ghs_ä', 'contains a space or a character that no token has. Copy it again'],
    ['deployment-key', 'x'.repeat(201), 'is longer than 200 characters. Choose a name such as api-production'],
    ['deployment-key', 'spk_abc', 'looks like an API key. Choose a name such as api-production'],
    ...[
      'https://me@api.example',
      'https://me:secret@api.example',
      'https://api.example/?k=s',
      'https://api.example/#s',
    ].map(
      (text) =>
        [
          'api-url',
          text,
          'contains a user, a query or a fragment, which may be secret. Write the address without them',
        ] as const,
    ),
  ] as const)('%s: %j', (name, text, message) => {
    expect(parseInput(inputs[name].schema, text)).toEqual([{ problem: message, shown: false }]);
  });
});
