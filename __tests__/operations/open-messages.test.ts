import { describe, expect, test } from '@jest/globals';
import type { Opened } from '../../src/deployment/open.ts';
import { DuplicateError } from '../../src/deployment/settle.ts';
import { encodeRun, formatReference, type Reference } from '../../src/domain/deployment-reference.ts';
import type { Incident, Window } from '../../src/domain/record.ts';
import { nameInWorkflow } from '../../src/inputs/flags.ts';
import type { OpenRequest } from '../../src/inputs/operations.ts';
import { readRequest } from '../../src/inputs/read-inputs.ts';
import type { Message } from '../../src/messages/message.ts';
import {
  describeOpeningFailures,
  describeOpenings,
  describeUnpublished,
  describeUnsaved,
  describeUnwritten,
  warnThatAnyEndCounts,
} from '../../src/operations/open/describe.ts';
import { apiError, at, beta, incident, incidentPlan, now, window, windowPlan } from '../messages/samples.ts';
import { giveInputs, type Inputs } from '../support/test-host.ts';
import { incident as incidentInputs, window as windowInputs } from '../support/world.ts';

const background = { nameOf: nameInWorkflow };
const opened = (record: Opened['record'], more: Partial<Opened> = {}): Opened => ({
  record,
  way: 'created',
  error: undefined,
  ...more,
});
const said = (messages: readonly Message[]) => messages.map(({ level, text }) => `${level}: ${text}`);
const openings = (plan: typeof windowPlan, all: readonly Opened[]) =>
  said(describeOpenings(plan, all, 'The post step', now));
const first =
  /^info: Opened the maintenance window "Maintenance in progress" \(id 42\) on Acme: .*\. The post step ends it after a success\.$/;

describe('the log of an opening', () => {
  test('warns once for all pages whose message shows no reference', () => {
    const lost = { ...window, referenceLost: true };
    const { page: _page, ...elsewhere } = lost;
    expect(openings(windowPlan, [opened(lost), opened({ ...lost, page: beta }), opened(window)])).toEqual([
      expect.stringMatching(first),
      expect.anything(),
      expect.anything(),
      'warning: StatusPage.me shows the message on Acme and Beta without its last line "Ref: …". A re-run, another job or a later run cannot find ' +
        'this notice, so only this job can end it, by its id. Shorten the message if StatusPage.me cuts it.',
    ]);
    expect(openings(windowPlan, [opened(elsewhere)]).at(-1)).toMatch(
      /^warning: StatusPage\.me shows the message on {2}without/,
    );
  });

  test('names who ends a notice that may be there twice', () => {
    const twice = opened({ ...window, mayHaveDuplicate: true });
    expect(openings(windowPlan, [twice])).toEqual([
      expect.stringMatching(first),
      expect.stringMatching(/^info: .*\. The post step searches for it and ends both\.$/),
    ]);
    expect(openings({ ...windowPlan, own: false, hasKey: true }, [twice])[1]).toMatch(
      /^warning: .* To end both, use resolve with this deployment key\.$/,
    );
    expect(openings({ ...windowPlan, own: false }, [twice])[1]).toMatch(
      /^warning: .* Check the page later, and end the other one too\.$/,
    );
  });

  test('warns of an announcement that was not started early, beside the window of this deployment', () => {
    const beside = { ...window, id: '7', title: 'Tonight', startAt: at('14:20'), endAt: at('14:50') };
    const warning =
      'warning: Could not start the maintenance window "Tonight" (id 7) on Acme early: StatusPage.me did not move its start, so it still begins at 14:20 UTC. ' +
      'This deployment opens a window of its own. A success ends both.';
    expect(openings(windowPlan, [opened(window, { beside })])).toEqual([expect.stringMatching(first), warning]);
    const missed = { ...window, stage: 'missed', id: undefined } as const;
    expect(openings(windowPlan, [opened(missed, { beside })])).toEqual([warning]);
    const timeless = { ...beside, startAt: undefined };
    expect(openings(windowPlan, [opened(window, { beside: timeless })])[1]).toContain('so it still begins later. ');
  });

  test('names how a notice was opened by what is known of it if its opening ended with an error', () => {
    const failed = { way: undefined, error: new Error('late') };
    expect(openings(windowPlan, [opened(window, failed)])).toEqual([expect.stringMatching(first)]);
    expect(openings(windowPlan, [opened({ ...window, created: false }, failed)])).toEqual([
      expect.stringMatching(/^info: Reusing the maintenance window /),
    ]);
  });
});

describe('the failures of an opening', () => {
  const texts = (plan: Parameters<typeof describeOpeningFailures>[0], all: readonly Opened[]) =>
    describeOpeningFailures(plan, all, background).map(({ title, text }) => `${title}: ${text}`);
  const failing = (record: Opened['record'], error: unknown) => opened(record, { way: undefined, error });

  test('are apart if another step failed for the same cause', () => {
    const error = apiError('server', { status: 503 });
    const missed = { ...window, stage: 'missed', id: undefined } as const;
    expect(
      texts(windowPlan, [failing(missed, error), failing({ ...missed, page: beta }, error), failing(window, error)]),
    ).toEqual([
      expect.stringMatching(/^API error: Could not open the maintenance window on Acme and Beta: /),
      expect.stringMatching(/^API error: Could not set the times of the maintenance window on Acme: /),
    ]);
  });

  test('of openers who could not agree name that', () => {
    const doubt = new DuplicateError('incident', '7', apiError('server', { status: 503 }));
    expect(texts(incidentPlan, [failing(incident, doubt)])).toEqual([
      expect.stringMatching(
        /^two notices: Could not agree with other jobs on the incident on Acme: another job opened one/,
      ),
    ]);
  });

  test('to write or save are named as such', () => {
    const full = new Error('disk full');
    expect(describeUnwritten(full, background)).toEqual({
      title: 'outputs not written',
      text: expect.stringMatching(/^Could not write the outputs of this step: .*disk full/),
    });
    expect(describeUnsaved(full, background)).toEqual({
      title: 'state not saved',
      text: expect.stringMatching(/^Could not save what was opened: .*disk full/),
    });
  });
});

function requestOf(inputs: Inputs): OpenRequest {
  return readRequest(giveInputs(inputs), now).request as OpenRequest;
}

test.each<[Inputs, RegExp]>([
  [
    { 'on-failure': 'incident' },
    /^on-failure: incident is set without outcome, so every failure of the job opens an incident\. /,
  ],
  [
    { 'on-cancel': 'incident' },
    /^on-cancel: incident is set without outcome, so every cancel or timeout of the job opens /,
  ],
  [
    { 'on-failure': 'incident', 'on-cancel': 'incident' },
    /^on-failure: incident and on-cancel: incident is set without outcome, so every failure or cancel or timeout of the job /,
  ],
])('without an outcome every end of the job counts, and what that means is said: %j', (inputs, expected) => {
  const { level, text } = warnThatAnyEndCounts(requestOf({ ...windowInputs, ...inputs }).values);
  expect(level).toBe('warning');
  expect(text).toMatch(expected);
  expect(text).toMatch(
    / That includes one after the deploy, such as in a test or in another action's post step\. Set outcome to the outcome of the deploy step, as the README shows\.$/,
  );
});

describe('a notice that is reused', () => {
  const key = 'k3x9q2m1';
  const reference: Reference = { of: 'deployment', key, run: encodeRun('200') };
  const shown = (text: string, of: Reference = reference) => `${text}\n\nRef: ${formatReference(of)}`;
  const seen = { id: '42', pageId: 'p1', title: 'Move', createdAt: undefined, showsMessage: true };
  const theirs: Window = {
    ...seen,
    kind: 'maintenance',
    message: shown('We move.'),
    startAt: undefined,
    endAt: undefined,
  };
  const open: Incident = {
    ...seen,
    kind: 'incident',
    message: undefined,
    state: '1',
    startAt: undefined,
    timeline: [],
  };
  const host = { kind: 'runner', program: undefined, nameOf: nameInWorkflow } as const;

  /** The texts that were not published, as the warning names them. */
  function unpublished(
    inputs: Inputs,
    reused: Window | Incident,
    record: Partial<Opened['record']> = {},
  ): string | undefined {
    const request = requestOf(inputs);
    const known = { ...(reused.kind === 'maintenance' ? window : incident), ...record } as Opened['record'];
    const messages = describeUnpublished(request, [opened(known, { way: 'adopted', reused })], host);
    expect(messages.length).toBeLessThan(2);
    return /your (.+?), because/.exec(messages[0]?.text ?? '')?.[1];
  }

  test('with the same texts is no reason to warn, and other texts are named', () => {
    const given = { ...windowInputs, title: 'Move', message: 'We move.' };
    expect(unpublished(given, theirs)).toBeUndefined();
    expect(unpublished({ ...given, title: 'Other' }, theirs)).toBe('title');
    expect(unpublished({ ...given, message: 'Other.' }, theirs)).toBe('message');
    expect(unpublished({ ...given, title: 'Other', message: 'Other.' }, theirs)).toBe('title and message');
  });

  test('without given texts is no reason to warn', () => {
    expect(unpublished(windowInputs, theirs)).toBeUndefined();
    expect(
      unpublished({ ...windowInputs, title: 'Move' }, { ...theirs, message: undefined, title: undefined }),
    ).toBeUndefined();
  });

  test('whose message differs in its form alone is no reason to warn', () => {
    const given = { ...windowInputs, title: 'Move' };
    expect(
      unpublished({ ...given, message: '**We** move\n\nnow.' }, { ...theirs, message: shown('We move now.') }),
    ).toBeUndefined();
    expect(
      unpublished({ ...given, message: 'We\nmove.' }, { ...theirs, message: shown('<p>We move.</p>') }),
    ).toBeUndefined();
    expect(unpublished({ ...given, message: 'Wemove 1.' }, { ...theirs, message: shown('We move 2.') })).toBe(
      'message',
    );
  });

  test('whose title is cut for display is no reason to warn', () => {
    const long = 'T'.repeat(301);
    expect(unpublished({ ...windowInputs, title: long }, { ...theirs, title: `${'T'.repeat(299)}…` })).toBeUndefined();
  });

  test('that is an incident has its message in its timeline, at either end', () => {
    const given = { ...incidentInputs, title: 'Move', message: 'It is slow.' };
    const entry = (message: string | undefined) => ({ message, state: '1' });
    const timed = (...messages: readonly (string | undefined)[]): Incident => ({
      ...open,
      timeline: messages.map(entry),
    });
    const later = shown('Still.', { ...reference, run: encodeRun('300') });
    expect(unpublished(given, timed(shown('It is slow.'), later))).toBeUndefined();
    expect(unpublished(given, timed(shown('It is fast.'), later))).toBe('message');
    const sameRun = shown('Done.');
    expect(unpublished(given, timed(shown('It is fast.'), undefined, sameRun))).toBe('message');
    expect(unpublished(given, timed('It is fast.'))).toBeUndefined();
    expect(unpublished(given, timed(undefined))).toBeUndefined();
    expect(unpublished(given, { ...open, timeline: undefined })).toBeUndefined();
    expect(unpublished(given, timed())).toBeUndefined();
    expect(unpublished(given, { ...open, message: shown('It is fast.') })).toBe('message');
  });

  test('that is an incident has no default message, so a text like that of windows counts', () => {
    const byDefault = requestOf(windowInputs).values.message;
    expect(
      unpublished({ ...incidentInputs, title: 'Move', message: byDefault }, { ...open, message: shown('Other.') }),
    ).toBe('message');
    expect(
      unpublished({ ...windowInputs, title: 'Move', message: byDefault }, { ...theirs, message: shown('Other.') }),
    ).toBeUndefined();
  });

  test('and whose id is not known cannot be updated, so nothing is printed', () => {
    expect(
      unpublished({ ...windowInputs, title: 'Other' }, theirs, { stage: 'opening', id: undefined }),
    ).toBeUndefined();
  });

  test('is another one for another key only if it is shared and was not taken over', () => {
    const hint = (reused: Window, record = {}) => {
      const all = [opened({ ...window, ...record }, { way: 'adopted', reused })];
      const [message] = describeUnpublished(requestOf({ ...windowInputs, title: 'Other' }), all, host);
      return message?.text.includes('For a second notice, use another deployment-key.');
    };
    expect(hint(theirs)).toBe(true);
    expect(hint(theirs, { takenOver: true })).toBe(false);
    expect(hint({ ...theirs, message: 'We move.' })).toBe(false);
    const own = { ...reference, attempt: 1, owner: 'deploy', openedAt: now, random: 'aa' };
    expect(hint({ ...theirs, message: shown('We move.', own) })).toBe(false);
  });

  test('is updated by a command on a terminal, and by an operation on the runner', () => {
    const all = [opened(window, { way: 'adopted', reused: theirs })];
    const request = requestOf({ ...windowInputs, title: 'Other' });
    const [onRunner] = describeUnpublished(request, all, host);
    expect(onRunner).toMatchObject({ level: 'warning', title: 'message not published' });
    expect(onRunner?.text).toContain(
      ' To publish what you wrote, use operation: update with kind: maintenance and id: 42.',
    );
    expect(onRunner?.commands).toBeUndefined();
    const [onTerminal] = describeUnpublished(request, all, { ...host, kind: 'terminal', program: 'statuspage-me' });
    expect(onTerminal?.text).not.toContain('To publish');
    expect(onTerminal?.commands).toEqual([
      {
        doing: 'publish your text',
        command: expect.stringMatching(/^statuspage-me update .*--id 42.*--title[= ]'?Other'?$/),
      },
    ]);
  });
});
