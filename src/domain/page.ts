import { distance } from 'fastest-levenshtein';
import { UserError } from './errors.ts';
import { list } from './text.ts';

/** A hosted status page as far as it is known: an id alone where the user gave a UUID, all of it after a look-up. */
export interface Page {
  readonly id: string;
  readonly slug?: string | undefined;
  readonly name?: string | undefined;
  /** The address that visitors open: the custom domain, else `https://<slug>.statuspage.me`; unknown without a look-up. */
  readonly url?: string | undefined;
}

/** What a page is called where no look-up told more than its id. */
export function describePage({ name, slug, id }: Page): string {
  return name ?? slug ?? id;
}

/** The slug of a page that lies under the vendor's domain, from its address; undefined for any other text. */
export function hostedSlug(text: string): string | undefined {
  return /^(?:https?:\/\/)?([a-z0-9-]+)\.statuspage\.me(?:\/.*)?$/i.exec(text)?.[1];
}

/** Whether a text is the address of a page, here or on a domain of its owner, and so no name of it. */
export function isPageAddress(text: string): boolean {
  return /^https?:\/\//i.test(text) || hostedSlug(text) !== undefined;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a name is a UUID, which needs no look-up. */
export function isPageId(name: string): boolean {
  return uuid.test(name);
}

/**
 * The pages that names mean: by UUID, then slug, then name regardless of case; a page named twice counts once.
 * Throws a UserError that names every unknown one with those near it, and every ambiguous one, a line each.
 */
export function choosePages(names: readonly string[], visible: readonly Page[]): readonly Page[] {
  const { chosen, wrong } = choose(names, visible, (id) => ({ id }));
  if (wrong !== undefined) throw wrong;
  return chosen;
}

/** What is wrong with names of pages that must all be among the visible ones, a UUID too; undefined where nothing is. */
export function findUnseen(names: readonly string[], visible: readonly Page[]): UserError | undefined {
  return choose(names, visible, () => undefined).wrong;
}

interface Choice {
  readonly chosen: readonly Page[];
  readonly wrong: UserError | undefined;
}

/** What a UUID means that is not among the visible pages. */
type Unseen = (id: string) => Page | undefined;

function choose(names: readonly string[], visible: readonly Page[], unseen: Unseen): Choice {
  const chosen = new Map<string, Page>();
  const problems: string[] = [];
  let isAbsent = false;
  for (const name of names) {
    const found = matchPages(name, visible, unseen);
    const [page] = found;
    if (page !== undefined && found.length === 1) chosen.set(page.id, page);
    else if (page === undefined) {
      isAbsent = true;
      const what = isPageId(name) ? 'UUID' : 'slug or name';
      problems.push(`no page has the ${what} "${name}" — ${describeVisible(visible, name)}.`);
    } else
      problems.push(
        `"${name}" is the name of ${found.length} pages — Give the slug: ${list(
          found.map(({ slug, id }) => slug ?? id),
          'or',
        )}.`,
      );
  }
  const lines = problems.map((problem) => `Looking up \`status-page\` — ${problem}`);
  const wrong = lines.length === 0 ? undefined : new UserError(lines.join('\n'), isAbsent ? 'not-found' : 'usage');
  return { chosen: [...chosen.values()], wrong };
}

function matchPages(name: string, visible: readonly Page[], unseen: Unseen): readonly Page[] {
  const wanted = name.toLowerCase();
  if (isPageId(name)) {
    const page = visible.find(({ id }) => id.toLowerCase() === wanted) ?? unseen(wanted);
    return page === undefined ? [] : [page];
  }
  const bySlug = visible.filter(({ slug }) => slug?.toLowerCase() === wanted);
  return bySlug.length > 0 ? bySlug : visible.filter((page) => page.name?.toLowerCase() === wanted);
}

const mostShown = 10;

/** The pages that a key sees, in a sentence, those first that are spelled like `wanted`. */
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
