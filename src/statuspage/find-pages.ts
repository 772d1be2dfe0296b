import { UserError } from '../domain/errors.ts';
import { describeVisible, isPageId, type Page } from '../domain/page.ts';
import { findNear, findSplitName, list } from '../domain/text.ts';
import type { StatusPage } from './client.ts';
import { isUnknownPage, StatusPageError } from './errors.ts';

/** The pages that names mean: UUIDs cost nothing, everything else one search for all. Throws UserError, and what the list throws. */
export async function findPages(statusPage: StatusPage, names: readonly string[]): Promise<readonly Page[]> {
  return choosePages(names, names.every(isPageId) ? [] : await statusPage.fetchPages());
}

/** The pages that the key sees, if a page was not found and the key may list them. */
export async function fetchVisible(
  statusPage: StatusPage,
  errors: readonly unknown[],
): Promise<readonly Page[] | undefined> {
  return errors.some(isUnknownPage) ? statusPage.fetchPages().catch(() => undefined) : undefined;
}

/** An empty list proves nothing about a page that the key does not see. Throws what the client throws, unless the key may not read pages. */
export async function provePage(statusPage: StatusPage, { id }: Page): Promise<'proved' | 'not-allowed'> {
  try {
    await statusPage.fetchPage(id);
    return 'proved';
  } catch (error) {
    if (error instanceof StatusPageError && error.code === 'forbidden') return 'not-allowed';
    throw error;
  }
}

/**
 * The pages that names mean: by UUID, then slug, then name regardless of case. A page named twice counts once.
 * Throws a UserError with a line for each unknown name and for each name of several pages.
 */
export function choosePages(names: readonly string[], visible: readonly Page[]): readonly Page[] {
  const { chosen, wrong } = choose(names, visible, (id) => ({ id }));
  if (wrong !== undefined) throw wrong;
  return chosen;
}

/** What is wrong with names of pages that must all be visible, a UUID too; undefined if nothing is. */
export function findUnseen(names: readonly string[], visible: readonly Page[]): UserError | undefined {
  return choose(names, visible, () => undefined).wrong;
}

interface Choice {
  readonly chosen: readonly Page[];
  readonly wrong: UserError | undefined;
}

/** The page that an invisible UUID stands for. */
type Unseen = (id: string) => Page | undefined;

function choose(names: readonly string[], visible: readonly Page[], unseen: Unseen): Choice {
  const chosen = new Map<string, Page>();
  const problems: string[] = [];
  let isAbsent = false;
  const split = findSplitName(
    names,
    visible.flatMap(({ name }) => name ?? []),
  );
  const quoteHint = split === undefined ? '' : `Put double quotes around a name with a comma: "${split}". `;
  for (const name of names) {
    const found = matchPages(name, visible, unseen);
    const [page] = found;
    if (page !== undefined && found.length === 1) chosen.set(page.id, page);
    else if (page === undefined) {
      isAbsent = true;
      const what = isPageId(name) ? 'UUID' : 'slug or name';
      const hint = quoteHint || suggestPage(name, visible);
      problems.push(
        `Could not find the status page: no page has the ${what} "${name}". ${hint}${describeVisible(visible, name)}.`,
      );
    } else
      problems.push(
        `Could not find the status page: "${name}" is the name of ${found.length} pages. Give the slug: ${list(
          found.map(({ slug, id }) => slug ?? id),
          'or',
        )}.`,
      );
  }
  const wrong =
    problems.length === 0
      ? undefined
      : new UserError('not found', problems.join('\n'), isAbsent ? 'not-found' : 'usage');
  return { chosen: [...chosen.values()], wrong };
}

/** A mistyped UUID is compared with UUIDs only, and a short slug with short ones. */
function suggestPage(name: string, visible: readonly Page[]): string {
  const known = visible.flatMap((page) => (isPageId(name) ? [page.id] : [page.slug, page.name]));
  const near = findNear(
    name,
    known.filter((one) => one !== undefined),
  );
  return near === undefined ? '' : `Did you mean "${near}"? `;
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
