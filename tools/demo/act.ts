import type { JournalEntry } from '../../src/emulator/journal.ts';
import type { Incident, MaintenanceWindow, WindowState } from '../../src/emulator/records.ts';
import type { StepResult } from './job.ts';
import type { VisiblePage } from './visible-page.ts';

/** One act of the demo: what is told, what is run, and by what it can be seen that it was true. */
export interface Act {
  readonly title: string;
  readonly story: string;
  /** Each act is a workflow run of its own. */
  readonly runId: string;
  /** The API key that the workflow's secret holds. */
  readonly key: string;
  readonly with: Readonly<Record<string, string>>;
  /** How the deploy ends, where it is started. */
  readonly deploy: 'success' | 'failure';
  /** Told below the requests. */
  readonly aside?: string;
  check(played: Played): readonly Check[];
}

/** What has happened in an act. */
export interface Played {
  readonly main: StepResult;
  readonly post: StepResult;
  /** The page as visitors saw it before the main step, after it, and after the post step. */
  readonly before: VisiblePage;
  readonly during: VisiblePage;
  readonly after: VisiblePage;
  readonly mainRequests: readonly JournalEntry[];
  readonly postRequests: readonly JournalEntry[];
  /** The records that the act has made. */
  readonly windows: readonly (MaintenanceWindow & { readonly state: WindowState })[];
  readonly incidents: readonly Incident[];
}

/** One thing that was told, and whether it happened. */
export interface Check {
  readonly told: string;
  readonly happened: boolean;
}
