import { describe, expect, test } from '@jest/globals';
import type { Ended, Phase, Result } from '../../src/deployment/end-record.ts';
import { MissingKeyError, UserError } from '../../src/domain/errors.ts';
import { nameInWorkflow } from '../../src/inputs/flags.ts';
import {
  type Conclusion,
  concludeFailure,
  isFatal,
  report,
  reportEnded,
  stepExitCode,
} from '../../src/operations/step.ts';
import { apiError, incident, now, window } from '../messages/samples.ts';
import { createWorld, window as windowInputs } from '../support/world.ts';

const background = { nameOf: nameInWorkflow };
const done = (phase: Phase, result: Result, more: object = {}): Ended => ({ record: window, phase, result, ...more });

describe('what an ending leaves to report', () => {
  test('are its own records, of which those that were deleted are gone', () => {
    const ended = [done('ending', 'ended'), done('ending', 'deleted'), done('keeping', 'kept')];
    expect(reportEnded(ended)).toEqual({
      records: [window, { ...window, stage: 'gone' }, window],
      besides: [],
      said: undefined,
    });
  });

  test('are the incidents beside them that were opened, resolved, or left to a person', () => {
    const about = { record: incident };
    const ended = [
      done('opening-incident', 'incident-opened', about),
      done('recovering', 'resolved', about),
      done('recovering', 'already-resolved', about),
      done('superseding', 'edited', about),
      done('superseding', 'unlisted'),
    ];
    expect(reportEnded(ended)).toMatchObject({ records: [], besides: [incident, incident, incident] });
  });

  test('is the first text that visitors read', () => {
    const ended = [
      done('ending', 'ended'),
      done('keeping', 'kept', { said: 'First.' }),
      done('keeping', 'kept', { said: 'Second.' }),
    ];
    expect(reportEnded(ended).said).toBe('First.');
    const failed: Ended = { record: window, phase: 'ending', result: 'failed', error: new Error('no') };
    expect(reportEnded([failed, done('ending', 'resolved', { said: undefined }), ...ended]).said).toBe('First.');
  });
});

describe('a failure', () => {
  const policy = { onApiError: 'warn', operation: 'open-maintenance' } as const;

  test('that is a wrong input fails the job under every policy, and what a right input meets does not', () => {
    const wrong = new UserError('invalid input', 'Wrong.');
    expect(isFatal(wrong, policy)).toBe(true);
    expect(isFatal(new UserError('unknown page', 'Not there.', 'not-found'), policy)).toBe(false);
    expect(isFatal(apiError('forbidden', { status: 403 }), policy)).toBe(false);
    expect(isFatal(apiError('server', { status: 503 }), { ...policy, onApiError: 'auto' })).toBe(false);
    expect(isFatal(apiError('server', { status: 503 }), { onApiError: 'auto', operation: 'resolve' })).toBe(true);
    expect(isFatal(apiError('server', { status: 503 }), { ...policy, onApiError: 'fail' })).toBe(true);
  });

  test('that lets the job continue is a warning, and says so in the heading', () => {
    expect(concludeFailure('open the notice', apiError('server', { status: 503 }), policy, background)).toEqual({
      verdict: expect.stringMatching(/^⚠️ .+ \(the job continued\)$/),
      messages: [{ level: 'warning', title: 'API error', text: expect.stringMatching(/^Could not open the notice: /) }],
      records: [],
      exit: 'done',
    });
  });

  test('that fails the job is an error, with its own exit', () => {
    const missing = new MissingKeyError('runner');
    const failing = { onApiError: 'auto', operation: 'open-maintenance' } as const;
    expect(concludeFailure('open the notice', missing, failing, background)).toMatchObject({
      verdict: expect.stringMatching(/^❌ .+[^)]$/),
      messages: [{ level: 'error', title: 'missing API key' }],
      exit: 'usage',
    });
  });
});

test.each([
  ['done', 0],
  ['interrupted', 130],
  ['failed', 1],
  ['usage', 1],
  ['gate-closed', 1],
] as const)('the runner sees of %s the exit code %d', (exit, code) => {
  expect(stepExitCode({ exit })).toBe(code);
});

describe('the report of a step', () => {
  /** What a conclusion prints and writes into the summary. */
  async function reported(conclusion: Partial<Conclusion>, dryRun: boolean) {
    const said: string[] = [];
    const summaries: string[] = [];
    const sayAs = (level: string) => (text: string, title?: string) => {
      said.push([level, title, text].filter((part) => part !== undefined).join(' | '));
    };
    const log = { mask: () => {}, debug: () => {} };
    const levels = {
      info: sayAs('info'),
      result: sayAs('result'),
      notice: sayAs('notice'),
      warning: sayAs('warning'),
      error: sayAs('error'),
    };
    const addSummary = async (markdown: string) => {
      summaries.push(markdown);
    };
    const host = { kind: 'runner', log: { ...log, ...levels }, addSummary };
    const full = { verdict: '✅ Done', messages: [], records: [], exit: 'done', ...conclusion } as Conclusion;
    await report({ host, clock: { now: () => now } } as unknown as Parameters<typeof report>[0], full, dryRun);
    return { said, summaries };
  }
  const messages = [
    { level: 'info', text: 'Opened it.' },
    { level: 'result', text: 'A row.' },
    { level: 'warning', title: 'may exist', text: 'Perhaps.' },
  ] as const;

  test('prints each message at its level, problems with their titles', async () => {
    const { said } = await reported({ messages }, false);
    expect(said).toEqual(['info | Opened it.', 'result | A row.', 'warning | may exist | Perhaps.']);
  });

  test('in a dry run marks the lines, and neither results nor problems', async () => {
    const { said } = await reported({ messages }, true);
    expect(said).toEqual(['info | Dry run: Opened it.', 'result | A row.', 'warning | may exist | Perhaps.']);
  });

  test('has in the summary the problems, the records and what is beside them, and none without a verdict', async () => {
    const { summaries } = await reported({ messages, records: [window], besides: [incident] }, false);
    expect(summaries).toHaveLength(1);
    expect(summaries[0]).toMatch(/^### ✅ Done\n/);
    for (const text of ['Perhaps.', 'Maintenance in progress', 'We look into it']) expect(summaries[0]).toContain(text);
    expect(summaries[0]).not.toContain('Opened it.');
    const bare = await reported({}, false);
    expect(bare.summaries[0]).not.toContain('|');
    expect((await reported({ verdict: undefined, messages }, false)).summaries).toEqual([]);
  });
});

describe('a step', () => {
  test('without a key whose secrets are withheld continues, with the reason in the heading', async () => {
    const main = await createWorld().main({ ...windowInputs, 'api-key': '' }, { missingSecrets: 'it runs for a fork' });
    expect(main).toMatchObject({ exitCode: 0, outputs: { id: 'none' } });
    expect(main.summary).toMatch(/^### ⚠️ .+: it runs for a fork \(the job continued\)\n/);
  });

  test('whose outputs cannot be written fails with an error, and what is done stays', async () => {
    const world = createWorld();
    const inputs = { ...windowInputs, operation: 'check' } as const;
    const main = await world.main(inputs, { hasNoOutputs: true });
    expect(main.exitCode).toBe(1);
    expect(main.said.at(-1)).toBe('error: No space is left for outputs.');
    expect(main.said.length).toBeGreaterThan(5);
  });

  test('that has failed already says that once, also if its outputs cannot be written', async () => {
    const world = createWorld();
    const main = await world.main(
      { ...windowInputs, operation: 'resolve', id: '9', kind: 'incident' },
      { hasNoOutputs: true },
    );
    expect(main.exitCode).toBe(1);
    expect(main.said).toEqual([expect.stringMatching(/^error: Could not resolve the incident .*HTTP 404/)]);
  });

  test('of a gate that is not understood is closed, for reasons that are in its outputs', async () => {
    const main = await createWorld().main({ ...windowInputs, operation: 'gate', 'min-uptime': 'high' });
    expect(main.outputs.passed).toBe('false');
    expect(JSON.parse(main.outputs.reasons ?? '')).toEqual([expect.stringMatching(/min-uptime/)]);
  });
});
