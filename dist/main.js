import { describeOldNode } from './node-version.js';
const refusal = describeOldNode(process.versions.node);
if (refusal === undefined) {
    const { runMain } = await import('./github/steps.js');
    process.exitCode = await runMain();
    // A look-up of a name cannot be called off, and would hold the process long after the step is over.
    setTimeout(() => process.exit(), 500).unref();
}
else {
    console.log(`::error::Running the step — ${refusal}`);
    process.exitCode = 1;
}
