import { runMain } from './action.js';
process.exitCode = await runMain();
