import { describeOldNode } from './node-version.ts';

const refusal = describeOldNode(process.versions.node);
if (refusal === undefined) {
  const { runPost } = await import('./github/steps.ts');
  process.exitCode = await runPost();
  // A look-up of a name cannot be called off, and would hold the process long after the step is over.
  setTimeout(() => process.exit(), 500).unref();
} else if (process.env.STATE_deployment !== undefined) {
  // Else main has failed for the same reason, has told of it, and has opened nothing.
  console.log(`::error::Ending the notice — ${refusal}`);
}
