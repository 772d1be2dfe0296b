import { sentenceOf } from '../../src/statuspage/failed-call.ts';
import { describeType, documentedName, type Fields, fieldNamesIn, isFields, recordOf } from './read-response.ts';
import {
  type Answer,
  type Assumption,
  answerAt,
  CannotTell,
  type CheckResult,
  isFailureBody,
  isSuccess,
  isUninformative,
  type Recording,
  type Step,
  successAt,
  toResult,
} from './recording.ts';

/** An answer in words: its status, and the server's sentence if it refused. */
export function describeAnswer({ status, json }: Pick<Answer, 'status' | 'json'>): string {
  const sentence = isFields(json) && typeof json.error === 'string' ? sentenceOf(json.error) : undefined;
  return sentence === undefined ? String(status) : `${status} "${sentence}"`;
}

/** Reads the record in the answer of a success at a step. */
export function recordAt(step: Step): (recording: Recording) => Fields {
  return (recording) => recordOf(successAt(recording, step));
}

/** Checks whether a request is taken; any 4xx but a missing scope is a refusal. */
export function checkAccepted(step: Step): Assumption['check'] {
  return (recording) => {
    const answer = answerAt(recording, step);
    if (answer.status === 401 || answer.status === 403) throw new CannotTell(`${step}: ${describeAnswer(answer)}`);
    return toResult(isSuccess(answer), describeAnswer(answer));
  };
}

/**
 * Checks the statuses of some steps. 500 counts, because a server may fail on an id that it does not expect.
 * Throws CannotTell if the key lacks the scope of all of them.
 */
export function checkStatus(asked: readonly Step[], isAssumed: (status: number) => boolean): Assumption['check'] {
  return (recording) => {
    const answers = asked.flatMap((step) => {
      const answer = recording.exchanges.get(step)?.answer;
      const tells =
        answer !== undefined && (answer.status === 500 || !isUninformative(answer)) && !isFailureBody(answer.json);
      return tells ? [answer] : [];
    });
    const allowed = answers.filter(({ status }) => status !== 403);
    if (allowed.length === 0) throw new CannotTell(answers.length === 0 ? 'no answer' : 'the key lacks the scope');
    return toResult(
      allowed.every(({ status }) => isAssumed(status)),
      [...new Set(allowed.map(({ status }) => status))].join(', '),
    );
  };
}

/** Checks whether an object shows fields; a null is shown. */
export function checkFields(read: (recording: Recording) => Fields, wanted: readonly string[]): Assumption['check'] {
  return (recording) => {
    const record = read(recording);
    const missing = wanted.filter((name) => record[name] === undefined);
    const shown = `it shows ${Object.keys(record).join(', ')}`;
    return toResult(missing.length === 0, missing.length === 0 ? shown : `${shown}; not ${missing.join(', ')}`);
  };
}

/** Checks how soon a list shows a new record. */
export function checkFreshness(
  atOnce: Step,
  later: Step,
  shows: (answer: Answer, recording: Recording) => boolean,
): Assumption['check'] {
  return (recording) => {
    if (shows(successAt(recording, atOnce), recording)) return toResult(true, 'at once');
    return toResult(false, shows(successAt(recording, later), recording) ? 'after 2 s' : 'not even after 2 s');
  };
}

/** Checks a text that was sent and read back. */
export function checkText(sent: string, shown: unknown): CheckResult {
  if (shown === undefined) throw new CannotTell('the answer does not show it');
  if (shown === sent) return toResult(true, 'as it was sent');
  return toResult(false, typeof shown === 'string' ? describeText(sent, shown) : describeType(shown));
}

/** Checks whether a long text that was sent and read back is cut. Its form is not asked about. */
export function checkLength(sent: string, shown: unknown): CheckResult {
  if (typeof shown !== 'string') throw new CannotTell('the answer does not show it');
  const isCut = shown !== sent && sent.startsWith(shown.replace(/(…|\.\.\.)$/, ''));
  return toResult(!isCut, isCut ? describeText(sent, shown) : `${[...shown].length} characters`);
}

function describeText(sent: string, shown: string): string {
  if (sent.startsWith(shown.replace(/(…|\.\.\.)$/, ''))) return `cut after ${[...shown].length} characters`;
  if (shown === sent.replace(/\s*\n\s*/g, ' ')) return 'in one line';
  if (/<\w+>/.test(shown)) return 'as HTML';
  return `a text of ${shown.length} characters for ${sent.length}`;
}

/** Checks how the server writes the names of fields that satisfy a condition. */
export function checkNames(answers: readonly Answer[], isMeant: (name: string) => boolean): CheckResult {
  const names = [...new Set(answers.flatMap(({ json }) => fieldNamesIn(json)))].filter(isMeant);
  if (names.length === 0) throw new CannotTell('no answer shows it');
  const others = names.filter((name) => documentedName(name) !== name);
  return toResult(others.length === 0, (others.length === 0 ? names : others).slice(0, 8).join(', '));
}
