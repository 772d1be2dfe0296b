import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { renderRequestTable } from '../../__tests__/performance/situations.ts';
import { measureBytes, renderBytes, root } from './bytes.ts';
import { measureGrowth, renderGrowth } from './growth.ts';
import { type Outcome, plans, playOrganisation, renderOrganisation } from './organisation.ts';
import { setScene } from './scene.ts';
import { measureStarts, renderStarts } from './starts.ts';

const page = join(root, 'docs/performance.md');

/** The page with a table put between the comments that name it. Throws if the page lacks them. */
function fill(text: string, name: string, table: string): string {
  const pattern = new RegExp(`(<!-- table: ${name} -->\n)[\\s\\S]*?(<!-- end -->)`);
  if (!pattern.test(text)) throw new Error(`${page} has no place for the table of ${name}`);
  return text.replace(pattern, (_found, before: string, after: string) => `${before}${table}\n${after}`);
}

async function starts(pairs: number): Promise<string> {
  const scene = await setScene();
  try {
    return renderStarts(await measureStarts(scene, pairs));
  } finally {
    scene.close();
  }
}

async function organisation(): Promise<string> {
  const outcomes: Outcome[] = [];
  for (const plan of plans) outcomes.push(await playOrganisation(plan));
  return renderOrganisation(outcomes);
}

function machine(pairs: number): string {
  const cores = `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'})`;
  const day = new Date().toISOString().slice(0, 10);
  return `Measured on ${day}: ${cores}, ${process.platform}, Node ${process.versions.node}, ${pairs} pairs for each line.`;
}

const { values } = parseArgs({ options: { pairs: { type: 'string', default: '40' }, only: { type: 'string' } } });
const pairs = Number(values.pairs);

/** Every table, by the name that its comment on the page has. */
const tables: Readonly<Record<string, () => string | Promise<string>>> = {
  machine: () => machine(pairs),
  starts: () => starts(pairs),
  bytes: () => renderBytes(measureBytes()),
  requests: renderRequestTable,
  growth: async () => renderGrowth(await measureGrowth()),
  organisation,
};

let text = readFileSync(page, 'utf8');
for (const [name, make] of Object.entries(tables)) {
  if (values.only !== undefined && !values.only.split(',').includes(name)) continue;
  const table = await make();
  console.log(`\n${name}\n\n${table}`);
  text = fill(text, name, table);
}
writeFileSync(page, text);
console.log(`\nWritten into ${page}`);
