import { spawn } from 'node:child_process';
import { appendFileSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const { GITHUB_OUTPUT, GITHUB_STATE, GITHUB_WORKSPACE, RUNNER_TEMP } = process.env;
const log = join(RUNNER_TEMP, `emulator-${process.pid}.log`);
const file = openSync(log, 'a');
const emulator = spawn(process.execPath, [join(GITHUB_WORKSPACE, 'src/emulator/serve.ts'), '--port', '0'], {
  detached: true,
  stdio: ['ignore', file, file],
});
emulator.unref();

let url;
for (const giveUpAt = Date.now() + 20_000; url === undefined; await setTimeout(50)) {
  [, url] = /^status pages +(\S+)$/m.exec(readFileSync(log, 'utf8')) ?? [];
  if (Date.now() > giveUpAt || emulator.exitCode !== null) throw new Error(`No emulator: ${readFileSync(log, 'utf8')}`);
}
const [, apiUrl] = /^API +(\S+)$/m.exec(readFileSync(log, 'utf8'));
appendFileSync(GITHUB_OUTPUT, `url=${url}\napi-url=${apiUrl}\n`);
appendFileSync(GITHUB_STATE, `url=${url}\npid=${emulator.pid}\n`);
console.log(`The emulator is at ${url}.`);
