// Loaded before the action in each process of a race. The process gets as far as asking when it began, tells that it is ready, and goes on at the
// shot: its time begins there, and that it started late, or slowly, does not count.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.env.RACE_FOLDER ?? '';
const pause = new Int32Array(new SharedArrayBuffer(4));
let startedAt;

process.uptime = () => {
  if (startedAt === undefined) {
    writeFileSync(join(folder, `ready-${process.pid}`), '');
    while (!existsSync(join(folder, 'gun'))) Atomics.wait(pause, 0, 0, 10);
    startedAt = Date.now();
  }
  return (Date.now() - startedAt) / 1000;
};
