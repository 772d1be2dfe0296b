import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect } from '@jest/globals';
import { recordOutputs } from '../../src/messages/outputs.ts';
import { type Listening, serveHttp } from '../support/servers.ts';
import { acme, scene } from './stage.ts';

const megabyte = 1024 * 1024;

const servers: Listening[] = [];
afterAll(() => Promise.all(servers.map(({ stop }) => stop())));

const listOf = (count: number, entry: string): string => `{"data":[${Array.from({ length: count }, () => entry)}]}`;

/** Two hundred megabytes, as fast as they are taken. */
function pour(response: ServerResponse): void {
  const chunk = Buffer.alloc(megabyte, ' ');
  let left = 200;
  const more = (): void => {
    for (; left > 0; left -= 1) if (!response.write(chunk)) return void response.once('drain', more);
    response.end('{}');
  };
  more();
}

/** What a server may answer to everything, and what is said of it. */
const answers: Readonly<Record<string, readonly [(response: ServerResponse) => void, RegExp]>> = {
  '200 MB': [pour, /the list of the page's windows is too long to be read/],
  'a million lists': [(response) => response.end(listOf(megabyte, '[]')), /has an unknown form \(HTTP/],
  'an error of five megabytes': [
    (response) => response.writeHead(400).end(JSON.stringify({ error: '::error::##[error]'.repeat(megabyte / 4) })),
    /refused the request \(HTTP 400, "::error::/,
  ],
};

const folder = mkdtempSync(join(tmpdir(), 'memory-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Makes a process write down the most memory that it ever had when it leaves; `read` gives it in megabytes. */
function measure(name: string) {
  const file = join(folder, name);
  const note = `writeFileSync(${JSON.stringify(file)}, String(process.resourceUsage().maxRSS))`;
  const script = `import { writeFileSync } from 'node:fs'; process.on('exit', () => ${note});`;
  return {
    option: `--import=data:text/javascript,${encodeURIComponent(script)}`,
    read: (): number => Number(readFileSync(file, 'utf8')) / 1024,
  };
}

const alone = measure('alone');
await promisify(execFile)(process.execPath, [alone.option, '-e', '0']);
/** 120 MB, of which node alone takes 45; on another machine, or with another node, that may be more. */
const mostMegabytes = 120 + Math.max(0, alone.read() - 45);

describe('a server that answers everything with', () => {
  for (const [what, [answer, says]] of Object.entries(answers)) {
    scene(
      `${what} gets neither much memory nor much time`,
      async (stage) => {
        const server = await serveHttp((_request, response) => {
          response.on('error', () => {});
          answer(response);
        });
        servers.push(server);
        const peak = measure(what.replaceAll(' ', '-'));
        const deploy = stage.job({ env: { NODE_OPTIONS: peak.option } });
        const inputs = { 'api-url': server.url.href, 'status-page': acme, 'deployment-key': 'production' };
        const main = await deploy.main(inputs);
        expect(main.annotations.map(({ text }) => text).join()).toMatch(says);
        expect(peak.read()).toBeLessThan(mostMegabytes);
        const post = await deploy.post({ status: 'success' });
        expect(post.exitCode).toBe(0);
        expect(peak.read()).toBeLessThan(mostMegabytes);
      },
      { told: false, patient: true },
    );
  }
});

/** Eight responses of 6 MiB at most are under way at once, however many pages there are. */
const mostForManyPagesMegabytes = mostMegabytes + 60;

describe('a server that answers for 50 pages with', () => {
  scene(
    '200 MB each gets neither much memory nor much time',
    async (stage) => {
      const server = await serveHttp((_request, response) => {
        response.on('error', () => {});
        pour(response);
      });
      servers.push(server);
      const peak = measure('many-pages');
      const deploy = stage.job({ env: { NODE_OPTIONS: peak.option } });
      const pages = Array.from({ length: 50 }, (_, at) => acme.replace(/..$/, String(at + 10)));
      const inputs = { 'api-url': server.url.href, 'status-page': pages.join(), 'deployment-key': 'production' };
      const main = await deploy.main(inputs);
      expect(main.annotations.map(({ text }) => text).join()).toMatch(/is too long to be read/);
      expect(peak.read()).toBeLessThan(mostForManyPagesMegabytes);
    },
    { told: false, patient: true },
  );
});

/** An honest list of everything that a page ever announced takes more memory than any hostile answer, and still not much. */
const mostForLongListMegabytes = mostMegabytes + 40;

describe('a page with 10,000 windows', () => {
  scene(
    'shows a re-run its window in one request for each step, and little time',
    async ({ job, emulator, apiUrl, requests, left }) => {
      const [{ key } = { key: '' }] = emulator.options().keys;
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
      const times = { start_at: '2026-01-01T00:00:00Z', end_at: '2026-01-01T01:00:00Z' };
      const body = JSON.stringify({ status_page_id: acme, title: 'Of others', message: 'x'.repeat(100), ...times });
      for (let count = 0; count < 10_000; count++) {
        await emulator.answer(new Request(`${apiUrl}/maintenances`, { method: 'POST', headers, body }));
      }
      const made = requests().length;
      await job({}, 'first').main({ 'status-page': acme });
      const peak = measure('long');
      const again = job({ attempt: 2, env: { NODE_OPTIONS: peak.option } }, 'again');
      const main = await again.main({ 'status-page': acme });
      expect(main).toMatchObject({ exitCode: 0, outputs: { id: '10001', created: 'false' } });
      expect(peak.read()).toBeLessThan(mostForLongListMegabytes);
      await again.post({ status: 'success' });
      const since = requests().slice(made);
      expect(since.filter((request) => !request.startsWith('PATCH /maintenances/10001'))).toEqual([
        'POST /maintenances',
        ...['GET /maintenances?status_page_id=<acme>', 'GET /maintenances?status_page_id=<acme>'],
      ]);
      expect(left().at(-1)).toBe('window 10001 on acme: over');
    },
    { told: false, patient: true },
  );
});

/** Commands in every form, in texts that people or a server may have written. */
const command =
  '::set-env name=A::1\r::error::2\u2028::warning::3\u0085##[group]4 ##[add-path]/tmp <b>x</b> [y](javascript:z)';

describe('commands in texts', () => {
  scene(
    'of other people, of the server and of the user are obeyed by nobody, and the files of the runner hold what we wrote',
    async ({ job, person, emulator }) => {
      const shared = { 'status-page': 'acme', 'deployment-key': 'production' };
      const announced = await job({ runId: '100' }, 'announce').main({
        ...shared,
        'auto-resolve': false,
        title: `${command.replaceAll('\r', ' ')}`,
      });
      await person('PATCH', '/maintenances/1', { title: `${command}\nid=9\nx<<y\nz\ny` });
      emulator.setOptions({
        pages: emulator.options().pages.map((page) => ({ ...page, name: `${command}\n${page.name}` })),
      });
      const deploy = job({ debug: true, attempt: 2 }, 'deploy');
      const main = await deploy.main({
        ...shared,
        message: command,
        'on-failure': 'resolve',
        'cancel-message': command,
      });
      expect(main).toMatchObject({ exitCode: 0, outputs: { id: '1', created: 'false' } });
      expect(Object.keys(main.outputs).sort()).toEqual(Object.keys(recordOutputs).sort());
      expect(Object.keys(main.state).sort()).toEqual(['deployment', 'record0']);
      const error = JSON.stringify({ error: command });
      emulator.addFault({ kind: 'status', status: 400, text: error, match: { method: 'PATCH' }, times: 'always' });
      const post = await deploy.post({ status: 'failure' });
      expect(post).toMatchObject({ exitCode: 0, annotations: [{ level: 'warning' }] });
      for (const { summary } of [announced, post]) {
        expect(summary).toContain('group');
        expect(summary).not.toMatch(/<b>|\]\(javascript/);
      }
      const wrong = await job({}, 'wrong').main({
        operation: 'resolve',
        id: `../incidents/1,${command}`,
        kind: 'incident',
      });
      expect(wrong.exitCode).toBe(1);
      const elsewhere = await job({}, 'elsewhere').main({
        operation: 'delete',
        id: '../incidents/1',
        kind: 'maintenance',
      });
      // Such an id is no path to an incident: no window has it.
      expect(elsewhere.exitCode).toBe(1);
      expect(emulator.windows()).toHaveLength(1);
      expect(emulator.journal().at(-1)).toMatchObject({ method: 'DELETE', path: '/maintenances/..%2Fincidents%2F1' });
    },
    { told: false },
  );
});
