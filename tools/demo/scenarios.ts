import type { Key } from '../../src/emulator/account.ts';
import type { JournalEntry } from '../../src/emulator/journal.ts';
import type { Incident, MaintenanceWindow, WindowState } from '../../src/emulator/records.ts';
import type { StepResult } from './job.ts';
import { noticesOf, type VisiblePage } from './visible-page.ts';

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

/** The key of a team that deploys: it may write what a deployment writes, and nothing else. */
export const deployKey: Key = {
  key: 'spk_demo_deploy',
  name: 'deploy key',
  scopes: ['maintenances:write', 'incidents:write'],
};

/** A key that somebody made for a dashboard: it may look, and nothing else. */
export const readingKey: Key = {
  key: 'spk_demo_reading',
  name: 'reading key',
  scopes: ['maintenances:read', 'incidents:read'],
};

const inputs = {
  'api-key': '${{ secrets.STATUSPAGE_ME_API_KEY }}',
  'status-page': '${{ vars.STATUS_PAGE_ID }}',
};

/** A deployment that succeeds: its window is on the page while it runs, and not a second longer. */
export const succeeds: Act = {
  title: 'Act 1: a deployment succeeds',
  story:
    'Before the deploy a maintenance window opens on the status page. After the deploy the post step ends it, long before its announced end. `api-url` points to the emulator; without it the action talks to StatusPage.me.',
  runId: '9876543210',
  key: deployKey.key,
  with: { ...inputs, title: 'Updating the shop', duration: '15m' },
  deploy: 'success',
  aside: 'One request opened the window, and one ended it.',
  check: ({ main, post, during, after, mainRequests, postRequests, windows, incidents }) => [
    told('both steps are green', main.exitCode === 0 && post.exitCode === 0),
    told('visitors see the window while the deploy runs', sees(during, 'Updating the shop', 'In progress')),
    told('afterwards visitors see it completed', sees(after, 'Updating the shop', 'Completed')),
    told('afterwards the page says that all is well', /operational/.test(after.banner)),
    told('exactly one window was made, and no incident', windows.length === 1 && incidents.length === 0),
    told('one request opened it', calls(mainRequests) === 'POST /maintenances 201'),
    told('one request ended it', calls(postRequests) === `PATCH /maintenances/${windows[0]?.id} 200`),
    told('the job summary says that the deployment succeeded', /^.*Deployment succeeded/.test(post.summary)),
  ],
};

/** A deployment that fails: its window gives way to an incident, which people resolve. */
export const fails: Act = {
  title: 'Act 2: a deployment fails, and becomes an incident',
  story:
    'With `on-failure: incident` a failed deploy is told to visitors. The incident is opened first and the window ended after it, so that at no moment the page says that all is well. `outcome` names the step that counts: a test that fails later does not open an incident.',
  runId: '9876543211',
  key: deployKey.key,
  with: {
    ...inputs,
    title: 'Updating the shop',
    duration: '15m',
    'on-failure': 'incident',
    outcome: '${{ fromJSON(toJSON(steps)).deploy.outcome }}',
  },
  deploy: 'failure',
  aside:
    'The first request has an id that cannot exist. Its 404 proves, before the deploy, that the key may open an incident: without the scope it would be a 403.',
  check: ({ main, post, during, after, postRequests, windows, incidents }) => [
    told('the main step is green', main.exitCode === 0),
    told('visitors see the window while the deploy runs', sees(during, 'Updating the shop', 'In progress')),
    told('afterwards visitors see an open incident', sees(after, 'An update did not complete', 'Investigating')),
    told(
      'exactly one incident was opened, and it is open',
      incidents.map(({ state }) => state).join() === 'investigating',
    ),
    told('the window is over', windows.map(({ state }) => state).join() === 'past'),
    told(
      'the incident was opened before the window was ended',
      calls(postRequests) === `POST /incidents 201, PATCH /maintenances/${windows[0]?.id} 200`,
    ),
    told(
      'one warning tells the engineers of the incident',
      annotations(post) === 'warning' && /incident/.test(post.log),
    ),
  ],
};

/** A key that may not do what the step needs: the step says so before anything is deployed. */
export const isRefused: Act = {
  title: 'Act 3: a key without the scope',
  story:
    'The workflow is that of act 1, but the key in the secret may only read. The step fails before the deploy, and says what is to be done.',
  runId: '9876543212',
  key: readingKey.key,
  with: succeeds.with,
  deploy: 'success',
  check: ({ main, post, before, after, mainRequests, postRequests, windows, incidents }) => [
    told('the main step fails before the deploy', main.exitCode === 1),
    told('its message names the scope', annotations(main) === 'error' && /maintenances:write/.test(main.log)),
    told('one request was made, and refused', calls(mainRequests) === 'POST /maintenances 403'),
    told('nothing was created', windows.length + incidents.length === 0),
    told('the page is as it was', before.banner === after.banner && titles(before) === titles(after)),
    told('the post step has nothing to do', post.exitCode === 0 && postRequests.length === 0),
  ],
};

const told = (what: string, happened: boolean): Check => ({ told: what, happened });

const sees = (page: VisiblePage, title: string, badge: string): boolean =>
  noticesOf(page).some((notice) => notice.title === title && notice.badge === badge);

const titles = (page: VisiblePage): string =>
  noticesOf(page)
    .map(({ title, badge }) => `${title} (${badge})`)
    .join();

const calls = (requests: Played['mainRequests']): string =>
  requests.map(({ method, path, status }) => `${method} ${path} ${status}`).join(', ');

const annotations = ({ annotations }: Played['main']): string => annotations.map(({ level }) => level).join();
