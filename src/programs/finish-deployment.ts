import type { Ended } from '../deployment/end-record.ts';
import type { Host } from '../host/host.ts';
import { conclude } from './conclusion.ts';
import { endRemembered, type Finish } from './end-remembered.ts';
import type { Tools } from './tools.ts';

/** A host with some inputs in other words than the user's. */
export function withInputs(host: Host, inputs: Readonly<Record<string, string>>): Host {
  return { ...host, input: (name) => inputs[name] ?? host.input(name) };
}

/** The record is our own, and what comes later decides how it ends. */
export const openingInputs = { 'auto-resolve': 'true', outcome: '' } as const;

/** How the deployment ended: an outcome, and the one that counts where that is `job`. */
export interface EndingInputs {
  readonly outcome: string;
  readonly 'job-status': string;
}

/** Ends the deployment that is remembered, and says so. It has the time of an ending from now on, and is not called off by signals. */
export async function finishDeployment(
  tools: Tools,
  inputs: EndingInputs,
  isFatal?: (one: Ended) => boolean,
): Promise<Finish> {
  const { clock } = tools;
  const interruption = new AbortController().signal;
  const host: Host = { ...withInputs(tools.host, { ...inputs }), startedAt: clock.now(), interruption };
  const finish = await endRemembered({ ...tools, host }, isFatal);
  await conclude({ ...tools, host }, finish.conclusion, host.identify(''), false);
  return finish;
}

/** Whether nothing of the deployment is on the page any more, by all that we know. Incidents of failures are left to people. */
export function isOver({ ended }: Finish): boolean {
  const about = ended.filter(({ doing }) => doing !== 'recovering');
  return about.every(({ did }) => did !== undefined && did !== 'kept' && did !== 'left');
}
