import type { Writable } from 'node:stream';
import { CommanderError } from 'commander';
import { variableOf } from '../domain/flags.ts';
import { UserError } from '../domain/user-error.ts';
import { watchSignals } from '../host/signals.ts';
import { createVoice, type Voice } from '../host/voice.ts';
import { type Exit, exitCodes, exitOf } from '../report/exit-code.ts';
import { describeFailure } from '../report/failure.ts';
import { commands } from './commands.ts';
import { createProgram } from './program.ts';

/** What a command line is typed into. */
export interface Surroundings {
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly startedAt: Date;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborted when we are told to stop. */
  readonly interruption: AbortSignal;
  /** Leaves the signals to a command that listens to them by itself. */
  readonly leaveSignals: () => void;
}

/** Does what was typed into this process; returns the exit code, and never throws. */
export function runProcess(): Promise<number> {
  const { stdout, stderr, env: environment } = process;
  // A reader who has seen enough, as `head` has, is no failure.
  stdout.on('error', () => process.exit());
  // Nor is one of the messages; what is under way is done without him.
  stderr.on('error', () => {});
  const startedAt = new Date(performance.timeOrigin);
  const { interruption, leaveOff: leaveSignals } = watchSignals();
  const surroundings = { stdout, stderr, environment, startedAt, interruption, leaveSignals };
  return runCommandLine(process.argv.slice(2), surroundings);
}

/** Does what was typed after the name of the program; returns the exit code, and never throws. */
export async function runCommandLine(words: readonly string[], surroundings: Surroundings): Promise<number> {
  const own = words.slice(0, words.includes('--') ? words.indexOf('--') : words.length);
  const isOn = (name: string) => own.includes(`--${name}`) || surroundings.environment[variableOf(name)] === 'true';
  const voice = createVoice({ ...surroundings, json: isOn('json'), debug: isOn('debug') });
  // The process may be left at once by a second signal, and the terminal must be as it was.
  surroundings.interruption.addEventListener('abort', voice.rest);
  let doing = 'Reading the command line';
  let ended: Exit | number = 'done';
  const program = createProgram(commands, surroundings, async (definition, typed) => {
    doing = `Running ${definition.name}`;
    ended = await definition.perform({ ...surroundings, ...typed, voice });
  });
  try {
    refuseSecrets(own);
    await program.parseAsync(words, { from: 'user' });
  } catch (thrown) {
    ended = thrown instanceof CommanderError ? refuse(thrown, voice, words[0]) : fail(doing, thrown, voice);
  }
  const [exit, exitCode] = typeof ended === 'number' ? (['failed', ended] as const) : [ended, exitCodes[ended]];
  voice.end(exit, exitCode);
  return exitCode;
}

/** What is typed is read by everybody who may list the processes of the machine, and kept in the history of the shell. */
function refuseSecrets(words: readonly string[]): void {
  if (!words.some((word) => /^--api-key(=|$)/.test(word))) return;
  const todo = 'Give it as STATUSPAGE_ME_API_KEY, or in a file by --api-key-file. If others have seen it, revoke it';
  throw new UserError(`Reading the command line — the API key is no flag: others could read it there — ${todo}.`);
}

function refuse({ code, exitCode, message }: CommanderError, voice: Voice, word: string | undefined): Exit {
  // Help and version end the same way, and so does help that nobody asked for.
  if (exitCode === 0) return 'done';
  if (code === 'commander.help') return 'usage';
  const reason = message
    .replace(/^error: /, '')
    .replace(/\s+/g, ' ')
    .replace(/spk_\S+/g, 'spk_…');
  const known = commands.some(({ name }) => name === word) ? `${word} ` : '';
  voice.error(`Reading the command line — ${reason} — See statuspage-me ${known}--help.`);
  return 'usage';
}

function fail(doing: string, thrown: unknown, voice: Voice): Exit {
  voice.error(describeFailure(doing, thrown));
  return exitOf(thrown);
}
