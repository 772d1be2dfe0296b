import { describeServed, serveEmulator } from '../../src/emulator/server.ts';
import { runScenario } from './run-scenario.ts';
import type { Check, Scenario } from './scenarios.ts';
import { becomesIncident, deployKey, fails, isFixed, isRefused, readingKey, succeeds } from './scenarios.ts';
import { type Output, openTerminal, type Terminal } from './terminal.ts';

/** What the demo is performed with. */
export interface RunOptions {
  /** The folder with the action.yml of the action that is shown. */
  readonly actionDir: string;
  readonly out: Output;
  readonly paceSeconds: number;
  /** Called at the end; the status page is kept until it is settled. */
  readonly keep?: () => Promise<unknown>;
}

/** Runs the scenarios and checks each claim. Gives the exit code: 0 if every claim holds, otherwise 1. */
export async function runDemo({ actionDir, out, paceSeconds, keep }: RunOptions): Promise<number> {
  const terminal = openTerminal(out, paceSeconds);
  const served = await serveEmulator({ keys: [deployKey, readingKey] });
  try {
    const [page] = served.emulator.options().pages;
    if (page === undefined) throw new Error('The emulator has no status page.');
    terminal.printParagraph(
      'A deployment on a status page, in five scenarios. The action runs as on GitHub, against an emulated status page. Nothing leaves this machine.',
    );
    terminal.printBlock('Watch the page in a browser; it renews itself', [
      terminal.paint('underline', `${served.url}/${page.slug}`),
    ]);
    await terminal.pause(1);

    const failed: string[] = [];
    for (const scenario of [succeeds, fails, isFixed, becomesIncident, isRefused]) {
      const checks = scenario.check(await runScenario(scenario, { actionDir, served, page, terminal }));
      terminal.printBlock('Checked', renderChecks(checks, terminal));
      failed.push(...describeFailed(scenario, checks));
      await terminal.pause(1);
    }
    printConclusion(failed, terminal);
    if (keep !== undefined) {
      terminal.printBlock('The status page stays until Ctrl-C', describeServed(served).trimEnd().split('\n'));
      await keep();
    }
    return failed.length === 0 ? 0 : 1;
  } finally {
    await served.close();
  }
}

const renderChecks = (checks: readonly Check[], { paint }: Terminal): string[] =>
  checks.map(({ claim, holds }) => (holds ? `${paint('green', '✓')} ${claim}` : paint('red', `✗ ${claim}`)));

const describeFailed = ({ title }: Scenario, checks: readonly Check[]): string[] =>
  checks.filter(({ holds }) => !holds).map(({ claim }) => `${title}. Failed: ${claim}.`);

function printConclusion(failed: readonly string[], terminal: Terminal): void {
  terminal.printHeading('The end');
  if (failed.length === 0)
    terminal.printParagraph('Every check passed. README.md shows how to use the action in a workflow.');
  else for (const sentence of failed) terminal.printParagraph(terminal.paint('red', sentence));
}
