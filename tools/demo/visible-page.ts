import { type HTMLElement, parse } from 'node-html-parser';

/** One dated text of a notice: a window has one, an incident one for each entry of its timeline. */
interface VisibleEntry {
  readonly when: string;
  readonly message: string;
}

/** A window or an incident as visitors see it; the badge is its state in a word. */
export interface VisibleNotice {
  readonly title: string;
  readonly badge: string;
  readonly entries: readonly VisibleEntry[];
}

/** What visitors read on a status page. The monitored services are left out: no deployment changes them. */
export interface VisiblePage {
  readonly name: string;
  readonly banner: string;
  readonly sections: readonly { readonly title: string; readonly notices: readonly VisibleNotice[] }[];
}

/** Fetches a status page of the emulator and reads its HTML, so that the demo shows what visitors see. */
export async function fetchVisiblePage(url: string): Promise<VisiblePage> {
  const response = await fetch(url);
  return parseVisiblePage(await response.text());
}

/** Reads the HTML of a status page of the emulator. */
export function parseVisiblePage(html: string): VisiblePage {
  const root = parse(html);
  const sections = root.querySelectorAll('section').map((section) => ({
    title: textOf(section, 'h2'),
    notices: section.querySelectorAll('article').map(readNotice),
  }));
  return {
    name: textOf(root, 'h1'),
    banner: textOf(root, '.banner'),
    sections: sections.filter(({ notices }) => notices.length > 0),
  };
}

/** Every notice of a page, in any section. */
export function noticesOf({ sections }: VisiblePage): readonly VisibleNotice[] {
  return sections.flatMap(({ notices }) => notices);
}

function readNotice(article: HTMLElement): VisibleNotice {
  const entries = article.querySelectorAll('.when').map((when) => ({
    when: when.structuredText,
    message: when.parentNode?.querySelector('.message')?.structuredText ?? '',
  }));
  return { title: textOf(article, 'h3'), badge: textOf(article, '.badge'), entries };
}

const textOf = (element: HTMLElement, selector: string): string =>
  element.querySelector(selector)?.structuredText ?? '';
