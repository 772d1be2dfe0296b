import type { InputName } from '../domain/inputs.ts';
import { readReadingInputs } from '../domain/read-inputs.ts';
import type { Read, Resource } from '../domain/reading.ts';
import { secondMs } from '../domain/time.ts';
import { getEntry, listEntries } from '../operations/read.ts';
import { MissingKeyError } from '../report/failure.ts';
import { connect, maskSecrets, readGiven, type Tools } from './tools.ts';

const readingBudgetMs = 30 * secondMs;

/** What reading takes from flags and variables. */
export const listInputs: readonly InputName[] = ['status-page', 'uptime-period', 'api-url', 'request-timeout'];
export const getInputs: readonly InputName[] = ['uptime-period', 'api-url', 'request-timeout'];

/** What was read, and the server's present. */
export interface Reading {
  readonly read: Read;
  readonly now: Date;
}

/** Lists a resource, or reads the one entry with an id. Throws UserError, MissingKeyError and StatusPageError. */
export async function readResource(tools: Tools, resource: Resource, id: string | undefined): Promise<Reading> {
  const { host } = tools;
  maskSecrets(host);
  const values = readReadingInputs(readGiven(host), host);
  const apiKey = values['api-key'];
  if (apiKey === undefined) throw new MissingKeyError(host.place);
  const statusPage = connect(tools, { ...values, 'dry-run': false }, apiKey, readingBudgetMs);
  const period = values['uptime-period'];
  const read =
    id === undefined
      ? await listEntries(statusPage, { resource, pageNames: values['status-page'] ?? [], period })
      : await getEntry(statusPage, { resource, id, period });
  return { read, now: statusPage.serverNow() };
}
