import { once } from 'node:events';
import { type Exit, UserError } from '../domain/errors.ts';
import { givenAs } from './inputs.ts';
import type { CommandDefinition, Invocation } from './program.ts';

/** A status page to try everything without an account. */
export const emulatorCommand: CommandDefinition = {
  name: 'emulator',
  summary: 'Serves an emulated StatusPage.me on this machine',
  does: 'Serves an emulated StatusPage.me on this machine until you stop it: the API, and status pages to look at.',
  flags: [
    {
      flags: '--port <value>',
      meaning: 'Port to listen on; 0 takes a free one. Default: 4010.',
      group: 'Connection and output',
    },
  ],
  first: ['port', 'json'],
  examples: ['emulator', 'emulator --port 0 --json'],
  perform: emulate,
};

async function emulate({ flags, environment, console, interruption }: Invocation): Promise<Exit> {
  const { describeServed, serveEmulator } = await import('../emulator/server.ts');
  const port = readPort(givenAs('port', flags, environment) ?? '4010');
  const served = await serveEmulator({ port, pagesAreHere: true }).catch((error: Error) => {
    throw new UserError('failure', error.message, 'failed');
  });
  const { keys, pages } = served.emulator.options();
  for (const line of describeServed(served).trimEnd().split('\n')) console.result(line);
  console.json({
    url: served.url,
    'api-url': served.apiUrl,
    'api-key': keys[0]?.key,
    'api-keys': keys.map(({ key, scopes }) => ({ key, scopes })),
    'status-pages': pages.map(({ id, slug, name }) => ({ id, slug, name })),
  });
  if (!interruption.aborted) await once(interruption, 'abort');
  await served.close();
  return 'interrupted';
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new UserError(
    'invalid command line',
    `Invalid command line: --port: ${JSON.stringify(text)} is not a number from 0 to 65535.`,
  );
}
