import { incidentStates } from '../../src/domain/record.ts';
import { incidentPath } from '../../src/statuspage/bodies.ts';
import { ownMessage, ownTitle } from './clean-up.ts';
import type { Bench } from './recorder.ts';
import { lookAtOnce } from './recorder.ts';
import type { Step } from './recording.ts';

/** The texts that are sent, by which answers are judged. */
export const incidentTexts = {
  first: ownMessage('It goes away in a moment.'),
  note: ownMessage('This is a note.'),
  title: `${ownTitle} (2)`,
  rewritten: ownMessage('This is another message.'),
  resolution: ownMessage('It is over.'),
} as const;

/** Opens, changes, resolves and deletes incidents, which visitors see for some seconds. Nobody is mailed. */
export async function experimentWithIncidents(bench: Bench, componentId: string | undefined): Promise<void> {
  const { ask, pageId } = bench;
  const fields = { title: ownTitle, message: incidentTexts.first };
  await ask('incident of no page', 'POST', '/incidents', fields);
  await dropIncident(bench, 'incident of no page', 'stray incident deleted');
  await ask('incident', 'POST', '/incidents', { status_page_id: pageId, ...fields });
  const id = bench.idOf('incident');
  if (id !== undefined) await experimentWithOne(bench, id);
  if (componentId !== undefined) {
    await ask('incident of a component', 'POST', '/incidents', { component_id: componentId, ...fields });
    await dropIncident(bench, 'incident of a component', 'component incident deleted');
  }
}

async function experimentWithOne(bench: Bench, id: string): Promise<void> {
  const { ask, pageId } = bench;
  const path = incidentPath(id);
  const list = (limit: number) => `/incidents?status_page_id=${encodeURIComponent(pageId)}&limit=${limit}`;
  await lookAtOnce(bench, ['incidents at once', 'incidents a moment later'], list(200), id);
  await ask('incident read', 'GET', path);
  await ask('note', 'POST', `${path}/updates`, { message: incidentTexts.note });
  await ask('incident with note', 'GET', path);
  await ask('state', 'POST', `${path}/updates`, { incident_state_id: incidentStates.monitoring });
  await ask('incident with state', 'GET', path);
  await ask('title', 'PATCH', path, { title: incidentTexts.title });
  await ask('incident with title', 'GET', path);
  await ask('message', 'PATCH', path, { message: incidentTexts.rewritten });
  await ask('incident with message', 'GET', path);
  await ask('resolution', 'POST', `${path}/updates`, {
    message: incidentTexts.resolution,
    incident_state_id: incidentStates.resolved,
  });
  await ask('incident resolved', 'GET', path);
  await ask('second incident', 'POST', '/incidents', {
    status_page_id: pageId,
    title: ownTitle,
    message: incidentTexts.first,
    incident_state_id: incidentStates.resolved,
  });
  await ask('one incident', 'GET', list(1));
  await ask('incidents', 'GET', list(200));
  await ask('incident deleted', 'DELETE', path);
  await ask('deleted incident', 'GET', path);
  await dropIncident(bench, 'second incident', 'second incident deleted');
}

async function dropIncident({ ask, idOf }: Bench, made: Step, deleted: Step): Promise<void> {
  const id = idOf(made);
  if (id !== undefined) await ask(deleted, 'DELETE', incidentPath(id));
}
