import { defaultApiUrl } from '../domain/errors.ts';
import { incidentStates, type Kind } from '../domain/record.ts';
import type { HostKind } from '../domain/run.ts';

/** Where a command is run, and the API that it uses. */
export interface CommandTarget {
  readonly host: HostKind;
  /** How our command line is started there. */
  readonly program?: string | undefined;
  /** The file with the API key, if a flag named it. A variable is still set when the command is typed. */
  readonly keyFile?: string | undefined;
  readonly apiUrl: string;
}

/** A notice as far as a command needs to know it. */
interface Named {
  readonly kind: Kind;
  readonly id: string;
}

/** The shell command that ends a notice now: our own on a terminal, a request for readers of a workflow's log. */
export function commandToEnd(target: CommandTarget, named: Named): string {
  if (target.host === 'terminal') return ownCommand('resolve', target, named);
  const id = encodeURIComponent(named.id);
  if (named.kind === 'maintenance') {
    return curl('PATCH', `${trim(target)}/maintenances/${id}`, `'{"end_at":"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'"}'`);
  }
  const body = { incident_state_id: incidentStates.resolved, message: 'Resolved.' };
  return curl('POST', `${trim(target)}/incidents/${id}/updates`, quote(JSON.stringify(body)));
}

/** The shell command that removes a notice, such as a window that has not begun. */
export function commandToDelete(target: CommandTarget, named: Named): string {
  if (target.host === 'terminal') return ownCommand('delete', target, named);
  const list = named.kind === 'maintenance' ? 'maintenances' : 'incidents';
  return curl('DELETE', `${trim(target)}/${list}/${encodeURIComponent(named.id)}`);
}

/** The command that publishes texts, by the names of their flags; undefined if one of them does not fit on a line. */
export function commandToUpdate(
  target: CommandTarget,
  named: Named,
  texts: ReadonlyMap<string, string>,
): string | undefined {
  if ([...texts.values()].some((text) => /\p{C}|[\u2028\u2029]/u.test(text))) return undefined;
  const flags = [...texts].map(([name, text]) => ` --${name}=${quote(text)}`);
  return `${ownCommand('update', target, named)}${flags.join('')}`;
}

/** Our command line if it is installed. */
export const programName = 'statuspage-me';

function ownCommand(operation: 'resolve' | 'delete' | 'update', target: CommandTarget, { kind, id }: Named): string {
  const api = trim(target) === defaultApiUrl ? '' : ` --api-url ${quote(trim(target))}`;
  const key = target.keyFile === undefined ? '' : ` --api-key-file ${quote(target.keyFile)}`;
  return `${target.program ?? programName} ${operation} --kind ${kind} --id ${quote(id)}${key}${api}`;
}

function curl(method: string, url: string, quotedBody?: string): string {
  const body = quotedBody === undefined ? '' : ` -H 'Content-Type: application/json' -d ${quotedBody}`;
  return `curl -X ${method} ${quote(url)} -H "Authorization: Bearer $STATUSPAGE_ME_API_KEY"${body}`;
}

/** A text as one word of a POSIX shell, quoted if it needs quotes. */
function quote(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function trim({ apiUrl }: CommandTarget): string {
  return apiUrl.replace(/\/+$/, '');
}
