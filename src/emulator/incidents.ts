import type { z } from 'zod/mini';
import type { changedIncident, newIncident, newUpdate } from './bodies.ts';
import type { Incident, IncidentState, TimelineEntry } from './records.ts';
import type { World } from './store.ts';

/** Creates an incident on a page; its first timeline entry is made with it. Investigating unless said otherwise. */
export function createIncident(
  { store, options, now }: World,
  statusPageId: string,
  fields: z.output<typeof newIncident>,
): Incident {
  const { ids } = options();
  const at = now();
  const state = fields.incident_state_id ?? 'investigating';
  const incident: Incident = {
    id: store.mintId('incident', ids),
    statusPageId,
    componentId: fields.component_id || null,
    title: fields.title,
    state,
    timeline: [{ id: store.mintId('update', ids), at, state, message: fields.message ?? null }],
    notifySubscribers: fields.notify_subscribers ?? false,
    createdAt: at,
    updatedAt: at,
    resolvedAt: state === 'resolved' ? at : null,
  };
  if (incident.notifySubscribers) store.mailSubscribers('incident', incident, at);
  return store.keepIncident(incident);
}

/** Posts an entry to an incident's timeline; without a state the incident keeps the one it has. */
export function addEntry(
  world: World,
  incident: Incident,
  fields: z.output<typeof newUpdate>,
): { incident: Incident; entry: TimelineEntry } {
  const { store, options, now } = world;
  const state = fields.incident_state_id ?? incident.state;
  const entry = { id: store.mintId('update', options().ids), at: now(), state, message: fields.message ?? null };
  const longer = { ...incident, timeline: [...incident.timeline, entry] };
  return { incident: store.keepIncident(enterState(world, longer, state)), entry };
}

/** Changes the fields that were sent. Whether a message is a new entry or the first one anew is an option. */
export function changeIncident(
  world: World,
  incident: Incident,
  { title, ...entry }: z.output<typeof changedIncident>,
): Incident {
  const titled = { ...incident, title: title ?? incident.title };
  if (Object.keys(entry).length > 0 && world.options().patchMessage === 'entry')
    return addEntry(world, titled, entry).incident;
  const rewritten = { ...titled, timeline: titled.timeline.map(rewriteFirst(entry.message)) };
  return world.store.keepIncident(enterState(world, rewritten, entry.incident_state_id ?? incident.state));
}

function enterState({ now }: World, incident: Incident, state: IncidentState): Incident {
  const resolvedAt = state === 'resolved' ? (incident.resolvedAt ?? now()) : null;
  return { ...incident, state, resolvedAt, updatedAt: now() };
}

function rewriteFirst(message: string | undefined) {
  return (entry: TimelineEntry, index: number): TimelineEntry =>
    index === 0 ? { ...entry, message: message ?? entry.message } : entry;
}
