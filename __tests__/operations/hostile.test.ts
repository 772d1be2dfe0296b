import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sampleKey } from '../../src/emulator/sample.ts';
import { operationNames } from '../../src/inputs/inputs.ts';
import { outputs as declared } from '../../src/messages/outputs.ts';
import type { Send, WireReply } from '../../src/statuspage/wire.ts';
import { parseCommand } from '../../tools/demo/commands.ts';
import { markdown, nasty, render } from '../support/nasty.ts';
import type { Inputs } from '../support/test-host.ts';
import { acme, beta, createWorld, incident, type Stage, window } from '../support/world.ts';

/** What a variable of the runner can hold. */
const writable = nasty.map((text) => text.replaceAll('\0', '').toWellFormed());
const oneLine = writable.map((text) => text.replace(/[\r\n]+/g, ' '));
/** Ids that would lead elsewhere if they were taken as they are. */
const strangeId = fc.constantFrom(
  ...['1', '.', '..', '../incidents/1', '%2e%2e', '1/../../../x', '//evil.example/', '1?x=1#y', '\\..\\1', 'none'],
);

/** What a server may do to an answer: other texts in it, other headers, another status. */
interface Spite {
  readonly texts: readonly string[];
  /** Which of the strings of an answer are exchanged, in turn. */
  readonly hits: readonly boolean[];
  readonly ids: readonly string[];
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

const spite: fc.Arbitrary<Spite> = fc.record({
  texts: fc.array(fc.oneof(nasty, fc.webUrl(), fc.constant('javascript:alert(1)')), { minLength: 1, maxLength: 4 }),
  hits: fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }),
  ids: fc.array(fc.oneof(strangeId, nasty), { maxLength: 2 }),
  status: fc.option(fc.constantFrom(302, 400, 401, 403, 404, 409, 429, 500, 503), { nil: undefined, freq: 2 }),
  headers: fc.dictionary(fc.constantFrom('date', 'retry-after', 'location', 'content-type'), nasty),
});

function spoil({ status, headers, text }: WireReply, { texts, hits, ids, ...more }: Spite): WireReply {
  let count = 0;
  const pick = <T>(from: readonly T[]): T | undefined => from[count % from.length];
  const corrupted =
    text &&
    JSON.stringify(JSON.parse(text), (name, value) => {
      count += 1;
      if (!pick(hits) || !['string', 'number'].includes(typeof value)) return value;
      return name === 'id' ? (pick(ids) ?? value) : pick(texts);
    });
  const refusal = more.status === undefined ? undefined : JSON.stringify({ error: pick(texts) });
  return { status: more.status ?? status, headers: { ...headers, ...more.headers }, text: refusal ?? corrupted };
}

const wanted: fc.Arbitrary<Inputs> = fc.record({
  operation: fc.constantFrom(...operationNames),
  'status-page': fc.oneof({ weight: 3, arbitrary: fc.constantFrom(acme, 'acme', `${acme},${beta}`) }, oneLine),
  id: fc.oneof(fc.constant(''), strangeId, oneLine),
  kind: fc.constantFrom('', 'maintenance', 'incident'),
  'deployment-key': fc.oneof(fc.constantFrom('', 'production'), oneLine),
  title: oneLine,
  message: writable,
  state: fc.constantFrom('', 'identified'),
  'resolve-message': writable,
  'cancel-message': writable,
  'failure-title': oneLine,
  'failure-message': writable,
  'on-failure': fc.constantFrom('keep', 'resolve', 'incident'),
  monitors: oneLine,
  'min-uptime': fc.constantFrom('', '99.9'),
  'github-token': fc.constant('ghs_token'),
  'dry-run': fc.constantFrom('false', 'true'),
});
/** What is not given stands for its default, and an empty text does not. */
const given = (inputs: Inputs): Inputs =>
  Object.fromEntries(Object.entries(inputs).filter(([, text]) => text !== '')) as Inputs;

const apiPaths = [
  /^\/(maintenances|incidents|status-pages|monitors)$/,
  /^\/(maintenances|incidents|status-pages|monitors)\/([^/]+)$/,
  /^\/incidents\/([^/]+)\/updates$/,
  /^\/monitors\/([^/]+)\/availability$/,
];
function isInApi({ origin, pathname }: URL): boolean {
  const [before, path = ''] = pathname.split('/user/api/v1');
  return origin === 'https://statuspage.me' && before === '' && apiPaths.some((allowed) => allowed.test(path));
}

const elements = ['a', 'bdi', 'blockquote', 'br', 'code', 'p', 'pre', 'strong'].concat(
  ...['table', 'tbody', 'td', 'th', 'thead', 'tr', 'h3', 'li', 'ul'],
);
/** A variable of Linux holds no more than this, and the runner hands the state on in variables. */
const longestVariable = 128 * 1024;

function expectHarmless({ said, states, outputs, summary, debugged, exitCode }: Stage): void {
  expect([0, 1]).toContain(exitCode);
  const printed = said.filter((text) => text.startsWith('info: ')).map((text) => text.slice('info: '.length));
  for (const line of printed.flatMap((text) => text.split(/\r\n|\r|\n|\u2028|\u2029|\u0085/))) {
    expect(parseCommand(line)).toBeUndefined();
    expect(line).not.toMatch(/^\s*::|##\[/);
  }
  expect(said.filter((text) => text.includes('something unexpected happened'))).toEqual([]);
  expect(said.filter((text) => /[\p{Bidi_Control}\u2028]|(?!\n)\p{Cc}/u.test(text))).toEqual([]);
  expect(render(summary).elements.filter((name) => !elements.includes(name))).toEqual([]);
  const links = [...markdown.render(summary).matchAll(/<a href="([^"]*)"/g)].map(([, address]) => address);
  expect(links.filter((address) => !/^https?:\/\//.test(address ?? ''))).toEqual([]);
  expect(Object.keys(outputs).filter((name) => !Object.hasOwn(declared, name))).toEqual([]);
  for (const [name, text] of Object.entries(states.at(-1) ?? {})) {
    expect(name).toMatch(/^(deployment|record\d+)$/);
    expect(text.length).toBeLessThan(longestVariable);
  }
  expect(JSON.stringify([said, states, outputs, summary, debugged])).not.toContain(sampleKey);
}

test('whatever users write and a server answers: no command but our own, no path outside the API, no Markdown of theirs', async () => {
  const seen = { requests: 0, corrupted: 0 };
  await fc.assert(
    fc.asyncProperty(wanted, spite, async (inputs, evil) => {
      const world = createWorld();
      await world.main({ ...window, 'deployment-key': 'production', 'auto-resolve': 'false' });
      await world.main({ ...incident, 'deployment-key': 'production', 'auto-resolve': 'false' });
      const trespasses: string[] = [];
      const wire =
        (send: Send): Send =>
        async (request) => {
          seen.requests += 1;
          if (!isInApi(request.url)) trespasses.push(request.url.href);
          const reply = await send(request);
          const corrupted = spoil(reply, evil);
          if (corrupted.text !== reply.text) seen.corrupted += 1;
          return corrupted;
        };
      const main = await world.main({ ...window, ...given(inputs) }, { wire });
      expectHarmless(main);
      expectHarmless(await world.post(main, { 'job-status': 'failure' }, { wire }));
      expect(trespasses).toEqual([]);
    }),
    { numRuns: 200 },
  );
  // Without a request and a replaced text, nothing is shown.
  expect(seen.requests).toBeGreaterThan(200);
  expect(seen.corrupted).toBeGreaterThan(100);
}, 120_000);

test('a megabyte of text is reported in a few lines, and the saved state is small', async () => {
  const megabyte = `::error::${'##[error]'.repeat(120_000)}`;
  const world = createWorld();
  await world.main({ ...window, 'deployment-key': 'production', 'auto-resolve': 'false' });
  await world.people('PATCH', '/maintenances/1', { title: megabyte });
  const main = await world.main({ ...window, 'deployment-key': 'production' }, { run: { id: '2' } });
  expect(main).toMatchObject({ exitCode: 0, outputs: { id: '1', created: 'false' } });
  expectHarmless(main);
  expect(JSON.stringify([main.said, main.states.at(-1), main.summary, main.outputs]).length).toBeLessThan(20_000);
  world.emulator.addFault({ kind: 'status', status: 400, text: JSON.stringify({ error: megabyte }) });
  const post = await world.post(main);
  expectHarmless(post);
  expect(JSON.stringify([post.said, post.summary]).length).toBeLessThan(10_000);
});

test('a title of a megabyte is sent in full, and shortened in messages and in the saved state', async () => {
  const title = 'x'.repeat(1024 * 1024);
  const world = createWorld();
  const main = await world.main({ ...window, title });
  expect(world.emulator.windows()[0]?.title).toBe(title);
  expectHarmless(main);
  expect(main.outputs.title).toHaveLength(300);
});
