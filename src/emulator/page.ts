import { html, raw } from 'hono/html';
import type { Monitor, StatusPage } from './account.ts';
import type { EpochMs } from './clock.ts';
import { pageStyle } from './page-style.ts';
import { renderDuration, renderMoment, renderSpan } from './page-times.ts';
import type { Incident, MaintenanceWindow, TimelineEntry, WindowState } from './records.ts';
import { renderMarkdown, stateName } from './serializers.ts';

/** Escaped HTML, as hono's `html` makes it. */
export type Html = ReturnType<typeof html>;

type ShownWindow = MaintenanceWindow & { readonly state: WindowState };

/** What a visitor of one status page sees at one moment. */
export interface PageView {
  readonly page: StatusPage;
  readonly monitors: readonly Monitor[];
  readonly windows: readonly ShownWindow[];
  readonly incidents: readonly Incident[];
  readonly now: EpochMs;
}

const dayMs = 86_400_000;

/** A status page as its visitors see it: what is wrong now, what is planned, and what the last 24 hours held. */
export function renderStatusPage({ page, monitors, windows, incidents, now }: PageView): Html {
  const byStart = windows.toSorted((a, b) => a.startAt - b.startAt);
  const active = byStart.filter(({ state }) => state === 'active');
  const scheduled = byStart.filter(({ state }) => state === 'scheduled');
  const open = incidents.filter(({ state }) => state !== 'resolved').toReversed();
  const past = [
    ...byStart.flatMap((one) => (one.state === 'past' ? [{ overAt: one.endAt, item: renderWindow(one, now) }] : [])),
    ...incidents.flatMap((one) =>
      one.resolvedAt === null ? [] : [{ overAt: one.resolvedAt, item: renderIncident(one) }],
    ),
  ]
    .filter(({ overAt }) => overAt > now - dayMs)
    .sort((a, b) => b.overAt - a.overAt);

  return renderDocument(
    `${page.name} status`,
    html`<header><h1>${page.name}</h1><p>Service status</p></header>
${renderBanner(open.length, active.length)}
${renderSection('Current incidents', open.map(renderIncident))}
${renderSection(
  'Current maintenance',
  active.map((window) => renderWindow(window, now)),
)}
${renderSection(
  'Scheduled maintenance',
  scheduled.map((window) => renderWindow(window, now)),
)}
${renderSection('Monitored services', monitors.length > 0 ? [renderMonitors(monitors)] : [])}
<section>
<h2>Last 24 hours</h2>
${past.length > 0 ? past.map(({ item }) => item) : html`<p class="nothing">Nothing to report.</p>`}
</section>`,
    html`As of ${renderMoment(now)}. The page renews itself.`,
  );
}

/** The list of all status pages, for the root of the emulator. */
export function renderIndex(pages: readonly StatusPage[]): Html {
  const items = pages.map(
    ({ name, slug, id }) => html`<li><a href="/${slug}">${name}</a><code>${id}</code></li>
`,
  );
  return renderDocument(
    'Status pages',
    html`<header><h1>Status pages</h1><p>Choose one to see what its visitors see.</p></header>
<section><ul class="card rows">
${items}</ul></section>`,
    html`The id beside a page is its <code>status_page_id</code> in the API.`,
  );
}

/** The page for an address that no status page has. */
export function renderNotFound(): Html {
  return renderDocument(
    'Page not found',
    html`<header><h1>Page not found</h1><p>No status page lives at this address. <a href="/">See all pages</a></p></header>`,
    html`404`,
  );
}

function renderBanner(openIncidents: number, activeWindows: number): Html {
  if (openIncidents > 0) {
    const text = openIncidents === 1 ? 'There is an open incident' : `There are ${openIncidents} open incidents`;
    return html`<p class="banner incident" role="status">${text}</p>`;
  }
  if (activeWindows > 0) return html`<p class="banner maintenance" role="status">Under maintenance</p>`;
  return html`<p class="banner operational" role="status">All systems operational</p>`;
}

function renderSection(title: string, items: readonly Html[]): Html | '' {
  if (items.length === 0) return '';
  return html`<section>
<h2>${title}</h2>
${items}
</section>`;
}

const windowWords = { scheduled: 'Scheduled', active: 'In progress', past: 'Completed' } as const;

function renderWindow({ title, message, startAt, endAt, state }: ShownWindow, now: EpochMs): Html {
  const notes = {
    scheduled: `starts in ${renderDuration(startAt - now)}`,
    // An end is sent for the next full second.
    active: endAt - now < 1000 ? 'ends now' : `${renderDuration(endAt - now)} left`,
    past: `lasted ${renderDuration(endAt - startAt)}`,
  };
  return html`<article class="card ${state}">
<h3>${title}</h3><span class="badge ${state}">${windowWords[state]}</span>
<p class="when">${renderSpan(startAt, endAt)} · <span>${notes[state]}</span></p>
${renderMessage(message)}
</article>
`;
}

function renderIncident({ title, state, timeline }: Incident): Html {
  return html`<article class="card incident ${state}">
<h3>${title}</h3><span class="badge ${state}">${stateName(state)}</span>
<ol class="timeline">
${timeline.toReversed().map(renderEntry)}</ol>
</article>
`;
}

function renderEntry({ at, state, message }: TimelineEntry): Html {
  return html`<li>
<p class="when"><strong>${stateName(state)}</strong> · ${renderMoment(at)}</p>
${renderMessage(message)}
</li>
`;
}

function renderMonitors(monitors: readonly Monitor[]): Html {
  const rows = monitors.map(
    ({ name, uptimePercentage }) =>
      html`<li><span>${name}</span><span class="uptime">${uptimePercentage === null ? 'no figures yet' : `${uptimePercentage} % uptime`}</span></li>
`,
  );
  return html`<ul class="card rows">
${rows}</ul>`;
}

function renderDocument(title: string, main: Html, footer: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="2">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${raw(pageStyle)}</style>
</head>
<body>
<main>
${main}
</main>
<footer><p>${footer}</p><p>An emulated status page. It is not StatusPage.me, and nobody is e-mailed.</p></footer>
</body>
</html>
`;
}

/** A message for the status page. A last line that begins with `Ref: ` is for tools, so it is small and grey. */
function renderMessage(message: string | null) {
  if (message === null) return '';
  const [, body = '', reference] = /^(?:([\s\S]*)\n)?(Ref: .*)\s*$/.exec(message) ?? ['', message];
  const line = reference === undefined ? '' : html`<p class="reference">${reference}</p>`;
  return html`<div class="message">${raw(renderMarkdown(body))}${line}</div>`;
}
