import { adviseOnRunner, describeOldNode } from './node-version.js';
const refusal = describeOldNode(process.versions.node, adviseOnRunner(process));
if (refusal === undefined) {
    const { runMain } = await import('./github/steps.js');
    process.exitCode = await runMain();
    process.stdout.write('', () => process.exit());
}
else {
    console.log(`::error title=StatusPage.me%3A Node is too old::Could not start: ${refusal}`);
    process.exitCode = 1;
}
