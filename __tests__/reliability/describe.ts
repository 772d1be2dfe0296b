import type { JournalEntry } from '../../src/emulator/journal.ts';
import type { PlayedStep } from './play-scene.ts';

/** What the user sees of a step: whether it fails, the heading of its summary or its last log line, and why by its annotations. */
export function describeSeen({ result }: PlayedStep): string {
  const lines = result.log.split('\n').filter((line) => line.trim() !== '' && !/##\[|^Using the API/.test(line));
  const verdict = /^### (.*)$/m.exec(result.summary)?.[1] ?? lines.at(-1) ?? '';
  const said = result.annotations.map(({ level, text }) => `${level}: ${firstSentence(text)}`);
  const end = result.exitCode === 0 ? '' : '**The step fails.** ';
  const reasons: readonly string[] = result.outputs.reasons === undefined ? [] : JSON.parse(result.outputs.reasons);
  return end + ([verdict, ...said, ...reasons].map(plain).filter(isSomething).join('<br>') || 'nothing');
}

function isSomething(text: string): boolean {
  return text !== '';
}

/** The first sentence of a message: what failed and why, without what to do. */
function firstSentence(text: string): string {
  const [, first = text] = /^([^\n]+?\.)(?= [A-Z]|\n|$)/.exec(text) ?? [];
  return first;
}

/** Without what differs from one run to the next: hosts, references, times, the number of attempts, what a response began with. */
function plain(text: string): string {
  return text
    .replace(/<\/?bdi>/g, '')
    .replace(/&#(\d+);/g, (_all, code) => String.fromCharCode(code))
    .replace(/, beginning with ".*?"(?=[,;]|$)/g, '')
    .replace(/127\.0\.0\.1:\d+/g, '<host>')
    .replace(/,? after (\d+ attempts in )?(\d+ (s|min)\b ?)+/g, '')
    .replace(/ for \d+ s\b/g, '')
    .replace(/(\d{4}-\d\d-\d\d )?\d\d:\d\d(:\d\d)?/g, 'hh:mm')
    .replace(/ UTC( \([^)]*\))?/g, '')
    .replace(/\b[0-9a-f]{8}-[0-9a-f-]{27}\b/g, '<page>')
    .replace(/Ref: [\w-]+/g, 'Ref: …')
    .replaceAll('<', '&lt;')
    .replaceAll('|', '\\|')
    .replace(/\s+/g, ' ')
    .trim();
}

const several = 3;

/** The requests of a step in the order of their first sending. Of writes it counts how many there were; of reads only that there were any. */
export function describeRequests(requests: readonly JournalEntry[]): string {
  const words = new Map<string, number>();
  for (const { method } of requests) {
    const word = method === 'GET' ? 'reads' : method;
    words.set(word, (words.get(word) ?? 0) + 1);
  }
  if (words.size === 0) return 'none';
  const tell = ([word, count]: readonly [string, number]) => {
    if (word === 'reads' || count === 1) return word;
    return `${word} ${count < several ? `×${count}` : 'several times'}`;
  };
  return [...words].map(tell).join(', ');
}

// What has a budget of 15, 20 or 30 s ends when that ends, and not before.
const classes = [
  [5_000, 'under 5 s'],
  [14_900, '5 to 15 s'],
  [22_000, '15 to 20 s'],
  [32_000, '20 to 30 s'],
  [120_000, 'up to 2 min'],
] as const;
const names: readonly string[] = classes.map(([, name]) => name);

/** How long a step took, start and end of its process included, in classes that a machine with other work to do rarely changes. */
export function describeTime(tookMs: number): string {
  return classes.find(([longestMs]) => tookMs < longestMs)?.[1] ?? 'longer';
}

/** Whether a step took longer than its class says. A text that is no class never counts. */
export function isSlower(tookMs: number, name: string | undefined): boolean {
  return name !== undefined && names.includes(name) && names.indexOf(describeTime(tookMs)) > names.indexOf(name);
}
