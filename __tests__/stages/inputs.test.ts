import { describe, expect } from '@jest/globals';
import { acme, scene } from './stage.ts';

describe('wrong inputs', () => {
  scene('are told all at once under the names that the user wrote, and nothing is sent', async ({ job, requests }) => {
    const deploy = job();
    const { exitCode, annotations } = await deploy.main({
      'status-page': ' , ',
      title: 'two\nlines',
      duration: 30,
      start: 'tomorrow',
      'notify-subscribers': 'yes',
      'on-failure': 'ignore',
      'request-timeout': '5m',
      'api-url': 'http://statuspage.example/api',
      'deployment-key': 'spk_mistaken',
    });
    expect(exitCode).toBe(1);
    expect(annotations.length).toBe(1);
    for (const name of [
      'status-page',
      'title',
      'duration',
      'start',
      'notify-subscribers',
      'on-failure',
      'request-timeout',
      'api-url',
      'deployment-key',
    ]) {
      expect(annotations[0]?.text).toContain(`\n${name}: `);
    }
    expect(annotations[0]?.text).not.toContain('spk_mistaken');
    await deploy.post();
    expect(requests()).toEqual([]);
  });

  scene('of an unknown operation are told as for a window', async ({ job, requests }) => {
    const { exitCode } = await job().main({ operation: 'open-window', 'status-page': acme, duration: '1h30' });
    expect(exitCode).toBe(1);
    expect(requests()).toEqual([]);
  });

  scene('that name a record ask whether resolve was meant', async ({ job, requests }) => {
    const { exitCode, annotations } = await job().main({ 'status-page': acme, id: '7', kind: 'maintenance' });
    expect(exitCode).toBe(1);
    expect(annotations[0]?.text).toContain('resolve');
    expect(requests()).toEqual([]);
  });

  scene(
    'of an incident: no title, no message, resolved from the start, an incident after an incident',
    async (stage) => {
      const { job, requests } = stage;
      const inputs = { operation: 'open-incident', 'status-page': acme, state: 'Resolved', 'on-failure': 'incident' };
      const { exitCode } = await job().main(inputs);
      expect(exitCode).toBe(1);
      expect(requests()).toEqual([]);
    },
  );

  scene('fail also with on-api-error: warn', async ({ job }) => {
    const { exitCode } = await job().main({ 'status-page': acme, duration: 'long', 'on-api-error': 'warn' });
    expect(exitCode).toBe(1);
  });
});

describe('inputs', () => {
  scene('that the operation does not use are named in a line and ignored', async ({ job, left }) => {
    const { exitCode, annotations } = await job().main({
      operation: 'open-incident',
      'status-page': acme,
      title: 'Deploying',
      message: 'We are at it.',
      duration: '1h',
      start: 'now',
    });
    expect([exitCode, annotations]).toEqual([0, []]);
    expect(left()).toEqual(['incident 1 on acme: investigating (investigating "We are at it.")']);
  });

  scene(
    'that do not exist are for the runner to warn of',
    async ({ job }) => {
      const { annotations } = await job().main({ 'status-page': acme, duraton: '1h' });
      expect(annotations).toMatchObject([{ level: 'warning', text: expect.stringContaining("'duraton'") }]);
    },
    { told: false },
  );
});

describe('a dry run', () => {
  scene(
    'looks up, prints each write, sends none, and opens nothing',
    async ({ job, left, requests }) => {
      const deploy = job();
      const { outputs } = await deploy.main({
        'status-page': 'acme, beta',
        'deployment-key': 'prod',
        'on-failure': 'incident',
        outcome: '${{ steps.deploy.outcome }}',
        'dry-run': true,
      });
      expect(outputs.id).toBe('none');
      await deploy.post({ status: 'success', steps: { deploy: { outcome: 'success' } } });
      expect(requests().filter((request) => !request.startsWith('GET '))).toEqual([]);
      expect(left()).toEqual([]);
    },
    { sideBySide: true },
  );

  scene('of an incident, and of a resolve', async ({ job, left, requests }) => {
    const open = { operation: 'open-incident', 'status-page': acme, title: 'Deploying', message: 'We are at it.' };
    await job({}, 'dry').main({ ...open, 'dry-run': true });
    expect(requests()).toEqual([]);
    const { outputs } = await job({}, 'real').main(open);
    await job({}, 'dry resolve').main({
      operation: 'resolve',
      id: outputs.id ?? '',
      kind: 'incident',
      'dry-run': true,
    });
    expect(left()).toEqual(['incident 1 on acme: investigating (investigating "We are at it.")']);
  });
});

/** The summary without its blocks of plain text, in which no Markdown is read. */
function outsideOfBlocks({ summary }: { readonly summary: string }): string {
  return summary.replace(/<pre>[^<]*<\/pre>/g, '');
}

describe('hostile texts', () => {
  const evil =
    '::error::owned ##[error]owned <img src=x onerror=alert(1)> **bold** [a](https://evil.example) @octocat | `';

  scene('of the user are harmless in the log and in the summary', async ({ job, left, emulator }) => {
    const deploy = job();
    const main = await deploy.main({
      'status-page': 'acme',
      title: evil,
      message: `First\n::error::owned\n${evil}\r::warning::owned</pre><b>`,
    });
    expect(emulator.windows()[0]?.title).toBe(evil);
    const post = await deploy.post({ status: 'failure' });
    for (const summary of [main, post].map(outsideOfBlocks)) {
      expect(summary).not.toContain('<img');
      expect(summary).not.toContain('<b>');
      expect(summary).not.toContain('[a](');
      expect(summary).not.toMatch(/@octocat.*\|$/m);
    }
    expect(main.annotations).toEqual([]);
    expect(post.annotations.map(({ level }) => level)).toEqual(['warning']);
    expect(left()).toEqual(['window 1 on acme: open until <now+30m>']);
  });

  scene('of the user are harmless in a dry run', async ({ job }) => {
    const { annotations } = await job().main({
      'status-page': acme,
      title: evil,
      message: `::error::owned\n##[error]owned`,
      'dry-run': true,
    });
    expect(annotations).toEqual([]);
  });

  scene('of the server are harmless in an error', async ({ job, emulator }) => {
    const text = JSON.stringify({ error: `no\r::error::owned\n${evil}` });
    emulator.addFault({ kind: 'status', status: 400, text, match: { method: 'POST' } });
    const { annotations, summary } = await job().main({ 'status-page': acme });
    expect(annotations.length).toBe(1);
    expect(annotations[0]?.text).not.toMatch(/##\[|\r/);
    expect(summary).not.toContain('<img');
  });

  scene('of a proxy are harmless, as far as they are shown', async ({ job, emulator }) => {
    const text = `<html>\r::error::owned\n##[error]owned ${'x'.repeat(5_000)}`;
    emulator.addFault({ kind: 'status', status: 418, text, match: { method: 'POST' } });
    const { annotations, summary } = await job().main({ 'status-page': acme });
    expect(annotations.length).toBe(1);
    expect(annotations[0]?.text.length).toBeLessThan(1_000);
    expect(summary).not.toContain('<html>');
  });

  scene(
    'in the names of pages are harmless',
    async ({ job }) => {
      const result = await job().main({ 'status-page': 'acme' });
      expect(result.annotations).toEqual([]);
      expect(result.summary).not.toContain('<img');
      const unknown = await job().main({ 'status-page': 'acmee' });
      expect(unknown.annotations.length).toBe(1);
    },
    { emulator: { pages: [{ id: acme, slug: 'acme', name: evil, components: [] }] } },
  );
});

describe('pull_request_target', () => {
  scene('is warned of: strangers write there, and the key is in reach', async ({ job, left }) => {
    const deploy = job({ eventName: 'pull_request_target' });
    const { exitCode, annotations } = await deploy.main({ 'status-page': acme });
    expect([exitCode, annotations.map(({ level }) => level)]).toEqual([0, ['warning']]);
    await deploy.post({ status: 'success' });
    expect(left()).toEqual(['window 1 on acme: over']);
  });
});
