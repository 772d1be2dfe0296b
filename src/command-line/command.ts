import type { Flags } from '../host/terminal-inputs.ts';
import type { Voice } from '../host/voice.ts';
import type { Exit } from '../report/exit-code.ts';

/** A flag of a command, with or without a value: `--duration <value>`. */
export interface Flag {
  readonly flags: string;
  readonly meaning: string;
}

/** A call of a command, as it was typed. */
export interface Call {
  readonly flags: Flags;
  /** What was typed beside the flags. */
  readonly operands: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly voice: Voice;
  /** When it was typed; all budgets of time count from here. */
  readonly startedAt: Date;
  /** Aborted when we are told to stop. */
  readonly interruption: AbortSignal;
  /** Leaves the signals to the command, which has to listen to them. */
  readonly leaveSignals: () => void;
}

/** One command: what help and documentation say of it, and what it does. */
export interface CommandDefinition {
  readonly name: string;
  /** What may be typed beside the flags, such as `<kind> [id]`; each with its meaning. */
  readonly operands?: Readonly<Record<string, string>>;
  readonly does: string;
  readonly flags: readonly Flag[];
  /** What people may type, each without the name of the program. */
  readonly examples: readonly string[];
  /** How it ends decides the exit code; a number is the exit code itself. What it throws is told as a failure. */
  readonly perform: (call: Call) => Promise<Exit | number>;
}
