import { monitorPath, pagePath } from '../../src/statuspage/bodies.ts';
import { experimentWithIncidents } from './incident-probes.ts';
import { contentOf, isFields } from './read-response.ts';
import type { Bench } from './recorder.ts';
import { experimentWithFarWindows, experimentWithPresentWindow } from './window-probes.ts';

/** Asks everything that a run asks, in its order. What a request needs of an earlier one that failed is not asked. */
export async function experiment(bench: Bench, componentId: string | undefined): Promise<void> {
  await experimentWithReading(bench);
  await experimentWithFarWindows(bench);
  await experimentWithPresentWindow(bench);
  await experimentWithIncidents(bench, componentId);
}

/** An id that no record has, and never a number, which a record might have. */
const nobody = '00000000-0000-0000-0000-000000000000';

/** Asks what can be asked without writing anything; an empty change of what does not exist changes nothing. */
export async function experimentWithReading(bench: Bench): Promise<void> {
  const { ask, pageId } = bench;
  await ask('pages', 'GET', '/status-pages');
  await ask('page', 'GET', pagePath(pageId));
  const monitors = await ask('monitors', 'GET', '/monitors');
  const monitorId = monitors === undefined ? undefined : chooseMonitor(contentOf(monitors), pageId);
  if (monitorId !== undefined) await ask('availability', 'GET', `${monitorPath(monitorId)}/availability?period=30d`);
  await ask('unknown window', 'GET', `/maintenances/${nobody}`);
  await ask('unknown incident', 'GET', `/incidents/${nobody}`);
  await ask('unknown page', 'GET', `/status-pages/${nobody}`);
  await ask('unknown monitor', 'GET', '/monitors/0');
  await ask('unknown availability', 'GET', '/monitors/0/availability');
  await ask('windows of no page', 'GET', `/maintenances?status_page_id=${nobody}`);
  await ask('incidents of no page', 'GET', `/incidents?status_page_id=${nobody}`);
  await ask('empty window change', 'PATCH', `/maintenances/${nobody}`, {});
  await ask('empty incident change', 'PATCH', `/incidents/${nobody}`, {});
  await ask('windows before', 'GET', `/maintenances?status_page_id=${encodeURIComponent(pageId)}`);
  await ask('incidents before', 'GET', `/incidents?status_page_id=${encodeURIComponent(pageId)}&limit=200`);
}

/** A monitor of the page, or else any. */
function chooseMonitor(monitors: unknown, pageId: string): string | undefined {
  const all = Array.isArray(monitors) ? monitors.filter(isFields) : [];
  const monitor = all.find(({ status_page_id }) => status_page_id === pageId) ?? all[0];
  return monitor?.id === undefined ? undefined : String(monitor.id);
}
