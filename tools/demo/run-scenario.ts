import { setTimeout as sleep } from 'node:timers/promises';
import type { StatusPage } from '../../src/emulator/account.ts';
import type { ServedEmulator } from '../../src/emulator/server.ts';
import type { Job, PostOptions, StepResult } from './job.ts';
import {
  renderBanner,
  renderLog,
  renderPage,
  renderPageAfter,
  renderRequests,
  renderSummary,
  renderWorkflow,
} from './render.ts';
import { createJob } from './runner.ts';
import type { Scenario, ScenarioResult } from './scenarios.ts';
import type { Terminal } from './terminal.ts';
import { fetchVisiblePage } from './visible-page.ts';

/** What a scenario needs: the folder of the action, the emulator, its status page and the terminal. */
export interface Setup {
  readonly actionDir: string;
  readonly served: ServedEmulator;
  readonly page: StatusPage;
  readonly terminal: Terminal;
}

/** Runs one scenario, prints it, and gives back what happened. */
export async function runScenario(scenario: Scenario, setup: Setup): Promise<ScenarioResult> {
  const { actionDir, page } = setup;
  const job = createJob({
    actionDir,
    runId: scenario.runId,
    secrets: { STATUSPAGE_ME_API_KEY: scenario.key },
    vars: { STATUS_PAGE_ID: page.id },
  });
  // A demo that is interrupted leaves no files behind either.
  process.once('exit', job.dispose);
  try {
    return await runInJob(scenario, job, setup);
  } finally {
    process.off('exit', job.dispose);
    job.dispose();
  }
}

async function runInJob(scenario: Scenario, job: Job, { served, page, terminal }: Setup): Promise<ScenarioResult> {
  const { emulator } = served;
  const fetchPage = () => fetchVisiblePage(`${served.url}/${page.slug}`);
  const [requests, windows, incidents] = [
    watchNew(emulator.journal),
    watchNew(emulator.windows),
    watchNew(emulator.incidents),
  ];
  const inputs = { ...scenario.with, 'api-url': served.apiUrl };

  terminal.printHeading(scenario.title);
  terminal.printParagraph(scenario.introduction);
  terminal.printBlock('The workflow', renderWorkflow(inputs, terminal.paint));
  const before = await fetchPage();
  terminal.printBlock('The page before', [renderBanner(before, terminal.paint)]);
  await terminal.pause(0.5);

  const main = await job.runMain({ stepId: 'notice', with: inputs });
  const mainRequests = requests();
  terminal.printBlock('Main step', renderLog(main.log, terminal));
  const during = await fetchPage();
  const deploy = await runDeploy(scenario, main, () => renderPage(during, terminal), terminal);

  const post = await job.runPost(deploy);
  const postRequests = requests().slice(mainRequests.length);
  terminal.printBlock('Post step', renderLog(post.log, terminal));
  await waitForEnds(served);
  const after = await fetchPage();
  terminal.printBlock('The page after', renderPageAfter(after, before, terminal));
  await terminal.pause(0.5);

  terminal.printBlock(
    'Requests, and the scope that each needs',
    renderRequests(mainRequests, postRequests, terminal.paint),
  );
  if (scenario.note !== undefined) terminal.printParagraph(scenario.note);
  terminal.printBlock('Job summary', renderSummary(post.summary || main.summary, terminal));
  await terminal.pause(0.5);
  return { main, post, before, during, after, mainRequests, postRequests, windows: windows(), incidents: incidents() };
}

/** Runs the deploy unless the main step failed, and gives the job's state for the post step. */
async function runDeploy(
  scenario: Scenario,
  main: StepResult,
  page: () => string[],
  terminal: Terminal,
): Promise<PostOptions> {
  if (main.outcome !== 'success') {
    terminal.printParagraph('The main step has failed, so the deploy does not start.');
    return { steps: { deploy: { outcome: 'skipped' } } };
  }
  terminal.printBlock('The page while the deploy runs', page());
  await terminal.showProgress('./deploy.sh');
  terminal.printParagraph(scenario.deploy === 'success' ? 'The deploy has succeeded.' : 'The deploy has failed.');
  return { status: scenario.deploy, steps: { deploy: { outcome: scenario.deploy } } };
}

/** What a growing list has gained since now. */
function watchNew<T>(list: () => readonly T[]): () => readonly T[] {
  const { length } = list();
  return () => list().slice(length);
}

/** A window that is ended now ends with the full second; waits until that has come. */
async function waitForEnds({ emulator }: ServedEmulator): Promise<void> {
  const ends = emulator.windows().map(({ endAt }) => endAt - Date.now());
  await sleep(Math.max(0, ...ends.filter((ms) => ms < 2000)));
}
