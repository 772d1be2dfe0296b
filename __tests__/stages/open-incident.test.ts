import { describe, expect } from '@jest/globals';
import { acme, scene } from './stage.ts';

const notice = {
  operation: 'open-incident',
  'status-page': acme,
  title: 'We are moving house',
  message: 'Orders may be **slow**.',
};
const opened = 'investigating "Orders may be **slow**."';

describe('an incident', () => {
  scene('is opened, read before it is resolved, and resolved after a success', async ({ job, left, requests }) => {
    const deploy = job();
    await deploy.main(notice);
    expect(left()).toEqual([`incident 1 on acme: investigating (${opened})`]);
    await deploy.post({ status: 'success' });
    expect(requests()).toEqual(['POST /incidents', 'GET /incidents/1', 'POST /incidents/1/updates']);
    expect(left()).toEqual([`incident 1 on acme: resolved (${opened}, resolved "The update is complete.")`]);
  });

  scene('stays open after a failure, with an entry that claims nothing', async ({ job, left }) => {
    const deploy = job();
    await deploy.main(notice);
    const { exitCode, annotations } = await deploy.post({ status: 'failure' });
    expect([exitCode, annotations.map(({ level }) => level)]).toEqual([0, ['warning']]);
    expect(left()).toEqual([
      `incident 1 on acme: investigating (${opened}, investigating "An update did not complete as planned. We are looking into it.")`,
    ]);
  });

  scene('stays open after a cancel, with an entry of other words', async ({ job, left }) => {
    const deploy = job();
    await deploy.main(notice);
    await deploy.post({ status: 'cancelled' });
    expect(left()).toEqual([`incident 1 on acme: investigating (${opened}, investigating "The update was stopped.")`]);
  });

  scene('is resolved after a failure or a cancel where the user chose so', async ({ job, left }) => {
    for (const status of ['failure', 'cancelled'] as const) {
      const deploy = job({}, status);
      await deploy.main({ ...notice, 'on-failure': 'resolve', 'on-cancel': 'resolve' });
      await deploy.post({ status });
    }
    const resolved = `resolved (${opened}, resolved "The update was stopped.")`;
    expect(left()).toEqual([`incident 1 on acme: ${resolved}`, `incident 2 on acme: ${resolved}`]);
  });

  scene('says in the end what the user wrote, with the placeholders filled', async ({ job, left }) => {
    const deploy = job({ ref: 'refs/tags/v7' });
    await deploy.main({ ...notice, 'resolve-message': 'Release {tag} is there.{end-at} {Thanks}.' });
    await deploy.post({ status: 'success' });
    expect(left()).toEqual([`incident 1 on acme: resolved (${opened}, resolved "Release v7 is there. {Thanks}.")`]);
  });

  scene('that a person has resolved meanwhile gets no second entry', async ({ job, left, person }) => {
    const deploy = job();
    await deploy.main(notice);
    await person('POST', '/incidents/1/updates', { incident_state_id: '4', message: 'All done.' });
    const { exitCode, annotations } = await deploy.post({ status: 'success' });
    expect([exitCode, annotations]).toEqual([0, []]);
    expect(left()).toEqual([`incident 1 on acme: resolved (${opened}, resolved "All done.")`]);
  });

  scene('that a person has resolved is not reopened by a failure', async ({ job, left, person }) => {
    const deploy = job();
    await deploy.main(notice);
    await person('POST', '/incidents/1/updates', { incident_state_id: '4', message: 'All done.' });
    await deploy.post({ status: 'failure' });
    expect(left()).toEqual([`incident 1 on acme: resolved (${opened}, resolved "All done.")`]);
  });

  scene('that a person has deleted is gone', async ({ job, left, person }) => {
    const deploy = job();
    await deploy.main(notice);
    await person('DELETE', '/incidents/1');
    const { exitCode, annotations } = await deploy.post({ status: 'success' });
    expect([exitCode, annotations]).toEqual([0, []]);
    expect(left()).toEqual([]);
  });

  scene('is resolved unread where the key may only write', async ({ job, left, grant }) => {
    grant('incidents:write');
    const deploy = job();
    await deploy.main(notice);
    await deploy.post({ status: 'success' });
    expect(left()).toEqual([`incident 1 on acme: resolved (${opened}, resolved "The update is complete.")`]);
  });

  scene('on a component is sent without the page', async ({ job, left, emulator }) => {
    const component = emulator.options().pages[0]?.components[1] ?? '';
    const deploy = job();
    const { outputs } = await deploy.main({ ...notice, 'component-id': component, state: 'identified' });
    expect(outputs.state).toBe('identified');
    expect(emulator.incidents()).toMatchObject([{ componentId: component, statusPageId: acme }]);
    expect(Object.keys(emulator.journal()[0]?.body ?? {})).not.toContain('status_page_id');
    await deploy.post({ status: 'success' });
    expect(left()).toEqual([
      'incident 1 on acme: resolved (identified "Orders may be **slow**.", resolved "The update is complete.")',
    ]);
  });

  scene('mails subscribers where that is wished', async ({ job, emulator }) => {
    const deploy = job();
    await deploy.main({ ...notice, 'notify-subscribers': 'TRUE' });
    await deploy.post({ status: 'success' });
    expect(emulator.mails()).toMatchObject([{ kind: 'incident', id: 1 }]);
  });

  scene('of an earlier attempt is gone on with', async ({ job, left }) => {
    const first = job({}, 'attempt 1');
    await first.main(notice);
    await first.post({ status: 'failure' });
    const second = job({ attempt: 2 }, 'attempt 2');
    const { outputs } = await second.main(notice);
    expect([outputs.id, outputs.created]).toEqual(['1', 'false']);
    await second.post({ status: 'success' });
    expect(left()).toEqual([
      `incident 1 on acme: resolved (${opened}, investigating "An update did not complete as planned. We are looking into it.", resolved "The update is complete.")`,
    ]);
  });

  scene('that cannot be resolved is an error on the run, and with on-api-error: fail a red job', async (stage) => {
    const { job, left, emulator } = stage;
    for (const policy of ['auto', 'fail']) {
      const deploy = job({}, policy);
      await deploy.main({ ...notice, 'on-api-error': policy });
      emulator.addFault({ kind: 'status', status: 403, match: { method: 'POST' } });
      const { exitCode, annotations } = await deploy.post({ status: 'success' });
      expect(exitCode).toBe(policy === 'fail' ? 1 : 0);
      expect(annotations.map(({ level }) => level)).toEqual(['error']);
    }
    const open = `investigating (${opened})`;
    expect(left()).toEqual([`incident 1 on acme: ${open}`, `incident 2 on acme: ${open}`]);
  });

  scene('gets one entry, where the answer to it was lost', async ({ job, left, emulator }) => {
    const deploy = job();
    await deploy.main(notice);
    emulator.addFault({ kind: 'reset', when: 'after', match: { method: 'POST' } });
    await deploy.post({ status: 'success' });
    expect(left()).toEqual([`incident 1 on acme: resolved (${opened}, resolved "The update is complete.")`]);
  });

  scene('gets its entry after all, where the request for it was lost', async ({ job, left, emulator }) => {
    const deploy = job();
    await deploy.main(notice);
    emulator.addFault({ kind: 'reset', match: { method: 'POST' } });
    await deploy.post({ status: 'success' });
    expect(left()).toEqual([`incident 1 on acme: resolved (${opened}, resolved "The update is complete.")`]);
  });
});
