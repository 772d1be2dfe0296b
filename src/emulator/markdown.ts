import { html, raw } from 'hono/html';
import MarkdownIt from 'markdown-it';

// Without images: a message must not make the reader's browser contact other servers.
const markdown = new MarkdownIt({ html: false, linkify: true, breaks: true }).disable('image');

/** A message as HTML, because the dashboard takes Markdown (the maintenances page). HTML in the message is shown as text. */
export function renderMarkdown(message: string): string {
  return markdown.render(message);
}

/** A message for the status page. A last line that begins with `Ref: ` is for tools, so it is small and grey. */
export function renderMessage(message: string | null) {
  if (message === null) return '';
  const [, body = '', reference] = /^(?:([\s\S]*)\n)?(Ref: .*)\s*$/.exec(message) ?? ['', message];
  const line = reference === undefined ? '' : html`<p class="reference">${reference}</p>`;
  return html`<div class="message">${raw(renderMarkdown(body))}${line}</div>`;
}
