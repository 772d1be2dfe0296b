import { describe, expect, test } from '@jest/globals';
import { sampleKey } from '../../src/emulator/sample.ts';
import { withCli } from '../cli/typing.ts';
import { acme, annotations, createWorld, type Stage, type WorldOptions } from '../support/world.ts';

const check = { operation: 'check', 'api-key': sampleKey } as const;
const pages = [{ id: acme, slug: 'acme', name: 'Acme', components: [] }];

async function checkWith(options: WorldOptions, inputs = {}): Promise<Stage> {
  return createWorld({ pages, ...options }).main({ ...check, ...inputs });
}

const logOf = ({ said }: Stage) => said.map((line) => line.replace(/^info: /, ''));

const needs = [
  'Operation                     Smallest set of scopes  At times also',
  'open-maintenance              maintenances:write      maintenances:read',
  'open-incident                 incidents:write         incidents:read',
  'update (maintenance window)   maintenances:write      –',
  '                              maintenances:read',
  'update (incident)             incidents:write         –',
  '                              incidents:read',
  'resolve (maintenance window)  maintenances:write      maintenances:read',
  'resolve (incident)            incidents:write         incidents:read',
  'delete (maintenance window)   maintenances:write      maintenances:read',
  'delete (incident)             incidents:write         incidents:read',
  'check                         any                     –',
  'gate                          incidents:read          maintenances:read',
  '                                                      analytics:read',
  'sweep                         incidents:read          –',
  '                              incidents:write',
  'At times: to end what earlier runs left, in a re-run, with a deployment-key,',
  'and if an input asks for more. For a page given by slug or name, every',
  'operation also needs status-pages:read.',
];

describe('the log of a check', () => {
  test('begins with the answer, and then shows what the key has and what each operation needs', async () => {
    const main = await checkWith({ scopes: ['maintenances:read', 'maintenances:write', 'status-pages:read'] });
    expect(logOf(main)).toEqual([
      'The key works and has every required scope: maintenances:write',
      'Scope               This key  Needed by',
      'monitors:read       missing   –',
      'incidents:read      missing   update, gate, sweep; others at times',
      'incidents:write     missing   open-incident, update, resolve, delete, sweep',
      'maintenances:read   granted   update; others at times',
      'maintenances:write  granted   open-maintenance, update, resolve, delete',
      'status-pages:read   granted   at times: every operation',
      'analytics:read      missing   at times: gate',
      '',
      ...needs,
      '',
      'The key sees one status page. To copy:',
      `status-page: ${acme} # Acme`,
    ]);
  });

  test('counts the pages', async () => {
    const more = ['2', '3'].map((end) => ({
      name: 'More',
      id: acme.replace(/1$/, end),
      slug: `p${end}`,
      components: [],
    }));
    const main = await checkWith({ pages: [...pages, ...more] });
    expect(logOf(main).at(-4)).toBe('The key sees 3 status pages. To copy:');
    expect(main.summary).toContain('The key sees 3 status pages. To copy:');
  });
});

describe('what a check asks for', () => {
  test('is listed with the inputs and operations that need it', async () => {
    const scopes = ['maintenances:write'] as const;
    const main = await checkWith({ scopes: [...scopes] }, { require: 'sweep, monitors:read', 'status-page': 'acme' });
    expect(annotations(main)[0]).toMatch(
      /^error: The API key does not have monitors:read \(for require\), incidents:read \(for sweep\), incidents:write \(for sweep\) and status-pages:read \(for status-page; also written status_pages:read\)\. /,
    );
    expect(annotations(main)[0]).toContain(' Or give the UUID of the page in status-page, which needs no scope.');
  });

  test('is listed with the flags that need it on a command line', () =>
    withCli(
      async ({ type }) => {
        const { stderr } = await type('check', '--require', 'sweep, monitors:read', '--status-page', 'acme');
        expect(stderr).toContain(
          'monitors:read (for --require), incidents:read (for sweep), incidents:write (for sweep) and status-pages:read (for --status-page;',
        );
      },
      { keys: [{ key: sampleKey, name: 'key', scopes: ['maintenances:write'] }] },
    ));

  test('names no way without the scope if an operation needs it', async () => {
    const main = await checkWith({ scopes: ['maintenances:write'] }, { require: 'sweep' });
    expect(annotations(main)).toEqual([expect.not.stringContaining('Or give the UUID')]);
  });

  test('is to be compared by the user if the API does not tell, with the reason', async () => {
    const world = createWorld({ pages });
    world.emulator.setOptions({ forbidden: 'plan' });
    expect(annotations(await world.main({ ...check, 'on-api-error': 'auto' }))).toEqual([
      expect.stringMatching(
        /^error: Could not find out whether the API key has maintenances:write \(for open-maintenance and resolve\): .*plan.*\. Compare the scopes of the key at https:\S+ with this list\.$/,
      ),
    ]);
  });
});

const exits: readonly [number, string, readonly string[], Partial<WorldOptions>][] = [
  [5, 'a scope is missing', ['--require', 'sweep'], { scopes: ['maintenances:write'] }],
  [8, 'the API does not tell', [], { forbidden: 'plan' }],
  [6, 'a page is not seen', ['--status-page', 'nope'], {}],
  [0, 'everything is there', [], {}],
];

test.each(exits)('a check exits with %d if %s', (exitCode, _why, flags, { scopes = [], ...options }) =>
  withCli(
    async ({ type }) => {
      expect((await type('check', ...flags)).exitCode).toBe(exitCode);
    },
    { ...options, keys: [{ key: sampleKey, name: 'key', scopes }] },
  ),
);
