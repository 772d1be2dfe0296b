import type { Grant, Scope } from '../domain/scope.ts';
import { StatusPageError } from './errors.ts';
import { isAboutKey } from './explain-forbidden.ts';
import type { Call } from './failed-call.ts';

/** An id that no record has. Never a number: a record might have that. */
const nobody = '00000000-0000-0000-0000-000000000000';

/** For each scope the call that needs it and can neither show nor change anything: the scope is checked before the id. */
const probes: Readonly<Record<Scope, Pick<Call, 'method' | 'path'>>> = {
  'monitors:read': { method: 'GET', path: '/monitors/0' },
  'analytics:read': { method: 'GET', path: '/monitors/0/availability' },
  'status-pages:read': { method: 'GET', path: `/status-pages/${nobody}` },
  'incidents:read': { method: 'GET', path: `/incidents/${nobody}` },
  'incidents:write': { method: 'PATCH', path: `/incidents/${nobody}` },
  'maintenances:read': { method: 'GET', path: `/maintenances/${nobody}` },
  'maintenances:write': { method: 'PATCH', path: `/maintenances/${nobody}` },
};

/** Sends a probe. Throws StatusPageError for anything but a 2xx; returns `unknown` if it was not sent. */
export type SendProbe = (probe: Call) => Promise<Grant>;

/** The statuses that come after the check of the scope. */
const pastTheCheck = [400, 404, 422];

/** Resolves if the key has the scope, or in a dry run. Throws StatusPageError, `forbidden` if it does not. */
export async function proveScope(scope: Scope, send: SendProbe): Promise<Grant> {
  const { method, path } = probes[scope];
  try {
    return await send({ method, path, scope, body: method === 'GET' ? undefined : {} });
  } catch (error) {
    // Past the check of the scope, what does not exist is not found, or an empty change is not valid.
    if (error instanceof StatusPageError && pastTheCheck.includes(error.status ?? 0)) return 'granted';
    throw error;
  }
}

/** What a probe found out, and why it is not known. */
export interface ScopeProbe {
  readonly grant: Grant;
  readonly cause?: StatusPageError;
}

/** Whether the key has a scope. Throws StatusPageError only for a 401: the key itself is refused. */
export async function probeScope(scope: Scope, send: SendProbe): Promise<ScopeProbe> {
  try {
    return { grant: await proveScope(scope, send) };
  } catch (error) {
    if (!(error instanceof StatusPageError) || error.code === 'unauthorized') throw error;
    return judgeProbe(error);
  }
}

/**
 * What a refused probe says. `missing` is a 403 of the API, which is also how it answers a viewer of the team who may not write. One about the
 * plan or a block says nothing about the scope.
 */
export function judgeProbe(error: StatusPageError): ScopeProbe {
  const isMissing = error.code === 'forbidden' && isAboutKey(error);
  return { grant: isMissing ? 'missing' : 'unknown', cause: error };
}
