import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { controlRoutes } from '../../src/emulator/control.ts';
import { createEmulator } from '../../src/emulator/emulator.ts';
import { faultSchema } from '../../src/emulator/faults.ts';
import { defaultOptions, optionsSchema } from '../../src/emulator/options.ts';

const text = readFileSync(join(import.meta.dirname, '../../docs/emulator.md'), 'utf8');
const account = ['keys', 'pages', 'monitors'];

/** The rows of the table under a heading, without the column that only people can check. */
function rowsUnder(heading: string): string[][] {
  const section = text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const [, , ...rows] = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -2)
      .map((cell) => cell.trim()),
  );
}

test('docs/emulator.md names every switch with its values, the default first', () => {
  const { properties = {} } = z.toJSONSchema(optionsSchema);
  const expected = Object.entries(defaultOptions)
    .filter(([name]) => !account.includes(name))
    .map(([name, usual]) => {
      const { type, enum: listed = [] } = Object(properties[name]);
      const all: unknown[] = type === 'boolean' ? [true, false] : listed;
      return [`\`${name}\``, [usual, ...all.filter((value) => value !== usual)].map((one) => `\`${one}\``).join(', ')];
    });
  expect(rowsUnder('Switches').toSorted()).toEqual(expected.toSorted());
});

test('docs/emulator.md names every fault', () => {
  const { oneOf, anyOf } = z.toJSONSchema(faultSchema);
  const kinds = (oneOf ?? anyOf ?? []).map(({ properties }) => `\`${Object(properties?.kind).const}\``);
  expect(kinds.length).toBeGreaterThan(10);
  expect(rowsUnder('Faults').map(([name]) => name)).toEqual(kinds);
});

test('docs/emulator.md names every control', () => {
  const { routes } = controlRoutes(createEmulator());
  const expected = routes
    .filter(({ method }) => method !== 'ALL')
    .map((one) => `\`${one.method} /emulator${one.path}\``);
  expect(expected.length).toBeGreaterThan(5);
  expect(rowsUnder('Controls').map(([name]) => name)).toEqual(expected);
});
