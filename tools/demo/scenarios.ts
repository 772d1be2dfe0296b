import type { Key } from '../../src/emulator/account.ts';
import type { JournalEntry } from '../../src/emulator/journal.ts';
import type { Incident, MaintenanceWindow, WindowState } from '../../src/emulator/records.ts';
import type { StepResult } from './job.ts';
import { noticesOf, type VisiblePage } from './visible-page.ts';

/** One scenario of the demo: what it shows, what it runs, and how each claim is checked. */
export interface Scenario {
  readonly title: string;
  readonly introduction: string;
  /** Each scenario is a workflow run of its own. */
  readonly runId: string;
  /** The API key that the workflow's secret holds. */
  readonly key: string;
  readonly with: Readonly<Record<string, string>>;
  /** How the deploy ends, if it starts. */
  readonly deploy: 'success' | 'failure';
  /** Printed below the requests. */
  readonly note?: string;
  check(played: ScenarioResult): readonly Check[];
}

/** What happened in a scenario. */
export interface ScenarioResult {
  readonly main: StepResult;
  readonly post: StepResult;
  /** The page as visitors saw it before the main step, after it, and after the post step. */
  readonly before: VisiblePage;
  readonly during: VisiblePage;
  readonly after: VisiblePage;
  readonly mainRequests: readonly JournalEntry[];
  readonly postRequests: readonly JournalEntry[];
  /** The records that the scenario created. */
  readonly windows: readonly (MaintenanceWindow & { readonly state: WindowState })[];
  readonly incidents: readonly Incident[];
}

/** One claim, and whether it holds. */
export interface Check {
  readonly claim: string;
  readonly holds: boolean;
}

/** The key for deployments. It may read and write windows and incidents, and nothing else. */
export const deployKey: Key = {
  key: 'spk_demo_deploy',
  name: 'deploy key',
  scopes: ['maintenances:read', 'maintenances:write', 'incidents:read', 'incidents:write'],
};

/** The key for a dashboard. It may only read. */
export const readingKey: Key = {
  key: 'spk_demo_reading',
  name: 'reading key',
  scopes: ['maintenances:read', 'incidents:read'],
};

const inputs = {
  'api-key': '${{ secrets.STATUSPAGE_ME_API_KEY }}',
  'status-page': '${{ vars.STATUS_PAGE_ID }}',
};

/** A deployment that succeeds: its window is on the page only while it runs. */
export const succeeds: Scenario = {
  title: 'Scenario 1: a deployment succeeds',
  introduction:
    'Before the deploy a maintenance window opens on the status page. After the deploy the post step ends it, long before its announced end. `api-url` points to the emulator; without it the action talks to StatusPage.me.',
  runId: '9876543210',
  key: deployKey.key,
  with: { ...inputs, title: 'Updating the shop', duration: '15m' },
  deploy: 'success',
  note: 'One request opened the window, and one ended it. The list shows whether an earlier run left something.',
  check: ({ main, post, during, after, mainRequests, postRequests, windows, incidents }) => [
    claim('both steps are green', main.exitCode === 0 && post.exitCode === 0),
    claim('visitors see the window while the deploy runs', sees(during, 'Updating the shop', 'In progress')),
    claim('afterwards visitors see it completed', sees(after, 'Updating the shop', 'Completed')),
    claim('afterwards the page says that all is well', /operational/.test(after.banner)),
    claim('exactly one window was made, and no incident', windows.length === 1 && incidents.length === 0),
    claim('one request opened it', calls(mainRequests) === 'POST /maintenances 201'),
    claim('one request ended it', writes(postRequests) === `PATCH /maintenances/${windows[0]?.id} 200`),
    claim('the job summary says that the maintenance ended', /^### ✅ .*maintenance ended/i.test(post.summary)),
  ],
};

/** A deployment that fails: its window stays on the page. */
export const fails: Scenario = {
  title: 'Scenario 2: a deployment fails',
  introduction:
    'The same workflow, but the deploy fails. Nobody knows yet whether the shop works, so the window stays until its announced end.',
  runId: '9876543211',
  key: deployKey.key,
  with: succeeds.with,
  deploy: 'failure',
  check: ({ main, post, after, postRequests, windows, incidents }) => [
    claim('the main step is green', main.exitCode === 0),
    claim('afterwards visitors still see the window', sees(after, 'Updating the shop', 'In progress')),
    claim('the page does not say that all is well', /maintenance/.test(after.banner)),
    claim('one window was made, and it is open', windows.map(({ state }) => state).join() === 'active'),
    claim('no incident was made, and nothing was written', incidents.length === 0 && writes(postRequests) === ''),
    claim('one warning says that it stays', annotations(post) === 'warning' && /stays/.test(post.log)),
  ],
};

/** The next run of the failed workflow: it ends its own window, and the one that the failure left. */
export const isFixed: Scenario = {
  title: 'Scenario 3: the next run succeeds',
  introduction:
    'The fix is pushed, and the workflow runs again. Its post step ends its own window and the one that the failed run left. No `deployment-key` is needed: workflow, branch, job and step are the same.',
  runId: '9876543212',
  key: deployKey.key,
  with: succeeds.with,
  deploy: 'success',
  check: ({ main, post, before, during, after, postRequests }) => [
    claim('both steps are green', main.exitCode === 0 && post.exitCode === 0),
    claim('before it, visitors see the window of the failed run', sees(before, 'Updating the shop', 'In progress')),
    claim('while the deploy runs, the page shows maintenance', /maintenance/.test(during.banner)),
    claim('afterwards no window is in progress', !sees(after, 'Updating the shop', 'In progress')),
    claim('afterwards the page says that all is well', /operational/.test(after.banner)),
    claim('two requests ended the two windows', /^(PATCH \S+ 200(, )?){2}$/.test(writes(postRequests))),
    claim('nothing is warned about', annotations(post) === ''),
  ],
};

/** A deployment that fails: an incident replaces its window. */
export const becomesIncident: Scenario = {
  title: 'Scenario 4: a deployment fails, and becomes an incident',
  introduction:
    'With `on-failure: incident`, visitors see a failed deploy as an incident. The post step opens the incident before it ends the window, so the page never says that all is well. `outcome` names the step that counts: a test that fails later opens no incident.',
  runId: '9876543213',
  key: deployKey.key,
  with: {
    ...inputs,
    title: 'Updating the shop',
    duration: '15m',
    'on-failure': 'incident',
    outcome: '${{ fromJSON(toJSON(steps)).deploy.outcome }}',
  },
  deploy: 'failure',
  note: 'The first request has an id that cannot exist. Its 404 proves, before the deploy, that the key may open an incident: without the scope it would be a 403.',
  check: ({ main, post, during, after, postRequests, windows, incidents }) => [
    claim('the main step is green', main.exitCode === 0),
    claim('visitors see the window while the deploy runs', sees(during, 'Updating the shop', 'In progress')),
    claim('afterwards visitors see an open incident', sees(after, 'An update did not complete', 'Investigating')),
    claim(
      'exactly one incident was opened, and it is open',
      incidents.map(({ state }) => state).join() === 'investigating',
    ),
    claim('the window is over', windows.map(({ state }) => state).join() === 'past'),
    claim(
      'the incident was opened before the window was ended',
      writes(postRequests) === `POST /incidents 201, PATCH /maintenances/${windows[0]?.id} 200`,
    ),
    claim('one warning names the incident', annotations(post) === 'warning' && /incident/.test(post.log)),
  ],
};

/** A key without the scope: the step fails before anything is deployed. */
export const isRefused: Scenario = {
  title: 'Scenario 5: a key without the scope',
  introduction:
    'The workflow is that of scenario 1, but the key in the secret may only read. The step fails before the deploy, and says what to do.',
  runId: '9876543214',
  key: readingKey.key,
  with: succeeds.with,
  deploy: 'success',
  check: ({ main, post, before, after, mainRequests, postRequests, windows, incidents }) => [
    claim('the main step fails before the deploy', main.exitCode === 1),
    claim('its message names the scope', annotations(main) === 'error' && /maintenances:write/.test(main.log)),
    claim('one request was made, and refused', calls(mainRequests) === 'POST /maintenances 403'),
    claim('nothing was created', windows.length + incidents.length === 0),
    claim('the page is as it was', before.banner === after.banner && titles(before) === titles(after)),
    claim('the post step has nothing to do', post.exitCode === 0 && postRequests.length === 0),
  ],
};

const claim = (what: string, holds: boolean): Check => ({ claim: what, holds });

const sees = (page: VisiblePage, title: string, badge: string): boolean =>
  noticesOf(page).some((notice) => notice.title === title && notice.badge === badge);

const titles = (page: VisiblePage): string =>
  noticesOf(page)
    .map(({ title, badge }) => `${title} (${badge})`)
    .join();

const calls = (requests: ScenarioResult['mainRequests']): string =>
  requests.map(({ method, path, status }) => `${method} ${path} ${status}`).join(', ');

/** The requests that change something. */
const writes = (requests: ScenarioResult['mainRequests']): string =>
  calls(requests.filter(({ method }) => method !== 'GET'));

const annotations = ({ annotations }: ScenarioResult['main']): string => annotations.map(({ level }) => level).join();
