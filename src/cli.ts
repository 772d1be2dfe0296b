#!/usr/bin/env node
import { describeOldNode } from './node-version.ts';

const refusal = describeOldNode(process.versions.node, 'Install Node 24.');
if (refusal === undefined) {
  const { runProcess } = await import('./cli/command-line.ts');
  process.exitCode = await runProcess();
  // Exits once all is written. A DNS query cannot be cancelled, and would keep the process alive long after the command is over. If stdout
  // failed, its listener exits.
  process.stdout.write('', (error) => error ?? process.stderr.write('', () => process.exit()));
} else {
  process.stderr.write(`Error: Could not start statuspage-me: ${refusal}\n`);
  process.exitCode = 2;
}
