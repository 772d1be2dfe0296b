import type { Incident, Window } from '../domain/record.ts';
import type { NewIncident, NewWindow } from './bodies.ts';

/** The id of a record that was not created. */
const pretendedId = 'none';

/** The window that would have been created. */
export function pretendWindow({ pageId, title, message, startAt, endAt }: NewWindow): Window {
  return { kind: 'maintenance', ...pretendSeen(pageId, title, message), startAt, endAt };
}

/** The incident that would have been created. */
export function pretendIncident({ pageId, title, message, state }: NewIncident): Incident {
  const timeline = [{ message, state }];
  return { kind: 'incident', ...pretendSeen(pageId, title, message), state, startAt: undefined, timeline };
}

function pretendSeen(pageId: string, title: string, message: string) {
  return {
    id: pretendedId,
    pageId,
    title,
    message,
    createdAt: undefined,
    text: `${title}\n${message}`,
    showsMessage: true,
  };
}
