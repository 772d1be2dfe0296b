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
