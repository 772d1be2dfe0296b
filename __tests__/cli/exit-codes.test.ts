import { describe, expect, test } from '@jest/globals';
import { type Exit, exitCodes } from '../../src/domain/errors.ts';
import type { Scope } from '../../src/emulator/account.ts';
import type { FaultRule } from '../../src/emulator/faults.ts';
import { sampleKey } from '../../src/emulator/sample.ts';
import { acme, type Environment, inProcess, withServedCli } from './typing.ts';

const open = ['open-maintenance', '--status-page', acme];
const resolve = ['resolve', '--id', '7', '--kind', 'incident'];
const nobody = { STATUSPAGE_ME_API_URL: 'http://127.0.0.1:9' };
const key = 'spk_limited';

/** What is typed, around what, and what the message says. */
interface Case {
  readonly exit: Exit;
  readonly when: string;
  readonly words: readonly string[];
  readonly says: string;
  readonly environment?: Environment;
  readonly fault?: FaultRule;
  readonly scopes?: readonly Scope[];
}

const cases: readonly Case[] = [
  {
    exit: 'failed',
    when: 'the request is refused',
    words: open,
    fault: { kind: 'status', status: 400 },
    says: '(HTTP 400',
  },
  {
    exit: 'failed',
    when: 'it is redirected',
    words: open,
    fault: { kind: 'redirect', location: 'https://x.example' },
    says: 'redirects to https://x.example',
  },
  {
    exit: 'usage',
    when: 'inputs are wrong',
    words: ['open-maintenance', '--duration', '30'],
    says: '--duration: "30" is not a length of time',
  },
  {
    exit: 'usage',
    when: 'a variable is wrong',
    words: open,
    environment: { STATUSPAGE_ME_DURATION: '30' },
    says: 'STATUSPAGE_ME_DURATION: "30" is not a length of time',
  },
  {
    exit: 'usage',
    when: 'a flag is unknown',
    words: [...open, '--durration', '1h'],
    says: "unknown option '--durration' (Did you mean --duration?)",
  },
  ...[
    ['--page', ' (Did you mean --status-page?)'],
    ['--key', ' (Did you mean --deployment-key or --api-key-file?)'],
    ['--status=acme', ' (Did you mean --status-page?)'],
    ['--deploy-key', ' (Did you mean --deployment-key?)'],
    ['--subs', ' (Did you mean --notify-subscribers?)'],
    ['--pages', ''],
    ['--t', ''],
  ].map(([flag = '', hint = '']) => ({
    exit: 'usage' as const,
    when: `a flag has a part of a name, or none that is known: ${flag}`,
    words: ['deploy-start', flag],
    says: `unknown option '${flag}'${hint}. See `,
  })),
  ...['--title', '--deployment-key', '--api-url', '--on-api-error', '--duration'].map((flag) => ({
    exit: 'usage' as const,
    when: `a flag is empty: ${flag}`,
    words: ['deploy-start', flag, ' '],
    says: `option '${flag} <value>' argument ' ' is invalid. It is empty: perhaps a variable is not set. See `,
  })),
  {
    exit: 'usage',
    when: 'a flag is given twice',
    words: [...open, '--title', 'a', '--title', 'b'],
    says: 'It was given before',
  },
  { exit: 'usage', when: 'a command is unknown', words: ['open'], says: "unknown command 'open'" },
  {
    exit: 'usage',
    when: 'help is asked about an unknown command',
    words: ['help', 'lisst'],
    says: "unknown command 'lisst' (Did you mean list?)",
  },
  {
    exit: 'usage',
    when: 'a list does not say of what',
    words: ['list'],
    says: "missing required argument 'what': status-pages, monitors, availability, incidents or maintenances. See ",
  },
  {
    exit: 'usage',
    when: 'a list is of something that is misspelt',
    words: ['list', 'incidnets'],
    says: '"incidnets" is not status-pages, monitors, availability, incidents or maintenances. Did you mean incidents?',
  },
  { exit: 'usage', when: 'an id is missing', words: ['get', 'incident'], says: "missing required argument 'id'. See " },
  { exit: 'usage', when: 'words are too many', words: [...open, 'now'], says: 'too many arguments' },
  {
    exit: 'usage',
    when: 'nothing says what is meant',
    words: ['resolve'],
    says: '--id and --kind must be given, or --deployment-key and --status-page.',
  },
  {
    exit: 'usage',
    when: 'there is no key',
    words: open,
    environment: { STATUSPAGE_ME_API_KEY: '' },
    says: 'STATUSPAGE_ME_API_KEY is empty',
  },
  {
    exit: 'usage',
    when: 'there is no key to list with',
    words: ['list', 'incidents'],
    environment: { STATUSPAGE_ME_API_KEY: '' },
    says: 'STATUSPAGE_ME_API_KEY is empty',
  },
  {
    exit: 'usage',
    when: 'the key is typed',
    words: [...open, '--api-key', 'spk_x'],
    says: 'There is no flag for the API key',
  },
  {
    exit: 'usage',
    when: 'the key is malformed',
    words: open,
    environment: { STATUSPAGE_ME_API_KEY: 'x' },
    says: 'STATUSPAGE_ME_API_KEY does not begin with spk_',
  },
  {
    exit: 'usage',
    when: 'nobody knows what to list',
    words: ['list', 'pages'],
    says: '"pages" is not status-pages, monitors',
  },
  { exit: 'usage', when: 'an id is none', words: ['get', 'incident', '..'], says: '".." cannot be an id' },
  {
    exit: 'usage',
    when: 'a period is none',
    words: ['list', 'availability', '--uptime-period', '1d'],
    says: '--uptime-period: "1d" is not 7d',
  },
  { exit: 'usage', when: 'a port is none', words: ['emulator', '--port', 'x'], says: '--port: "x" is not a number' },
  {
    exit: 'usage',
    when: 'sweeping without a token',
    words: ['sweep', '--status-page', acme],
    says: 'STATUSPAGE_ME_GITHUB_TOKEN is required',
  },
  {
    exit: 'gate-closed',
    when: 'the gate cannot be asked',
    words: ['gate', '--status-page', acme],
    environment: { STATUSPAGE_ME_API_KEY: 'spk_wrong' },
    says: 'The gate is closed',
  },
  {
    exit: 'key-refused',
    when: 'the key is refused',
    words: open,
    environment: { STATUSPAGE_ME_API_KEY: 'spk_wrong' },
    says: 'refused the API key (HTTP 401',
  },
  {
    exit: 'key-refused',
    when: 'the key of a check is refused',
    words: ['check'],
    environment: { STATUSPAGE_ME_API_KEY: 'spk_wrong' },
    says: 'refused the API key (HTTP 401',
  },
  {
    exit: 'scope-missing',
    when: 'a scope is missing',
    words: open,
    scopes: ['maintenances:read'],
    says: 'does not have the scope maintenances:write. Create a key with the scopes maintenances:read and maintenances:write at https://statuspage.me/user/api-console and use it in STATUSPAGE_ME_API_KEY. ',
  },
  {
    exit: 'scope-missing',
    when: 'a check finds that a scope is missing',
    words: ['check'],
    scopes: ['status-pages:read'],
    says: 'The API key does not have maintenances:write (for open-maintenance and resolve). Create a key at https://statuspage.me/user/api-console with these scopes: maintenances:read and maintenances:write. Then use it in STATUSPAGE_ME_API_KEY. ',
  },
  {
    exit: 'scope-missing',
    when: 'a check may not look for a page by its slug',
    words: ['check', '--status-page', 'acme', '--require', 'check'],
    scopes: ['maintenances:write'],
    says: 'status-pages:read (for --status-page; also written status_pages:read). ',
  },
  {
    exit: 'scope-missing',
    when: 'an incident may not be read',
    words: ['get', 'incident', '1'],
    scopes: ['monitors:read'],
    says: 'does not have the scope incidents:read',
  },
  { exit: 'not-found', when: 'there is no such record', words: resolve, says: 'there is no notice with the id 7' },
  {
    exit: 'not-found',
    when: 'there is no such record to update',
    words: ['update', '--id', '7', '--kind', 'maintenance', '--title', 'x'],
    says: 'there is no notice with the id 7',
  },
  {
    exit: 'not-found',
    when: 'there is no such record to delete',
    words: ['delete', '--id', '7', '--kind', 'maintenance'],
    says: 'there is no notice with the id 7',
  },
  {
    exit: 'not-found',
    when: 'an update finds nothing open',
    words: ['update', '--status-page', acme, '--deployment-key', 'mistyped', '--title', 'x'],
    says: 'Nothing open was found for this deployment key',
  },
  {
    exit: 'not-found',
    when: 'there is no such page',
    words: ['open-maintenance', '--status-page', 'acne'],
    says: 'no page has the slug or name "acne"',
  },
  {
    exit: 'not-found',
    when: 'a check finds that a page is not seen',
    words: ['check', '--status-page', 'acne'],
    says: 'no page has the slug or name "acne"',
  },
  {
    exit: 'not-found',
    when: 'there is no such monitor',
    words: ['get', 'monitor', '99'],
    says: 'Could not get monitor: there is no monitor with the id 99, or this key cannot see it (HTTP 404, "Monitor not found"). Check the id: ',
  },
  {
    exit: 'not-found',
    when: 'there is no such notice to read, and no flag to name it by',
    words: ['get', 'incident', '99'],
    says: 'Check the id and the kind. Did you mean the kind maintenance?',
  },
  ...[
    'list incidents --status-page',
    'list monitors --status-page',
    'list status-pages --status-page',
    'get status-page',
  ].map((reading) => ({
    exit: 'not-found' as const,
    when: `a page is not seen: ${reading}`,
    words: [...reading.split(' '), acme.replace(/1$/, '9')],
    says: 'no page has the UUID "6f1c1f0e-5c1b-4f6e-9a55-3d0f3f8f7a09". Did you mean "6f1c1f0e-5c1b-4f6e-9a55-3d0f3f8f7a01"? This key sees ',
  })),
  {
    exit: 'rate-limited',
    when: 'there are too many requests',
    words: resolve,
    fault: { kind: 'rate-limit', retryAfterSeconds: 3600, times: 'always' },
    says: 'there were too many requests (HTTP 429',
  },
  {
    exit: 'unreachable',
    when: 'nobody is there',
    words: resolve,
    environment: nobody,
    says: '127.0.0.1:9 could not be reached',
  },
  {
    exit: 'unreachable',
    when: 'nobody is there to read from, by an address from a variable',
    words: ['list', 'incidents'],
    environment: nobody,
    says: 'Check STATUSPAGE_ME_API_URL, and the network',
  },
  {
    exit: 'unreachable',
    when: 'the answer cannot be read',
    words: ['list', 'status-pages'],
    fault: { kind: 'html', status: 200 },
    says: 'has an unknown form',
  },
  {
    exit: 'unreachable',
    when: 'it does not answer',
    words: [...open, '--request-timeout', '1s', '--on-api-error', 'fail', '--marker', 'false'],
    fault: { kind: 'silence', times: 'always' },
    says: 'did not answer in time',
  },
];

describe('a command', () => {
  test.concurrent.each(cases.map((one) => [exitCodes[one.exit], one.exit, one.when, one] as const))(
    'a command exits with %i (%s) if %s, and says why',
    async (code, exit, _when, { words, environment = {}, fault, scopes, says }) => {
      await withServedCli(async (context) => {
        if (fault !== undefined) context.emulator.addFault(fault);
        if (scopes !== undefined) context.emulator.setOptions({ keys: [{ key, scopes: [...scopes] }] });
        const own = scopes === undefined ? environment : { STATUSPAGE_ME_API_KEY: key };
        const { exitCode, stderr } = await context.typeWith(own, ...words, '--json');
        const errors = stderr
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line))
          .filter(({ level }) => level === 'error');
        expect({ exitCode, errors }).toEqual({
          exitCode: code,
          errors: [{ level: 'error', exit, 'exit-code': code, message: expect.stringContaining(says) }],
        });
        expect(stderr).not.toContain('something unexpected happened');
      });
    },
    60_000,
  );

  test('a command that may do less than it was asked to exits with 0', () =>
    withServedCli(async (context) => {
      const wrong = { STATUSPAGE_ME_API_KEY: 'spk_wrong' };
      const warned = await context.typeWith(wrong, ...resolve, '--on-api-error', 'warn');
      expect(warned).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('Warning: ') });
    }));

  test('without --json an error is a sentence for people', () =>
    withServedCli(async (context) => {
      const { exitCode, stdout, stderr } = await context.type(
        'open-maintenance',
        '--duration',
        '30',
        '--start',
        'soon',
      );
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      expect(stderr.split('\n')).toEqual([
        'Error: 3 invalid inputs, nothing was sent.',
        expect.stringMatching(/^--status-page is required: /),
        expect.stringMatching(/^--duration: ".+" is not a length of time /),
        expect.stringMatching(/^--start: ".+" is not now, /),
        '',
      ]);
    }));

  test('a secret that was typed by mistake is not repeated', () =>
    withServedCli(async (context) => {
      for (const words of [['--api-key=spk_5f0c'], ['--api-kye=spk_5f0c'], ['spk_5f0c']]) {
        const { exitCode, stdout, stderr } = await context.type('check', ...words);
        expect(exitCode).toBe(2);
        expect(stdout + stderr).not.toContain('spk_5f0c');
      }
    }));

  test('help is no failure, and what is typed without a command gets it as one', () =>
    withServedCli(async (context) => {
      const asked = await context.type('--help');
      expect(asked).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringContaining('open-maintenance') });
      const bare = await context.type();
      expect(bare).toMatchObject({ exitCode: 2, stdout: '', stderr: asked.stdout });
    }));
});

test.each([
  [0, ['check'], sampleKey],
  [2, ['check', '--duration', '30'], sampleKey],
  [4, ['check'], 'spk_wrong'],
] as const)('the built file exits with %i after %j', (code, words, apiKey) =>
  withServedCli(
    async (context) => {
      expect(await context.typeWith({ STATUSPAGE_ME_API_KEY: apiKey }, ...words)).toMatchObject({ exitCode: code });
    },
    {},
    inProcess,
  ),
);
