import { runPost } from './action.js';
process.exitCode = await runPost();
// A look-up of a name cannot be called off, and would hold the process long after the step is over.
setTimeout(() => process.exit(), 500).unref();
