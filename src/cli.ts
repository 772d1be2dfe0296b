#!/usr/bin/env node
import { describeOldNode } from './node-version.ts';

const refusal = describeOldNode(process.versions.node, 'Install Node 24.');
if (refusal === undefined) {
  const { runProcess } = await import('./cli/command-line.ts');
  process.exitCode = await runProcess();
  // The DNS query for a name cannot be cancelled, and would keep the process alive long after the command is over.
  setTimeout(() => process.exit(), 500).unref();
} else {
  process.stderr.write(`Error: Could not start statuspage-me: ${refusal}\n`);
  process.exitCode = 2;
}
