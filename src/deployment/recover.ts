import { UserError } from '../domain/errors.ts';
import { incidentStates } from '../domain/record.ts';
import type { DeploymentRecord, OpenRecord } from './deployment.ts';
import type { EndContext } from './end-record.ts';
import { attempt, type Ended, failed, fill } from './end-record.ts';
import { findOpen, known } from './find.ts';
import { resolveIncident } from './incident.ts';

/** The state that we open such an incident in; another one means that people have taken it over. */
const givenState = incidentStates.investigating;

/**
 * Resolves the incidents that earlier failed deployments with this key opened on the pages of these records, each page once. An incident in
 * another state was edited by a person, and one whose state is not shown may have been: it stays. Errors are in the entries.
 */
export async function recover(context: EndContext, records: readonly DeploymentRecord[]): Promise<readonly Ended[]> {
  // The last entry of a page knows its times best, which the texts may mention.
  const byPage = new Map(records.map((record) => [record.page?.id, record]));
  return (await Promise.all([...byPage.values()].map((record) => recoverPage(context, record)))).flat();
}

async function recoverPage(context: EndContext, record: DeploymentRecord): Promise<readonly Ended[]> {
  const { page } = record;
  const { reference } = context.deployment.failure;
  const sought: DeploymentRecord = {
    kind: 'incident',
    page,
    reference,
    stage: 'unconfirmed',
    created: false,
    mailed: false,
  };
  if (page === undefined) return [failed(sought, 'recovering', new UserError(withoutPage))];
  if (reference === undefined) return [];
  try {
    const { open, provenAbsent } = await findOpen(context.statusPage, 'incident', page.id, reference);
    if (open.length === 0) return provenAbsent ? [] : [{ record: sought, phase: 'recovering', result: 'unseen' }];
    const text = fill(context, context.words.resolve, record);
    return await Promise.all(open.map((found) => recoverOne(context, known(sought, found), text)));
  } catch (error) {
    return [failed(sought, 'recovering', error)];
  }
}

const withoutPage =
  'Resolving the incident of an earlier failure — status-page: needed for recover, because the record does not say which page it is on — Give it.';

async function recoverOne(context: EndContext, found: OpenRecord, text: string): Promise<Ended> {
  if (found.state !== givenState) return { record: found, phase: 'recovering', result: 'edited' };
  return attempt(found, 'recovering', async () => {
    const result = await resolveIncident(context.statusPage, found.id, text);
    const record = { ...found, state: incidentStates.resolved };
    return { result, record, ...(result === 'resolved' && { said: text }) };
  });
}
