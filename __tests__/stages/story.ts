import { expect } from '@jest/globals';
import type { Emulator } from '../../src/emulator/emulator.ts';
import type { JournalEntry } from '../../src/emulator/journal.ts';
import type { StepResult } from '../../tools/demo/job.ts';

/** Replaces what differs from run to run: times, the port, the end of own references, and the pages' ids by their names. */
export interface Translation {
  plain(text: string): string;
  /** A moment, from the beginning of the scene and to the nearest five minutes: `<now>`, `<now+30m>`. */
  time(ms: number): string;
  pageName(id: string): string;
  /** A text without the line that says whose it is. */
  withoutReference(text: string): string;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** The translation for a scene that begins now. */
export function createTranslation(url: string, emulator: Emulator): Translation {
  const begunAt = Date.now();
  const { host } = new URL(url);

  const time = (ms: number): string => {
    const minutes = Math.round((ms - begunAt) / minuteMs / 5) * 5;
    return minutes === 0 ? '<now>' : `<now${minutes < 0 ? '-' : '+'}${Math.abs(minutes)}m>`;
  };
  /** Whether a time belongs to the scene; others are examples in messages. */
  const isNear = (text: string): boolean => Math.abs(Date.parse(text) - begunAt) < 7 * dayMs;
  /** The moment that a time of the day means, which is the one nearest to the scene. */
  const timeOfDay = (day: string | undefined, clock: string): string => {
    const given = Date.parse(`${day ?? new Date(begunAt).toISOString().slice(0, 10)}T${clock}:00Z`);
    const days = day === undefined ? Math.round((begunAt - given) / dayMs) : 0;
    return time(given + days * dayMs);
  };
  const pageName = (id: string) => emulator.options().pages.find((page) => page.id === id)?.slug ?? id;

  return {
    time,
    pageName,
    withoutReference: (text) => text.replace(/\n\nRef: .*$/s, ''),
    plain: (text) =>
      emulator
        .options()
        .pages.reduce((done, { id, slug }) => done.replaceAll(id, `<${slug}>`), text)
        .replaceAll(host, '127.0.0.1:<port>')
        .replaceAll(host.replace(':', '&#58;'), '127.0.0.1&#58;<port>')
        .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, (found) => (isNear(found) ? time(Date.parse(found)) : found))
        .replace(
          /(?:(\d{4}-\d\d-\d\d) )?\b(\d\d(?::|&#58;)\d\d)(?::\d\d)?(?=(?: ?– ?(?:\d{4}-\d\d-\d\d )?\d\d:\d\d(?::\d\d)?)? UTC)/g,
          (_, day, clock) => timeOfDay(day, clock.replace('&#58;', ':')),
        )
        // Around midnight both ends of a stretch have their days, and stand apart.
        .replace(/(<now\S*>) – (?=<now)/g, '$1–')
        .replace(/\b([df][0-9a-z]{8}-[0-9a-z]{1,9}-[0-9a-z]{8})[0-9a-z]{8}\b/g, '$1<opened>')
        // Without a user's key, each shared one has a key of its own.
        .replace(/\bd[0-9a-z]{8}(-[0-9a-z]{1,9})(?![-0-9a-z])/g, 'd<key>$1')
        .replace(/\b\d+ s\b/g, '<n> s')
        .replace(/\b\d+s before\b/g, '<n>s before'),
  };
}

/** A step as it is told. */
interface Told {
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly result: StepResult;
  readonly requests: readonly JournalEntry[];
}

/** A scene as text: one who reads it learns what the action does. */
export class Story {
  readonly #translation: Translation;
  readonly #chapters: string[] = [];
  #ending: readonly string[] = [];

  constructor(translation: Translation) {
    this.#translation = translation;
  }

  /** What somebody else did in between. */
  aside(text: string): void {
    this.#chapters.push(`== ${text}`);
  }

  step(heading: string, { inputs, result, requests }: Told): void {
    const { exitCode, signal, log, outputs, summary } = result;
    this.#chapters.push(
      [
        `== ${heading}`,
        ...(inputs === undefined ? [] : section('with', Object.entries(inputs).map(field))),
        `${signal === null ? `exit code ${exitCode}` : `killed by ${signal}`}`,
        ...section('log', log.split('\n')),
        ...section('outputs', describeOutputs(outputs)),
        ...section('summary', summary.trimEnd().split('\n')),
        ...section('requests', tellRepetitions(requests.map(describeRequest).map(this.#translation.plain))),
      ].join('\n'),
    );
  }

  /** Closes the story with what visitors find in the end. */
  end(left: readonly string[]): this {
    this.#ending = left.length === 0 ? ['nothing'] : left;
    return this;
  }

  get text(): string {
    const ending = ['== on the page in the end', ...this.#ending.map((line) => `  ${line}`)].join('\n');
    return this.#translation.plain([...this.#chapters, ending].join('\n\n'));
  }
}

// Without quotes and escapes around it a story reads as it is.
expect.addSnapshotSerializer({
  test: (value: unknown) => value instanceof Story,
  serialize: (story: Story) => story.text,
});

function section(name: string, lines: readonly string[]): readonly string[] {
  const filled = lines.filter((line, at) => line !== '' || (at > 0 && at < lines.length - 1));
  return filled.length === 0 ? [] : [`${name}:`, ...filled.map((line) => `  ${line}`.trimEnd())];
}

const field = ([name, value]: readonly [string, unknown]): string =>
  `${name}: ${String(value).includes('\n') ? JSON.stringify(value) : String(value)}`;

/** `records` says the same once more, as JSON; it is shown if it differs from the other outputs. */
function describeOutputs({ records = '[]', ...outputs }: StepResult['outputs']): readonly string[] {
  const list = JSON.parse(records) as readonly Readonly<Record<string, string>>[];
  const ids = list.map(({ id }) => id);
  const fits = outputs.id === ids.join(',') || ids.every((id) => id === 'none');
  return [...Object.entries(outputs).map(field), ...(fits ? [] : [`records: ${records}`])].map((line) =>
    line.trimEnd(),
  );
}

/** A pair of lines that comes three times or more is told once: how often there was time for it depends on the machine. */
function tellRepetitions(lines: readonly string[]): readonly string[] {
  const told: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const pair = lines.slice(at, at + 2);
    const isAgain = (index: number) => pair.length === 2 && pair.every((line, more) => lines[index + more] === line);
    let next = at + 2;
    while (isAgain(next)) next += 2;
    if (next - at < 6) {
      told.push(...pair.slice(0, 1));
      at += 1;
      continue;
    }
    told.push(...pair, 'and the same again as long as there was time');
    at = next;
  }
  return told;
}

function describeRequest({ method, path, body, status, faults }: JournalEntry): string {
  const answer = status === null ? 'no answer' : String(status);
  const why = faults.length === 0 ? '' : ` (${faults.join(', ')})`;
  return `${method} ${path} -> ${answer}${why}${body === undefined ? '' : ` ${JSON.stringify(body)}`}`;
}
