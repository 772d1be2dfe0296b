import type { Writable } from 'node:stream';
import { styleText } from 'node:util';
import yoctoSpinner, { type Spinner } from 'yocto-spinner';
import { createMask, type Mask } from '../domain/secret.ts';
import { forJson, forTerminal } from '../messages/sanitize.ts';

/** A stream that a command writes to, as `process.stdout` is one. */
type Stream = Writable & { readonly isTTY?: boolean };

/** How a command speaks. */
export interface ConsoleOptions {
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Results as one object, messages as an object a line. */
  readonly json: boolean;
  readonly debug: boolean;
}

/** Everything that a command prints. Results go to stdout, messages to stderr; secrets and what could steer a terminal never get through. */
export interface Console {
  readonly hide: (secret: string) => void;
  readonly debug: (line: string) => void;
  readonly info: (line: string) => void;
  readonly notice: (text: string) => void;
  readonly warning: (text: string) => void;
  readonly error: (text: string) => void;
  /** A line of the result; not printed if the result is an object. */
  readonly result: (line: string) => void;
  /** The result as one object, with --json. */
  readonly json: (value: Readonly<Record<string, unknown>>) => void;
  /** Shows progress on a terminal, until there is a result or `stopProgress` is called. */
  readonly progress: (doing: string) => void;
  readonly stopProgress: () => void;
  /** Ends the output. Errors are printed as objects only now, because each holds the code that the command exits with. */
  readonly end: (exit: string, exitCode: number) => void;
}

/** A console on the streams of a process. */
export function createConsole({ stdout, stderr, environment, json, debug: isTalkative }: ConsoleOptions): Console {
  const masks: Mask[] = [];
  const errors: string[] = [];
  let spinner: Spinner | undefined;
  const isWatched = stderr.isTTY === true && !json && !environment.CI && environment.TERM !== 'dumb';
  const rest = () => {
    spinner?.stop();
  };
  const conceal = (text: string) => masks.reduce((rest, mask) => mask(rest), text);
  const write = (stream: Stream, text: string) => stream.write(`${conceal(text)}\n`);
  const writeJson = (stream: Stream, value: unknown) => stream.write(`${forJson(value, conceal)}\n`);
  const say = (level: string, message: string, shown: string) =>
    json ? writeJson(stderr, { level, message }) : write(stderr, shown);
  const label = (word: string, colour: 'cyan' | 'yellow' | 'red', text: string) =>
    `${styleText(colour, word, { stream: stderr })} ${forTerminal(text)}`;
  return {
    hide: (secret) => {
      masks.push(createMask(secret));
    },
    debug: (line) => {
      if (isTalkative) say('debug', line, forTerminal(line));
    },
    info: (line) => say('info', line, forTerminal(line)),
    notice: (text) => say('notice', text, label('Note:', 'cyan', text)),
    warning: (text) => say('warning', text, label('Warning:', 'yellow', text)),
    error: (text) => {
      if (json) errors.push(text);
      else write(stderr, label('Error:', 'red', text));
    },
    result: (line) => {
      rest();
      if (!json) write(stdout, forTerminal(line));
    },
    json: (value) => {
      rest();
      if (json) writeJson(stdout, value);
    },
    progress: (doing) => {
      // The signals are ours: the library would leave at the first one.
      if (isWatched) spinner = yoctoSpinner({ text: `${doing} …`, stream: stderr, handleSignals: false }).start();
    },
    stopProgress: rest,
    end: (exit, exitCode) => {
      rest();
      for (const message of errors.splice(0)) {
        writeJson(stderr, { level: 'error', exit, 'exit-code': exitCode, message });
      }
    },
  };
}
