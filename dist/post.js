import { runPost } from './action.js';
process.exitCode = await runPost();
