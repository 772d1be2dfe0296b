import { html } from 'hono/html';
import type { EpochMs } from './clock.ts';

const day = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short', year: 'numeric' });
const minute = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', timeStyle: 'short' });
const second = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', timeStyle: 'medium' });

/** A moment in UTC: `22 Nov 2026, 14:02 UTC`. */
export function renderMoment(at: EpochMs) {
  return renderTime(at, `${day.format(at)}, ${minute.format(at)} UTC`);
}

/**
 * A span of time, with the day once if it is one day: `22 Nov 2026, 14:02 – 14:32 UTC`.
 * With seconds if it starts and ends in the same minute.
 */
export function renderSpan(from: EpochMs, until: EpochMs) {
  const sameDay = day.format(from) === day.format(until);
  const hour = sameDay && minute.format(from) === minute.format(until) ? second : minute;
  const end = `${sameDay ? '' : `${day.format(until)}, `}${hour.format(until)} UTC`;
  return html`${renderTime(from, `${day.format(from)}, ${hour.format(from)}`)} – ${renderTime(until, end)}`;
}

/**
 * How long something takes, in milliseconds, in its one or two largest units: `1 h 5 min`, `40 s`. To the nearest minute, or to the second below
 * two minutes, as the messages of the action do: a window must not last 3 min there and 4 min here.
 */
export function renderDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 120) return seconds === 60 ? '1 min' : `1 min ${seconds - 60} s`;
  const minutes = Math.round(ms / 60_000);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return hours % 24 === 0 ? `${hours / 24} d` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

function renderTime(at: EpochMs, text: string) {
  return html`<time datetime="${new Date(at).toISOString()}">${text}</time>`;
}
