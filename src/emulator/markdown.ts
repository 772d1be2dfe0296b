import MarkdownIt from 'markdown-it';

// Images are left out: a message must not make the reader's browser ask other servers.
const markdown = new MarkdownIt({ html: false, linkify: true }).disable('image');

/** A record's message as HTML (Markdown in the dashboard, says the maintenances page). HTML in it is shown, not obeyed. */
export function renderMarkdown(message: string): string {
  return markdown.render(message);
}
