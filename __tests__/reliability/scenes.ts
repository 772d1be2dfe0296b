import type { FaultRule } from '../../src/emulator/faults.ts';
import { samplePages } from '../../src/emulator/sample.ts';
import type { OperationName } from '../../src/inputs/inputs.ts';
import type { Job } from '../../tools/demo/job.ts';

type Inputs = Readonly<Record<string, string | number | boolean>>;

/** A use of the action that the fault table plays, and the step that the faults hit. */
export interface Scene {
  readonly operation: OperationName;
  /** What it is about, as the document shows it. */
  readonly title: string;
  readonly inputs: Inputs;
  readonly struck: 'main' | 'post';
  /** The request that a single fault hits. */
  readonly deciding: NonNullable<FaultRule['match']>;
  /** What the job does after main; undefined if the post step has nothing to do. */
  readonly end?: Parameters<Job['runPost']>[0];
  /** How long the deploy takes. */
  readonly deployMs?: number;
  /** A notice that a person or another job created before: the path and its body. */
  readonly before?: readonly [path: string, body: Readonly<Record<string, string>>];
}

export const acme = samplePages[0]?.id ?? '';
export const githubToken = 'ghs_reliability';

const window = { 'status-page': acme };
const incident = { ...window, operation: 'open-incident', title: 'Update', message: 'We are at work.' };
const succeeded = { status: 'success' } as const;
const failed = { status: 'failure', steps: { deploy: { outcome: 'failure' } } } as const;
const openIncident = ['/incidents', { status_page_id: acme, title: 'Update', message: 'We are at work.' }] as const;
/** The reference of run 100. GitHub says that this run is over. */
const deadMessage = 'We are at work.\n\nRef: r2s-0123abcd';

/** The steps that are played, at least one for each operation. */
export const scenes: readonly Scene[] = [
  {
    operation: 'open-maintenance',
    title: 'the fault hits main; the API works again for the post step',
    inputs: window,
    struck: 'main',
    deciding: { method: 'POST' },
    end: succeeded,
  },
  {
    operation: 'open-maintenance',
    title: 'the fault hits the post step after a success',
    inputs: window,
    struck: 'post',
    deciding: { method: 'PATCH' },
    end: succeeded,
  },
  {
    operation: 'open-maintenance',
    title: 'with `on-failure: incident`; the fault hits the post step after a failure',
    inputs: { ...window, 'on-failure': 'incident', outcome: '${{ fromJSON(toJSON(steps)).deploy.outcome }}' },
    struck: 'post',
    deciding: { method: 'POST' },
    end: failed,
  },
  {
    operation: 'open-incident',
    title: 'the fault hits main; the API works again for the post step',
    inputs: incident,
    struck: 'main',
    deciding: { method: 'POST' },
    end: succeeded,
  },
  {
    operation: 'open-incident',
    title: 'the fault hits the post step after a success',
    inputs: incident,
    struck: 'post',
    deciding: { method: 'POST' },
    end: succeeded,
  },
  {
    operation: 'update',
    title: 'an entry for an incident',
    inputs: { operation: 'update', id: '1', kind: 'incident', message: 'Half done.', state: 'monitoring' },
    struck: 'main',
    deciding: { method: 'POST' },
    before: openIncident,
  },
  {
    operation: 'resolve',
    title: 'an incident',
    inputs: { operation: 'resolve', id: '1', kind: 'incident' },
    struck: 'main',
    deciding: { method: 'POST' },
    before: openIncident,
  },
  {
    operation: 'resolve',
    title: 'a window',
    inputs: { operation: 'resolve', id: '1', kind: 'maintenance' },
    struck: 'main',
    deciding: { method: 'PATCH' },
    before: ['/maintenances', { status_page_id: acme, title: 'Update', ...aroundNow() }],
  },
  {
    operation: 'delete',
    title: 'an incident',
    inputs: { operation: 'delete', id: '1', kind: 'incident' },
    struck: 'main',
    deciding: { method: 'DELETE' },
    before: openIncident,
  },
  {
    operation: 'check',
    title: 'what the key can do',
    inputs: { operation: 'check', ...window },
    struck: 'main',
    deciding: { path: '/status-pages' },
  },
  {
    operation: 'gate',
    title: 'is it a good time to deploy?',
    inputs: { operation: 'gate', ...window },
    struck: 'main',
    deciding: { path: '/incidents' },
  },
  {
    operation: 'sweep',
    title: 'an incident left open by a run that died',
    inputs: { operation: 'sweep', ...window, 'github-token': '${{ secrets.TOKEN }}' },
    struck: 'main',
    deciding: { method: 'POST' },
    before: ['/incidents', { status_page_id: acme, title: 'Update', message: deadMessage }],
  },
];

/** The steps that are played with a page that does its work after the client has stopped waiting. */
export const lateScenes: readonly Scene[] = [
  {
    operation: 'open-maintenance',
    title: 'the create is applied late, the deploy ends at once',
    inputs: window,
    struck: 'main',
    deciding: { method: 'POST' },
    end: succeeded,
  },
  {
    operation: 'open-incident',
    title: 'the create is applied late, the deploy ends at once',
    inputs: incident,
    struck: 'main',
    deciding: { method: 'POST' },
    end: succeeded,
  },
  {
    operation: 'open-incident',
    title: 'the create is applied late, the deploy takes half a minute',
    inputs: incident,
    struck: 'main',
    deciding: { method: 'POST' },
    end: succeeded,
    deployMs: 30_000,
  },
  {
    operation: 'open-incident',
    title: 'the resolve is applied late',
    inputs: incident,
    struck: 'post',
    deciding: { method: 'POST' },
    end: succeeded,
  },
  {
    operation: 'open-maintenance',
    title: 'with `on-failure: incident`; the incident of a failure is applied late',
    inputs: { ...window, 'on-failure': 'incident', outcome: '${{ fromJSON(toJSON(steps)).deploy.outcome }}' },
    struck: 'post',
    deciding: { method: 'POST' },
    end: failed,
  },
];

/** From a moment ago on for an hour, long enough for a table to be played. */
function aroundNow() {
  const at = (ms: number) => `${new Date(Date.now() + ms).toISOString().slice(0, 19)}Z`;
  return { start_at: at(-5_000), end_at: at(3_600_000) };
}
