import { describe, expect, test } from '@jest/globals';
import { UserError } from '../../src/domain/errors.ts';
import type { InputName } from '../../src/inputs/inputs.ts';
import { suggest, wrongInputs } from '../../src/inputs/problems.ts';

/** What the user may have meant. */
const cases: readonly (readonly [InputName, string, string | undefined])[] = [
  ['duration', ' 30 ', '30m'],
  ['duration', '1h30', '1h30m'],
  ['duration', '1,5 h', '1h30m'],
  ['duration', '2 hours, 5 mins', '2h5m'],
  ['duration', 'half an hour', undefined],
  ['duration', 'about 30 min', undefined],
  ['duration', '30 min or so', undefined],
  ['duration', 'x', undefined],
  ['request-timeout', '5', '5s'],
  ['start', 'Now', 'now'],
  ['start', 'now!', undefined],
  ['start', 'not now', undefined],
  ['start', '1773489600', '2026-03-14T12:00:00Z'],
  ['start', '1773489600000', '2026-03-14T12:00:00Z'],
  ['start', '17734896000', undefined],
  ['start', '117734896000001', undefined],
  ['start', '2026-03-14 12:00', '2026-03-14T12:00:00Z'],
  ['start', '2026-03-14T12:00:30', '2026-03-14T12:00:30Z'],
  ['start', 'on 2026-03-14 12:00', undefined],
  ['start', '2026-03-14 12:00 UTC', undefined],
  ['start', '+ 15', '+15m'],
  ['start', '15 min', '+15m'],
  ['uptime-period', '30', '30d'],
  ['uptime-period', '7 days', '7d'],
  ['uptime-period', '7 Day', '7d'],
  ['uptime-period', '90d', '90d'],
  ['uptime-period', 'last 30 days', undefined],
  ['min-uptime', '99,9 %', '99.9'],
  ['min-uptime', '99.9%', '99.9'],
  ['min-uptime', '99% up', undefined],
  ['status-page', ' https://acme.statuspage.me ,beta\n gamma', 'acme, beta, gamma'],
  ['kind', 'Windows', 'maintenance'],
  ['kind', 'incidnt', 'incident'],
  ['dry-run', 'YES', 'true'],
  ['dry-run', 'on', 'true'],
  ['dry-run', '1', 'true'],
  ['dry-run', 'no', 'false'],
  ['dry-run', 'Off', 'false'],
  ['dry-run', '0', 'false'],
  ['dry-run', '10', undefined],
  ['dry-run', '01', undefined],
  ['dry-run', 'offline', undefined],
  ['dry-run', 'fasle', 'false'],
  ['title', 'yes', undefined],
  ['outcome', 'PASSED', 'success'],
  ['outcome', 'sucess', 'success'],
  ['state', 'Monitring', 'monitoring'],
  ['operation', 'OPEN_MAINTENANCE', 'open-maintenance'],
  ['operation', 'reso', 'resolve'],
  ['operation', 'open', undefined],
  ['require', 'reslove, incidents:wirte', 'resolve, incidents:write'],
];

test.each(cases)('%s: %j may mean %j', (name, text, meant) => {
  expect(suggest(name, text)).toBe(meant);
});

describe('a hint', () => {
  const named = (letters: number) => `https://${'a'.repeat(letters)}.statuspage.me`;

  test('has at most 80 characters', () => {
    expect(suggest('status-page', `${named(38)},${named(40)}`)).toHaveLength(80);
    expect(suggest('status-page', `${named(38)},${named(41)}`)).toBeUndefined();
  });
});

describe('wrong inputs', () => {
  const nameOf = (input: string) => `--${input}`;
  const first = { input: 'duration', problem: 'is no length of time', given: '30', suggestion: '30m' } as const;

  test('are one line if there is one, and a line each if there are several', () => {
    const one = wrongInputs([first], nameOf);
    expect(one).toBeInstanceOf(UserError);
    expect(one).toMatchObject({ title: 'invalid input', exit: 'usage' });
    expect(one.message).toBe(
      'Invalid input, nothing was sent. --duration: "30" is no length of time. Did you mean 30m?',
    );
    const two = wrongInputs([first, { input: 'title', problem: 'is missing' }], nameOf);
    expect(two).toMatchObject({ title: 'invalid input' });
    expect(two.message).toBe(
      '2 invalid inputs, nothing was sent.\n--duration: "30" is no length of time. Did you mean 30m?\n--title is missing.',
    );
  });

  test('are shown up to 80 characters', () => {
    const { message } = wrongInputs([{ ...first, given: 'x'.repeat(81), suggestion: undefined }], nameOf);
    expect(message).toContain(`"${'x'.repeat(80)}" is`);
  });
});
