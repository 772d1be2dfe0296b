import MarkdownIt from 'markdown-it';

// Images are left out: a message must not make the reader's browser ask other servers.
const markdown = new MarkdownIt({ html: false, linkify: true, breaks: true }).disable('image');

/** A message as HTML, because the dashboard takes Markdown (the maintenances page). HTML in the message is shown as text. */
export function renderMarkdown(message: string): string {
  return markdown.render(message);
}
