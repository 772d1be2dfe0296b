import { execFileSync } from 'node:child_process';

const mostCharacters = 72;
/** Checked at most, so that a clone without tags checks no subject that is older than the rule. */
const mostCommits = 25;

/** What is wrong with the subject of a commit, or undefined. */
export function findWrong(subject: string): string | undefined {
  const length = [...subject].length;
  if (length > mostCharacters) return `${length} characters, at most ${mostCharacters}`;
  if (!/\S\s+\S/.test(subject)) return 'fewer than two words';
  return subject.endsWith('.') ? 'a full stop at the end' : undefined;
}

/** The newest subjects since the last tag, without merges and bots, as far as the clone in this folder knows them. */
export function readSubjects(cwd: string): readonly string[] {
  const git = (...args: readonly string[]) => execFileSync('git', args, { encoding: 'utf8', cwd });
  const [tag] = git('tag', '--merged', 'HEAD', '--sort=-creatordate').split('\n');
  const range = tag ? `${tag}..HEAD` : 'HEAD';
  return git('log', '--no-merges', `--max-count=${mostCommits}`, '--format=%an%x00%s', range)
    .split('\n')
    .map((line) => line.split('\0'))
    .flatMap(([author = '', subject]) => (subject === undefined || author.endsWith('[bot]') ? [] : subject));
}

if (import.meta.main) {
  const wrong = readSubjects(process.cwd()).flatMap((subject) => {
    const why = findWrong(subject);
    return why === undefined ? [] : `${why}: ${subject}`;
  });
  for (const line of wrong) console.error(line);
  process.exitCode = wrong.length === 0 ? 0 : 1;
}
