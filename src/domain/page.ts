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

/** The pages that a key can see, in a sentence: those spelled most like `wanted`, in the order of their names. */
export function describeVisible(visible: readonly Page[], wanted: string): string {
  if (visible.length === 0) return 'This key sees no page at all';
  const nearness = (page: Page) =>
    Math.min(
      ...[page.slug, page.name, page.id].flatMap((name) =>
        name === undefined ? [] : [distance(name.toLowerCase(), wanted.toLowerCase())],
      ),
    );
  const near = visible.toSorted((a, b) => nearness(a) - nearness(b)).slice(0, mostShown);
  near.sort((a, b) => describePage(a).localeCompare(describePage(b)));
  const more = visible.length > mostShown ? `, and ${visible.length - mostShown} more` : '';
  return `This key sees ${near.map(describeForChoice).join(', ')}${more}`;
}

function describeForChoice(page: Page): string {
  return `"${describePage(page)}" (${[page.slug, page.id].filter((word) => word !== undefined).join(', ')})`;
}

/** Something that StatusPage.me watches. It tells neither up nor down: that is asked for as availability. */
export interface Monitor {
  readonly id: string;
  readonly name: string | undefined;
  /** `site`, `api`, `dns`, `heartbeat`, or a type that we do not know. */
  readonly type: string | undefined;
  readonly target: string | undefined;
  /** A disabled monitor is neither up nor down; undefined if the reply does not show it. */
  readonly enabled: boolean | undefined;
  readonly pageId: string | undefined;
  readonly pageSlug?: string | undefined;
  readonly intervalSeconds?: number | undefined;
  readonly createdAt?: Date | undefined;
  readonly updatedAt?: Date | undefined;
}

/** A status page with its monitors, the disabled ones among them. */
export interface PageWithMonitors extends Page {
  readonly monitors: readonly Monitor[];
  /** False if there may be monitors that the reply does not show, or not in a way that can be read. */
  readonly showsAllMonitors: boolean;
}

/** The stretches of time over which the API tells availability; each ends now. */
export const uptimePeriods = ['7d', '30d', '90d', '365d'] as const;
export type UptimePeriod = (typeof uptimePeriods)[number];

/** How well a monitor was up over a period; each is undefined if the reply does not show it, as for a monitor too young. */
export interface Availability {
  /** From 0 to 100. */
  readonly uptimePercent: number | undefined;
  readonly downtimeSeconds: number | undefined;
  /** Mean time to recover. */
  readonly mttrSeconds: number | undefined;
  /** Mean time between failures. */
  readonly mtbfSeconds: number | undefined;
}
