import { spawn } from 'node:child_process';
import { appendFileSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const { GITHUB_OUTPUT, GITHUB_STATE, GITHUB_WORKSPACE, RUNNER_TEMP } = process.env;
const printed = join(RUNNER_TEMP, `emulator-${process.pid}.json`);
const file = openSync(printed, 'a');
const commandLine = join(GITHUB_WORKSPACE, 'dist/cli/index.js');
const emulator = spawn(process.execPath, [commandLine, 'emulator', '--port', '0', '--json'], {
  detached: true,
  // A stream of this step that somebody still holds would keep the step from ending.
  stdio: ['ignore', file, 'ignore'],
});
emulator.unref();

let answer = '';
for (const giveUpAt = Date.now() + 20_000; !answer.endsWith('\n'); answer = readFileSync(printed, 'utf8')) {
  if (Date.now() > giveUpAt || emulator.exitCode !== null) throw new Error('The emulator does not start.');
  await setTimeout(50);
}
const { url, 'api-url': apiUrl } = JSON.parse(answer);
appendFileSync(GITHUB_OUTPUT, `url=${url}\napi-url=${apiUrl}\n`);
appendFileSync(GITHUB_STATE, `url=${url}\npid=${emulator.pid}\n`);
console.log(`The emulator is at ${url}.`);
