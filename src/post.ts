import { runPost } from './action.ts';

process.exitCode = await runPost();
