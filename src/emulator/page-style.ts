/** The style of the status page: one column, the system's font, light or dark as the reader prefers. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f6f7f9, #12151a);
  --card: light-dark(#ffffff, #1b1f26);
  --line: light-dark(#e1e5ea, #2c323b);
  --text: light-dark(#1d2530, #e8ebef);
  --soft: light-dark(#5a6675, #9aa5b3);
  --link: light-dark(#0b5cad, #7db7ff);
  --good: light-dark(#1a7547, #6fce9b);
  --work: light-dark(#1f5fbf, #86b5ff);
  --bad: light-dark(#ad3a25, #ff9d87);
  --good-fill: #1a7547;
  --work-fill: #1f5fbf;
  --bad-fill: #ad3a25;
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.55 system-ui, sans-serif; }
main, footer { max-width: 44rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding: 2.5rem 0 1.25rem; }
h1 { margin: 0; font-size: 1.75rem; line-height: 1.2; letter-spacing: -0.01em; }
header p { margin: 0.25rem 0 0; color: var(--soft); }
a { color: var(--link); }
.banner { margin: 0; padding: 1rem 1.25rem; border-radius: 0.6rem; color: #fff; font-weight: 600; font-size: 1.1rem; }
.banner.operational { background: var(--good-fill); }
.banner.maintenance { background: var(--work-fill); }
.banner.incident { background: var(--bad-fill); }
section { margin-top: 2rem; }
h2 { margin: 0 0 0.6rem; font-size: 0.8rem; font-weight: 600; letter-spacing: 0.06em; text-transform: uppercase; color: var(--soft); }
.card { margin: 0 0 0.75rem; padding: 1rem 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: 0.6rem; }
article.card { border-left: 4px solid var(--line); display: grid; grid-template-columns: 1fr auto; gap: 0 1rem; align-items: start; }
article > * { grid-column: 1 / -1; }
article > h3 { grid-column: 1; margin: 0; font-size: 1.05rem; overflow-wrap: anywhere; }
article > .badge { grid-column: 2; grid-row: 1; }
article.card.active { border-left-color: var(--work); }
article.card.incident { border-left-color: var(--bad); }
article.card.resolved { border-left-color: var(--line); }
.badge { padding: 0.1rem 0.6rem; border: 1px solid currentColor; border-radius: 1rem; font-size: 0.8rem; font-weight: 600; white-space: nowrap; color: var(--bad); }
.badge.active { color: var(--work); }
.badge.scheduled { color: var(--soft); }
.badge.past, .badge.resolved { color: var(--good); }
.when { margin: 0.15rem 0 0; color: var(--soft); font-size: 0.9rem; }
.when strong { color: var(--text); }
.when time, .when span { white-space: nowrap; }
.message { margin-top: 0.5rem; overflow-wrap: anywhere; }
.message > :first-child { margin-top: 0; }
.message > :last-child { margin-bottom: 0; }
.message pre { overflow-x: auto; }
.message .reference { margin: 0.5rem 0 0; color: var(--soft); font-size: 0.75rem; }
.timeline { margin: 0.75rem 0 0; padding: 0; list-style: none; }
.timeline li { padding: 0.6rem 0; border-top: 1px solid var(--line); }
.timeline li:last-child { padding-bottom: 0; }
.rows { padding: 0 1.25rem; list-style: none; }
.rows li { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; padding: 0.7rem 0; }
.rows li + li { border-top: 1px solid var(--line); }
.uptime, .rows code, .nothing { color: var(--soft); font-size: 0.9rem; }
.rows code { overflow-wrap: anywhere; }
.nothing { margin: 0; }
footer { padding-top: 2rem; padding-bottom: 2.5rem; color: var(--soft); font-size: 0.85rem; }
footer p { margin: 0; }
`;
