import { setTimeout as sleep } from 'node:timers/promises';
import type { StatusPage } from '../../src/emulator/account.ts';
import type { ServedEmulator } from '../../src/emulator/server.ts';
import type { Job, PostOptions, StepResult } from './job.ts';
import { drawBanner, drawLog, drawPage, drawPageAfter, drawRequests, drawSummary, drawWorkflow } from './render.ts';
import { createJob } from './runner.ts';
import type { Act, Played } from './scenarios.ts';
import type { Stage } from './terminal.ts';
import { fetchVisiblePage } from './visible-page.ts';

/** What an act is played with: the folder of the action, the emulator, the status page in it, and the stage. */
export interface Scenery {
  readonly actionDir: string;
  readonly served: ServedEmulator;
  readonly page: StatusPage;
  readonly stage: Stage;
}

/** Plays one act on the stage and gives back what has happened. */
export async function playAct(act: Act, scenery: Scenery): Promise<Played> {
  const { actionDir, page } = scenery;
  const job = createJob({
    actionDir,
    runId: act.runId,
    secrets: { STATUSPAGE_ME_API_KEY: act.key },
    vars: { STATUS_PAGE_ID: page.id },
  });
  // A demo that is interrupted leaves no files behind either.
  process.once('exit', job.dispose);
  try {
    return await playInJob(act, job, scenery);
  } finally {
    process.off('exit', job.dispose);
    job.dispose();
  }
}

async function playInJob(act: Act, job: Job, { served, page, stage }: Scenery): Promise<Played> {
  const { emulator } = served;
  const look = () => fetchVisiblePage(`${served.url}/${page.slug}`);
  const [requests, windows, incidents] = [
    makeTail(emulator.journal),
    makeTail(emulator.windows),
    makeTail(emulator.incidents),
  ];
  const inputs = { ...act.with, 'api-url': served.apiUrl };

  stage.announce(act.title);
  stage.say(act.story);
  stage.show('The workflow', drawWorkflow(inputs, stage.paint));
  const before = await look();
  stage.show('The page before', [drawBanner(before, stage.paint)]);
  await stage.rest(0.5);

  const main = await job.runMain({ stepId: 'notice', with: inputs });
  const mainRequests = requests();
  stage.show('Main step', drawLog(main.log, stage));
  const during = await look();
  const deploy = await playDeploy(act, main, () => drawPage(during, stage), stage);

  const post = await job.runPost(deploy);
  const postRequests = requests().slice(mainRequests.length);
  stage.show('Post step', drawLog(post.log, stage));
  await untilEndsAreReached(served);
  const after = await look();
  stage.show('The page after', drawPageAfter(after, before, stage));
  await stage.rest(0.5);

  stage.show('Requests, and the scope that each needs', drawRequests(mainRequests, postRequests, stage.paint));
  if (act.aside !== undefined) stage.say(act.aside);
  stage.show('Job summary', drawSummary(post.summary || main.summary, stage));
  await stage.rest(0.5);
  return { main, post, before, during, after, mainRequests, postRequests, windows: windows(), incidents: incidents() };
}

/** Lets the deploy run where the main step allows it, and gives the job's state for the post step. */
async function playDeploy(act: Act, main: StepResult, page: () => string[], stage: Stage): Promise<PostOptions> {
  if (main.outcome !== 'success') {
    stage.say('The main step has failed, so the deploy does not start.');
    return { steps: { deploy: { outcome: 'skipped' } } };
  }
  stage.show('The page while the deploy runs', page());
  await stage.perform('./deploy.sh');
  stage.say(act.deploy === 'success' ? 'The deploy has succeeded.' : 'The deploy has failed.');
  return { status: act.deploy, steps: { deploy: { outcome: act.deploy } } };
}

/** What a growing list has gained since now. */
function makeTail<T>(list: () => readonly T[]): () => readonly T[] {
  const { length } = list();
  return () => list().slice(length);
}

/** A window that is ended now ends with the full second; waits until that has come. */
async function untilEndsAreReached({ emulator }: ServedEmulator): Promise<void> {
  const ends = emulator.windows().map(({ endAt }) => endAt - Date.now());
  await sleep(Math.max(0, ...ends.filter((ms) => ms < 2000)));
}
