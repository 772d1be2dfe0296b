import { UserError } from '../domain/errors.ts';
import { incidentStates } from '../domain/record.ts';
import type { DeploymentRecord } from './deployment.ts';
import type { EndContext } from './end-record.ts';
import { attempt, type Ended, failed, fill } from './end-record.ts';
import { findOpen, known, type Located } from './find.ts';
import { resolveIncident } from './incident.ts';

/** The state that we open such an incident in; another one means that people have taken it over. */
const givenState = incidentStates.investigating;

/**
 * Resolves the incidents that earlier failed deployments with this key opened on the pages of these records, each page once. One that has
 * another state is in people's hands, and one whose state is not shown may be: it is left alone. Trouble stands in the entries.
 */
export async function recover(context: EndContext, records: readonly DeploymentRecord[]): Promise<readonly Ended[]> {
  // What is known last of a page's record has its times, which the words may tell of.
  const byPage = new Map(records.map((record) => [record.page.id, record]));
  return (await Promise.all([...byPage.values()].map((record) => recoverPage(context, record)))).flat();
}

async function recoverPage(context: EndContext, record: DeploymentRecord): Promise<readonly Ended[]> {
  const { page } = record;
  const { reference } = context.deployment.failure;
  const sought: DeploymentRecord = {
    kind: 'incident',
    page,
    reference,
    stage: 'sought',
    title: '',
    created: false,
    mailed: false,
  };
  if (page.id === '') return [failed(sought, 'recovering', new UserError(withoutPage))];
  if (reference === undefined) return [];
  try {
    const { open, provenAbsent } = await findOpen(context.statusPage, 'incident', page.id, reference);
    if (open.length === 0) return provenAbsent ? [] : [{ record: sought, doing: 'recovering', did: 'unseen' }];
    const text = fill(context, context.words.resolve, record);
    return await Promise.all(open.map((found) => recoverOne(context, known(sought, found), text)));
  } catch (error) {
    return [failed(sought, 'recovering', error)];
  }
}

const withoutPage =
  'Resolving the incident of an earlier failure — status-page: needed for recover, because the record does not say which page it is on — Give it.';

async function recoverOne(context: EndContext, found: Located, text: string): Promise<Ended> {
  if (found.state !== givenState) return { record: found, doing: 'recovering', did: 'untouched' };
  return attempt(found, 'recovering', async () => {
    const did = await resolveIncident(context.statusPage, found.id, text);
    const record = { ...found, state: incidentStates.resolved };
    return { did, record, ...(did === 'resolved' && { said: text }) };
  });
}
