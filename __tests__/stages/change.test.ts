import { describe, expect } from '@jest/globals';
import { acme, scene } from './stage.ts';

const open = {
  operation: 'open-incident',
  'status-page': acme,
  title: 'Gradual update',
  message: 'We move step by step.',
  'auto-resolve': false,
};
const opened = 'investigating "We move step by step."';
const update = { operation: 'update', id: '1', kind: 'incident', message: 'Half is done.', state: 'monitoring' };
const remove = { operation: 'delete', id: '1', kind: 'incident' };

describe('update', () => {
  scene('adds an entry to an incident, and its post step does nothing', async ({ job, left }) => {
    await job({ jobName: 'open' }, 'open').main(open);
    const canary = job({ jobName: 'canary' }, 'canary');
    await canary.main(update);
    await canary.post({ status: 'failure' });
    expect(left()).toEqual([`incident 1 on acme: monitoring (${opened}, monitoring "Half is done.")`]);
  });

  scene('moves the end of a window, and keeps the reference in its message', async ({ job, left, emulator }) => {
    await job({ jobName: 'open' }, 'open').main({ 'status-page': acme, 'auto-resolve': false });
    const change = { operation: 'update', id: '1', kind: 'maintenance', duration: '2h', message: 'It takes longer.' };
    await job({ jobName: 'extend' }, 'extend').main(change);
    expect(left()).toEqual(['window 1 on acme: open until <now+120m>']);
    expect(emulator.windows()[0]?.message).toMatch(/^It takes longer\.\n\nRef: k[0-9a-f]{16}$/);
  });

  scene('without the scope names it', async ({ job, left, grant }) => {
    await job({ jobName: 'open' }, 'open').main(open);
    grant('incidents:read');
    const { exitCode, annotations } = await job({ jobName: 'canary' }, 'canary').main(update);
    expect([exitCode, annotations[0]?.text]).toEqual([1, expect.stringContaining('`incidents:write`')]);
    expect(left()).toEqual([`incident 1 on acme: investigating (${opened})`]);
  });

  scene('of an unknown id fails, and asks for the other kind', async ({ job, left }) => {
    const { exitCode } = await job().main({ ...update, id: '99' });
    expect([exitCode, left()]).toEqual([1, []]);
  });

  scene('in a dry run sends nothing', async ({ job, left, requests }) => {
    await job({ jobName: 'open' }, 'open').main(open);
    await job({ jobName: 'canary' }, 'canary').main({ ...update, 'dry-run': true });
    expect(left()).toEqual([`incident 1 on acme: investigating (${opened})`]);
    expect(requests().filter((request) => !request.startsWith('GET'))).toEqual(['POST /incidents']);
  });

  scene('with nothing to send is a wrong input', async ({ job, requests }) => {
    const { exitCode } = await job().main({ operation: 'update', id: '1', kind: 'incident' });
    expect([exitCode, requests()]).toEqual([1, []]);
  });
});

describe('delete', () => {
  scene('removes an incident from the page, and finds it gone the second time', async ({ job, left }) => {
    await job({ jobName: 'open' }, 'open').main(open);
    await job({ jobName: 'delete' }, 'delete').main(remove);
    expect(left()).toEqual([]);
    const again = await job({ jobName: 'again' }, 'again').main(remove);
    expect([again.exitCode, again.annotations]).toEqual([0, []]);
  });

  scene('without the scope names it', async ({ job, left, grant }) => {
    await job({ jobName: 'open' }, 'open').main(open);
    grant('incidents:read');
    const { exitCode, annotations } = await job({ jobName: 'delete' }, 'delete').main(remove);
    expect([exitCode, annotations[0]?.text]).toEqual([1, expect.stringContaining('`incidents:write`')]);
    expect(left()).toEqual([`incident 1 on acme: investigating (${opened})`]);
  });

  scene('in a dry run sends nothing', async ({ job, left }) => {
    await job({ jobName: 'open' }, 'open').main(open);
    await job({ jobName: 'delete' }, 'delete').main({ ...remove, 'dry-run': true });
    expect(left()).toEqual([`incident 1 on acme: investigating (${opened})`]);
  });

  scene('without id and key is a wrong input', async ({ job, requests }) => {
    const { exitCode } = await job().main({ operation: 'delete' });
    expect([exitCode, requests()]).toEqual([1, []]);
  });
});
