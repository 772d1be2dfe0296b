import { CommanderError } from 'commander';
import { watchSignals } from '../host/signals.ts';
import { createVoice, type Voice } from '../host/voice.ts';
import { exitCodes, exitOf } from '../report/exit-code.ts';
import { describeFailure } from '../report/failure.ts';
import { commands } from './commands.ts';
import { createProgram } from './program.ts';

/** Does what was typed after the name of the program; returns the exit code, and never throws. */
export async function runCommandLine(words: readonly string[]): Promise<number> {
  const { stdout, stderr, env: environment } = process;
  // A reader who has seen enough, as `head` has, is no failure.
  for (const stream of [stdout, stderr]) stream.on('error', () => process.exit());
  const own = words.slice(0, words.includes('--') ? words.indexOf('--') : words.length);
  const voice = createVoice({ stdout, stderr, json: own.includes('--json'), debug: own.includes('--debug') });
  const interruption = watchSignals();
  let exitCode = 0;
  const program = createProgram(commands, async (definition, call) => {
    exitCode = await definition.perform({ ...call, environment, voice, interruption });
  });
  try {
    await program.parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (thrown) {
    return thrown instanceof CommanderError ? refuse(thrown, voice) : fail(thrown, voice);
  }
}

function refuse({ exitCode, message }: CommanderError, voice: Voice): number {
  // Help and version end the same way.
  if (exitCode === 0) return 0;
  const reason = message
    .replace(/^error: /, '')
    .replace(/\s+/g, ' ')
    .replace(/spk_\S+/g, 'spk_…');
  voice.error(`Reading the command line — ${reason} — See statuspage-me --help.`);
  voice.leave('usage', exitCodes.usage);
  return exitCodes.usage;
}

function fail(thrown: unknown, voice: Voice): number {
  const exit = exitOf(thrown);
  voice.error(describeFailure('Running the command', thrown));
  voice.leave(exit, exitCodes[exit]);
  return exitCodes[exit];
}
