import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { createJob } from '../../src/demo/runner.ts';
import { makeCertificate, serveHttps, serveProxy } from '../statuspage/servers.ts';
import { started, stopAll } from '../statuspage/wire-test.ts';
import { acme } from './stage.ts';

afterEach(stopAll);

// The bundle holds but those parts of undici that are used. A tunnel needs more of them than a direct way.
test('the bundle opens a window over HTTPS, through the tunnel of a proxy', async () => {
  const certificate = makeCertificate('statuspage.invalid');
  const asked: string[] = [];
  const api = await started(
    serveHttps(certificate, (request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.writeHead(201, { 'content-type': 'application/json' }).end('{"data": {"id": 7}}');
    }),
  );
  const proxy = await started(serveProxy({ tunnelTo: api.port }));
  const folder = mkdtempSync(join(tmpdir(), 'authority-'));
  const authority = join(folder, 'cert.pem');
  writeFileSync(authority, certificate.cert);
  const job = createJob({
    actionDir: join(import.meta.dirname, '../..'),
    env: { HTTPS_PROXY: proxy.url.origin, NODE_EXTRA_CA_CERTS: authority },
  });
  try {
    const { outputs } = await job.startMain({
      with: { 'api-key': 'spk_key', 'status-page': acme, 'api-url': 'https://statuspage.invalid/user/api/v1' },
    }).finished;
    expect(outputs.id).toBe('7');
    expect(asked).toEqual(['POST /user/api/v1/maintenances']);
    expect(proxy.asked.map(({ method, url }) => `${method} ${url}`)).toEqual(['CONNECT statuspage.invalid:443']);
  } finally {
    job.dispose();
    rmSync(folder, { recursive: true });
  }
});
