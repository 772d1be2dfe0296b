import { runMain } from './action.ts';

process.exitCode = await runMain();
