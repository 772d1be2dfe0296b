import type { StatusPage } from '../statuspage/status-page.ts';
import type { Deployment } from './deployment.ts';
import type { JustRead } from './resolve-incident.ts';

/** The words that an ending may leave on the page, with their placeholders. */
export interface Words {
  readonly resolve: string;
  readonly cancel: string;
  readonly failureTitle: string;
  readonly failure: string;
  readonly notifyOnFailure: boolean;
}

/** What an ending works with. */
export interface Desk {
  readonly statusPage: StatusPage;
  readonly words: Words;
  readonly deployment: Deployment;
  /** What need not be read once more before it is ended. */
  readonly justRead?: JustRead;
}
