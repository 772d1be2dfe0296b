import type { Deployment } from '../deployment/deployment.ts';
import { known } from '../deployment/locate.ts';
import { findEarlier } from '../deployment/open-record.ts';
import { failureMarker, ownMarker, sharedMarker } from '../domain/marker.ts';
import { readRequest } from '../domain/read-inputs.ts';
import type { Run } from '../domain/run.ts';
import { secondMs } from '../domain/time.ts';
import { findPages } from '../operations/find-pages.ts';
import { blankRecord } from '../operations/targets.ts';
import { MissingKeyError } from '../report/failure.ts';
import { connect, readGiven, type Tools } from './tools.ts';

const findingBudgetMs = 19 * secondMs;

/**
 * The deployment of a key, as far as the page tells of it: the window that its begin has opened, or taken over. Where none is open, one may
 * have been, which excuses no incident of a failure. Throws UserError, MissingKeyError, UnlocatedError, and what the client throws.
 */
export async function findDeployment(tools: Tools, run: Run): Promise<Deployment> {
  const { host, clock } = tools;
  const { values, operation } = readRequest(readGiven(host), clock.now(), host).request;
  if (operation !== 'resolve') throw new TypeError(`${operation} is not resolve`);
  const { 'api-key': apiKey, 'deployment-key': key, 'status-page': names = [] } = values;
  if (apiKey === undefined) throw new MissingKeyError(host.place);
  const statusPage = connect(tools, values, apiKey, findingBudgetMs);
  const marker = ownMarker(run, key);
  const sought = {
    kind: 'maintenance',
    marker,
    takeOver: sharedMarker(run, key),
    lookFirst: true,
    mayHaveTwin: true,
  } as const;
  const pages = await findPages(statusPage, names);
  const records = await Promise.all(
    pages.map(async (page) => {
      const place = blankRecord('maintenance', page, { stage: 'sought', marker });
      const earlier = await findEarlier(statusPage, sought, page);
      return earlier === undefined ? place : known(place, earlier.record);
    }),
  );
  return {
    version: 1,
    stage: 'open',
    apiUrl: statusPage.apiUrl.href,
    own: true,
    key,
    startedAt: clock.now(),
    clockOffsetMs: statusPage.clockOffsetMs(),
    tag: run.tag,
    failure: { marker: failureMarker(run, key), lookFirst: true },
    records,
  };
}
