import { describeServed, serveEmulator } from '../../src/emulator/server.ts';
import { playAct } from './run-scenario.ts';
import type { Act, Check } from './scenarios.ts';
import { deployKey, fails, isRefused, readingKey, succeeds } from './scenarios.ts';
import { createStage, type Output, type Stage } from './terminal.ts';

/** What the demo is performed with. */
export interface Performance {
  /** The folder with the action.yml of the action that is shown. */
  readonly actionDir: string;
  readonly out: Output;
  readonly paceSeconds: number;
  /** Called at the end; the status page is kept until it is settled. */
  readonly keep?: () => Promise<unknown>;
}

/** Performs the three acts and checks what it tells. Gives the exit code: 0 where all happened as told, otherwise 1. */
export async function performDemo({ actionDir, out, paceSeconds, keep }: Performance): Promise<number> {
  const stage = createStage(out, paceSeconds);
  const served = await serveEmulator({ keys: [deployKey, readingKey] });
  try {
    const [page] = served.emulator.options().pages;
    if (page === undefined) throw new Error('The emulator has no status page.');
    stage.say(
      'A deployment on a status page, in three acts. The action runs as on GitHub, the status page is an emulator on this machine, and nothing leaves it.',
    );
    stage.show('Watch the page in a browser; it renews itself', [
      stage.paint('underline', `${served.url}/${page.slug}`),
    ]);
    await stage.rest(1);

    const missed: string[] = [];
    for (const act of [succeeds, fails, isRefused]) {
      const checks = act.check(await playAct(act, { actionDir, served, page, stage }));
      stage.show('Checked', drawChecks(checks, stage));
      missed.push(...describeMissed(act, checks));
      await stage.rest(1);
    }
    conclude(missed, stage);
    if (keep !== undefined) {
      stage.show('The status page stays until Ctrl-C', describeServed(served).trimEnd().split('\n'));
      await keep();
    }
    return missed.length === 0 ? 0 : 1;
  } finally {
    await served.close();
  }
}

const drawChecks = (checks: readonly Check[], { paint }: Stage): string[] =>
  checks.map(({ told, happened }) => (happened ? `${paint('green', '✓')} ${told}` : paint('red', `✗ ${told}`)));

const describeMissed = ({ title }: Act, checks: readonly Check[]): string[] =>
  checks.filter(({ happened }) => !happened).map(({ told }) => `${title}. Told, but not so: ${told}.`);

function conclude(missed: readonly string[], stage: Stage): void {
  stage.announce('The end');
  if (missed.length === 0)
    stage.say('Everything happened as told. How to put the action into a workflow stands in README.md.');
  else for (const sentence of missed) stage.say(stage.paint('red', sentence));
}
