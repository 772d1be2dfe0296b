import type { Kind } from '../domain/record.ts';
import { incidentStates } from '../domain/record.ts';

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
      `${trim(apiUrl)}/maintenances/${encodeURIComponent(id)}`,
      `'{"end_at":"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'"}'`,
    );
  return curl(
    'POST',
    `${trim(apiUrl)}/incidents/${encodeURIComponent(id)}/updates`,
    quote(JSON.stringify({ incident_state_id: incidentStates.resolved, message: 'Resolved.' })),
  );
}

/** The shell command that removes a record by hand, such as a window that has not begun. */
export function commandToDelete(apiUrl: string, { kind, id }: Named): string {
  const list = kind === 'maintenance' ? 'maintenances' : 'incidents';
  return curl('DELETE', `${trim(apiUrl)}/${list}/${encodeURIComponent(id)}`);
}

/** The shell command that opens an incident on a page, to tell visitors more than a window does. */
export function commandToOpenIncident(apiUrl: string, pageId: string): string {
  return curl(
    'POST',
    `${trim(apiUrl)}/incidents`,
    quote(
      JSON.stringify({
        status_page_id: pageId,
        title: 'An update did not complete',
        message: 'We are looking into it.',
      }),
    ),
  );
}

function curl(method: string, url: string, quotedBody?: string): string {
  const body = quotedBody === undefined ? '' : ` -H 'Content-Type: application/json' -d ${quotedBody}`;
  return `curl -X ${method} ${quote(url)} -H "Authorization: Bearer $STATUSPAGE_ME_API_KEY"${body}`;
}

/** A text as one word of a POSIX shell, whatever stands in it. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function trim(apiUrl: string): string {
  return apiUrl.replace(/\/+$/, '');
}
