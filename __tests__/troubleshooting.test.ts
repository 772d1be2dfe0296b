import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { WorkflowRunsError, type WorkflowRunsErrorCode } from '../src/domain/workflow-runs.ts';
import { describeFailure } from '../src/messages/failure.ts';
import type { ErrorCode } from '../src/statuspage/failed-call.ts';
import { apiError } from './messages/samples.ts';
import { findMessages } from './support/messages.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** The floors of the house that the action is made of; the emulator, the demo and the contract print no annotations. */
const floors =
  'src/{{domain,inputs,statuspage,deployment,operations,messages,github}/**/*,cli/{host,inputs,run,state-file,deploy-end,deploy-start}}.ts';
const messages = globSync(floors, { cwd: root }).flatMap((path) =>
  findMessages(read(path)).map(({ text, line }) => ({ text, place: `${path.replaceAll('\\', '/')}:${line}` })),
);

/** The annotations in the stories of the built action, each with its first line. */
const annotations = globSync('__tests__/stages/__snapshots__/*.snap', { cwd: root }).flatMap((path) =>
  [...read(path).matchAll(/^ {2}##\[(?:error|warning|notice)\](.*)$/gm)].map(([, text = '']) => text),
);

/** The headings of a page that stand for messages: those of the third rank. */
function readHeadings(page: string): readonly string[] {
  return [...page.matchAll(/^### (.+)$/gm)].map(([, heading = '']) => heading);
}

/** Whether a heading stands in a message; `…` in it stands for anything, code marks and capitals for nothing. */
function stands(heading: string, message: string): boolean {
  const parts = heading.split('…').map((part) => unmarked(part).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(parts.join('.*'), 'si').test(unmarked(message));
}

const unmarked = (text: string) => text.replaceAll(/\\?`/g, '');

const headings = readHeadings(read('docs/troubleshooting.md'));
const headingsOf = (message: string) => headings.filter((heading) => stands(heading, message));

describe('every message has one entry in docs/troubleshooting.md', () => {
  test('wherever the code makes it', () => {
    expect(messages.length).toBeGreaterThan(50);
    const wrong = messages.map((message) => ({ ...message, headings: headingsOf(message.text) }));
    expect(wrong.filter((message) => message.headings.length !== 1)).toEqual([]);
  });

  test('and every entry a message', () => {
    expect(headings.length).toBeGreaterThan(50);
    expect(headings.filter((heading) => !messages.some(({ text }) => stands(heading, text)))).toEqual([]);
  });

  test('and says of it more than a heading', () => {
    const empty = read('docs/troubleshooting.md').matchAll(/^### (.+)\n+(?=#|$(?![\s\S]))/gm);
    expect([...empty].map(([, heading]) => heading)).toEqual([]);
  });
});

describe('what people see of the action is found in docs/troubleshooting.md', () => {
  test('in the stories of the built action', () => {
    expect(annotations.length).toBeGreaterThan(10);
    expect(annotations.filter((text) => headingsOf(text).length === 0)).toEqual([]);
  });

  const ofTheApi: Readonly<Record<ErrorCode, true>> = {
    ...{ invalid: true, unauthorized: true, forbidden: true, blocked: true, 'not-found': true, client: true },
    ...{
      'rate-limited': true,
      redirect: true,
      server: true,
      unreadable: true,
      'too-large': true,
      timeout: true,
      reset: true,
      refused: true,
    },
    ...{ 'unknown-host': true, certificate: true, proxy: true, interrupted: true, 'out-of-time': true },
  };
  test.each(Object.keys(ofTheApi) as ErrorCode[])('where the trouble with a call is %s', (kind) => {
    expect(
      headingsOf(describeFailure('open it', apiError(kind, { proxy: '127.0.0.1:9' }), { nameOf: String })),
    ).toHaveLength(1);
  });

  const ofGitHub: Readonly<Record<WorkflowRunsErrorCode, true>> = {
    ...{ unauthorized: true, forbidden: true, invisible: true, 'rate-limited': true, unreachable: true },
    ...{ interrupted: true, 'out-of-time': true },
  };
  test.each(Object.keys(ofGitHub) as WorkflowRunsErrorCode[])('where the trouble with GitHub is %s', (code) => {
    const message = describeFailure('ask GitHub', new WorkflowRunsError({ code, status: 403, waitMs: 60_000 }), {
      nameOf: String,
    });
    expect(headingsOf(message).length).toBeGreaterThan(0);
  });
});

describe('a message would be found', () => {
  const source = `
    const happened = isLate ? 'it came too late' : 'it never came at all';
    const explain = () => ({ happened: isGone ? \`the \${thing} was lost\` : 'it hides', todo: 'Look for it.' });
    const unrelated = ['a', 'b', 'c'];
    log(\`Could not send \${thing}: \${happened}. \` + 'Send it again.');
    host.info('Sent.');
    host.warning('Not sent.');
    function describe(kind) { return 'The token is ' + kind; }
    const late = 'It is late.';
    push(warning(forLog(late)));
  `;

  test('in each form in which code makes one', () => {
    expect(findMessages(source)).toEqual([
      { line: 3, text: 'the … was lost. Look for it.' },
      { line: 3, text: 'it hides. Look for it.' },
      { line: 5, text: 'Could not send …: it came too late. Send it again.' },
      { line: 5, text: 'Could not send …: it never came at all. Send it again.' },
      { line: 7, text: 'Not sent.' },
      { line: 8, text: 'The token is …' },
      { line: 9, text: 'It is late.' },
    ]);
  });

  test('without its entry, and an entry without its message', () => {
    expect(stands('the … was lost', 'the … was lost. Look for it.')).toBe(true);
    expect(stands('the parcel was lost', 'the … was lost. Look for it.')).toBe(false);
    expect(stands('it is `late`', 'Could not send it: it is \\`late\\`. Wait.')).toBe(true);
  });
});
