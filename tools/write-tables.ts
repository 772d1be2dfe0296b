import { readFileSync, writeFileSync } from 'node:fs';
import { renderCommands } from './render-commands.ts';
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

/** The source that holds the version of the package: what is bundled cannot look into package.json. */
export function renderVersion(version: string): string {
  return `/** The version of the package, as package.json has it; \`npm run tables\` writes it here. */\nexport const version = '${version}';\n`;
}

if (import.meta.main) {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  writeFileSync('action.yml', renderActionFile());
  writeFileSync('docs/commands.md', renderCommands());
  writeFileSync('src/cli/version.ts', renderVersion(version));
  writeFileSync('README.md', fillTables(readFileSync('README.md', 'utf8')));
}
