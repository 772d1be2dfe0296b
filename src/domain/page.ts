import { distance } from 'fastest-levenshtein';

/** A hosted status page as far as it is known: only the id if the user gave a UUID, everything after a search. */
export interface Page {
  readonly id: string;
  readonly slug?: string | undefined;
  readonly name?: string | undefined;
  /** The address that visitors open: the custom domain, else `https://<slug>.statuspage.me`; unknown without a search. */
  readonly url?: string | undefined;
}

/** The name of a page, or the best replacement that is known. */
export function describePage({ name, slug, id }: Page): string {
  return name ?? slug ?? id;
}

/** The slug in the address of a page under the vendor's domain; undefined for any other text. */
export function hostedSlug(text: string): string | undefined {
  return /^(?:https?:\/\/)?([a-z0-9-]+)\.statuspage\.me(?:\/.*)?$/i.exec(text)?.[1];
}

/** Whether a text is the address of a page, and so not its name. */
export function isPageAddress(text: string): boolean {
  return /^https?:\/\//i.test(text) || hostedSlug(text) !== undefined;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a name is a UUID, which needs no search. */
export function isPageId(name: string): boolean {
  return uuid.test(name);
}

const mostShown = 10;

/** The pages that a key can see, in a sentence. Those spelled like `wanted` come first. */
export function describeVisible(visible: readonly Page[], wanted: string): string {
  if (visible.length === 0) return 'This key sees no page at all';
  const nearness = (page: Page) =>
    Math.min(
      ...[page.slug, page.name, page.id].flatMap((name) =>
        name === undefined ? [] : [distance(name.toLowerCase(), wanted.toLowerCase())],
      ),
    );
  const near = visible.toSorted((a, b) => nearness(a) - nearness(b));
  const more = near.length > mostShown ? `, and ${near.length - mostShown} more` : '';
  return `This key sees ${near.slice(0, mostShown).map(describeForChoice).join(', ')}${more}`;
}

function describeForChoice(page: Page): string {
  return `"${describePage(page)}" (${[page.slug, page.id].filter((word) => word !== undefined).join(', ')})`;
}
