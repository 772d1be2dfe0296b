import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { messageTitles } from '../src/domain/message-title.ts';
import { WorkflowRunsError, type WorkflowRunsErrorCode } from '../src/domain/workflow-runs.ts';
import { describeFailure, titleOf } from '../src/messages/message.ts';
import type { ErrorCode } from '../src/statuspage/failed-call.ts';
import { apiError } from './messages/samples.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** The sources that make messages, without the joints between the parts of a long text. */
const sources = globSync('src/{domain,inputs,statuspage,deployment,operations,messages,github,cli}/**/*.ts', {
  cwd: root,
})
  .map((path) => unmarked(read(path).replaceAll(/['`] \+\s+['`]/g, '')))
  .join('\n');

/** The annotations in the stories of the built action, each with its first line. */
const annotations = globSync('__tests__/stages/__snapshots__/*.snap', { cwd: root }).flatMap((path) =>
  [...read(path).matchAll(/^ {2}##\[(?:error|warning|notice)\](.*)$/gm)].map(([, text = '']) => text),
);

/** An entry of the page: a heading of the third rank, and the title of the annotations that it explains. */
interface Entry {
  readonly heading: string;
  readonly title: string;
  readonly says: string;
}

function readEntries(page: string): readonly Entry[] {
  return page.split(/^(?=#)/m).flatMap((section) => {
    const [, heading, title = '', says = ''] = /^### (.+)\n\n(?:\*(.+)\*\n)?\s*([\s\S]*)$/.exec(section) ?? [];
    return heading === undefined ? [] : [{ heading, title, says }];
  });
}

/** Whether a heading is part of a message; code marks and capitals do not count. */
function isIn(heading: string, message: string): boolean {
  const parts = heading.split('…').map((part) => unmarked(part).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(parts.join('.*'), 'si').test(unmarked(message));
}

function unmarked(text: string): string {
  return text.replaceAll(/\\?`/g, '');
}

const page = read('docs/troubleshooting.md');
/** Lines without a title, which are no annotations. */
const [lines = ''] = page
  .split('## Lines of the log\n')
  .slice(1)
  .map((rest) => rest.split(/^## /m)[0]);
const entries = readEntries(page.replace(lines, ''));

/** The entries of a failure: they have its title, and its text has their heading. */
function entriesOf(error: unknown): readonly Entry[] {
  const message = describeFailure('do it', error, { nameOf: String });
  return entries.filter(({ heading, title }) => title === titleOf(error) && isIn(heading, message));
}

describe('docs/troubleshooting.md', () => {
  test('explains each title that a message can have, and no other', () => {
    expect([...new Set(entries.map(({ title }) => title))].toSorted()).toEqual([...messageTitles].toSorted());
  });

  test('is headed by what our sources print', () => {
    expect(entries.length).toBeGreaterThan(90);
    const printed = sources.toLowerCase();
    const isPrinted = (part: string) => printed.includes(unmarked(part).toLowerCase());
    // Each part comes from one text of the sources; `…` and the ends of clauses may join two.
    const unknown = [...entries, ...readEntries(lines)].filter(
      ({ heading }) => !heading.split(/…|\. |\)?, /).every((part) => isPrinted(part.trim())),
    );
    expect(unknown.map(({ heading }) => heading)).toEqual([]);
  });

  test('explains the lines of the log that need no action', () => {
    const headings = readEntries(lines).map(({ heading }) => heading);
    expect(headings).toEqual(expect.arrayContaining(['Reusing …', 'Took over …', 'Not used by …, and ignored']));
  });

  test('says more in each entry than its heading', () => {
    expect(readEntries(page).filter(({ says }) => says.trim() === '')).toEqual([]);
  });
});

describe('what people see of the action is found in docs/troubleshooting.md', () => {
  test('in the stories of the built action', () => {
    expect(annotations.length).toBeGreaterThan(10);
    expect(annotations.filter((text) => !entries.some(({ heading }) => isIn(heading, text)))).toEqual([]);
  });

  const ofTheApi: Readonly<Record<ErrorCode, true>> = {
    invalid: true,
    unauthorized: true,
    forbidden: true,
    blocked: true,
    'not-found': true,
    client: true,
    'rate-limited': true,
    redirect: true,
    server: true,
    unreadable: true,
    'too-large': true,
    timeout: true,
    reset: true,
    refused: true,
    'unknown-host': true,
    certificate: true,
    proxy: true,
    interrupted: true,
    'out-of-time': true,
  };
  test.each(Object.keys(ofTheApi) as ErrorCode[])('by title and text, if a call fails with %s', (code) => {
    expect(entriesOf(apiError(code, { proxy: '127.0.0.1:9' }))).toHaveLength(1);
  });

  const ofGitHub: Readonly<Record<WorkflowRunsErrorCode, true>> = {
    unauthorized: true,
    forbidden: true,
    invisible: true,
    'rate-limited': true,
    unreachable: true,
    interrupted: true,
    'out-of-time': true,
  };
  test.each(Object.keys(ofGitHub) as WorkflowRunsErrorCode[])('by title and text, if GitHub fails with %s', (code) => {
    expect(entriesOf(new WorkflowRunsError({ code, status: 403, waitMs: 60_000 }))).toHaveLength(1);
  });
});

test('an entry without a title, and a heading that no message has, are noticed', () => {
  expect(
    readEntries('# A\n### one `…`\n\n*two words*\n\nText.\n## B\n### two\n\nText.\n### three\n\n*last*\n'),
  ).toEqual([
    { heading: 'one `…`', title: 'two words', says: 'Text.\n' },
    { heading: 'two', title: '', says: 'Text.\n' },
    { heading: 'three', title: 'last', says: '' },
  ]);
  expect(isIn('the … was lost', 'The parcel was lost. Look for it.')).toBe(true);
  expect(isIn('the … was lost', 'The parcel is lost.')).toBe(false);
  expect(isIn('it is `late`', 'Could not send it: it is \\`late\\`. Wait.')).toBe(true);
});
