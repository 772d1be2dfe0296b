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
  const main = await job.runMain({ with: { ...inputs, 'api-url': served.apiUrl, title: 'Updating the shop' } });
  if (main.exitCode !== 0) throw new Error(main.log);
  await photograph('during');
  await job.runPost({ status: 'success' });
  // A window that is ended now is over with the next full second.
  await sleep(1_500);
  await photograph('after');
} finally {
  job.dispose();
  await served.close();
}

/** Takes a picture of the page in each colour scheme. */
async function photograph(name: string): Promise<void> {
  for (const [scheme, setting] of Object.entries(colourSchemes)) {
    const profile = mkdtempSync(join(tmpdir(), 'screenshots-'));
    const flags = [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync', '--disable-quic', '--hide-scrollbars'],
      ...[`--user-data-dir=${profile}`, `--blink-settings=preferredColorScheme=${setting}`],
      ...['--window-size=400,545', '--force-device-scale-factor=2'],
      `--screenshot=${join(images, `${name}-${scheme}.png`)}`,
    ];
    await promisify(execFile)(process.env.CHROMIUM ?? 'chromium', [...flags, address], { timeout: 60_000 });
    rmSync(profile, { recursive: true, force: true });
  }
}
