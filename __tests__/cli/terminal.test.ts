import { expect, test } from '@jest/globals';
import { spawn } from '@lydell/node-pty';
import { sampleKey } from '../../src/emulator/sample.ts';
import { type ServedEmulator, serveEmulator } from '../../src/emulator/server.ts';
import { acme, builtFile } from './typing.ts';

interface Seen {
  /** What a person sees, control characters and all. */
  readonly seen: string;
  readonly exitCode: number;
}

type Environment = Readonly<Record<string, string>>;

/** Types a command on a terminal, beside a page that is there already. */
async function typeBeside(
  page: ServedEmulator,
  words: readonly string[],
  environment: Environment = {},
): Promise<Seen> {
  const env = {
    PATH: process.env.PATH ?? '',
    TERM: 'xterm-256color',
    STATUSPAGE_ME_API_URL: page.apiUrl,
    STATUSPAGE_ME_API_KEY: sampleKey,
    ...environment,
  };
  const terminal = spawn(process.execPath, [builtFile, ...words], { env, cols: 100, rows: 30 });
  let seen = '';
  terminal.onData((text) => {
    seen += text;
  });
  const exitCode = await new Promise<number>((resolve) => {
    terminal.onExit((end) => resolve(end.exitCode));
  });
  return { seen, exitCode };
}

/** The same with a page of its own, which takes a moment in which something can be shown to go on. */
async function typeOnTerminal(words: readonly string[], environment: Environment = {}): Promise<Seen> {
  const page = await serveEmulator();
  page.emulator.addFault({ kind: 'delay', ms: 600 });
  return typeBeside(page, words, environment).finally(page.close);
}

const list = ['list', 'status-pages'];
const refused = { STATUSPAGE_ME_API_KEY: 'spk_wrong' };
const control = '\u001b';
const hidesCursor = `${control}[?25l`;
const showsCursor = `${control}[?25h`;

test('on a terminal something is seen to go on, which is gone when the result is there', async () => {
  const { seen, exitCode } = await typeOnTerminal(list);
  expect(exitCode).toBe(0);
  expect(seen.match(/Reading status-pages …/g)?.length).toBeGreaterThan(1);
  const [, after = ''] = seen.split(showsCursor);
  expect(after).toMatch(new RegExp(`^Acme +acme .*${acme}`, 'm'));
  expect(after).not.toContain('Reading status-pages');
  expect(seen.indexOf(hidesCursor)).toBeLessThan(seen.indexOf(showsCursor));
});

test('on a terminal an error is red, and nothing is left of what was going on', async () => {
  const { seen, exitCode } = await typeOnTerminal(list, refused);
  expect(exitCode).toBe(4);
  expect(seen).toContain(`${control}[31mError:${control}[39m StatusPage.me refused the API key`);
  expect(seen).toContain(showsCursor);
});

test('NO_COLOR takes the colours away', async () => {
  const { seen } = await typeOnTerminal(list, { ...refused, NO_COLOR: '1' });
  expect(seen).toContain('Error: StatusPage.me refused the API key');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what colours are made of.
  expect(seen).not.toMatch(/\u001b\[[\d;]*m/);
});

test.each([
  ['with --json', [...list, '--json'], {}],
  ['in a CI', list, { CI: 'true' }],
  ['on a terminal that can do nothing', list, { TERM: 'dumb' }],
])('%s nothing is drawn', async (_, words, environment) => {
  const { seen, exitCode } = await typeOnTerminal(words, environment);
  expect(exitCode).toBe(0);
  expect(seen).not.toContain(control);
  expect(seen).not.toContain('Reading status-pages');
});

test('Ctrl+C leaves the terminal as it was', async () => {
  const page = await serveEmulator();
  page.emulator.addFault({ kind: 'silence', times: 'always' });
  const env = { PATH: process.env.PATH ?? '', TERM: 'xterm', STATUSPAGE_ME_API_KEY: sampleKey };
  const terminal = spawn(process.execPath, [builtFile, ...list, '--api-url', page.apiUrl], { env, cols: 80, rows: 20 });
  let seen = '';
  let typed = false;
  terminal.onData((text) => {
    seen += text;
    if (typed || page.emulator.journal().length === 0) return;
    typed = true;
    terminal.write('\u0003');
  });
  const exitCode = await new Promise<number>((resolve) => {
    terminal.onExit((end) => resolve(end.exitCode));
  });
  await page.close();
  expect(exitCode).toBe(130);
  expect(seen.lastIndexOf(showsCursor)).toBeGreaterThan(seen.lastIndexOf(hidesCursor));
});

test('help is as wide as the terminal', async () => {
  const { seen } = await typeOnTerminal(['open-maintenance', '--help']);
  const widths = seen.split('\r\n').map((line) => line.length);
  expect(Math.max(...widths)).toBeGreaterThan(85);
});

test('a command prints the same on a terminal as in a script, and exits with the same code', async () => {
  const page = await serveEmulator();
  const calls = [
    [['open-maintenance', '--status-page', acme, '--on-api-error', 'fail'], 0, 'Opened the maintenance window'],
    [['get', 'maintenance', '1'], 0, 'title           Maintenance in progress'],
    [['get', 'maintenance', '7'], 6, 'there is no notice with the id 7'],
  ] as const;
  for (const [words, exitCode, seen] of calls) {
    expect(await typeBeside(page, words)).toEqual({ exitCode, seen: expect.stringContaining(seen) });
  }
  await page.close();
});
