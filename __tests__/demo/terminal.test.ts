import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { renderLog, renderRequests, renderSummary } from '../../tools/demo/render.ts';
import { type Output, openTerminal, type Terminal, wrapText } from '../../tools/demo/terminal.ts';
import { parseVisiblePage } from '../../tools/demo/visible-page.ts';

function terminalOn(terminal: { readonly isTTY?: boolean; readonly columns?: number }, paceSeconds = 0) {
  const stream = new PassThrough();
  const out: Output = Object.assign(stream, terminal);
  return {
    terminal: openTerminal(out, paceSeconds),
    shown: () => {
      stream.end();
      return text(stream);
    },
  };
}

/** As in a terminal that knows no colours, whatever the environment of the tests asks for. */
const plain: Pick<Terminal, 'width' | 'paint'> = { width: 60, paint: (_, text) => text };
const plainTerminal: Terminal = { ...terminalOn({}).terminal, ...plain };

describe('the terminal', () => {
  test('is as wide as the terminal, within reason', () => {
    expect(
      [undefined, 20, 80, 300].map((columns) => terminalOn(columns === undefined ? {} : { columns }).terminal.width),
    ).toEqual([96, 56, 76, 96]);
  });

  test('moves a bar on a terminal while a task takes its time', async () => {
    const { terminal, shown } = terminalOn({ isTTY: true }, 0.3);
    await terminal.pause(0.1);
    await terminal.showProgress('./deploy.sh');
    const all = await shown();
    expect(all).toMatch(/\[1G.*\[0K/s);
    expect(stripVTControlCharacters(all).trimEnd()).toMatch(/ {2}0 of 0\.3 s.*\.\/deploy\.sh {2}━{24} {2}0\.3 s$/s);
  });

  test('prints one line in a log, and does not wait for a reader', async () => {
    const { terminal, shown } = terminalOn({}, 0.1);
    await terminal.showProgress('./deploy.sh');
    await terminal.pause(100_000);
    expect(await shown()).toBe('\n  ./deploy.sh (0.1 s)\n');
  });
});

describe('drawing', () => {
  test('breaks lines at blanks, and words that are longer than a line', () => {
    expect(wrapText('one two three\n\nfour', 7)).toEqual(['one two', 'three', '', 'four']);
    expect(wrapText('a 123456789 b', 4)).toEqual(['a', '1234', '5678', '9 b']);
    expect(wrapText('123456789', 4)).toEqual(['1234', '5678', '9']);
  });

  test('shows the annotations in a log as GitHub does', () => {
    const log = 'Opened.\n##[warning]Beware.\n##[error]Broken.\n##[notice]By the way.\n##[group]Other';
    expect(renderLog(log, plainTerminal)).toEqual([
      '│ Opened.',
      '│ Warning: Beware.',
      '│ Error: Broken.',
      '│ Notice: By the way.',
      '│ ##[group]Other',
    ]);
  });

  test('shows requests without a scope, and without an answer', () => {
    const request = { at: 0, auth: 'none', key: null, scope: null, worked: false, faults: [] } as const;
    const refused = { ...request, method: 'GET', path: '/status-pages', status: 401 };
    const unanswered = { ...request, method: 'DELETE', path: '/incidents/1', status: null };
    expect(renderRequests([refused], [unanswered], plain.paint).map((line) => line.trimEnd())).toEqual([
      'main  GET    /status-pages  401',
      'post  DELETE /incidents/1   no answer',
    ]);
  });

  test('takes a page without notices for what it is', () => {
    expect(parseVisiblePage('<h1>Page not found</h1><article></article>')).toEqual({
      name: 'Page not found',
      banner: '',
      sections: [],
    });
  });

  test('shows a job summary as GitHub renders it, tables as lists', () => {
    const summary = [
      '**All is well.**',
      '| Page | Title |\n|---|---|\n| [<bdi>Acme</bdi>](https://acme.example) | A &#42;title&#42; |\n| Beta | It is as long as it can be in one line, and even longer than that |',
      'What visitors read:\n\n<pre>One.\n\nRef: r1</pre>',
      '> <bdi>Careful&#58;</bdi><br><bdi>twice</bdi>',
    ].join('\n\n');
    expect(renderSummary(summary, plainTerminal)).toEqual([
      '│ All is well.',
      '│ ',
      '│ Page   Acme',
      '│ Title  A *title*',
      '│ Page   Beta',
      '│ Title  It is as long as it can be in one line, and even',
      '│        longer than that',
      '│ ',
      '│ What visitors read:',
      '│ ',
      '│   One.',
      '│   ',
      '│   Ref: r1',
      '│ ',
      '│ > Careful:',
      '│ > twice',
    ]);
  });
});
