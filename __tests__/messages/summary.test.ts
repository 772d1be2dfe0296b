import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { parse } from 'node-html-parser';
import { consoleUrl } from '../../src/domain/errors.ts';
import { error, info, notice, warning } from '../../src/messages/message.ts';
import { forLog } from '../../src/messages/sanitize.ts';
import { renderSummary, type Summary } from '../../src/messages/summary.ts';
import { anyText, nasty } from '../support/nasty.ts';
import { acme, beta, incident, now, window } from './samples.ts';

const story: Summary = {
  verdict: '✅ Acme: maintenance ended after 6 min',
  dryRun: false,
  records: [window],
  message: 'We are installing an update.\n\nRef: r1-01234567',
  problems: [],
  now,
};
const markdown = new MarkdownIt({ html: true, linkify: true });
const render = (more: Partial<Summary>) => markdown.render(renderSummary({ ...story, ...more }));

describe('the summary', () => {
  test('reads: the verdict first, then pages, times, mail, and the text for visitors', () => {
    expect(renderSummary(story)).toBe(
      [
        '### ✅ Acme: maintenance ended after 6 min',
        '',
        '| Page | Visitors see | When | Mail sent |',
        '|---|---|---|---|',
        '| [<bdi>Acme</bdi>](https://acme.statuspage.me) | <bdi>Maintenance in progress</bdi> | 14:02–14:32 UTC (30 min) | no |',
        '',
        'Visitors read:',
        '',
        '> <bdi>We are installing an update.</bdi>  ',
        '>',
        '> <bdi>Ref: r1-01234567</bdi>  ',
        '',
      ].join('\n'),
    );
  });

  test('says of a dry run that nothing was sent', () => {
    const { id: _, ...known } = window;
    const rehearsed = { ...known, stage: 'not-sent' } as const;
    const text = renderSummary({ ...story, dryRun: true, records: [rehearsed] });
    expect(text).toMatch(/^### Dry run, nothing was sent\. Without it: ✅ Acme/);
    expect(text).toContain('<bdi>Maintenance in progress</bdi>');
  });

  test('has a row for each record, and none for what was not made', () => {
    const { id: _, ...known } = window;
    const records = [
      window,
      { ...incident, page: beta, mailed: true, reference: undefined },
      { ...known, stage: 'missed' } as const,
    ];
    const rows = renderSummary({ ...story, records }).match(/^\| .+$/gm);
    expect(rows).toHaveLength(3);
    expect(rows?.[0]).toBe('| Page | Visitors see | When or state | Mail sent |');
    expect(renderSummary({ ...story, records: [incident] })).toContain('| Page | Visitors see | State | Mail sent |');
    expect(rows?.[2]).toBe('| <bdi>Beta</bdi> | <bdi>We look into it</bdi> | investigating | yes |');
  });

  test('shows the text for visitors in any form line by line, and nothing of it is a mark or HTML', () => {
    fc.assert(
      fc.property(nasty, (message) => {
        const page = parse(render({ records: [], message: `${message}\nEnd.` }));
        const tags = page.querySelectorAll('*').map(({ rawTagName }) => rawTagName);
        expect(new Set(tags)).toEqual(
          new Set(['h3', 'p', 'blockquote', 'bdi', ...(tags.includes('br') ? ['br'] : [])]),
        );
        const lines = [...message.split(/\r\n|[\r\n]/), 'End.'].map(forLog).filter((line) => line !== '');
        expect(
          page
            .querySelectorAll('bdi')
            .map(({ text }) => text)
            .filter((line) => line !== ''),
        ).toEqual(lines.map((line) => line.toWellFormed()));
      }),
    );
  });

  test('links to the API console, and to no other address that a message names', () => {
    const page = render({
      problems: [error('failure', `Go to ${consoleUrl}. Not to https://evil.example${consoleUrl}`)],
    });
    const link = `<a href="${consoleUrl}">${consoleUrl}</a>`;
    expect(page).toContain(`Go to ${link}. Not to https://evil.example${link}`);
    expect(page.match(/<a /g)).toHaveLength(3);
  });

  test('has no table and no text if there are none', () => {
    const bare = { ...story, records: [], message: undefined };
    expect(renderSummary(bare)).toBe('### ✅ Acme: maintenance ended after 6 min\n');
  });

  test('stays under 1 MiB: a part that is too long is left out, and a line says so', () => {
    const text = renderSummary({
      ...story,
      message: 'é'.repeat(600_000),
      problems: [warning('failure', 'It failed.')],
    });
    expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024);
    expect(text).not.toContain('Visitors read');
    expect(text).toContain('> <bdi>It failed.</bdi>');
    expect(text).toMatch(/\n\nThis summary was too long and is cut\. The log of this step shows everything\.\n$/);
    expect(renderSummary(story)).not.toContain('is cut');
  });

  test('quotes warnings and errors, line by line', () => {
    const page = render({
      problems: [error('invalid input', 'Reading the inputs\nduration: *wrong*'), error('failure', 'Ending <b>')],
    });
    expect(page.match(/<blockquote>/g)).toHaveLength(3);
    expect(page).toContain('<bdi>Reading the inputs</bdi><br>\n<bdi>duration: *wrong*</bdi>');
    expect(page).toContain('<bdi>Ending &lt;b&gt;</bdi>');
  });

  test('shows a command as a block that can be copied as it is', () => {
    const command = `curl -X PATCH 'https://x.example/maintenances/*1*' -d '{"end_at":"'$(date -u)'"}'`;
    const page = render({
      problems: [warning('failure', 'It failed.\nNothing more.', [{ doing: 'end it', command }])],
    });
    const shown = parse(page, { blockTextElements: {} });
    expect(shown.querySelector('blockquote pre code')?.text).toBe(`${command}\n`);
    expect(page).toContain('<bdi>To end it now, use the dashboard of StatusPage.me, or this request:</bdi>');
  });

  test.each([
    'javascript:alert(1)',
    'https://x.example/)(https://evil.example',
    'https://x.example/ "title"',
    'https://x.example/<b>',
    'https://x.example/a|b',
    '//x.example',
  ])('does not link to %s', (url) => {
    expect(render({ records: [{ ...window, page: { ...beta, url } }] })).not.toMatch(
      /<a [^>]*(x\.example|javascript|evil)/,
    );
  });

  test('has no HTML, marks or links of the outside in it, whatever that is', () => {
    const bits = fc.constantFrom(
      '<img src=x>',
      '**',
      '|',
      '\n\n',
      '# ',
      '](x)',
      '[',
      '</pre>',
      '</code>',
      '`',
      'https://evil.example',
      'w',
    );
    const outside = fc.oneof(
      anyText,
      fc.array(bits).map((parts) => parts.join('')),
    );
    const elements = (page: string) => [...page.matchAll(/<[a-z]+[^>]*>/g)].map(([element]) => element);
    const bare = { message: undefined };
    const plain = elements(render({ ...bare, records: [incident], problems: [warning('failure', 'w')] }));
    fc.assert(
      fc.property(outside, (text) => {
        const page = { ...acme, name: text };
        const records = [{ ...incident, title: text, id: text, state: `x${text}`, page }];
        const problems = [warning('failure', text.replaceAll('\n', ' '))];
        expect(elements(render({ ...bare, records, problems }))).toEqual(plain);
      }),
    );
  });
});

test('a message has one of four levels', () => {
  expect([info('a'), notice('no secrets', 'b'), warning('failure', 'c'), error('failure', 'd')]).toEqual([
    { level: 'info', text: 'a' },
    { level: 'notice', title: 'no secrets', text: 'b' },
    { level: 'warning', title: 'failure', text: 'c' },
    { level: 'error', title: 'failure', text: 'd' },
  ]);
});
