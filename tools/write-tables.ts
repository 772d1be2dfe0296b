import { readFileSync, writeFileSync } from 'node:fs';
import { renderCommands } from './render-commands.ts';
import { renderActionFile, renderTables } from './tables.ts';

/** The documents that show tables of the code. */
export const pagesWithTables = ['README.md', 'docs/how-it-works.md'] as const;

/** A document with its tables made anew; each is between a comment with its name and one that ends it. Throws for a name that is unknown. */
export function fillTables(page: string): string {
  const tables = renderTables();
  return page.replace(
    /(<!-- table: (.+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_found, before: string, name: string, after: string) => {
      const table = tables[name];
      if (table === undefined) throw new Error(`There is no table ${name}.`);
      return `${before}${table}\n${after}`;
    },
  );
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
  for (const page of pagesWithTables) writeFileSync(page, fillTables(readFileSync(page, 'utf8')));
}
