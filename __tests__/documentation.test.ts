import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import MarkdownIt from 'markdown-it';
import { isMap, isSeq, parse, parseDocument, stringify } from 'yaml';
import { type Input, inputNames, inputs } from '../src/inputs/inputs.ts';
import { outputs } from '../src/messages/outputs.ts';
import { renderCommands } from '../tools/render-commands.ts';
import { inputGroups, renderActionFile, renderTables } from '../tools/tables.ts';
import { fillTables, pagesWithTables, renderVersion } from '../tools/write-tables.ts';
import { ourActionFile, validateWorkflow } from './support/github-parser.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const manifest = JSON.parse(read('package.json'));

/** What people read: README, docs, and what GitHub shows from its own folder. */
const pages = ['README.md', ...globSync('{docs,.github}/**/*.md', { cwd: root })].map((path) => ({
  path,
  text: read(path),
}));

/** A piece of code in a page: a block, or a few words in a sentence. Lines count from 1. */
interface Code {
  readonly language: string;
  readonly text: string;
  readonly line: number;
}

function findCode(page: string): readonly Code[] {
  return new MarkdownIt().parse(page, {}).flatMap(({ type, info, content, map, children }): readonly Code[] => {
    const line = (map?.[0] ?? 0) + 1;
    if (type === 'fence' || type === 'code_block') return [{ language: info.trim(), text: content, line: line + 1 }];
    const inline = children?.filter((child) => child.type === 'code_inline') ?? [];
    return inline.map((child) => ({ language: '', text: child.content, line }));
  });
}

/** The workflow that a block of YAML is, or is a piece of; undefined if it is something else. */
function workflowOf(text: string): string | undefined {
  const { contents } = parseDocument(text);
  if (isSeq(contents)) {
    const steps: unknown = parse(text);
    const isSteps = Array.isArray(steps) && steps.every((step) => 'uses' in Object(step) || 'run' in Object(step));
    return isSteps ? stringify({ on: 'push', jobs: { deploy: { 'runs-on': 'ubuntu-latest', steps } } }) : undefined;
  }
  if (!isMap(contents)) return undefined;
  if (contents.has('jobs')) return contents.has('on') ? text : `on: push\n${text}`;
  return contents.has('runs-on') ? stringify({ on: 'push', jobs: { deploy: parse(text) } }) : undefined;
}

/** GitHub's editor warns about a step that comes later. README explains that in a footnote. */
const laterStep = 'Context access might be invalid: deploy';

/** What is wrong with the YAML of a page: that it is none, or what GitHub has against its workflows. */
async function findWrongYaml(page: string): Promise<readonly string[]> {
  const blocks = findCode(page).filter(({ language }) => /^ya?ml$/.test(language));
  const found = blocks.map(async ({ text, line }) => {
    const broken = parseDocument(text).errors.map(({ message }) => message);
    const workflow = broken.length === 0 ? workflowOf(text) : undefined;
    const findings = workflow === undefined ? [] : await validateWorkflow(workflow);
    const messages = [...broken, ...findings.map(({ message }) => message)].filter((message) => message !== laterStep);
    return messages.map((message) => `block at line ${line}: ${message}`);
  });
  return (await Promise.all(found)).flat();
}

const npmsOwn = new Set([
  'org',
  'trust',
  'whoami',
  'ci',
  'install',
  'version',
  'pack',
  'link',
  'publish',
  'exec',
  'audit',
  'view',
]);

/** The commands of a page that nobody could type: scripts that package.json does not have, and files that do not exist. */
function findWrongCommands(page: string, scripts: Readonly<Record<string, string>>): readonly string[] {
  const shell = findCode(page).filter(({ language }) => /^(|sh|bash|console|shell)$/.test(language));
  const commands = shell
    .flatMap(({ text }) => text.split(/\n|&&|\|\||;/))
    .map((command) => command.trim().replace(/^\$ /, ''));
  return commands.filter((command) => {
    const [, verb = '', script = ''] =
      /^npm ((?:--?\S+ )*run(?:-script)?|\S+)(?: (?:--?\S+ )*(\S+))?/.exec(command) ?? [];
    if (verb.endsWith('run') || verb.endsWith('run-script')) return script !== '' && !Object.hasOwn(scripts, script);
    if (verb !== '') return !npmsOwn.has(verb) && !Object.hasOwn(scripts, verb);
    const [, file] = /^(?:node )?(\.?\/?(?:\.ci|src|dist)\/\S*)/.exec(command) ?? [];
    return file !== undefined && !existsSync(join(root, file));
  });
}

/** The links of a page that lead nowhere in this repository. */
function findDeadLinks(path: string, page: string): readonly string[] {
  const tokens = new MarkdownIt({ html: true }).parse(page, {});
  const inline = tokens.flatMap(({ children }) => children ?? []);
  const links = [...tokens, ...inline]
    .flatMap((token) => [token.attrGet('href'), token.attrGet('src'), ...addressesOf(token)])
    .map((address) => String(address ?? ''))
    .filter((address) => address !== '' && !/^[a-z]+:/.test(address));
  return links.filter((address) => {
    const [file = '', anchor] = address.split('#');
    const target = join(root, dirname(path), decodeURIComponent(file));
    if (file !== '' && !existsSync(target)) return true;
    if (anchor === undefined) return false;
    return !readAnchors(file === '' ? page : readFileSync(target, 'utf8')).has(decodeURIComponent(anchor));
  });
}

/** What a piece of HTML in Markdown links to or shows. */
function addressesOf({ type, content }: { readonly type: string; readonly content: string }): readonly string[] {
  if (!/^html_/.test(type)) return [];
  return [...content.matchAll(/(?:href|src|srcset)="([^"]+)"/g)].map(([, address = '']) => address);
}

/** The headings of a page, as links name them. */
function readAnchors(page: string): ReadonlySet<string> {
  const tokens = new MarkdownIt().parse(page, {});
  const headings = tokens.flatMap(({ type }, at) => (type === 'heading_open' ? [tokens[at + 1]?.content ?? ''] : []));
  return new Set(headings.map(anchorOf));
}

/** The name that GitHub gives to a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
    .replaceAll(' ', '-');
}

/** Whether a changelog tells of what is to come, or of the version that package.json names. */
function isUpToDate(changelog: string, version: string): boolean {
  const headings = [...changelog.matchAll(/^## \[?([^\]\s]+)/gm)].map(([, name]) => name);
  return headings.includes('Unreleased') || headings.includes(version);
}

describe('action.yml', () => {
  test('is made from the tables of the code; `npm run tables` does it', () => {
    expect(ourActionFile()).toBe(renderActionFile());
  });

  test('declares every input and output of the code, and nothing else', () => {
    const declared = parse(ourActionFile());
    expect(Object.keys(declared.inputs)).toEqual(inputNames);
    expect(Object.keys(declared.outputs)).toEqual(Object.keys(outputs));
  });

  test('declares the default of an input if it has one, as the code has it', () => {
    const declared: Readonly<Record<string, { default?: string }>> = parse(ourActionFile()).inputs;
    const defaults = inputNames.map((name): Input => inputs[name]).map((input) => input.default);
    expect(Object.values(declared).map((input) => input.default)).toEqual(defaults);
  });

  test('starts files that are built', () => {
    const { main, post } = parse(ourActionFile()).runs;
    expect([main, post].filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });
});

describe('docs/commands.md', () => {
  test('is made from the commands themselves; `npm run tables` does it', () => {
    expect(read('docs/commands.md')).toBe(renderCommands());
  });

  test('and so is the version of the command line', () => {
    expect(read('src/cli/version.ts')).toBe(renderVersion(manifest.version));
  });
});

describe('README', () => {
  const readme = read('README.md');

  test.each(pagesWithTables)('%s has the tables of the code; `npm run tables` puts them there', (path) => {
    const page = read(path);
    expect(fillTables(page)).toBe(page);
    expect(fillTables(page.replace(/(<!-- table: .+ -->\n)[\s\S]*?(<!-- end -->)/g, '$1$2'))).toBe(page);
  });

  test('and docs show each table once, and no other', () => {
    const places = pagesWithTables.flatMap((path) => [...read(path).matchAll(/<!-- table: (.+) -->/g)]);
    expect(places.map(([, name]) => name).toSorted()).toEqual(Object.keys(renderTables()).toSorted());
    expect(() => fillTables('<!-- table: nothing -->\n<!-- end -->')).toThrow('There is no table nothing.');
  });

  test('shows every input that users may set in one group', () => {
    const shown = inputNames.filter((name) => (inputs[name] as Input).internal !== true);
    expect(Object.values(inputGroups).flat().toSorted()).toEqual(shown.toSorted());
  });

  test('has at most 2,800 words', () => {
    const words = readme.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
    expect(words.length).toBeLessThanOrEqual(2_800);
  });

  test('says "not yet released" until CHANGELOG has a version', () => {
    expect(readme.includes('not yet released')).toBe(!hasRelease(read('CHANGELOG.md')));
    expect(hasRelease('# Changelog\n\n## Unreleased\n\n## 1.0.0\n')).toBe(true);
  });
});

/** Whether a changelog has the section of a release. */
const hasRelease = (changelog: string): boolean => /^## \[?\d+\.\d+\.\d+/m.test(changelog);

describe.each(pages)('$path', ({ path, text }) => {
  test('shows workflows that GitHub accepts with this action', async () => {
    expect(await findWrongYaml(text)).toEqual([]);
  });

  test('tells people to type what there is', () => {
    expect(findWrongCommands(text, manifest.scripts)).toEqual([]);
  });

  test('leads nowhere in vain', () => {
    expect(findDeadLinks(path, text)).toEqual([]);
  });

  test('runs no package that nobody has published', () => {
    expect(text).not.toMatch(/npx (?:--?\S+ )*statuspage-me/);
  });
});

describe('a wrong page is noticed', () => {
  const uses = '- uses: owner/statuspage-me@v1\n  with:\n';
  const steps = `${uses}    status-page: acme\n    duration: 30m\n`;
  const job = `deploy:\n  runs-on: ubuntu-latest\n  steps:\n${steps.replace(/^/gm, '    ')}\n`;
  const workflow = `on: push\njobs:\n${job.replace(/^/gm, '  ')}\n`;
  const fenced = (yaml: string) => `Text.\n\n\`\`\`yaml\n${yaml}\n\`\`\`\n`;

  test.each([
    ['a workflow', workflow],
    ['a workflow without its trigger', workflow.replace('on: push\n', '')],
    [
      'a job',
      job
        .split('\n')
        .slice(1)
        .map((line) => line.slice(2))
        .join('\n'),
    ],
    ['steps', steps],
  ])('if an input were mistyped in %s', async (_, yaml) => {
    expect(await findWrongYaml(fenced(yaml))).toEqual([]);
    expect(await findWrongYaml(fenced(yaml.replace('duration', 'duratoin')))).toEqual([
      "block at line 4: Invalid action input 'duratoin'",
    ]);
  });

  test('if its YAML were none', async () => {
    expect(await findWrongYaml(fenced('a: b: c'))).toEqual([
      expect.stringContaining('block at line 4: Nested mappings'),
    ]);
    expect(await findWrongYaml(fenced('concurrency: production\n'))).toEqual([]);
    expect(await findWrongYaml(fenced('- a list\n- of words\n'))).toEqual([]);
  });

  test('if it names a command that does not exist', () => {
    const page =
      'Type `npm run demoo` or `npm run demo -- --keep`.\n\n```sh\nnpm ci && npm tset\nnpm run -s buidl; .ci/rnu\nnode src/gone.ts\nnpm test\n.ci/run\n```\n';
    const wrong = ['npm run demoo', 'npm tset', 'npm run -s buidl', '.ci/rnu', 'node src/gone.ts'];
    expect(findWrongCommands(page, { demo: '', test: '', build: '' })).toEqual(wrong);
  });

  test('if it led to what there is not', () => {
    const page =
      '# One `two`, three!\n\n[a](#one-two-three) [b](#one-two) [c](README.md) [d](GONE.md) [e](https://x.example) ![f](gone.png)';
    expect(findDeadLinks('README.md', page)).toEqual(['#one-two', 'GONE.md', 'gone.png']);
    expect(findDeadLinks('.github/PAGE.md', '[a](../README.md) [b](README.md)')).toEqual(['README.md']);
    expect(findDeadLinks('README.md', '[a](docs/recipes.md#recipes) [b](docs/recipes.md#gone)')).toEqual([
      'docs/recipes.md#gone',
    ]);
    expect(findDeadLinks('README.md', '<img src="gone.png"> <img src="LICENSE">')).toEqual(['gone.png']);
  });
});

describe('CHANGELOG', () => {
  test('tells of what is to come or of this version', () => {
    expect(isUpToDate(read('CHANGELOG.md'), manifest.version)).toBe(true);
  });

  test.each([
    ['## Unreleased', true],
    ['## [Unreleased]', true],
    ['## [1.2.3] - 2026-03-14', true],
    ['## 1.2.3', true],
    ['## 1.2.30', false],
    ['### Unreleased', false],
    ['1.2.3', false],
  ])('with "%s" does so: %s', (heading, holds) => {
    expect(isUpToDate(`# Changelog\n\n${heading}\n\n- A change.\n`, '1.2.3')).toBe(holds);
  });
});
