import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { pageId, type Scene, setScene } from '../../tools/bench/scene.ts';

let scene: Scene;
let server: Server;
beforeAll(async () => {
  scene = await setScene();
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});
afterAll(() => scene.close());

/** What the documentation promises. */
const mostMb = 120;

const time = (minutes: number) => `${new Date(Date.now() + minutes * 60_000).toISOString().slice(0, 19)}Z`;

/** The list of a page with so many windows that are over, each of an earlier deployment. */
function listOf(windows: number): string {
  const message = 'We are installing an update. Short interruptions are possible.\n\nRef: dk3x9q2m1-4jc8lii-02abc';
  const data = Array.from({ length: windows }, (_, at) => ({
    id: at + 1,
    title: 'Maintenance',
    message: `${message}${1_000_000 + at}lrg80z9`,
    start_at: time(-600 - at),
    end_at: time(-570 - at),
    created_at: time(-600 - at),
    status: 'completed',
  }));
  return JSON.stringify({ success: true, data });
}

/** Linux counts the memory of the process that starts another one as the other's peak too, but not under this name. */
const reportPeak = `
  import { existsSync, readFileSync } from 'node:fs';
  const status = '/proc/self/status';
  const peak = () => /VmHWM:\\s+(\\d+)/.exec(existsSync(status) ? readFileSync(status, 'utf8') : '')?.[1];
  process.on('exit', () => console.log('peak ' + (peak() ?? process.resourceUsage().maxRSS)));
`;

/** Runs a main step again, which reads the list of each page, and returns its peak in MB with what it printed. */
async function runAgain(pages: number, answerList: RequestListener): Promise<{ peakMb: number; stdout: string }> {
  server = createServer((request, response) => {
    if (request.method === 'GET') return answerList(request, response);
    request.resume().once('end', () => response.writeHead(201).end(JSON.stringify({ data: { id: 1 } })));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const ids = Array.from({ length: pages }, (_, at) => pageId(at)).join();
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/user/api/v1`;
  const { argv, env } = scene.main({ 'api-url': address, 'status-page': ids }, { GITHUB_RUN_ATTEMPT: '2' });
  const [node = '', ...step] = argv;
  const words = [`--import=data:text/javascript,${encodeURIComponent(reportPeak)}`, ...step];
  const child = spawn(node, words, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const stdout = await text(child.stdout);
  return { peakMb: Number(/^peak (\d+)$/m.exec(stdout)?.[1]) / 1024, stdout };
}

test.each([
  [10, 3_000],
  [6, 10_000],
])('the lists of %i pages with %i windows each are never in memory together', async (pages, windows) => {
  const list = listOf(windows);
  const { peakMb, stdout } = await runAgain(pages, (_, response) => response.end(list));
  expect(stdout.match(/^Opened /gm)).toHaveLength(pages);
  expect(peakMb).toBeLessThan(mostMb);
});

test('responses without an end are never in memory together', async () => {
  const part = Buffer.alloc(64 * 1024, '{"a":[');
  const { peakMb, stdout } = await runAgain(20, (_, response) => {
    const send = () => {
      while (response.write(part));
    };
    response.on('drain', send);
    send();
  });
  expect(stdout).toContain('response too large');
  expect(peakMb).toBeLessThan(mostMb);
});
