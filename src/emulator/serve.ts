import { parseArgs } from 'node:util';
import { describeServed, serveEmulator } from './server.ts';

const help = `Serves an emulated StatusPage.me on this machine until you press Ctrl-C: the API, and status pages to look at.

  npm run emulator -- [options]

  --port <number>  port to listen on, 0 for a free one (default: 4010)
  --help           show this text

docs/emulator.md explains its API keys, switches and faults.
`;

process.exitCode = await serve(process.argv.slice(2));

async function serve(args: readonly string[]): Promise<number | undefined> {
  try {
    const { port, isHelp } = parse(args);
    if (isHelp) process.stdout.write(help);
    else process.stdout.write(describeServed(await serveEmulator({ port, pagesAreHere: true })));
    return undefined;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return error instanceof TypeError ? 2 : 1;
  }
}

/** Reads the command line. Throws a TypeError if it is wrong. */
function parse(args: readonly string[]): { readonly port: number; readonly isHelp: boolean } {
  const { values } = parseArgs({
    args: [...args],
    options: { port: { type: 'string', default: '4010' }, help: { type: 'boolean', short: 'h', default: false } },
  });
  if (!/^\d{1,5}$/.test(values.port) || Number(values.port) > 65_535)
    throw new TypeError(`--port: "${values.port}" is not a number from 0 to 65535.`);
  return { port: Number(values.port), isHelp: values.help };
}
