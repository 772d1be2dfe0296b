import type { DeploymentRecord, OpenRecord } from '../deployment/deployment.ts';
import type { AnyRecord } from '../deployment/find.ts';
import type { Page } from '../domain/page.ts';
import type { Kind } from '../domain/record.ts';

/** A record that the user named by its id, and its page if the user gave one. */
export interface NamedRecord {
  readonly id: string;
  readonly kind: Kind;
  readonly page: Page | undefined;
}

/** A record that an operation is about, and how the page shows it, as far as the key may read it. */
export interface FoundTarget {
  readonly record: OpenRecord;
  readonly seen: AnyRecord | undefined;
}

/** A record that an operation is about, and why it cannot be had. */
export interface FailedTarget {
  readonly record: DeploymentRecord;
  readonly error: unknown;
}

export type Target = FoundTarget | FailedTarget;

/** A record of which no more is known than what the user wrote. */
export function namedRecord({ id, kind, page }: NamedRecord): OpenRecord {
  return { kind, page, stage: 'open', id, created: false, mailed: false };
}

/** A record that may be on a page. */
export function unconfirmedRecord(kind: Kind, page: Page): DeploymentRecord {
  return { kind, page, stage: 'unconfirmed', created: false, mailed: false };
}
