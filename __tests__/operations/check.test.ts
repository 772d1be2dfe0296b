import { describe, expect, test } from '@jest/globals';
import { type Grant, type Scope, scopes } from '../../src/domain/scope.ts';
import { sampleKey } from '../../src/emulator/sample.ts';
import { operationNames } from '../../src/inputs/inputs.ts';
import {
  acme,
  annotations,
  beta,
  createWorld,
  gamma,
  type Stage,
  type World,
  type WorldOptions,
} from '../support/world.ts';

const check = { operation: 'check', 'api-key': sampleKey } as const;
const everything = scopes.join(', ');

const grantsOf = ({ outputs }: Stage): Readonly<Record<Scope, Grant>> => JSON.parse(outputs.scopes ?? '');
const pagesOf = ({ outputs }: Stage): readonly unknown[] => JSON.parse(outputs.pages ?? '');
const allAre = (grant: Grant) => Object.fromEntries(scopes.map((scope) => [scope, grant]));

/** The grants as the table in the log has them, and as that in the summary has them. */
function tabled({ said, summary }: Stage): readonly Readonly<Record<string, string>>[] {
  const rows = (pattern: RegExp, text: string) =>
    Object.fromEntries([...text.matchAll(pattern)].map(([, scope, grant]) => [scope, grant]));
  const words = 'granted|missing|unknown';
  return [
    rows(new RegExp(`^info: ([a-z:-]+) +(${words})\\b`, 'gm'), said.join('\n')),
    rows(new RegExp(`^\\| \`([a-z:-]+)\`.*? \\| (${words}) \\|`, 'gm'), summary),
  ];
}

/** Nothing on the page, no mail, and no request that the emulator took for more than a question. */
function expectNothingWritten(world: World): void {
  expect([world.page(), world.emulator.mails()]).toEqual([[], []]);
  const writes = world.journal().filter(({ method }) => method !== 'GET');
  expect(writes.filter(({ worked, status }) => worked || status === null || status < 400)).toEqual([]);
}

async function checkWith(options: WorldOptions, inputs = {}) {
  const world = createWorld(options);
  const main = await world.main({ ...check, ...inputs });
  expectNothingWritten(world);
  return { world, main };
}

describe('the table of a check is right, and nothing is written,', () => {
  test.each(scopes)('for a key with %s alone', async (only) => {
    const { main } = await checkWith({ scopes: [only] });
    const found = { ...allAre('missing'), [only]: 'granted' };
    expect(grantsOf(main)).toEqual(found);
    expect(tabled(main)).toEqual([found, found]);
    expect(main.exitCode).toBe(only === 'maintenances:write' ? 0 : 1);
  });

  test('prints its tables in 80 columns', async () => {
    const { main } = await checkWith({});
    const lines = main.said.filter((line) => line.startsWith('info: ')).map((line) => line.slice('info: '.length));
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  test('for a key with a scope that nothing needs', async () => {
    const { main } = await checkWith({ scopes: ['monitors:write'] });
    expect(grantsOf(main)).toEqual(allAre('missing'));
    expect(tabled(main)).toEqual([allAre('missing'), allAre('missing')]);
    expect([main.exitCode, pagesOf(main)]).toEqual([1, []]);
    expect(main.said).toContain(
      'info: The key may not list status pages, so none can be shown. With the scope status-pages:read it can.',
    );
  });

  test.each([[[]], [scopes]])('for a key with all of them, which gets a warning: %j', async (granted) => {
    const { main, world } = await checkWith({ scopes: [...granted] });
    expect(grantsOf(main)).toEqual(allAre('granted'));
    expect(tabled(main)).toEqual([allAre('granted'), allAre('granted')]);
    expect(main.exitCode).toBe(0);
    expect(annotations(main)).toEqual([
      expect.stringMatching(
        /^warning: The API key works, but it has every scope.* with these scopes: maintenances:read and maintenances:write\. Then revoke this one\. Without maintenances:read it works too, but a later run does not end what a failed run left, and deployment keys do not work\.$/,
      ),
    ]);
    expect(main.summary).toMatch(/^### ⚠️ The key works, but it has every scope\n/);
    // The answer stands above the tables, and the log has it once.
    expect(main.said[0]).toMatch(/^warning: The API key works/);
    expect(main.said.filter((line) => line.includes('every scope'))).toHaveLength(1);
    expect(world.requests()).toHaveLength(scopes.length);
  });

  test.each(['plan', 'block'] as const)(
    'if every call is refused because of the %s: nothing is known',
    async (forbidden) => {
      const world = createWorld();
      world.emulator.setOptions({ forbidden });
      const main = await world.main(check);
      expectNothingWritten(world);
      const found = Object.fromEntries(scopes.map((scope) => [scope, 'unknown']));
      expect(grantsOf(main)).toEqual(found);
      expect(annotations(main)).toEqual([
        expect.stringMatching(/^error: Could not find out whether the API key has maintenances:write.*(plan|block)/),
      ]);
    },
  );

  test('for a viewer of the team, who may only read', async () => {
    const world = createWorld();
    world.emulator.setOptions({ keys: [{ key: sampleKey, name: 'action', scopes: [], role: 'viewer' }] });
    const main = await world.main(check);
    expectNothingWritten(world);
    const found = Object.fromEntries(scopes.map((scope) => [scope, scope.endsWith(':read') ? 'granted' : 'missing']));
    expect([grantsOf(main), ...tabled(main)]).toEqual([found, found, found]);
    expect(annotations(main)).toEqual([
      expect.stringMatching(/^error: The API key does not have maintenances:write.*viewer/),
    ]);
  });

  test.each([
    ['either', 'status-pages:read', 'granted'],
    ['either', 'status_pages:read', 'granted'],
    ['hyphen', 'status-pages:read', 'granted'],
    ['hyphen', 'status_pages:read', 'missing'],
    ['underscore', 'status_pages:read', 'granted'],
    ['underscore', 'status-pages:read', 'missing'],
  ] as const)('if the server takes %s for pages and the key has %s', async (pagesScope, only, grant) => {
    const { main } = await checkWith({ pagesScope, scopes: [only] });
    expect(grantsOf(main)).toEqual({ ...allAre('missing'), 'status-pages:read': grant });
    expect(pagesOf(main)).toHaveLength(grant === 'granted' ? 3 : 0);
  });

  test.each([{ malformedIdStatus: 400 }, { checkFirst: 'body' }, { envelope: 'bare' }] as const)(
    'if the server is %j',
    async (options) => {
      const { main } = await checkWith({ ...options, scopes: ['incidents:write', 'maintenances:read'] });
      const granted = { 'incidents:write': 'granted', 'maintenances:read': 'granted' };
      expect(grantsOf(main)).toEqual({ ...allAre('missing'), ...granted });
    },
  );
});

describe('a dry run of a check', () => {
  test('asks all the same, and does not claim that it left anything out', async () => {
    const { main, world } = await checkWith({ scopes: ['maintenances:write'] }, { 'dry-run': 'true' });
    expect(grantsOf(main)['maintenances:write']).toBe('granted');
    expect(world.requests()).toContain('PATCH /maintenances/00000000-0000-0000-0000-000000000000 404');
    expect(main.said).toContain('info: Dry run: the same as without it, because check writes nothing.');
    expect(main.summary).not.toContain('nothing was sent');
  });
});

describe('a check shows', () => {
  test('for each page the line to paste, and gives it as JSON', async () => {
    const { main } = await checkWith({});
    for (const text of [main.said.join('\n'), main.summary]) {
      expect(text).toContain(`status-page: ${acme} # Acme`);
      expect(text).toContain(`status-page: ${beta} # Beta`);
    }
    expect(pagesOf(main)).toMatchObject([
      { id: acme, slug: 'acme', name: 'Acme', url: 'https://acme.statuspage.me' },
      { id: beta },
      { id: gamma, url: 'https://status.gamma.example' },
    ]);
  });

  test('that there is one page, or none', async () => {
    const page = { id: acme, slug: 'acme', name: 'Acme', components: [] };
    expect((await checkWith({ pages: [page] })).main.said).toContain('info: The key sees one status page. To copy:');
    const { main } = await checkWith({ pages: [] });
    expect(main.said).toContain('info: The key sees no status page.');
    expect(main.summary).not.toContain('<pre>');
  });

  test('why it shows no status page', async () => {
    const { main } = await checkWith({ scopes: ['maintenances:write'] });
    expect(main.said).toContainEqual(expect.stringMatching(/^info: The key may not list status pages, so none can be/));
    const world = createWorld();
    world.emulator.addFault({ kind: 'html', status: 403, times: 'always', match: { path: '/status-pages' } });
    expect((await world.main(check)).said).toContain('info: The status pages could not be listed.');
  });

  test('4,000 pages with long names in a summary of less than 1 MiB, and how many it leaves out', async () => {
    const pages = Array.from({ length: 4_000 }, (_, at) => {
      const id = `6f1c1f0e-5c1b-4f6e-9a55-${String(at).padStart(12, '0')}`;
      return { id, slug: `page-${at}`, name: `${'&'.repeat(200)} ${at}`, components: [] };
    });
    const { main } = await checkWith({ pages });
    expect(Buffer.byteLength(main.summary)).toBeLessThan(1024 * 1024);
    const shown = main.summary.match(/^(?:<pre>)?status-page: /gm)?.length ?? 0;
    expect(shown).toBeGreaterThan(400);
    expect(main.summary).toContain(
      `Too long to show: ${4_000 - shown} more. The log of this step and the output \`pages\` have all 4000.`,
    );
    expect(pagesOf(main)).toHaveLength(4_000);
    expect(main.said.filter((line) => line.startsWith('info: status-page: '))).toHaveLength(4_000);
  });

  test('the smallest set of scopes for every operation, for each kind of notice', async () => {
    const { main } = await checkWith({});
    for (const name of operationNames) expect(main.summary).toMatch(new RegExp(`^\\| ${name}\\b`, 'm'));
    expect(main.summary).toContain('| open-incident | `incidents:write` | `incidents:read`, `status-pages:read` |');
    expect(main.summary).toContain('| resolve (maintenance window) | `maintenances:write` | `maintenances:read`,');
    expect(main.summary).toContain('| resolve (incident) | `incidents:write` | `incidents:read`,');
    expect(main.summary).toContain('| check | any | `status-pages:read` |');
  });

  test('which operations need a scope', async () => {
    const { main } = await checkWith({ scopes: ['maintenances:write'] });
    const rows = main.summary.split('\n').filter((line) => line.startsWith('| `maintenances:write` |'));
    expect(rows).toEqual([expect.stringMatching(/\| granted \| open-maintenance,.* resolve.* \| – \|$/)]);
    // The table of the log has no column for what is needed at times.
    expect(main.said).toContainEqual(
      expect.stringMatching(/^info: status-pages:read +missing +at times: every operation$/),
    );
    expect(main.said).toContainEqual(expect.stringMatching(/^info: analytics:read +missing +at times: gate$/));
  });

  test('names of pages without workflow commands or Markdown', async () => {
    const name = '::error::a\n<img src=x> | `b` ##[group]';
    const { main } = await checkWith({ pages: [{ id: acme, slug: 'acme', name, components: [] }] });
    expect(main.said).toContain(`info: status-page: ${acme} # ::error::a <img src=x> | \`b\` # #[group]`);
    expect(main.summary).not.toContain('<img');
  });
});

describe('a check of what is required', () => {
  const boxesOf = (main: Stage) =>
    /with (?:this scope|these scopes): (.*?)\. Then/.exec(annotations(main)[0] ?? '')?.[1];

  test('fails and lists the scopes of the key to create, with those that this key already has', async () => {
    const { main } = await checkWith(
      { scopes: ['maintenances:write', 'monitors:read'] },
      { require: 'open-maintenance, open-incident, resolve, maintenances:read' },
    );
    expect(main).toMatchObject({ exitCode: 1 });
    expect(annotations(main)).toEqual([
      expect.stringMatching(
        /^error: The API key does not have incidents:write \(for open-incident and resolve\) and maintenances:read \(for require\)\. .*api-console/,
      ),
    ]);
    expect(boxesOf(main)).toBe('incidents:read, incidents:write, maintenances:read and maintenances:write');
    expect(main.summary).toMatch(/^### ⚠️ The key does not have incidents:write and maintenances:read\n/);
    expect(main.summary).toContain('with these scopes: ');
  });

  test.each([
    ['open-maintenance, resolve', 'maintenances:read and maintenances:write'],
    ['open-incident, resolve', 'incidents:read and incidents:write'],
    ['resolve', 'incidents:read, incidents:write, maintenances:read and maintenances:write'],
    ['gate', 'incidents:read'],
    ['status_pages:read', 'status-pages:read'],
  ])('takes %s for the scopes %s', async (require, boxes) => {
    const { main } = await checkWith({ scopes: ['monitors:write'] }, { require });
    expect([main.exitCode, boxesOf(main)]).toEqual([1, boxes]);
  });

  test('asks for nothing if only the check is required', async () => {
    const { main } = await checkWith({ scopes: ['monitors:write'] }, { require: 'check' });
    expect([main.exitCode, annotations(main)]).toEqual([0, []]);
    expect(main.summary).toMatch(/^### ✅ The key works\n/);
    const strong = await checkWith({}, { require: 'check' });
    expect(annotations(strong.main)).toEqual([expect.stringContaining('with only the scopes of its operations')]);
  });

  test('accepts the key of the quick start', async () => {
    const { main } = await checkWith({ scopes: ['maintenances:write', 'maintenances:read'] });
    expect([main.exitCode, annotations(main)]).toEqual([0, []]);
    expect(main.summary).toMatch(/^### ✅ The key works and has every required scope: maintenances:write\n/);
    expect(main.said.join('\n')).not.toContain('Without ');
    expect(main.states).toEqual([]);
  });

  test('accepts a key that may only write, and says at once what that loses', async () => {
    const { main } = await checkWith({ scopes: ['maintenances:write'] });
    const losses = 'a later run does not end what a failed run left, and deployment keys do not work.';
    expect([main.exitCode, annotations(main)]).toEqual([0, []]);
    expect(main.said.slice(0, 2)).toEqual([
      'info: The key works with the smallest set of scopes: maintenances:write',
      `info: Without maintenances:read, ${losses}`,
    ]);
    expect(main.said.join('\n')).not.toContain('every required scope');
    expect(main.summary).toMatch(
      /^### ✅ The key works with the smallest set of scopes: maintenances:write\n\nWithout `maintenances:read`, a later run /,
    );
    const both = await checkWith({ scopes: ['maintenances:write', 'incidents:write'] });
    expect(both.main.said[1]).toBe(`info: Without incidents:read and maintenances:read, ${losses}`);
    // A message that names the key to create says enough.
    const other = await checkWith({ scopes: ['incidents:write'] });
    expect(other.main.said.join('\n')).not.toContain('Without ');
  });

  test('warns and lets the job continue with on-api-error: warn', async () => {
    const { main } = await checkWith({ scopes: ['incidents:write'] }, { 'on-api-error': 'warn' });
    expect(main.exitCode).toBe(0);
    expect(annotations(main)).toEqual([
      expect.stringMatching(/^warning: The API key does not have maintenances:write/),
    ]);
  });

  test.each([
    ['auto', 1, 'error'],
    ['warn', 0, 'warning'],
  ] as const)('names a scope that could not be checked: %s', async (policy, exitCode, level) => {
    const world = createWorld();
    world.emulator.addFault({
      kind: 'status',
      status: 503,
      times: 'always',
      match: { method: 'PATCH', path: '/maintenances' },
    });
    const main = await world.main({ ...check, 'on-api-error': policy });
    expect(grantsOf(main)).toEqual({ ...allAre('granted'), 'maintenances:write': 'unknown' });
    expect(main.exitCode).toBe(exitCode);
    expect(annotations(main)).toEqual([
      expect.stringMatching(
        new RegExp(
          `^${level}: Could not find out whether the API key has maintenances:write .*: statuspage\\.me answered`,
        ),
      ),
    ]);
    expect(main.summary).toMatch(/^### ⚠️ Unknown whether the key has maintenances:write\n/);
    expect(main.tookMs).toBeLessThan(20_000);
  });
});

describe('the pages that a check is given', () => {
  test('are all seen, by UUID, slug or name', async () => {
    const given = { 'status-page': `${acme}, beta, GAMMA` };
    const { main } = await checkWith({ scopes: ['maintenances:write', 'status-pages:read'] }, given);
    expect([main.exitCode, annotations(main)]).toEqual([0, []]);
  });

  test.each(['auto', 'warn'])(
    'fail the check if the key does not see them, and the message lists near ones: %s',
    async (policy) => {
      const nearly = acme.replace(/1$/, '9');
      const given = { 'status-page': `${nearly}, betta, acme`, 'on-api-error': policy };
      const { main } = await checkWith({ scopes: ['maintenances:write', 'status-pages:read'] }, given);
      expect(main.exitCode).toBe(1);
      const [line, ...others] = annotations(main);
      expect(others).toEqual([]);
      expect(line).toMatch(
        new RegExp(
          `^error: Could not find the status page: no page has the UUID "${nearly}"\\. Did you mean "6f.*01"\\? This key sees "Acme"`,
        ),
      );
      expect(line).toMatch(/\n.*no page has the slug or name "betta"\. Did you mean "beta"\? This key sees "Acme"/);
      expect(main.summary).toMatch(/^### ⚠️ The key cannot see every page that was named\n/);
    },
  );

  test('need the scope for reading pages if one is given by slug or name', async () => {
    const { main } = await checkWith({ scopes: ['maintenances:write'] }, { 'status-page': `${acme}, beta` });
    expect(main.exitCode).toBe(1);
    expect(annotations(main)).toEqual([
      expect.stringMatching(
        /does not have status-pages:read \(for status-page; also written status_pages:read\)\..*maintenances:read, maintenances:write and status-pages:read\. Then update the secret\. Or give the UUID of the page in status-page, which needs no scope\. /,
      ),
    ]);
    // The second spelling of the scope is explained once.
    expect(annotations(main)[0]?.split('also written status_pages:read')).toHaveLength(2);
  });

  test.each([
    ['missing', {}, 'cannot be listed without the scope status-pages:read'],
    [
      'unknown',
      { kind: 'html', status: 403, times: 'always', match: { path: '/status-pages' } },
      'could not be listed',
    ],
  ] as const)('need no scope by UUID, as a deployment needs none: it is %s', async (grant, fault, why) => {
    const world = createWorld({ scopes: ['maintenances:write'] });
    if ('kind' in fault) world.emulator.addFault(fault);
    const main = await world.main({ ...check, 'status-page': acme });
    expectNothingWritten(world);
    expect(grantsOf(main)['status-pages:read']).toBe(grant);
    expect([main.exitCode, annotations(main)]).toEqual([0, []]);
    const text =
      `Not checked whether the key sees ${acme}, because status pages ${why}. A notice on a page given by UUID ` +
      'works without that. The first deployment shows whether the UUID is right.';
    expect(main.said).toContain(`info: ${text}`);
    expect(main.summary).toContain(text);
    expect(main.summary).toMatch(/^### ✅ The key works with the smallest set of scopes: maintenances:write\n/);
  });

  test('need no scope by UUID, and then the deployment with the same key and page works', async () => {
    const world = createWorld({ scopes: ['maintenances:write'] });
    expect((await world.main({ ...check, 'status-page': acme })).exitCode).toBe(0);
    const opened = await world.main({ 'api-key': sampleKey, 'status-page': acme });
    expect([opened.exitCode, annotations(opened)]).toEqual([0, []]);
  });

  test('name that scope once if it is required anyway', async () => {
    const { main } = await checkWith({ scopes: ['monitors:write'] }, { 'status-page': 'acme', require: everything });
    expect(annotations(main)).toEqual([expect.stringContaining('(for require and status-page; also')]);
    expect(annotations(main)[0]).not.toContain('Or give the UUID');
  });
});

describe('nothing is known of a key', () => {
  test('that the server refuses', async () => {
    const world = createWorld();
    const main = await world.main({ ...check, 'api-key': 'spk_revoked' });
    expectNothingWritten(world);
    expect(main).toMatchObject({ exitCode: 1, outputs: { pages: '[]' } });
    expect(grantsOf(main)).toEqual(allAre('unknown'));
    expect(annotations(main)).toEqual([
      expect.stringMatching(
        /^error: StatusPage\.me refused the API key .*HTTP 401.* Could not check the API key\. .*revoked/,
      ),
    ]);
    expect(main.summary).toMatch(/^### ❌ The key could not be checked/);
  });

  test('that is refused while it is being checked', async () => {
    const world = createWorld();
    world.emulator.addFault({ kind: 'status', status: 401, match: { method: 'PATCH' } });
    const main = await world.main(check);
    expect(main.exitCode).toBe(1);
    expect(grantsOf(main)).toEqual(allAre('unknown'));
  });

  test.each([
    ['answers 404 to everything, as a wrong api-url does', { kind: 'status', status: 404 }, 1, /api-url/],
    ['answers with an error', { kind: 'status', status: 503 }, 1, /answered with an error \(HTTP 503/],
    ['answers with a page of its own', { kind: 'html' }, 1, /answered with an error \(HTTP 502, "502 Bad Gateway"/],
    ['is behind a firewall that refuses', { kind: 'html', status: 403 }, 1, /something in front of the API refused/],
    ['does not answer', { kind: 'silence' }, 1, /did not answer/],
  ] as const)('if the server %s', async (_name, fault, exitCode, said) => {
    const world = createWorld();
    world.emulator.addFault({ ...fault, times: 'always' });
    const main = await world.main(check);
    expect(grantsOf(main)).toEqual(allAre('unknown'));
    expect(main.exitCode).toBe(exitCode);
    expect(annotations(main)).toEqual([expect.stringMatching(said)]);
    expect(main.tookMs).toBeLessThan(20_000);
    const lenient = await world.main({ ...check, 'on-api-error': 'warn' });
    expect([lenient.exitCode, annotations(lenient)]).toEqual([0, [expect.stringMatching(/^warning: /)]]);
  });

  test('that is missing, or whose check was written wrongly', async () => {
    const wrong = { ...check, require: 'open-maintenance, resolv' };
    for (const inputs of [{ operation: 'check' } as const, wrong]) {
      const world = createWorld();
      const main = await world.main(inputs);
      expect(main).toMatchObject({ exitCode: 1, outputs: { pages: '[]' } });
      expect(grantsOf(main)).toEqual(allAre('unknown'));
      expect(world.requests()).toEqual([]);
    }
  });
});

test('a check leaves nothing for its post step', async () => {
  const { world, main } = await checkWith({});
  const before = world.requests().length;
  expect(await world.post(main)).toMatchObject({
    exitCode: 0,
    said: ['info: This step opened nothing, so its post step has nothing to end.'],
  });
  expect(world.requests()).toHaveLength(before);
});

test('a check asks all at once', async () => {
  const { main } = await checkWith({ latencyMs: 1000 });
  expect(main.tookMs).toBeLessThan(2100);
});
