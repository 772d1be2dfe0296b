import { adviseOnRunner, describeOldNode } from './node-version.ts';

const refusal = describeOldNode(process.versions.node, adviseOnRunner(process));
if (refusal === undefined) {
  const { runPost } = await import('./github/steps.ts');
  process.exitCode = await runPost();
  // Exits once the log is written. A DNS query cannot be cancelled, and would keep the process alive long after the step is over.
  process.stdout.write('', () => process.exit());
} else if (process.env.STATE_deployment !== undefined) {
  // Without state, main failed for the same reason and opened nothing.
  console.log(`::error title=StatusPage.me%3A Node is too old::Could not end the notice: ${refusal}`);
}
