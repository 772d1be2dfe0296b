import { existsSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Job, JobOptions } from '../../tools/demo/job.ts';
import { createJob } from '../../tools/demo/runner.ts';
import { probeAction } from './probe-action.ts';

const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

/** A job around a probe action; what the probe gets is printed as JSON and read back with `printed`. */
function job(steps: { main: string; post?: string; inputs?: string }, options: Partial<JobOptions> = {}): Job {
  const action = probeAction(steps.main, steps.post, steps.inputs);
  const made = createJob({ actionDir: action.dir, ...options });
  endings.push(made.dispose, action.remove);
  return made;
}

const sayEnv = (pattern: string): string =>
  `console.log(JSON.stringify(Object.fromEntries(Object.entries(env).filter(([name]) => /${pattern}/.test(name)))));`;

const said = ({ log }: { readonly log: string }): unknown => JSON.parse(log);

describe('inputs', () => {
  test('come in upper case with their hyphens, and without a value they are empty', async () => {
    const { runMain } = job({
      main: sayEnv('^INPUT_'),
      inputs: '{ api-key: { required: true }, two words: { default: 2 }, bare: }',
    });
    expect(said(await runMain({ with: { 'Two Words': true } }))).toEqual({
      'INPUT_API-KEY': '',
      INPUT_TWO_WORDS: 'true',
      INPUT_BARE: '',
    });
  });

  test('that are not declared cause a warning and are passed on all the same', async () => {
    const { runMain } = job({ main: 'console.log(env.INPUT_DURATON);', inputs: '{ duration: }' });
    const { annotations, log } = await runMain({ with: { duraton: '1m' } });
    expect(annotations.map(({ text }) => text)).toEqual([
      "Unexpected input(s) 'duraton', valid inputs are ['duration']",
    ]);
    expect(log).toMatch(/\n1m$/);
  });

  test('are evaluated once more for the post step, defaults as well', async () => {
    const { runMain, runPost } = job(
      {
        main: sayEnv('^INPUT_'),
        post: sayEnv('^INPUT_'),
        inputs:
          '{ job-status: { default: "${{ job.status }}" }, matrix: { default: "${{ toJSON(matrix) }}" }, outcome: }',
      },
      { matrix: { region: 'eu' } },
    );
    const matrix = '{\n  "region": "eu"\n}';
    const step = { with: { outcome: '${{ steps.deploy.outcome }}' } };
    expect(said(await runMain(step))).toEqual({
      INPUT_OUTCOME: '',
      'INPUT_JOB-STATUS': 'success',
      INPUT_MATRIX: matrix,
    });
    expect(said(await runPost({ status: 'cancelled', steps: { deploy: { outcome: 'failure' } } }))).toEqual({
      INPUT_OUTCOME: 'failure',
      'INPUT_JOB-STATUS': 'cancelled',
      INPUT_MATRIX: matrix,
    });
  });

  test('may not read secrets in a default', () => {
    const { runMain } = job({ main: '', inputs: '{ key: { default: "${{ secrets.KEY }}" } }' });
    expect(() => runMain()).toThrow(/secrets/);
  });
});

describe('from main to post', () => {
  test('state is carried over, by its own name and whole', async () => {
    const { runMain, runPost } = job({
      main: `append('STATE', 'records<<END\\n[1,\\n2]\\nEND\\nphase=opening\\nphase=open\\n');`,
      post: sayEnv('^STATE_'),
    });
    expect((await runMain()).state).toEqual({ records: '[1,\n2]', phase: 'open' });
    expect(said(await runPost())).toEqual({ STATE_records: '[1,\n2]', STATE_phase: 'open' });
  });

  test('outputs of main reach later steps, outputs of post are dropped', async () => {
    const { runMain, runPost } = job({
      main: `append('OUTPUT', 'id=a\\n'); console.log(env.INPUT_SEEN);`,
      post: `append('OUTPUT', 'id=b\\n');`,
      inputs: '{ seen: }',
    });
    expect((await runMain({ stepId: 'open' })).outputs).toEqual({ id: 'a' });
    expect(
      (await runMain({ with: { seen: '${{ toJSON(steps.open) }}' } })).log.split('\n').map((line) => line.trim()),
    ).toEqual(['{', '"outputs": {', '"id": "a"', '},', '"outcome": "success",', '"conclusion": "success"', '}']);
    expect((await runPost()).outputs).toEqual({});
  });

  test('variables and paths that main sets are there in post', async () => {
    const { runMain, runPost } = job({
      main: `append('ENV', 'REGION=eu\\n'); append('PATH', '/first\\n/second\\n');`,
      post: 'console.log(env.REGION, env.PATH.slice(0, 14));',
    });
    await runMain();
    expect((await runPost()).log).toMatch(/^eu .second.\/first/);
  });

  test('each step has a summary of its own', async () => {
    const { runMain, runPost } = job({
      main: `append('STEP_SUMMARY', 'opened');`,
      post: `append('STEP_SUMMARY', 'ended');`,
    });
    expect((await runMain()).summary).toBe('opened');
    expect((await runPost()).summary).toBe('ended');
  });

  test('two uses in one job have names of their own, and the last one in is the first one out', async () => {
    const say = 'console.log(env.GITHUB_ACTION);';
    const { runMain, runPost } = job({ main: say, post: say });
    const mains = [await runMain(), await runMain(), await runMain({ stepId: 'window' })];
    expect(mains.map(({ log }) => log)).toEqual(['__self', '__self_2', 'window']);
    const posts = [await runPost(), await runPost(), await runPost()];
    expect(posts.map(({ log }) => log)).toEqual(['window', '__self_2', '__self']);
    expect(() => runPost()).toThrow('No post step is waiting.');
  });
});

describe('a main step that did not end well', () => {
  const remember = `append('STATE', 'id=a\\n'); append('OUTPUT', 'id=a\\n'); console.log('ready');`;
  const sayStatus = {
    post: `console.log(env['INPUT_STATUS'], env.STATE_id);`,
    inputs: '{ status: { default: "${{ job.status }}" } }',
  };
  const stay = 'setInterval(() => {}, 1000);';

  test('fails the job, and its post step runs', async () => {
    const { runMain, runPost } = job({ main: `${remember} process.exitCode = 3;`, ...sayStatus });
    expect(await runMain()).toMatchObject({ exitCode: 3, outcome: 'failure', conclusion: 'failure' });
    expect((await runPost()).log).toBe('failure a');
  });

  test('does not fail the job under continue-on-error', async () => {
    const { runMain, runPost } = job({ main: `${remember} process.exitCode = 3;`, ...sayStatus });
    expect(await runMain({ continueOnError: true })).toMatchObject({ outcome: 'failure', conclusion: 'success' });
    expect((await runPost()).log).toBe('success a');
  });

  test('that was killed leaves the state and the outputs that it had written', async () => {
    const { startMain, runPost } = job({ main: remember + stay, ...sayStatus });
    const main = startMain();
    await main.printed('ready');
    main.kill();
    expect(await main.finished).toMatchObject({
      ...{ exitCode: null, signal: 'SIGKILL', signalsSent: [], outcome: 'failure' },
      ...{ state: { id: 'a' }, outputs: { id: 'a' } },
    });
    expect((await runPost()).log).toBe('failure a');
  });

  test('that leaves at the first signal of a cancel counts as cancelled whatever it exits with', async () => {
    const main = `process.on('SIGINT', () => process.exit(0)); ${remember} ${stay}`;
    const { startMain, runPost } = job({ main, ...sayStatus });
    const running = startMain();
    await running.printed('ready');
    running.cancel();
    running.cancel();
    expect(await running.finished).toMatchObject({ exitCode: 0, signalsSent: ['SIGINT'], outcome: 'cancelled' });
    expect((await runPost()).log).toBe('cancelled a');
  });

  test('that does not listen gets SIGINT, SIGTERM after 7.5 s, and is killed after 2.5 s more', async () => {
    const main = `for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => console.log(name, Math.round(performance.now())));
      console.log('ready'); ${stay}`;
    const { startMain } = job({ main }, { graceFactor: 0.1 });
    const running = startMain();
    await running.printed('ready');
    running.cancel();
    const { log, ...result } = await running.finished;
    expect(result).toMatchObject({ exitCode: null, signal: 'SIGKILL', signalsSent: ['SIGINT', 'SIGTERM', 'SIGKILL'] });
    const [, first = 0, second = 0] = /SIGINT (\d+)\nSIGTERM (\d+)$/.exec(log)?.map(Number) ?? [];
    expect(second - first).toBeGreaterThan(650);
    expect(second - first).toBeLessThan(1500);
  });

  test('that has ended cannot be cancelled any more', async () => {
    const { startMain } = job({ main: '' });
    const running = startMain();
    await running.finished;
    running.cancel();
    expect(await running.finished).toMatchObject({ outcome: 'success', signalsSent: [] });
  });

  test('fails if an expected text never came', async () => {
    const { startMain } = job({ main: `console.log('something else');` });
    await expect(startMain().printed('ready')).rejects.toThrow('never printed: ready');
  });

  test('fails if its command file cannot be read', async () => {
    const { runMain } = job({ main: `append('OUTPUT', 'id<<END\\nhalf');` });
    expect(await runMain()).toMatchObject({
      outcome: 'failure',
      annotations: [{ level: 'error', text: "Invalid value. Matching delimiter not found 'END'" }],
    });
  });

  test('shows nothing of a summary above one mebibyte', async () => {
    const { runMain } = job({ main: `append('STEP_SUMMARY', 'x'.repeat(1024 * 1024 + 1));` });
    const { summary, annotations, outcome } = await runMain();
    expect({ summary, outcome }).toEqual({ summary: '', outcome: 'success' });
    expect(annotations[0]?.text).toMatch(/upload aborted/);
  });
});

describe('the log', () => {
  test('holds both streams, and annotations with their texts unescaped', async () => {
    const { runMain } = job({
      main: `console.log('out'); console.error('err'); console.log('::warning title=Key::a%0Ab 100%25'); console.log('::group::More');`,
    });
    const { log, annotations } = await runMain();
    expect(log.split('\n').sort()).toEqual(['##[group]More', '##[warning]a', 'b 100%', 'err', 'out']);
    expect(annotations).toEqual([{ level: 'warning', title: 'Key', text: 'a\nb 100%' }]);
  });

  test('shows debug lines only if step debug logging is on', async () => {
    const main = `console.log('::debug::detail ' + env.RUNNER_DEBUG);`;
    expect((await job({ main }).runMain()).log).toBe('');
    expect((await job({ main }, { debug: true }).runMain()).log).toBe('##[debug]detail 1');
  });

  test('begins a new line, and maybe a command, after a lone carriage return', async () => {
    const { runMain } = job({ main: `process.stdout.write('text\\r::error::injected\\r\\nlast\\r');` });
    const { log, annotations } = await runMain();
    expect(log).toBe('text\n##[error]injected\nlast');
    expect(annotations).toHaveLength(1);
  });

  test('takes no commands between stop-commands and its token', async () => {
    const { runMain } = job({
      main: `console.log('::stop-commands::token\\n::error::quoted\\n::token::\\n::error::real');`,
    });
    const { log, annotations } = await runMain();
    expect(annotations.map(({ text }) => text)).toEqual(['real']);
    expect(log).toContain('::error::quoted');
  });
});

describe('secrets', () => {
  test('that the step masks are hidden from then on, each line of them', async () => {
    const { runMain } = job({ main: `console.log('::add-mask::spk_one%0Aspk_two\\nkeys spk_two, spk_one');` });
    const { log, masked, leaks } = await runMain();
    expect(log).toBe('keys ***, ***');
    expect(masked).toEqual(['spk_one', 'spk_two']);
    expect(leaks).toEqual(['keys spk_two, spk_one']);
  });

  test('that were printed before they were masked are found', async () => {
    const { runMain } = job({ main: `console.log('key spk_one\\n::add-mask::spk_one');` });
    expect(await runMain()).toMatchObject({ log: 'key spk_one', leaks: ['key spk_one'] });
  });

  test('of the job are masked from the start, in the summary too, and writing them out is found', async () => {
    const { runMain } = job(
      {
        main: `console.log('::add-mask::' + env.INPUT_KEY); append('STEP_SUMMARY', 'k\\n' + env.INPUT_KEY);`,
        inputs: '{ key: }',
      },
      { secrets: { KEY: 'spk_secret' } },
    );
    expect(await runMain({ with: { key: '${{ secrets.KEY }}' } })).toMatchObject({
      log: '',
      summary: 'k\n***',
      leaks: ['spk_secret'],
    });
  });

  test('that stay inside leave no trace', async () => {
    const { runMain } = job({ main: `console.log('::add-mask::spk_one\\ndone');` });
    expect(await runMain()).toMatchObject({ log: 'done', leaks: [] });
  });
});

describe('the machine', () => {
  test('has the variables of a run, and nothing else of ours', async () => {
    process.env.STATUSPAGE_ME_STRAY = 'x';
    endings.push(() => delete process.env.STATUSPAGE_ME_STRAY);
    const { runMain } = job(
      { main: sayEnv('^(GITHUB_(RUN|JOB|REF|REPOSITORY|WORKFLOW_REF|EVENT_NAME)|CI$|STATUSPAGE)') },
      { repository: 'acme/app', runId: '7', attempt: 2, jobName: 'ship', ref: 'refs/tags/v1', eventName: 'release' },
    );
    expect(said(await runMain())).toEqual({
      CI: 'true',
      GITHUB_EVENT_NAME: 'release',
      GITHUB_JOB: 'ship',
      GITHUB_REF: 'refs/tags/v1',
      GITHUB_REF_NAME: 'v1',
      GITHUB_REF_TYPE: 'tag',
      GITHUB_REPOSITORY: 'acme/app',
      GITHUB_REPOSITORY_OWNER: 'acme',
      GITHUB_RUN_ATTEMPT: '2',
      GITHUB_RUN_ID: '7',
      GITHUB_RUN_NUMBER: '42',
      GITHUB_WORKFLOW_REF: 'acme/app/.github/workflows/deploy.yml@refs/tags/v1',
    });
  });

  test('has the event in a file, and the same in the github context', async () => {
    const { runMain } = job(
      {
        main: `const { readFileSync } = await import('node:fs');
          console.log(readFileSync(env.GITHUB_EVENT_PATH, 'utf8'), env.INPUT_PR);`,
        inputs: '{ pr: { default: "${{ github.event.number }} ${{ github.run_id }}" } }',
      },
      { event: { number: 5 }, runId: '7' },
    );
    expect((await runMain()).log).toBe('{"number":5} 5 7');
  });

  test('hands a step its variables, secrets, vars and the outputs of other jobs', async () => {
    const { runMain } = job(
      { main: 'console.log(env.INPUT_ALL, env.REGION, env.HTTPS_PROXY);', inputs: '{ all: }' },
      {
        secrets: { KEY: 'k' },
        vars: { PAGE: 'p' },
        needs: { open: { result: 'success', outputs: { id: 'a' } } },
        env: { HTTPS_PROXY: 'http://127.0.0.1:9' },
      },
    );
    const all = '${{ vars.PAGE }} ${{ needs.open.outputs.id }} ${{ env.REGION }}';
    expect((await runMain({ with: { all }, env: { REGION: 'eu' } })).log).toBe('p a eu eu http://127.0.0.1:9');
  });

  test('is gone after the job', () => {
    const made = job({ main: '' });
    expect(existsSync(made.workspace)).toBe(true);
    made.dispose();
    expect(existsSync(made.workspace)).toBe(false);
  });
});
