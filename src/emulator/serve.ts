import { parseArgs } from 'node:util';
import { describeServed, serveEmulator } from './server.ts';

const { values } = parseArgs({ options: { port: { type: 'string', default: '4010' } } });
process.stdout.write(describeServed(await serveEmulator({ port: Number(values.port) })));
