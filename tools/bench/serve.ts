import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { parseArgs } from 'node:util';
import { makeCertificate } from '../../__tests__/support/certificates.ts';
import { withReference } from '../../src/domain/deployment-reference.ts';
import { sampleKey } from '../../src/emulator/sample.ts';
import { serveEmulator } from '../../src/emulator/server.ts';
import { identify } from '../../src/operations/open/plan.ts';
import { pageId, runOf } from './scene.ts';

// The other side of every measurement, in a process of its own: an emulator with so many pages and records, the same
// behind TLS, and a GitHub that knows every run as completed. The first line that is printed says where they are.

const { values } = parseArgs({
  options: {
    pages: { type: 'string', default: '3' },
    windows: { type: 'string', default: '0' },
    ended: { type: 'string', default: '0' },
    incidents: { type: 'string', default: '0' },
    authority: { type: 'string' },
  },
});
const count = (name: 'pages' | 'windows' | 'ended' | 'incidents') =>
  Array.from({ length: Number(values[name]) }, (_, at) => at);

const pages = count('pages').map((at) => ({ id: pageId(at), name: `Page ${at}`, slug: `page-${at}`, components: [] }));
const { apiUrl, url, emulator } = await serveEmulator({ pages });

async function create(path: string, fields: object): Promise<void> {
  const headers = { authorization: `Bearer ${sampleKey}`, 'content-type': 'application/json' };
  const request = new Request(apiUrl + path, { method: 'POST', headers, body: JSON.stringify(fields) });
  const outcome = await emulator.answer(request);
  if (outcome.kind !== 'reply' || !outcome.response.ok) throw new Error(`${path} was not created`);
}

/** The reference of a record that another run opened for itself. */
const referenceOf = (at: number, kind: 'maintenance' | 'incident', title: string) =>
  identify(runOf(at), undefined, { kind, title, now: new Date(), random: () => 0 });

const message = 'We are installing an update. Short interruptions are possible.';
const atMinute = (minute: number) => `${new Date(Date.now() + minute * 60_000).toISOString().slice(0, 19)}Z`;
for (const at of count('windows')) {
  // Ahead of now, so that they are all looked at.
  const times = { start_at: atMinute(60 + at), end_at: atMinute(90 + at) };
  const text = withReference(message, referenceOf(at, 'maintenance', 'Maintenance'));
  await create('/maintenances', { status_page_id: pageId(0), title: 'Maintenance', message: text, ...times });
}
for (const at of count('ended')) {
  const times = { start_at: atMinute(-90 - at), end_at: atMinute(-60 - at) };
  const text = withReference(message, referenceOf(at, 'maintenance', 'Maintenance'));
  await create('/maintenances', { status_page_id: pageId(0), title: 'Maintenance', message: text, ...times });
}
for (const at of count('incidents')) {
  // A list shows 200 at most: the others are on the next pages.
  const fields = { status_page_id: pageId(Math.floor(at / 200)), title: 'Update' };
  await create('/incidents', { ...fields, message: withReference(message, referenceOf(at, 'incident', 'Update')) });
}

const gitHub = createServer((request, response) => {
  const id = Number(request.url?.split('?')[0]?.split('/').at(-1));
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ id, status: 'completed' }));
});

const certificate = await makeCertificate('localhost');
if (values.authority !== undefined) writeFileSync(values.authority, certificate.cert);
const tls = createTlsServer({ ...certificate, ALPNProtocols: ['http/1.1'] }, (outside) => {
  const inside = connect(Number(new URL(url).port), '127.0.0.1');
  outside.on('error', () => inside.destroy());
  inside.on('error', () => outside.destroy());
  outside.pipe(inside).pipe(outside);
});

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const path = new URL(apiUrl).pathname;
const secure = `https://localhost:${await portOf(tls)}${path}`;
process.stdout.write(
  `${JSON.stringify({ url, apiUrl, secure, gitHub: `http://127.0.0.1:${await portOf(gitHub)}` })}\n`,
);
