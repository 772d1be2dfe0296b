import type { StatusPage } from '../statuspage/status-page.ts';
import type { DeploymentRecord } from './deployment.ts';

/** What opening a record needs: the page's API, and a place to note what is known of the record before anything else is done. */
export interface Opener {
  readonly statusPage: StatusPage;
  readonly note: (known: Partial<DeploymentRecord>) => void;
}
