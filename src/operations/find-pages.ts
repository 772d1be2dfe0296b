import { choosePages, isPageId } from '../domain/choose-pages.ts';
import type { Page } from '../domain/page.ts';
import type { StatusPage } from '../statuspage/status-page.ts';

/** The pages that an input names: UUIDs cost nothing, everything else one look-up for all. Throws UserError, and what the list throws. */
export async function findPages(statusPage: StatusPage, names: readonly string[]): Promise<readonly Page[]> {
  return choosePages(names, names.every(isPageId) ? [] : await statusPage.fetchPages());
}
