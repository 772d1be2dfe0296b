import { adviseOnRunner, describeOldNode } from './node-version.ts';

const refusal = describeOldNode(process.versions.node, adviseOnRunner(process));
if (refusal === undefined) {
  const { runMain } = await import('./github/steps.ts');
  process.exitCode = await runMain();
  // The DNS query for a name cannot be cancelled, and would keep the process alive long after the step is over.
  setTimeout(() => process.exit(), 500).unref();
} else {
  console.log(`::error title=StatusPage.me%3A Node is too old::Could not start: ${refusal}`);
  process.exitCode = 1;
}
