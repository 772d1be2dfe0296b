import { incidentStates } from '../../src/domain/record.ts';
import { incidentPath } from '../../src/statuspage/requests.ts';
import { ownMessage, ownTitle } from './clean-up.ts';
import { listUntilShown, type Recorder, readUntilFound } from './recorder.ts';
import type { Step } from './recording.ts';

/** The texts that are sent, to be compared with the answers. */
export const incidentTexts = {
  first: ownMessage('It goes away in a moment.'),
  note: ownMessage('This is a note.'),
  title: `${ownTitle} (2)`,
  rewritten: ownMessage('This is another message.'),
  resolution: ownMessage('It is over.'),
} as const;

/** Opens, changes, resolves and deletes incidents. Visitors see them for some seconds; nobody is e-mailed. */
export async function probeIncidents(recorder: Recorder, componentId: string | undefined): Promise<void> {
  const { record, pageId } = recorder;
  const fields = { title: ownTitle, message: incidentTexts.first };
  await record('incident of no page', 'POST', '/incidents', fields);
  await dropIncident(recorder, 'incident of no page', 'stray incident deleted');
  await record('incident', 'POST', '/incidents', { status_page_id: pageId, ...fields });
  const id = recorder.idOf('incident');
  if (id !== undefined) await probeIncident(recorder, id);
  if (componentId !== undefined) {
    await record('incident of a component', 'POST', '/incidents', { component_id: componentId, ...fields });
    await dropIncident(recorder, 'incident of a component', 'component incident deleted');
  }
}

async function probeIncident(recorder: Recorder, id: string): Promise<void> {
  const { record, pageId } = recorder;
  const path = incidentPath(id);
  const list = (limit: number) => `/incidents?status_page_id=${encodeURIComponent(pageId)}&limit=${limit}`;
  await listUntilShown(recorder, ['incidents at once', 'incidents a moment later'], list(200), id);
  await readUntilFound(recorder, 'incident at once', path);
  await record('incident read', 'GET', path);
  await record('note', 'POST', `${path}/updates`, { message: incidentTexts.note });
  await record('incident with note', 'GET', path);
  await record('state', 'POST', `${path}/updates`, { incident_state_id: incidentStates.monitoring });
  await record('incident with state', 'GET', path);
  await record('title', 'PATCH', path, { title: incidentTexts.title });
  await record('incident with title', 'GET', path);
  await record('message', 'PATCH', path, { message: incidentTexts.rewritten });
  await record('incident with message', 'GET', path);
  await record('resolution', 'POST', `${path}/updates`, {
    message: incidentTexts.resolution,
    incident_state_id: incidentStates.resolved,
  });
  await record('incident resolved', 'GET', path);
  await record('second incident', 'POST', '/incidents', {
    status_page_id: pageId,
    title: ownTitle,
    message: incidentTexts.first,
    incident_state_id: incidentStates.resolved,
  });
  await record('one incident', 'GET', list(1));
  await record('incidents', 'GET', list(200));
  await record('incident deleted', 'DELETE', path);
  await record('deleted incident', 'GET', path);
  await dropIncident(recorder, 'second incident', 'second incident deleted');
}

async function dropIncident({ record, idOf }: Recorder, created: Step, deleted: Step): Promise<void> {
  const id = idOf(created);
  if (id !== undefined) await record(deleted, 'DELETE', incidentPath(id));
}
