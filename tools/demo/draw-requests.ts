import type { JournalEntry } from '../../src/emulator/journal.ts';
import type { Paint } from './stage.ts';

/** The requests of an act as lines: which step, method, path, status, and the scope that the call needed. */
export function drawRequests(main: readonly JournalEntry[], post: readonly JournalEntry[], paint: Paint): string[] {
  const column = Math.max(0, ...[...main, ...post].map((request) => describeCall(request).length));
  const draw = (step: string, requests: readonly JournalEntry[]): string[] => {
    if (requests.length === 0) return [paint('dim', `${step}  no request`)];
    return requests.map((request) => {
      const { status, scope } = request;
      const color = status !== null && status < 300 ? 'green' : 'yellow';
      const call = describeCall(request).padEnd(column);
      return `${paint('dim', step)}  ${call}  ${paint(color, String(status ?? 'no answer'))}  ${paint('dim', scope ?? '')}`;
    });
  };
  return [...draw('main', main), ...draw('post', post)];
}

/** Of a UUID the beginning is enough to tell it from others. */
const describeCall = ({ method, path }: JournalEntry): string =>
  `${method.padEnd(6)} ${path.replace(/([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f-]{22}/, '$1-…')}`;
