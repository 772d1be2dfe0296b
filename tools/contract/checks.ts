import { sentenceOf } from '../../src/statuspage/error-body.ts';
import { describeType, type Fields, isFields } from './read-response.ts';
import {
  type Answer,
  answerAt,
  type Evidence,
  type Fact,
  isSilent,
  isSuccess,
  type Step,
  successAt,
  Untold,
  verdict,
} from './recording.ts';

/** An answer for people: its status, and the server's sentence where it refused. */
export function describeAnswer({ status, json }: Answer): string {
  const sentence = isFields(json) && typeof json.error === 'string' ? sentenceOf(json.error) : undefined;
  return sentence === undefined ? String(status) : `${status} "${sentence}"`;
}

/** Judges whether a request is taken; any 4xx but a missing scope is a refusal. */
export function judgeTaken(step: Step): Fact['judge'] {
  return (evidence) => {
    const answer = answerAt(evidence, step);
    if (answer.status === 401 || answer.status === 403) throw new Untold(`${step}: ${describeAnswer(answer)}`);
    return verdict(isSuccess(answer), describeAnswer(answer));
  };
}

/** Judges the statuses of some steps. Throws Untold where the key lacks the scope of all of them. */
export function judgeStatus(asked: readonly Step[], isAssumed: (status: number) => boolean): Fact['judge'] {
  return (evidence) => {
    const answers = asked.flatMap((step) => {
      const answer = evidence.exchanges.get(step)?.answer;
      return answer === undefined || isSilent(answer) ? [] : [answer];
    });
    const told = answers.filter(({ status }) => status !== 403);
    if (told.length === 0) throw new Untold(answers.length === 0 ? 'no answer' : 'the key lacks the scope');
    return verdict(
      told.every(({ status }) => isAssumed(status)),
      [...new Set(told.map(({ status }) => status))].join(', '),
    );
  };
}

/** Judges whether an object shows fields; a null is shown. */
export function judgeFields(read: (evidence: Evidence) => Fields, wanted: readonly string[]): Fact['judge'] {
  return (evidence) => {
    const record = read(evidence);
    const missing = wanted.filter((name) => record[name] === undefined);
    const shown = `it shows ${Object.keys(record).join(', ')}`;
    return verdict(missing.length === 0, missing.length === 0 ? shown : `${shown}; not ${missing.join(', ')}`);
  };
}

/** Judges how soon a list shows a new record. */
export function judgeFreshness(
  atOnce: Step,
  later: Step,
  shows: (answer: Answer, evidence: Evidence) => boolean,
): Fact['judge'] {
  return (evidence) => {
    if (shows(successAt(evidence, atOnce), evidence)) return verdict(true, 'at once');
    return verdict(false, shows(successAt(evidence, later), evidence) ? 'after 2 s' : 'not even after 2 s');
  };
}

/** Judges a text that was sent and read back. */
export function judgeText(sent: string, shown: unknown): ReturnType<Fact['judge']> {
  if (shown === undefined) throw new Untold('the answer does not show it');
  if (shown === sent) return verdict(true, 'as it was sent');
  const got =
    typeof shown === 'string' ? `a text of ${shown.length} characters for ${sent.length}` : describeType(shown);
  return verdict(false, got);
}
