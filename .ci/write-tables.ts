import { readFileSync, writeFileSync } from 'node:fs';
import { renderActionFile, renderInputTable, renderOperationTable, renderOutputTable } from './tables.ts';

/** README with its tables made anew; each stands between a comment that names it and one that ends it. */
export function fillTables(readme: string): string {
  const tables = { operations: renderOperationTable(), inputs: renderInputTable(), outputs: renderOutputTable() };
  let text = readme;
  for (const [name, table] of Object.entries(tables)) {
    const place = new RegExp(`(<!-- table: ${name} -->\n)[\\s\\S]*?(<!-- end -->)`);
    if (!place.test(text)) throw new Error(`README.md has no place for the table of ${name}`);
    text = text.replace(place, (_found, before: string, after: string) => `${before}${table}\n${after}`);
  }
  return text;
}

if (import.meta.main) {
  writeFileSync('action.yml', renderActionFile());
  writeFileSync('README.md', fillTables(readFileSync('README.md', 'utf8')));
}
