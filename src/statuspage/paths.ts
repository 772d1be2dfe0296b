import { UserError } from '../domain/user-error.ts';

/** The path of one window. Throws UserError for an id that nothing can have, as do all of these. */
export function windowPath(id: string): string {
  return `/maintenances/${segment(id)}`;
}

/** The path of one incident. */
export function incidentPath(id: string): string {
  return `/incidents/${segment(id)}`;
}

/** The path of one monitor. */
export function monitorPath(id: string): string {
  return `/monitors/${segment(id)}`;
}

/** The path of one status page. */
export function pagePath(id: string): string {
  return `/status-pages/${segment(id)}`;
}

/** An id as one segment of a path; what would address something else than one record is none. */
function segment(id: string): string {
  if (/^\.{0,2}$/.test(id))
    throw new UserError(`Reading \`id\` — nothing can have the id "${id}" — Give the id as the API shows it.`);
  return encodeURIComponent(id);
}
