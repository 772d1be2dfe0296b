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
