import { setTimeout as delay } from 'node:timers/promises';
import { runCommand } from './perform-contract.ts';

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const) {
  // The second one finds no listener and ends the process at once.
  process.once(signal, () => interruption.abort());
}

process.exitCode = await runCommand({
  args: process.argv.slice(2),
  environment: process.env,
  print: (text) => process.stdout.write(text),
  say: (line) => process.stderr.write(`${line}\n`),
  clock: {
    now: () => new Date(),
    sleep: (ms, signal) => delay(ms, undefined, signal && { signal }).catch(() => {}),
  },
  interruption: interruption.signal,
});
