import { describe, expect, test } from '@jest/globals';
import { beta, start, wholeIncident, wholeWindow } from './support.ts';

const minute = 60_000;

/** The text of the section under a heading; empty if there is none. */
function section(html: string, heading: string): string {
  const [, after = ''] = html.split(`<h2>${heading}</h2>`);
  return after.split('</section>')[0] ?? '';
}

function banner(html: string): string | undefined {
  return /<p class="banner (\w+)" role="status">/.exec(html)?.[1];
}

describe('a status page', () => {
  test('says that all is well while nothing is announced', async () => {
    const { visit } = start();
    const { status, headers, text } = await visit('/acme');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^text\/html/);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(banner(text)).toBe('operational');
    expect(text).toContain('All systems operational');
    expect(section(text, 'Last 24 hours')).toContain('Nothing to report.');
    expect(text).not.toContain('<article');
  });

  test('has a language, a title, a width for phones, both schemes, and renews itself', async () => {
    const { visit } = start();
    const { text } = await visit('/acme');
    expect(text).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(text).toContain('<title>Acme status</title>');
    expect(text).toContain('<h1>Acme</h1>');
    expect(text).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">');
    expect(text).toContain('<meta name="color-scheme" content="light dark">');
    expect(text).toContain('<meta http-equiv="refresh" content="2">');
  });

  test('shows a window open and close by the clock', async () => {
    const { clock, send, visit } = start();
    await send('POST', '/maintenances', {
      ...wholeWindow,
      title: 'Database move',
      start_at: '2026-03-14T12:10:00Z',
      end_at: '2026-03-14T12:40:00Z',
    });

    const ahead = (await visit('/acme')).text;
    expect(banner(ahead)).toBe('operational');
    expect(section(ahead, 'Scheduled maintenance')).toMatch(/Database move.*Scheduled.*starts in 10 min/s);

    clock.advance(15 * minute);
    const open = (await visit('/acme')).text;
    expect(banner(open)).toBe('maintenance');
    expect(section(open, 'Scheduled maintenance')).toBe('');
    expect(section(open, 'Current maintenance')).toMatch(/Database move.*In progress.*25 min left/s);
    expect(section(open, 'Current maintenance')).toContain(
      '<time datetime="2026-03-14T12:10:00.000Z">14 Mar 2026, 12:10</time>',
    );
    expect(section(open, 'Current maintenance')).toContain(
      '<time datetime="2026-03-14T12:40:00.000Z">12:40 UTC</time>',
    );

    clock.advance(30 * minute);
    const closed = (await visit('/acme')).text;
    expect(banner(closed)).toBe('operational');
    expect(section(closed, 'Current maintenance')).toBe('');
    expect(section(closed, 'Last 24 hours')).toMatch(/Database move.*Completed.*lasted 30 min/s);

    clock.advance(24 * 60 * minute);
    expect((await visit('/acme')).text).not.toContain('Database move');
  });

  test.each([
    ['We are updating.\n\nRef: d1abc', '<p>We are updating.</p>\n<p class="reference">Ref: d1abc</p></div>'],
    ['Ref: d1abc', '<div class="message"><p class="reference">Ref: d1abc</p></div>'],
    ['Ref: <b>', '<p class="reference">Ref: &lt;b&gt;</p></div>'],
    ['See Ref: d1abc', '<p>See Ref: d1abc</p>\n</div>'],
    ['Ref: d1abc\nis over', '<p>Ref: d1abc<br>\nis over</p>\n</div>'],
  ])('shows a reference in the last line of %j apart from the text', async (message, shown) => {
    const { send, visit } = start();
    await send('POST', '/maintenances', { ...wholeWindow, message });
    expect((await visit('/acme')).text).toContain(shown);
  });

  test('shows an incident with its timeline, latest entry first, until a day after it was resolved', async () => {
    const { clock, send, visit } = start();
    await send('POST', '/incidents', { ...wholeIncident, title: 'Slow answers', message: 'We are looking into it.' });
    clock.advance(5 * minute);
    await send('POST', '/incidents/1/updates', { incident_state_id: '2' });

    const open = (await visit('/acme')).text;
    expect(banner(open)).toBe('incident');
    expect(open).toContain('There is an open incident');
    expect(section(open, 'Current incidents')).toMatch(
      /Slow answers.*Identified.*12:05 UTC.*Investigating.*12:00 UTC.*We are looking into it\./s,
    );

    await send('POST', '/incidents/1/updates', { message: 'It is over.', incident_state_id: '4' });
    const over = (await visit('/acme')).text;
    expect(banner(over)).toBe('operational');
    expect(section(over, 'Current incidents')).toBe('');
    expect(section(over, 'Last 24 hours')).toMatch(/Slow answers.*Resolved.*It is over\./s);

    clock.advance(24 * 60 * minute);
    expect((await visit('/acme')).text).not.toContain('Slow answers');
  });

  test('puts an incident above a window in its banner, and counts incidents', async () => {
    const { send, visit } = start();
    await send('POST', '/maintenances', wholeWindow);
    await send('POST', '/incidents', wholeIncident);
    await send('POST', '/incidents', wholeIncident);
    const { text } = await visit('/acme');
    expect(banner(text)).toBe('incident');
    expect(text).toContain('There are 2 open incidents');
  });

  test('lists what is over by the time of its end, latest first', async () => {
    const { clock, send, visit } = start();
    await send('POST', '/maintenances', { ...wholeWindow, title: 'First over', end_at: '2026-03-14T12:01:00Z' });
    await send('POST', '/incidents', { ...wholeIncident, title: 'Second over' });
    clock.advance(2 * minute);
    await send('POST', '/incidents/1/updates', { incident_state_id: '4' });
    await send('POST', '/maintenances', { ...wholeWindow, title: 'Third over', end_at: '2026-03-14T12:03:00Z' });
    clock.advance(2 * minute);
    expect(section((await visit('/acme')).text, 'Last 24 hours')).toMatch(/Third over.*Second over.*First over/s);
  });

  test('does not show what was deleted, nor what belongs to another page', async () => {
    const { send, visit } = start();
    await send('POST', '/maintenances', { ...wholeWindow, title: 'Deleted window' });
    await send('POST', '/incidents', { ...wholeIncident, title: 'Deleted incident' });
    await send('POST', '/maintenances', { ...wholeWindow, title: 'Elsewhere', status_page_id: beta });
    await send('DELETE', '/maintenances/1');
    await send('DELETE', '/incidents/1');
    const { text } = await visit('/acme');
    expect(text).not.toMatch(/Deleted|Elsewhere/);
    expect((await visit('/beta')).text).toContain('Elsewhere');
  });

  test('renders messages as Markdown', async () => {
    const { send, visit } = start();
    const message = 'Writes are **refused**.\n\n- one\n- two\n\n[notes](https://notes.example)';
    await send('POST', '/maintenances', { ...wholeWindow, message });
    await send('POST', '/incidents', { ...wholeIncident, message });
    const { text } = await visit('/acme');
    for (const heading of ['Current maintenance', 'Current incidents']) {
      expect(section(text, heading)).toContain('<strong>refused</strong>');
      expect(section(text, heading)).toContain('<li>two</li>');
      expect(section(text, heading)).toContain('<a href="https://notes.example">notes</a>');
    }
  });

  test('escapes HTML in titles, messages and names, and obeys neither scripts nor images', async () => {
    const evil = '<script>alert(1)</script><img src=x onerror=alert(1)>';
    const { emulator, send, visit } = start();
    emulator.setOptions({ pages: emulator.options().pages.map((page) => ({ ...page, name: evil })) });
    const message = `${evil} [x](javascript:alert(1)) ![x](https://tracker.example/x.png)`;
    await send('POST', '/maintenances', { ...wholeWindow, title: evil, message });
    await send('POST', '/incidents', { ...wholeIncident, title: evil, message });
    for (const path of ['/acme', '/']) {
      const { text } = await visit(path);
      expect(text).not.toMatch(/<script|<img|href="javascript:/i);
      expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    }
  });

  test('lists its enabled monitors with their uptime', async () => {
    const { visit } = start();
    const acme = section((await visit('/acme')).text, 'Monitored services');
    expect(acme).toMatch(/Website.*99\.98 % uptime/s);
    expect(acme).not.toContain('Old website');
    expect(section((await visit('/beta')).text, 'Monitored services')).toContain('no figures yet');
    expect((await visit('/gamma')).text).not.toContain('Monitored services');
  });
});

describe('times for people', () => {
  test.each([
    ['2026-03-14T12:00:00Z', '2026-03-14T12:00:40Z', '14 Mar 2026, 12:00:00', '12:00:40 UTC', '40 s left'],
    ['2026-03-14T12:00:00Z', '2026-03-14T12:01:40Z', '14 Mar 2026, 12:00', '12:01 UTC', '1 min 40 s left'],
    ['2026-03-14T12:00:00Z', '2026-03-14T12:03:10Z', '14 Mar 2026, 12:00', '12:03 UTC', '3 min left'],
    ['2026-03-14T12:00:00Z', '2026-03-14T12:03:40Z', '14 Mar 2026, 12:00', '12:03 UTC', '4 min left'],
    ['2026-03-14T12:00:00Z', '2026-03-14T13:00:00Z', '14 Mar 2026, 12:00', '13:00 UTC', '1 h left'],
    ['2026-03-14T12:00:00Z', '2026-03-14T13:05:00Z', '14 Mar 2026, 12:00', '13:05 UTC', '1 h 5 min left'],
    ['2026-03-14T12:00:00Z', '2026-03-15T12:00:00Z', '14 Mar 2026, 12:00', '15 Mar 2026, 12:00 UTC', '1 d left'],
    ['2026-03-13T23:30:00Z', '2026-03-16T15:00:00Z', '13 Mar 2026, 23:30', '16 Mar 2026, 15:00 UTC', '2 d 3 h left'],
  ])('%s to %s', async (start_at, end_at, from, until, left) => {
    const { send, visit } = start();
    await send('POST', '/maintenances', { ...wholeWindow, start_at, end_at });
    const shown = section((await visit('/acme')).text, 'Current maintenance');
    for (const part of [`>${from}</time>`, `>${until}</time>`, `· <span>${left}<`]) expect(shown).toContain(part);
  });
});

test('a window in its last second ends now, because its end was sent for the next full second', async () => {
  const { send, visit, clock } = start();
  await send('POST', '/maintenances', {
    ...wholeWindow,
    start_at: '2026-03-14T12:00:00Z',
    end_at: '2026-03-14T12:00:40Z',
  });
  for (const [ms, note] of [
    [39_000, '1 s left'],
    [900, 'ends now'],
  ] as const) {
    clock.advance(ms);
    expect(section((await visit('/acme')).text, 'Current maintenance')).toContain(`· <span>${note}<`);
  }
  clock.advance(100);
  expect((await visit('/acme')).text).toContain('lasted 40 s');
});

describe('other addresses', () => {
  test('the root lists the pages', async () => {
    const { visit } = start();
    const { status, text } = await visit('/');
    expect(status).toBe(200);
    expect(text).toContain('<title>Status pages</title>');
    expect(text).toContain(beta);
    for (const slug of ['acme', 'beta', 'gamma']) expect(text).toContain(`<a href="/${slug}">`);
  });

  test.each(['/nobody', '/acme/', '/user', '/user/api', '/favicon.ico'])('%s is a page that says 404', async (path) => {
    const { visit } = start();
    const { status, headers, text } = await visit(path);
    expect(status).toBe(404);
    expect(headers.get('content-type')).toMatch(/^text\/html/);
    expect(text).toContain('<h1>Page not found</h1>');
  });
});
