import type { Page } from './page.ts';

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
