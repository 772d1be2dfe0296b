import { once } from 'node:events';
import { join } from 'node:path';
import { type DemoOptions, demoHelp, parseDemoOptions } from './demo-options.ts';
import { performDemo } from './perform-demo.ts';

process.exitCode = await run(process.argv.slice(2));

async function run(args: readonly string[]): Promise<number> {
  let options: DemoOptions;
  try {
    options = parseDemoOptions(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${demoHelp}`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(demoHelp);
    return 0;
  }
  const interrupted = once(process, 'SIGINT');
  if (!options.keep) interrupted.then(() => process.exit(130));
  return performDemo({
    actionDir: join(import.meta.dirname, '../..'),
    out: process.stdout,
    paceSeconds: options.paceSeconds,
    ...(options.keep && { keepUntil: interrupted }),
  });
}
