import { readFileSync, writeFileSync } from 'node:fs';
import pLimit from 'p-limit';
import { startFakeGitHub } from '../github/fake-github.ts';
import { lateFaults, type TableFault, tableFaults } from './faults.ts';
import { createTurns, playScene } from './play-scene.ts';
import { githubToken, lateScenes, type Scene, scenes } from './scenes.ts';
import { describeTable, isSlowerThanIn, type Row } from './table.ts';
import { variantScenes, variants } from './variants.ts';

// `npm run reliability` plays every operation with every fault, with the built action, and writes the tables of the document again.
// With `--check` it writes nothing, and fails if a table has changed. With `--variants` it plays only the servers that differ.
const documentPath = new URL('../../docs/reliability.md', import.meta.url);
/** Most of a scene is waiting. */
const scenesAtOnce = 28;

const github = await startFakeGitHub({
  repository: 'acme/shop',
  token: githubToken,
  runs: new Map([['100', 'completed']]),
});
const theatre = { githubApiUrl: github.apiUrl, start: createTurns() };
const before = readFileSync(documentPath, 'utf8');
const limit = pLimit(scenesAtOnce);
const limitAgain = pLimit(2);

interface Cast {
  readonly scene: Scene;
  readonly faults: readonly TableFault[];
  readonly head?: string;
}

async function playRow(scene: Scene, fault: TableFault): Promise<Row> {
  return { fault, played: await playScene(scene, fault, theatre) };
}

/** Plays again, up to twice and at the end, what took longer than the document says: the machine may have been busy. */
async function playAgain(scene: Scene, row: Row): Promise<Row> {
  let newest = row;
  for (let times = 0; times < 2 && isSlowerThanIn(before, scene, newest); times += 1)
    newest = await limitAgain(() => playRow(scene, row.fault));
  return newest;
}

// Those that wait longest begin first.
const all: Readonly<Record<'late' | 'tables' | 'variants', readonly Cast[]>> = {
  late: lateScenes.map((scene) => ({ scene, faults: lateFaults, head: 'the page does the work after' })),
  tables: scenes.map((scene) => ({ scene, faults: tableFaults })),
  variants: variantScenes.map((scene) => ({ scene, faults: variants, head: 'the API' })),
};
const onlyVariants = process.argv.includes('--variants');
const casts = Object.entries(all).filter(([name]) => !onlyVariants || name === 'variants');
const played = new Map<Cast, readonly Row[]>();
await Promise.all(
  casts
    .flatMap(([, parts]) => parts)
    .map(async (cast) => {
      const rows = cast.faults.map((fault) => limit(() => playRow(cast.scene, fault)));
      played.set(cast, await Promise.all(rows));
    }),
);
const tableOf = async (cast: Cast) => {
  const rows = await Promise.all((played.get(cast) ?? []).map((row) => playAgain(cast.scene, row)));
  return describeTable(cast.scene, rows, cast.head);
};
const written: (readonly [name: string, tables: readonly string[]])[] = [];
for (const [name, parts] of casts) written.push([name, await Promise.all(parts.map(tableOf))]);
await github.stop();

let document = before;
function replace(name: string, text: string): void {
  const pattern = new RegExp(`(<!-- ${name} -->)[^]*?(<!-- end of ${name} -->)`);
  if (!pattern.test(document)) throw new Error(`reliability.md has no place for ${name}`);
  document = document.replace(pattern, (_all, begin, end) => `${begin}${text}${end}`);
}
for (const [name, parts] of written) replace(name, `\n${parts.join('\n\n')}\n`);

if (process.argv.includes('--check')) {
  if (document !== before) {
    const old = new Set(before.split('\n'));
    const changed = document.split('\n').filter((line) => !old.has(line));
    console.error(['The tables have changed. New lines:', ...changed].join('\n'));
    process.exitCode = 1;
  }
} else {
  if (!onlyVariants)
    replace('played on', new Date().toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' }));
  writeFileSync(documentPath, document);
}
