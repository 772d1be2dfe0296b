import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import MarkdownIt from 'markdown-it';
import { isMap, isSeq, parse, parseDocument, stringify } from 'yaml';
import { type Input, inputNames, inputs } from '../src/inputs/inputs.ts';
import { outputs } from '../src/inputs/outputs.ts';
import { renderCommands } from '../tools/render-commands.ts';
import { renderActionFile } from '../tools/tables.ts';
import { fillTables, renderVersion } from '../tools/write-tables.ts';
import { ourActionFile, validateWorkflow } from './support/github-parser.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const manifest = JSON.parse(read('package.json'));

/** What people read: README, and what GitHub shows from its own folder. */
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

/** The workflow that a block of YAML is, or is a piece of; undefined where it is something else. */
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

/** What is wrong with the YAML of a page: that it is none, or what GitHub has against its workflows. */
async function findWrongYaml(page: string): Promise<readonly string[]> {
  const blocks = findCode(page).filter(({ language }) => /^ya?ml$/.test(language));
  const found = blocks.map(async ({ text, line }) => {
    const broken = parseDocument(text).errors.map(({ message }) => message);
    const workflow = broken.length === 0 ? workflowOf(text) : undefined;
    const findings = workflow === undefined ? [] : await validateWorkflow(workflow);
    return [...broken, ...findings.map(({ message }) => message)].map((message) => `block at line ${line}: ${message}`);
  });
  return (await Promise.all(found)).flat();
}

const npmsOwn = new Set(['ci', 'install', 'version', 'pack', 'exec', 'audit', 'view']);

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
  const tokens = new MarkdownIt().parse(page, {});
  const headings = tokens.flatMap(({ type }, at) => (type === 'heading_open' ? [tokens[at + 1]?.content ?? ''] : []));
  const anchors = new Set(headings.map(anchorOf));
  const links = tokens
    .flatMap(({ children }) => children ?? [])
    .map((token) => String(token.attrGet('href') ?? token.attrGet('src') ?? ''))
    .filter((address) => address !== '' && !/^[a-z]+:/.test(address));
  return links.filter((address) => {
    const [file = '', anchor] = address.split('#');
    if (file !== '') return !existsSync(join(root, dirname(path), decodeURIComponent(file)));
    return anchor !== undefined && !anchors.has(decodeURIComponent(anchor));
  });
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

  test('declares the default of an input where it has one, as the code has it', () => {
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

  test('has the tables of the code; `npm run tables` puts them there', () => {
    expect(fillTables(readme)).toBe(readme);
  });

  test('has a place for each table, or the tables are not made', () => {
    expect(() => fillTables(readme.replace('<!-- table: outputs -->', ''))).toThrow(
      'README.md has no place for the table of outputs',
    );
    expect(fillTables(readme.replace('| `duration` |', '| `duratoin` |'))).toBe(readme);
  });
});

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
});

describe('a page would be found out', () => {
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

  test('if it told people to type what there is not', () => {
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
