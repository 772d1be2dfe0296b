import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCommandFile } from '../../tools/demo/commands.ts';
import { jobVariables } from '../../tools/demo/job-variables.ts';

/** What this very process finds around it while it stands in for a step of a job: the runner's variables and command files. */
export interface Machine {
  /** Sets variables; undefined takes one away. */
  set(variables: Readonly<Record<string, string | undefined>>): void;
  /** Writes the event that started the run. */
  writeEvent(event: object): void;
  outputs(): Readonly<Record<string, string>>;
  state(): Readonly<Record<string, string>>;
  summary(): string;
  /** The lines that were printed since this was asked last. */
  printed(): readonly string[];
  /** Puts everything back as it was. */
  restore(): void;
}

const files = ['output', 'state', 'step_summary'] as const;

/** Turns this process into a step of a job, with nothing left of the step before, until it is restored. */
export function takeMachine(): Machine {
  const before = { ...process.env };
  const folder = mkdtempSync(join(tmpdir(), 'machine-'));
  const place = (name: string) => join(folder, name);
  for (const name of files) writeFileSync(place(name), '');
  const write = process.stdout.write;
  let printed = '';
  process.stdout.write = (chunk: string | Uint8Array) => {
    printed += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    return true;
  };

  // A step has a process of its own.
  const { uptime } = process;
  const ageBefore = process.uptime();
  process.uptime = () => uptime.call(process) - ageBefore;

  const set: Machine['set'] = (variables) => {
    for (const [name, value] of Object.entries(variables)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
  const read = (name: (typeof files)[number]) => readFileSync(place(name), 'utf8');
  const writeEvent = (event: object) => writeFileSync(place('event.json'), JSON.stringify(event));

  writeEvent({});
  for (const name of Object.keys(process.env)) if (/^(GITHUB|RUNNER|INPUT|STATE)_/.test(name)) delete process.env[name];
  set(
    jobVariables(
      { actionDir: folder },
      { workspace: folder, temp: folder, home: folder, eventPath: place('event.json') },
    ),
  );
  set({ GITHUB_ACTION: '__acme_statuspage-me' });
  for (const name of files) set({ [`GITHUB_${name.toUpperCase()}`]: place(name) });

  return {
    set,
    writeEvent,
    outputs: () => parseCommandFile(read('output')).values,
    state: () => parseCommandFile(read('state')).values,
    summary: () => read('step_summary'),
    printed: () => {
      const lines = printed.split(/\r?\n/).filter((line) => line !== '');
      printed = '';
      return lines;
    },
    restore: () => {
      process.stdout.write = write;
      process.uptime = uptime;
      for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
      set(before);
      rmSync(folder, { recursive: true });
    },
  };
}
