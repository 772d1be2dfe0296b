import { adviseOnRunner, describeOldNode } from './node-version.js';
const refusal = describeOldNode(process.versions.node, adviseOnRunner(process));
if (refusal === undefined) {
    const { runPost } = await import('./github/steps.js');
    process.exitCode = await runPost();
    process.stdout.write('', () => process.exit());
}
else if (process.env.STATE_deployment !== undefined) {
    console.log(`::error title=StatusPage.me%3A Node is too old::Could not end the notice: ${refusal}`);
}
