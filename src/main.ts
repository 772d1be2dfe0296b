import { adviseOnRunner, describeOldNode } from './node-version.ts';

const refusal = describeOldNode(process.versions.node, adviseOnRunner(process));
if (refusal === undefined) {
  const { runMain } = await import('./github/steps.ts');
  process.exitCode = await runMain();
  // Exits once the log is written. A DNS query cannot be cancelled, and would keep the process alive long after the step is over.
  process.stdout.write('', () => process.exit());
} else {
  console.log(`::error title=StatusPage.me%3A Node is too old::Could not start: ${refusal}`);
  process.exitCode = 1;
}
