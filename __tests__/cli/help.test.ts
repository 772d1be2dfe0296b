import { Writable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { commands } from '../../src/cli/command-line.ts';
import type { Invocation } from '../../src/cli/program.ts';
import { createProgram } from '../../src/cli/program.ts';
import { type Input, inputNames, inputs, operationNames } from '../../src/inputs/inputs.ts';
import { operations } from '../../src/inputs/operations.ts';
import { readRequest } from '../../src/inputs/read-inputs.ts';

type Typed = Pick<Invocation, 'flags' | 'operands'> & { readonly name: string };

/** What is understood of words, and what is printed; nothing is done. */
async function parse(
  words: readonly string[],
): Promise<{ readonly typed: Typed | undefined; readonly printed: string }> {
  let typed: Typed | undefined;
  let printed = '';
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      printed += chunk;
      done();
    },
  });
  const program = createProgram(commands, words, { stdout: stream, stderr: stream }, async ({ name }, call) => {
    typed = { name, ...call };
  });
  await program.parseAsync(words, { from: 'user' }).catch(() => {});
  return { typed, printed };
}

/** The words of an example, as a shell would split it. */
const split = (example: string) =>
  [...example.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');

const plain = (text: string) => text.replaceAll('`', '');

describe.each(commands.map((command) => [command.name, command] as const))('%s', (name, definition) => {
  const { summary, does, flags, first, examples } = definition;

  test('has help that begins with its usage and examples, and describes every flag', async () => {
    const { printed } = await parse([name, '--help']);
    const text = printed.replace(/\s+/g, ' ');
    expect(printed).toMatch(new RegExp(`^Usage: statuspage-me ${name} \\[flags\\]`));
    expect(text).toContain(plain(does));
    for (const { flags: written, shortly = written, meaning } of flags)
      expect(text).toContain(`${shortly} ${plain(meaning)}`);
    for (const example of examples) expect(printed).toContain(`\n  statuspage-me ${example}\n`);
    expect(printed.indexOf('Examples:')).toBeLessThan(printed.indexOf('Flags:'));
    expect(text).toContain('--json Print the result as one JSON object');
    const takesKey = flags.some(({ flags: written }) => written.startsWith('--api-key-file'));
    expect(text.includes('STATUSPAGE_ME_API_KEY')).toBe(takesKey);
    const [, variable, fullName] = /Every flag can be a variable: --([a-z-]+) is (\w+)\./.exec(text) ?? [];
    expect(flags.some(({ flags: written }) => written.startsWith(`--${variable} `))).toBe(true);
    expect(fullName).toBe(`STATUSPAGE_ME_${variable?.toUpperCase().replaceAll('-', '_')}`);
    expect(text).not.toMatch(/undefined|\(preset|\.\. |`/);
    expect((await parse([name, '-h'])).printed).toBe(printed);
    expect((await parse(['help', name])).printed).toBe(printed);
  });

  test('fits 80 columns, with the flags that matter first', async () => {
    const { printed } = await parse([name, '--help']);
    expect(printed.split('\n').filter((line) => line.length > 80)).toEqual([]);
    const shown = printed.slice(printed.indexOf('Flags:'), printed.indexOf('Connection and output:'));
    const names = [...shown.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, flag]) => flag);
    expect(names.slice(0, first.length)).toEqual(first);
    expect(first.length).toBeLessThanOrEqual(5);
  });

  test('has a line in the overview', async () => {
    const { printed } = await parse(['--help']);
    expect(printed).toContain(`\n  ${name.padEnd(16)}  ${summary}\n`);
  });

  test.each(examples)('is called as in the example: %s', async (example) => {
    const { typed } = await parse(split(example));
    expect(typed?.name).toBe(name);
  });
});

describe.each(operationNames)('%s', (operation) => {
  const command = commands.find(({ name }) => name === operation);
  const names = command?.flags.map(({ flags }) => /--([a-z-]+)/.exec(flags)?.[1]);

  test('has a flag for every input of the table that a command can use, and no other', () => {
    const uses = Object.keys(operations[operation].inputs);
    const left = uses.filter((name) => !names?.includes(name));
    const common = ['operation', 'api-key', 'github-token', 'job-status', 'matrix'];
    const ending = ['outcome', 'on-failure', 'on-cancel', 'resolve-message', 'cancel-message', 'failure-title'];
    const more = ['failure-message', 'notify-on-failure', 'recover', 'auto-resolve'];
    const opening = operations[operation].opens ? [...ending, ...more] : [];
    expect(left.toSorted()).toEqual([...common, ...opening].toSorted());
    expect(names?.filter((name = '') => !uses.includes(name))).toEqual([
      ...(operation === 'resolve' ? ['message'] : []),
      'api-key-file',
    ]);
  });

  test('names the default of each flag as the table has it', () => {
    for (const { flags, meaning } of command?.flags ?? []) {
      const name = inputNames.find((one) => flags.startsWith(`--${one} `));
      const use: unknown = name && Object(operations[operation].inputs)[name];
      const fallback = typeof use === 'object' && use !== null && 'default' in use ? String(use.default) : undefined;
      if (fallback !== undefined) expect(meaning).toContain(` Default: ${fallback.replace(/\.$/, '')}.`);
      expect(meaning.endsWith(' Required.')).toBe(use === 'required');
    }
  });

  test.each(command?.examples ?? [])('accepts the inputs of the example: %s', async (example) => {
    const { typed } = await parse(split(example));
    const secrets = { 'api-key': 'spk_x', 'github-token': 'x' };
    const ordinary = Object.fromEntries(inputNames.map((name) => [name, (inputs[name] as Input).default]));
    const given = { ...ordinary, 'job-status': '', matrix: '', ...secrets, ...typed?.flags, operation };
    const inputsGiven = { kind: 'terminal', texts: given, nameOf: (name: string) => name } as const;
    expect(() => readRequest(inputsGiven, new Date('2026-03-14T12:00:00Z'))).not.toThrow();
  });
});

describe('help shows a default that depends on other inputs', () => {
  const recover =
    /--recover \[true\|false\] .*? Default: true with --on-failure incident or --on-cancel incident, else false\. /;
  const title = /--title <value> Title that visitors read\. (Default: .*?\. )?--/;
  test.each([
    ['run', recover, 'Default: Maintenance in progress. '],
    ['deploy-start', recover, 'Default: Maintenance in progress. '],
    ['deploy-end', recover, undefined],
    ['resolve', recover, undefined],
    ['open-maintenance', title, 'Default: Maintenance in progress, or Scheduled maintenance if it starts later. '],
    ['gate', /--monitors <value> .*? Default: every monitor of the pages\. /, undefined],
  ] as const)('%s', async (name, shown, ofTitle) => {
    const text = (await parse([name, '--help'])).printed.replace(/\s+/g, ' ');
    expect(text).toMatch(shown);
    expect(title.exec(text)?.[1]).toBe(ofTitle);
  });

  test('and none of a title that is only changed', async () => {
    const text = (await parse(['update', '--help'])).printed.replace(/\s+/g, ' ');
    expect(text).toContain('--title <value> Title that visitors read. --');
  });
});

test('the overview names the words that list takes', async () => {
  const { printed } = await parse(['--help']);
  const words = /^ {2}list +Lists (.*), …$/m.exec(printed)?.[1]?.split(', ') ?? [];
  const taken = commands.find(({ name }) => name === 'list')?.operands?.['<what>']?.choices;
  expect(words.length).toBeGreaterThan(3);
  expect(taken).toEqual(expect.arrayContaining(words));
});

test('the overview is a line for each command and fits a screen of 80 × 24', async () => {
  const { printed } = await parse([]);
  const lines = printed.trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(24);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect((await parse(['-h'])).printed).toBe(printed);
  expect((await parse(['help'])).printed).toBe(printed);
});

test('-V prints the version', async () => {
  const { printed } = await parse(['-V']);
  expect(printed).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect((await parse(['--version'])).printed).toBe(printed);
});

test('--message of resolve means --resolve-message, and both together are refused', async () => {
  const resolve = ['resolve', '--id', '1', '--kind', 'incident'];
  expect((await parse([...resolve, '--message', 'Fast again.'])).typed?.flags).toMatchObject({
    'resolve-message': 'Fast again.',
  });
  expect((await parse([...resolve, '--message', 'a', '--resolve-message', 'b'])).typed).toBeUndefined();
});

test('a flag does not take the next one for its value', async () => {
  expect((await parse(['open-maintenance', '--title', '--json'])).typed).toBeUndefined();
  expect((await parse(['open-maintenance', '--title', '-- soon --'])).typed?.flags).toEqual({ title: '-- soon --' });
});

test('a flag that says yes or no may stand alone, also before another one', async () => {
  const flags = (await parse(['open-maintenance', '--dry-run', '--marker', 'false', '--title', 'x', '--json'])).typed
    ?.flags;
  expect(flags).toEqual({ 'dry-run': 'true', marker: 'false', title: 'x', json: 'true' });
});
