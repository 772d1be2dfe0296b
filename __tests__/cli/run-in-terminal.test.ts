import { expect, test } from '@jest/globals';
import { spawn } from '@lydell/node-pty';
import { sampleKey } from '../../src/emulator/sample.ts';
import { onSite, until } from './running.ts';
import { acme, bare, builtFile } from './typing.ts';

/** Takes its time after the first Ctrl-C, counts them all, and leaves with 40 and their number. */
const patient = `
  let times = 0;
  process.on('SIGINT', () => {
    times += 1;
    if (times === 1) setTimeout(() => process.exit(40 + times), 1000);
  });
  console.log('ready ' + process.stdin.isTTY);
  setInterval(() => {}, 1000);
`;

test('Ctrl-C on a terminal reaches the command once, and its exit code is kept', () =>
  onSite(async ({ apiUrl, folder, page }) => {
    const words = ['run', '--on-failure', 'keep', '--on-cancel', 'resolve', '--', process.execPath, '-e', patient];
    const env = {
      ...bare,
      STATUSPAGE_ME_API_KEY: sampleKey,
      STATUSPAGE_ME_API_URL: apiUrl,
      STATUSPAGE_ME_STATUS_PAGE: acme,
    };
    const terminal = spawn(process.execPath, [builtFile, ...words], { env, cwd: folder, cols: 200 });
    let seen = '';
    terminal.onData((text) => {
      seen += text;
    });
    const left = new Promise<number>((resolve) => {
      terminal.onExit((end) => resolve(end.exitCode));
    });
    // The command has the terminal, as without us.
    await until(() => seen.includes('ready true'));
    expect(page()).toEqual(['window 1 active']);
    terminal.write('\u0003');
    expect(await left).toBe(41);
    expect(seen).toContain('Ended the maintenance window');
    await until(() => page()[0] === 'window 1 past');
  }));
