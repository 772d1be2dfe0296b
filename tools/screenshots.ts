import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { serveEmulator } from '../src/emulator/server.ts';
import { createJob } from './demo/runner.ts';
import { deployKey } from './demo/scenarios.ts';

/*
 * Writes README's pictures into docs/images: the emulator's page before, during and after a deployment, light and dark.
 * It runs the built action, and needs Chromium in PATH, or its path in CHROMIUM.
 */

const root = join(import.meta.dirname, '..');
const images = join(root, 'docs/images');
/** README shows the pictures at 270 pixels: three beside each other in a repository, one below the other on a phone, and with text that can be read. */
const [width, height] = [340, 490];
const colourSchemes = { dark: 0, light: 1 } as const;

const served = await serveEmulator({ keys: [deployKey], monitors: [] });
const [page] = served.emulator.options().pages;
if (page === undefined) throw new Error('The emulator has no status page.');
const address = `${served.url}/${page.slug}`;
const job = createJob({
  actionDir: root,
  secrets: { STATUSPAGE_ME_API_KEY: deployKey.key },
  vars: { STATUS_PAGE_ID: page.id },
});
try {
  mkdirSync(images, { recursive: true });
  await photograph('before');
  const inputs = { 'api-key': '${{ secrets.STATUSPAGE_ME_API_KEY }}', 'status-page': '${{ vars.STATUS_PAGE_ID }}' };
  const main = await job.runMain({ with: { ...inputs, 'api-url': served.apiUrl, title: 'Shop update' } });
  if (main.exitCode !== 0) throw new Error(main.log);
  await photograph('during');
  await moveStart(-6 * 60_000);
  await job.runPost({ status: 'success' });
  // A window that is ended now is over with the next full second.
  await sleep(1_500);
  await photograph('after');
} finally {
  job.dispose();
  await served.close();
}

/** Moves the start of the window, as if the deployment had taken some minutes. */
async function moveStart(ms: number): Promise<void> {
  const [window] = served.emulator.windows();
  if (window === undefined) throw new Error('The page has no maintenance window.');
  const answer = await fetch(`${served.apiUrl}/maintenances/${window.id}`, {
    method: 'PATCH',
    headers: { 'x-api-key': deployKey.key, 'content-type': 'application/json' },
    body: JSON.stringify({ start_at: `${new Date(window.startAt + ms).toISOString().slice(0, 19)}Z` }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

/** Takes a picture of the page in each colour scheme. */
async function photograph(name: string): Promise<void> {
  for (const [scheme, setting] of Object.entries(colourSchemes)) {
    const profile = mkdtempSync(join(tmpdir(), 'screenshots-'));
    const flags = [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync', '--disable-quic', '--hide-scrollbars'],
      ...[`--user-data-dir=${profile}`, `--blink-settings=preferredColorScheme=${setting}`],
      ...[`--window-size=${width},${height}`, '--force-device-scale-factor=2'],
      `--screenshot=${join(images, `${name}-${scheme}.png`)}`,
    ];
    await promisify(execFile)(process.env.CHROMIUM ?? 'chromium', [...flags, address], { timeout: 60_000 });
    rmSync(profile, { recursive: true, force: true });
  }
}
