#!/usr/bin/env node
import { describeOldNode } from './node-version.ts';

const refusal = describeOldNode(process.versions.node, 'Install a newer one.');
if (refusal === undefined) {
  const { runProcess } = await import('./cli/command-line.ts');
  process.exitCode = await runProcess();
  // A look-up of a name cannot be called off, and would hold the process long after the command is over.
  setTimeout(() => process.exit(), 500).unref();
} else {
  process.stderr.write(`Error: Starting statuspage-me — ${refusal}\n`);
  process.exitCode = 2;
}
