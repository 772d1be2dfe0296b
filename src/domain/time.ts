/** The present and the passing of time, handed in so that tests can own both. */
export interface Clock {
  readonly now: () => Date;
  /** Resolves after `ms` milliseconds, or as soon as `signal` is aborted; never rejects. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

export const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** The instant `ms` milliseconds after `date`. */
export function later(date: Date, ms: number): Date {
  return new Date(date.getTime() + ms);
}

/** Milliseconds from one instant to another; negative if `to` comes first. */
export function msBetween(from: Date, to: Date): number {
  return to.getTime() - from.getTime();
}

/** Whether an instant lies ahead by more than the second to which a server's clock can be read from its answers. */
export function liesAhead(date: Date, now: Date): boolean {
  return msBetween(now, date) > secondMs;
}

/** The full second at or before an instant. */
export function floorSecond(date: Date): Date {
  return new Date(Math.floor(date.getTime() / secondMs) * secondMs);
}

/** The full second at or after an instant. */
export function ceilSecond(date: Date): Date {
  return new Date(Math.ceil(date.getTime() / secondMs) * secondMs);
}

/** The later of two instants. */
export function latest(a: Date, b: Date): Date {
  return a > b ? a : b;
}

/** RFC 3339 in UTC with whole seconds, as every example of the API shows it. */
export function formatTime(date: Date): string {
  return `${floorSecond(date).toISOString().slice(0, 19)}Z`;
}

const rfc3339 = /^\d{4}-\d{2}-\d{2}[Tt ]([01]\d|2[0-3]):\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

/** An RFC 3339 time with its zone; undefined for anything else, also for days that do not exist. */
export function parseTime(text: string): Date | undefined {
  if (!rfc3339.test(text)) return undefined;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) || !isInMonth(text) ? undefined : date;
}

/** `Date` takes the 31st of a shorter month for a day of the next one. */
function isInMonth(text: string): boolean {
  const day = Number(text.slice(8, 10));
  return day <= 28 || day <= new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate();
}

const short = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;
const iso = /^P(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** Milliseconds of a length such as `90s`, `1h30m` or `PT30M`; undefined for anything else, a bare number above all. */
export function parseDuration(text: string): number | undefined {
  const parts = short.exec(text) ?? iso.exec(text);
  if (parts === null || parts.slice(1).every((part) => part === undefined)) return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  return days * dayMs + hours * hourMs + minutes * minuteMs + seconds * secondMs;
}

/** A length as an input would be written: `1h30m`. Rounded up to the full second, and to the full minute from two minutes on. */
export function formatDuration(ms: number): string {
  const unit = ms >= 2 * minuteMs ? minuteMs : secondMs;
  const parts = splitDuration(Math.ceil(ms / unit) * unit);
  const text = parts.map(([count, letter]) => `${count}${letter}`).join('');
  return text === '' ? '0s' : text;
}

const words = { d: 'd', h: 'h', m: 'min', s: 's' } as const;

/** A length of time for readers: `7 min`, `1 h 30 min`, `45 s`. Seconds are shown below two minutes only. */
export function describeDuration(ms: number): string {
  const unit = ms >= 2 * minuteMs ? minuteMs : secondMs;
  const parts = splitDuration(Math.round(Math.max(0, ms) / unit) * unit);
  return parts.length === 0 ? '0 s' : parts.map(([count, letter]) => `${count} ${words[letter]}`).join(' ');
}

function splitDuration(ms: number): readonly (readonly [number, keyof typeof words])[] {
  const counts = [
    [Math.floor(ms / dayMs), 'd'],
    [Math.floor((ms % dayMs) / hourMs), 'h'],
    [Math.floor((ms % hourMs) / minuteMs), 'm'],
    [Math.floor((ms % minuteMs) / secondMs), 's'],
  ] as const;
  return counts.filter(([count]) => count > 0);
}

/** A moment for readers: `14:32 UTC`, with its day if that is not today. */
export function describeTime(date: Date, now: Date): string {
  return `${dayOf(date) === dayOf(now) ? '' : `${dayOf(date)} `}${timeOfDay(date, 5)} UTC`;
}

/** A change of a time for readers: `from 14:32 UTC to 15:02 UTC`, with seconds if both are in the same minute. */
export function describeMove(from: Date, to: Date, now: Date): string {
  const isSameMinute = describeTime(from, now) === describeTime(to, now);
  const [before, after] = [from, to].map((time) =>
    isSameMinute ? `${timeOfDay(time, 8)} UTC` : describeTime(time, now),
  );
  return `from ${before} to ${after}`;
}

/** A stretch of time for readers: `14:02–14:09 UTC (7 min)`; with seconds if it is shorter than two minutes, with days if they are not today. */
export function describeSpan(start: Date, end: Date, now: Date): string {
  const lengthMs = msBetween(start, end);
  const digits = lengthMs < 2 * minuteMs ? 8 : 5;
  const [from, to] = [timeOfDay(start, digits), timeOfDay(end, digits)];
  const day = dayOf(start) === dayOf(now) ? '' : `${dayOf(start)} `;
  const times = dayOf(start) === dayOf(end) ? `${day}${from}–${to}` : `${dayOf(start)} ${from} – ${dayOf(end)} ${to}`;
  return `${times} UTC (${describeDuration(lengthMs)})`;
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function timeOfDay(date: Date, digits: number): string {
  return date.toISOString().slice(11, 11 + digits);
}

/** When a window starts: now, a while after now, or at a given time. */
export type Start = { readonly afterMs: number } | { readonly at: Date };

/** The instant that a `start` means. */
export function startOf(start: Start, now: Date): Date {
  return 'at' in start ? start.at : later(now, start.afterMs);
}
