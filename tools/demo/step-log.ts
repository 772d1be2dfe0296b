import { type Command, parseCommand } from './commands.ts';

/** A message that the runner shows on the run's page. */
export interface Annotation {
  readonly level: 'notice' | 'warning' | 'error';
  readonly text: string;
  readonly title: string | undefined;
}

/** What a step has printed, read line by line as the runner reads it: commands are obeyed, secrets are masked. */
export class StepLog {
  readonly commands: Command[] = [];
  readonly masked: string[] = [];
  readonly annotations: Annotation[] = [];
  readonly #secrets: readonly string[];
  readonly #debug: boolean;
  readonly #printed: string[] = [];
  readonly #shown: string[] = [];
  #resumeWith: string | undefined;

  constructor(secrets: readonly string[], debug: boolean) {
    this.#secrets = secrets.filter((secret) => secret !== '');
    this.#debug = debug;
  }

  /** The log as the runner shows it. */
  get text(): string {
    return this.#shown.join('\n');
  }

  /** The lines that the step printed with a secret in them, as they were before the runner masked them. */
  get leaks(): readonly string[] {
    const secrets = [...this.#secrets, ...this.masked];
    return this.#printed.filter((line) => secrets.some((secret) => line.includes(secret)));
  }

  /** Takes one stream of the step; a lone carriage return ends a line as well. */
  read(stream: NodeJS.ReadableStream): void {
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      const text = rest + chunk;
      // A carriage return at the very end may be the first half of a line end.
      const held = text.endsWith('\r') ? '\r' : '';
      const lines = text.slice(0, text.length - held.length).split(/\r\n|\r|\n/);
      rest = (lines.pop() ?? '') + held;
      for (const line of lines) this.#take(line);
    });
    stream.on('end', () => {
      if (rest !== '') this.#take(rest.replace(/\r$/, ''));
    });
  }

  /** Adds what the runner itself has to say about the step. */
  complain(level: Annotation['level'], text: string): void {
    this.annotations.push({ level, text, title: undefined });
    this.#show(`##[${level}]${text}`);
  }

  #take(line: string): void {
    const command = this.#resumeWith === undefined ? parseCommand(line) : undefined;
    if (command?.name !== 'add-mask') this.#printed.push(line);
    if (command === undefined) {
      if (line.trim() === `::${this.#resumeWith}::`) this.#resumeWith = undefined;
      else this.#show(line);
      return;
    }
    this.commands.push(command);
    this.#obey(command);
  }

  #obey({ name, data, properties }: Command): void {
    if (name === 'notice' || name === 'warning' || name === 'error') {
      this.annotations.push({ level: name, text: data, title: properties.title });
    }
    // The runner masks each line of a secret by itself, because it reads logs line by line.
    if (name === 'add-mask') this.masked.push(...data.split(/[\r\n]+/).filter((line) => line !== ''));
    else if (name === 'stop-commands') this.#resumeWith = data;
    else if (name !== 'debug' || this.#debug) this.#show(`##[${name}]${data}`);
  }

  #show(line: string): void {
    this.#shown.push(this.mask(line));
  }

  /** Replaces what the job knows to be secret, longest first, so that no tail of a longer one is left. */
  mask(text: string): string {
    const secrets = [...this.#secrets, ...this.masked].sort((one, other) => other.length - one.length);
    return secrets.reduce((done, secret) => done.replaceAll(secret, '***'), text);
  }
}
