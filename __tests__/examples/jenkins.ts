import type { Machines, Variables } from './machine.ts';

/** What a build came to. */
export type Result = 'success' | 'failure' | 'aborted';

const predefined: Variables = {
  JENKINS_URL: 'https://jenkins.example/',
  JOB_NAME: 'shop',
  BUILD_NUMBER: '12',
  BUILD_URL: 'https://jenkins.example/job/shop/12/',
  GIT_URL: 'https://git.example/acme/shop.git',
  GIT_BRANCH: 'main',
};

/**
 * Runs the shell lines of a declarative Jenkinsfile as Jenkins does: those of the stages up to the first that fails, then those of the
 * condition of `post` that the build has come to. `abort` resolves when somebody stops the last stage. Throws if a line of `post` fails.
 */
export async function runJenkins(
  { checkOut, sh }: Machines,
  text: string,
  abort?: () => Promise<void>,
): Promise<Result> {
  const [before = '', stages = '', post = ''] = text.split(/^ {4}(?:stages|post) \{$/m);
  const ours = /sh "(.+)\$\{command\}"/.exec(before)?.[1] ?? '';
  const linesOf = (part: string): readonly string[] =>
    [...part.matchAll(/statusPage\('(.+?)'\)|sh '(.+?)'/g)].map(([, command, line]) => line ?? ours + command);
  const own = [...before.matchAll(/^ +([A-Z_]+) = '(.+)'$/gm)].map(([, name, value]) => [name, value]);
  const variables: Variables = { ...predefined, ...Object.fromEntries(own) };

  const dir = checkOut();
  const lines = linesOf(stages);
  let result: Result = 'success';
  for (const line of lines) {
    const running = sh(dir, line, variables);
    const isStopped = abort !== undefined && line === lines.at(-1);
    if (isStopped) await abort().then(running.interrupt);
    if ((await running.ended) === 0) continue;
    result = isStopped ? 'aborted' : 'failure';
    break;
  }
  for (const line of linesOf(new RegExp(`^ +${result} .+$`, 'm').exec(post)?.[0] ?? '')) {
    const exitCode = await sh(dir, line, variables).ended;
    if (exitCode !== 0) throw new Error(`${line}: ${exitCode}`);
  }
  return result;
}
