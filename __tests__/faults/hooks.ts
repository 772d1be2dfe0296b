import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Options } from '../../src/emulator/options.ts';
import { sampleKey } from '../../src/emulator/sample.ts';
import { acme, createVirtualPage, type Typed, type VirtualPage } from '../cli/typing.ts';

/** What happens to the state file between two commands. */
const hostileTexts = {
  'another address': (text: string) => text.replace(/"apiUrl": "[^"]*"/g, '"apiUrl": "http://foreign.example/api"'),
  'half of it': (text: string) => text.slice(0, text.length / 2),
  'another shape': () => '{"tool":"statuspage-me","version":1,"deployments":[{"deployment":{"records":"all"}}]}',
  'the file of another program': () => '{"name":"shop","private":true}\n',
  'nothing in it': () => '',
} as const;

type Act =
  /** Two commands of the same words begin at the same moment. */
  | {
      readonly act: 'start' | 'end';
      readonly key: 'eu' | undefined;
      readonly isTwice: boolean;
      readonly folder: 0 | 1;
      /** What a start puts into its title. */
      readonly version: 1 | 2;
      /** How the deployment went, of which an end is told. */
      readonly outcome: 'success' | 'failure';
    }
  | { readonly act: 'fail'; readonly path: 'POST' | 'PATCH'; readonly workAfterMs: number; readonly status: 409 | 504 }
  | { readonly act: 'spoil'; readonly text: keyof typeof hostileTexts }
  /** The next command is given a file that is not ours. */
  | { readonly act: 'misname'; readonly with: 'start' | 'end' };

/** What people type before and after deployments on one machine. */
export interface HookSequence {
  readonly acts: readonly Act[];
  /** How long after its creation a record appears in lists, and by its id. */
  readonly api: Pick<Options, 'listLagMs' | 'readLagMs'>;
}

const hook = fc.record({
  act: fc.constantFrom('start' as const, 'end' as const),
  key: fc.constantFrom(undefined, 'eu' as const),
  isTwice: fc.constantFrom(false, false, true),
  folder: fc.constantFrom(0 as const, 0 as const, 1 as const),
  version: fc.constantFrom(1 as const, 1 as const, 2 as const),
  outcome: fc.constantFrom('success' as const, 'success' as const, 'failure' as const),
});

export const hookSequences: fc.Arbitrary<HookSequence> = fc.record({
  api: fc.record({
    listLagMs: fc.constantFrom(0, 0, 1_500, 3_000),
    readLagMs: fc.constantFrom(0, 0, 1_500),
  }),
  acts: fc.array(
    fc.oneof(
      { weight: 8, arbitrary: hook },
      {
        weight: 2,
        arbitrary: fc.record({
          act: fc.constant('fail' as const),
          path: fc.constantFrom('POST' as const, 'PATCH' as const),
          workAfterMs: fc.constantFrom(0, 900, 2_500),
          status: fc.constantFrom(409 as const, 504 as const),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          act: fc.constant('spoil' as const),
          text: fc.constantFrom(...(Object.keys(hostileTexts) as (keyof typeof hostileTexts)[])),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          act: fc.constant('misname' as const),
          with: fc.constantFrom('start' as const, 'end' as const),
        }),
      },
    ),
    { minLength: 2, maxLength: 8 },
  ),
});

const bystanders = { 'package.json': '{"name":"shop"}\n', 'notes.txt': 'Not ours.\n' } as const;

/** What was seen on the way. */
export interface HookTally {
  readonly commands: number;
  readonly violations: readonly string[];
}

/** Plays a sequence of hooks with files of its own, and judges what each command leaves. */
export async function playHooks({ acts, api }: HookSequence): Promise<HookTally> {
  const home = process.cwd();
  const root = mkdtempSync(join(tmpdir(), 'hooks-'));
  const origins = new Set<string>();
  const page = createVirtualPage(api, ({ origin }) => origins.add(origin));
  const violations: string[] = [];
  let commands = 0;
  try {
    const folders = ['checkout', 'elsewhere'].map((name) => join(root, name));
    for (const folder of folders) {
      mkdirSync(folder);
      for (const [name, text] of Object.entries(bystanders)) writeFileSync(join(folder, name), text);
    }
    const site: Site = {
      page,
      folders,
      stateFile: join(folders[0] ?? root, 'state.json'),
      isSpoiled: false,
      mayBeTwo: new Set(),
      started: new Map(),
    };
    for (const act of acts) {
      const typed = await playAct(site, act);
      commands += typed.length;
      violations.push(...judge(site, act, typed).map((text) => `${JSON.stringify(act)}: ${text}`));
    }
  } finally {
    process.chdir(home);
    rmSync(root, { recursive: true });
  }
  const foreign = [...origins].filter((origin) => !page.apiUrl.startsWith(origin));
  return { commands, violations: [...violations, ...foreign.map((origin) => `sent the key to ${origin}`)] };
}

interface Site {
  readonly page: VirtualPage;
  readonly folders: readonly string[];
  readonly stateFile: string;
  /** Whether something is, or was, in the state file that we did not write. */
  isSpoiled: boolean;
  /** The titles of windows that may be there twice: a command said so, or another version was started in between. */
  readonly mayBeTwo: Set<string>;
  /** The version that was started last, by the name of its key. */
  readonly started: Map<string, number>;
}

async function playAct(site: Site, act: Act): Promise<readonly Typed[]> {
  const { page, folders, stateFile } = site;
  const environment = {
    STATUSPAGE_ME_API_URL: page.apiUrl,
    STATUSPAGE_ME_API_KEY: sampleKey,
    STATUSPAGE_ME_STATUS_PAGE: acme,
  };
  const type = (folder: 0 | 1, words: readonly string[]) => {
    process.chdir(folders[folder] ?? '.');
    return page.type(words, environment);
  };
  switch (act.act) {
    case 'fail':
      page.emulator.addFault({
        kind: 'status',
        status: act.status,
        match: { method: act.path, path: '/maintenances' },
        ...(act.workAfterMs === 0 ? { when: 'after' } : { workAfterMs: act.workAfterMs }),
      });
      return [];
    case 'spoil': {
      const text = readIfThere(stateFile);
      if (text !== undefined) {
        writeFileSync(stateFile, hostileTexts[act.text](text));
        site.isSpoiled = true;
      }
      return [];
    }
    case 'misname':
      return [await type(0, [`deploy-${act.with}`, '--state-file', 'package.json'])];
    case 'start':
    case 'end': {
      const keyed = act.key === undefined ? [] : ['--deployment-key', act.key];
      const more = act.act === 'start' ? ['--title', titleOf(act)] : ['--outcome', act.outcome];
      const words = [`deploy-${act.act}`, '--state-file', stateFile, ...keyed, ...more];
      const both = act.isTwice ? [words, words] : [words];
      const typed = await Promise.all(both.map((one) => type(act.folder, one)));
      // A server may accept an end only a few seconds ahead, and apply late what it did not answer.
      await page.pass(7_000);
      return typed;
    }
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function judge(
  { page, folders, stateFile, isSpoiled, mayBeTwo, started }: Site,
  act: Act,
  typed: readonly Typed[],
): readonly string[] {
  const wrong: string[] = [];
  const said = typed.map(({ stdout, stderr }) => stdout + stderr).join('\n');
  if (said.includes(sampleKey)) wrong.push('told the key');
  if (said.includes('something unexpected') || /^\s+at .*\.ts:/m.test(said)) wrong.push(`broke: ${said}`);
  for (const folder of folders) {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (path === stateFile) continue;
      const expected = bystanders[name as keyof typeof bystanders];
      if (expected === undefined) wrong.push(`left the file ${name}`);
      else if (readFileSync(path, 'utf8') !== expected) wrong.push(`changed ${name}`);
    }
  }
  if (act.act === 'misname' && typed.some(({ exitCode, stderr }) => exitCode === 0 && !stderr.includes('package.json')))
    wrong.push(`took a file that is not ours: ${said}`);
  if (isSpoiled || act.act === 'misname') return wrong;
  const open = page.emulator.windows().filter(({ state }) => state !== 'past');
  const titles = open.map(({ title }) => title);
  if (act.act === 'start') {
    const before = started.get(nameOf(act.key));
    started.set(nameOf(act.key), act.version);
    const isNextRun = before !== undefined && before !== act.version;
    if (isNextRun || said.includes('may still appear')) mayBeTwo.add(titleOf(act));
  }
  const once = titles.filter((title) => !mayBeTwo.has(title));
  if (new Set(once).size < once.length) wrong.push(`left two windows of one deployment: ${said}`);
  const isSilent = ({ exitCode, stderr }: Typed) => exitCode === 0 && !/[Ww]arning|stays/.test(stderr);
  // An earlier version that failed is left too, so no version stays.
  const isLeft = act.act === 'end' && titles.some((title) => title.startsWith(`Update ${nameOf(act.key)} `));
  if (isLeft && act.outcome === 'success' && typed.every(isSilent))
    wrong.push(`left a window, and nobody was told: ${said}`);
  return wrong;
}

function nameOf(key: string | undefined): string {
  return key ?? 'without a key';
}

function titleOf({ key, version }: { readonly key: string | undefined; readonly version: number }): string {
  return `Update ${nameOf(key)} ${version}`;
}
