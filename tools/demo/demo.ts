import { once } from 'node:events';
import { join } from 'node:path';
import { type DemoOptions, demoHelp, parseDemoOptions } from './demo-options.ts';
import { runDemo } from './run-demo.ts';

process.exitCode = await run(process.argv.slice(2));

async function run(args: readonly string[]): Promise<number> {
  let options: DemoOptions;
  try {
    options = parseDemoOptions(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${demoHelp}`);
    return 2;
  }
  const { help, keep, paceSeconds } = options;
  if (help) {
    process.stdout.write(demoHelp);
    return 0;
  }
  process.once('SIGINT', leave);
  return runDemo({
    actionDir: join(import.meta.dirname, '../..'),
    out: process.stdout,
    paceSeconds,
    ...(keep && { keep: interruption }),
  });
}

function leave(): void {
  process.stdout.write('\n');
  process.exit(130);
}

/** At the end the user is asked for Ctrl-C, so it exits with 0. */
function interruption(): Promise<unknown> {
  process.off('SIGINT', leave);
  return once(process, 'SIGINT');
}
