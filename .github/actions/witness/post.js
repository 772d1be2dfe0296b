import { setTimeout } from 'node:timers/promises';

const { STATE_url: url, STATE_pid: pid } = process.env;
const lines = (text) => text.split('\n').map((line) => line.trim());
const expected = lines(process.env.INPUT_EXPECT ?? '').filter((line) => line !== '');

async function testify() {
  const [{ journal }, { windows, incidents }] = await Promise.all(
    ['journal', 'state'].map(async (about) => (await fetch(`${url}/emulator/${about}`)).json()),
  );
  return [
    ...journal.map(({ method, path, status }) => `${method} ${path.split('?')[0]} ${status}`),
    ...windows.map(({ id, state }) => `window ${id}: ${state}`),
    ...incidents.map(({ id, state }) => `incident ${id}: ${state}`),
  ];
}

let seen = await testify();
// The end of a window is rounded up to the full second, so visitors may see it a moment longer.
for (let tries = 0; tries < 30 && seen.join('\n') !== expected.join('\n'); tries += 1) {
  await setTimeout(100);
  seen = await testify();
}
process.kill(Number(pid));
console.log(['Seen:', ...seen].join('\n  '));
if (seen.join('\n') !== expected.join('\n')) {
  console.log(['Expected:', ...expected].join('\n  '));
  console.log('::error::The page is not as expected.');
  process.exitCode = 1;
}
