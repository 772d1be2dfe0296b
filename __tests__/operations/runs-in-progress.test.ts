import { describe, expect, test } from '@jest/globals';
import { WorkflowRunsError } from '../../src/domain/workflow-runs.ts';
import { findRunningBy, maskSecrets } from '../../src/operations/dependencies.ts';
import { createVirtualClock, noon } from '../support/virtual-clock.ts';

type Dependencies = Parameters<typeof findRunningBy>[0];

const github = 'https://github.com/acme/shop/actions/runs/200';

/** Asks GitHub which of these runs are in progress: run 1 is, run 2 is over, run 3 is not known, and of run 4 nothing is said. */
async function ask(ids: readonly string[], token: string | undefined, url: string | undefined) {
  const accesses: object[] = [];
  const asked: string[] = [];
  const fetchState = async (id: string) => {
    asked.push(id);
    if (id === '4') throw new WorkflowRunsError({ code: 'unreachable' });
    return id === '1' ? 'in-progress' : id === '2' ? 'completed' : 'unknown';
  };
  const workflowRuns = (access: object) => {
    accesses.push(access);
    return { fetchState };
  };
  const clock = createVirtualClock();
  const interruption = new AbortController().signal;
  const dependencies = {
    host: { workflowRuns },
    frame: { run: { url }, interruption },
    clock,
  } as unknown as Dependencies;
  const running = await findRunningBy(dependencies, token)(ids);
  return { running: [...running], asked, accesses, clock, interruption };
}

describe('which runs are in progress', () => {
  test('is asked of GitHub, for 3 s in all, and what it does not know counts as over', async () => {
    const { running, asked, accesses, clock, interruption } = await ask(['2', '1', '3', '4'], 'ghs_token', github);
    expect(running).toEqual(['1']);
    expect(asked).toEqual(['2', '1', '3', '4']);
    const deadline = new Date(noon.getTime() + 3_000);
    expect(accesses).toEqual([{ token: 'ghs_token', deadline, clock, interruption }]);
  });

  test.each<[string, readonly string[], string | undefined, string | undefined]>([
    ['there is none', [], 'ghs_token', github],
    ['there is no token', ['1'], undefined, github],
    ['this run is on another CI', ['1'], 'ghs_token', 'https://gitlab.example/acme/shop/-/pipelines/2'],
    ['this run has no address', ['1'], 'ghs_token', undefined],
  ])('is not asked if %s', async (_why, ids, token, url) => {
    const { running, accesses } = await ask(ids, token, url);
    expect([running, accesses]).toEqual([[], []]);
  });
});

test('the secrets that were given are masked, and neither empty ones nor other inputs', () => {
  const masked: string[] = [];
  const log = { mask: (text: string) => masked.push(text) } as unknown as Parameters<typeof maskSecrets>[0];
  maskSecrets(log, { 'api-key': 'spk_secret', 'github-token': '', title: 'Move' });
  maskSecrets(log, { 'github-token': 'ghs_secret' });
  maskSecrets(log, {});
  expect(masked).toEqual(['spk_secret', 'ghs_secret']);
});
