import { monitorPath, pagePath } from '../../src/statuspage/requests.ts';
import { probeIncidents } from './incident-probes.ts';
import { contentOf, isFields } from './read-response.ts';
import { nilId, type Recorder } from './recorder.ts';
import { probeCurrentWindow, probeFarWindows } from './window-probes.ts';

/** Sends every request of a run, in order. A request that needs the result of a failed one is left out. */
export async function runProbes(recorder: Recorder, componentId: string | undefined): Promise<void> {
  const otherPageId = await probeReads(recorder);
  const fieldsOf = await probeFarWindows(recorder, otherPageId);
  await probeCurrentWindow(recorder, fieldsOf);
  await probeIncidents(recorder, componentId);
}

/**
 * Sends everything that writes nothing. An empty change of a record that does not exist changes nothing. Returns another page that the key sees,
 * if there is one.
 */
async function probeReads(recorder: Recorder): Promise<string | undefined> {
  const { record, pageId } = recorder;
  const pages = await record('pages', 'GET', '/status-pages');
  await record('page', 'GET', pagePath(pageId));
  const monitors = await record('monitors', 'GET', '/monitors');
  const monitorId = monitors === undefined ? undefined : chooseMonitor(contentOf(monitors), pageId);
  if (monitorId !== undefined) await record('availability', 'GET', `${monitorPath(monitorId)}/availability?period=30d`);
  await record('unknown window', 'GET', `/maintenances/${nilId}`);
  await record('unknown incident', 'GET', `/incidents/${nilId}`);
  await record('unknown page', 'GET', `/status-pages/${nilId}`);
  await record('unknown monitor', 'GET', '/monitors/0');
  await record('unknown availability', 'GET', '/monitors/0/availability');
  await record('windows of no page', 'GET', `/maintenances?status_page_id=${nilId}`);
  await record('incidents of no page', 'GET', `/incidents?status_page_id=${nilId}`);
  await record('empty window change', 'PATCH', `/maintenances/${nilId}`, {});
  await record('empty incident change', 'PATCH', `/incidents/${nilId}`, {});
  await record('windows before', 'GET', `/maintenances?status_page_id=${encodeURIComponent(pageId)}`);
  await record('incidents before', 'GET', `/incidents?status_page_id=${encodeURIComponent(pageId)}&limit=200`);
  return pages === undefined ? undefined : chooseOtherPage(contentOf(pages), pageId);
}

function chooseOtherPage(pages: unknown, pageId: string): string | undefined {
  const others = Array.isArray(pages) ? pages.filter(isFields).filter(({ id }) => id !== pageId) : [];
  return typeof others[0]?.id === 'string' ? others[0].id : undefined;
}

/** A monitor of the page, or else any. */
function chooseMonitor(monitors: unknown, pageId: string): string | undefined {
  const all = Array.isArray(monitors) ? monitors.filter(isFields) : [];
  const monitor = all.find(({ status_page_id }) => status_page_id === pageId) ?? all[0];
  return monitor?.id === undefined ? undefined : String(monitor.id);
}
