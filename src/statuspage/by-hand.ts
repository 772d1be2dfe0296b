import { incidentStates } from '../domain/incident-state.ts';
import type { Kind } from '../domain/record.ts';

/** A record as far as a command needs to know it. */
interface Named {
  readonly kind: Kind;
  readonly id: string;
}

/** The one shell command that ends a record by hand, now; the key is taken from the environment of the one who types it. */
export function commandToEnd(apiUrl: string, { kind, id }: Named): string {
  if (kind === 'maintenance')
    return curl(
      'PATCH',
      `${trim(apiUrl)}/maintenances/${encodeId(id)}`,
      `{"end_at":"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'"}`,
    );
  return curl(
    'POST',
    `${trim(apiUrl)}/incidents/${encodeId(id)}/updates`,
    `{"incident_state_id":"${incidentStates.resolved}","message":"Resolved."}`,
  );
}

/** The shell command that opens an incident on a page, to tell visitors more than a window does. */
export function commandToOpenIncident(apiUrl: string, pageId: string): string {
  return curl(
    'POST',
    `${trim(apiUrl)}/incidents`,
    JSON.stringify({ status_page_id: pageId, title: 'An update did not complete' }),
  );
}

function curl(method: string, url: string, body: string): string {
  return `curl -X ${method} '${url}' -H "Authorization: Bearer $STATUSPAGE_ME_API_KEY" -H 'Content-Type: application/json' -d '${body}'`;
}

/** An id as it may stand in a path between the quotes of a shell. */
function encodeId(id: string): string {
  return encodeURIComponent(id).replaceAll("'", '%27');
}

function trim(apiUrl: string): string {
  return apiUrl.replace(/\/$/, '');
}
