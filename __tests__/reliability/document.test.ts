import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { operationNames } from '../../src/inputs/inputs.ts';
import { lateFaults, tableFaults } from './faults.ts';
import { lateScenes, scenes } from './scenes.ts';
import { variantScenes, variants } from './variants.ts';

const document = readFileSync(new URL('../../docs/reliability.md', import.meta.url), 'utf8');

/** The faults in the table of each scene. */
function faultsIn(text: string): Readonly<Record<string, readonly string[]>> {
  const tables = text.split(/^### /m).slice(1);
  return Object.fromEntries(
    tables.map((table) => {
      const [heading = '', ...lines] = table.split('\n');
      const rows = lines.filter((line) => line.startsWith('| ')).slice(1);
      const names = rows.flatMap((row) => row.slice(2).split(' | ')[0]?.split('<br>') ?? []);
      return [heading, names.filter((name) => name !== '---').toSorted()];
    }),
  );
}

test('the fault table has a row for each operation and each fault that is played', () => {
  const told = (faults: readonly { readonly name: string }[]) => faults.map(({ name }) => name).toSorted();
  const expected = [
    ...scenes.map(({ operation, title }) => [`\`${operation}\`: ${title}`, told(tableFaults)]),
    ...variantScenes.map(({ operation, title }) => [`\`${operation}\`: ${title}`, told(variants)]),
    ...lateScenes.map(({ operation, title }) => [`\`${operation}\`: ${title}`, told(lateFaults)]),
  ];
  expect(faultsIn(document)).toEqual(Object.fromEntries(expected));
});

test('the fault table has every operation', () => {
  expect([...new Set(scenes.map(({ operation }) => operation))].toSorted()).toEqual([...operationNames].toSorted());
});
