import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type Contexts, evaluateText, readActionFile } from './action-file.ts';
import { parseCommandFile } from './commands.ts';
import type {
  Job,
  JobOptions,
  OtherStep,
  PostOptions,
  RunningMain,
  RunningStep,
  Status,
  StepOptions,
  StepResult,
} from './job.ts';
import { jobVariables, machineVariables } from './job-variables.ts';
import { StepLog } from './step-log.ts';

interface Use {
  readonly step: StepOptions;
  readonly action: string;
  state: Readonly<Record<string, string>>;
}

interface Started {
  readonly child: ChildProcess;
  readonly log: StepLog;
  readonly read: (commandFile: (typeof fileCommands)[number]) => string;
}

const fileCommands = ['OUTPUT', 'STATE', 'STEP_SUMMARY', 'ENV', 'PATH'] as const;
const summaryLimit = 1024 * 1024;

/** Sets up a job that runs an action's main and post steps as child processes, the way GitHub's runner does. */
export function createJob(options: JobOptions): Job {
  const action = readActionFile(options.actionDir);
  const root = mkdtempSync(join(tmpdir(), 'job-'));
  const folder = (name: string): string => {
    mkdirSync(join(root, name));
    return join(root, name);
  };
  const [workspace, temp, home, files] = [folder('work'), folder('temp'), folder('home'), folder('file-commands')];
  const eventPath = join(root, 'event.json');
  writeFileSync(eventPath, JSON.stringify(options.event ?? {}));

  const jobEnv = { ...machineVariables(), ...jobVariables(options, { workspace, temp, home, eventPath }) };
  const declared = new Set(Object.keys(action.defaults).map(inputVariable));
  const steps: Record<string, OtherStep> = {};
  const waiting: Use[] = [];
  const actionNames: string[] = [];
  let status: Status = 'success';

  function variables(use: Use): Record<string, string> {
    return { ...jobEnv, GITHUB_ACTION: use.action, ...use.step.env, ...options.env };
  }

  function inputs(use: Use, env: Readonly<Record<string, string>>): Record<string, string> {
    const inDefaults: Contexts = {
      github: { ...lowerCase(env, 'GITHUB_'), event: options.event ?? {} },
      runner: lowerCase(env, 'RUNNER_'),
      job: { status },
      matrix: options.matrix ?? null,
      strategy: { 'fail-fast': true, 'job-index': 0, 'job-total': 1, 'max-parallel': 1 },
    };
    const inWith = {
      ...inDefaults,
      ...{ steps, secrets: options.secrets ?? {}, vars: options.vars ?? {} },
      ...{ env: { ...use.step.env, ...options.env }, needs: options.needs ?? {}, inputs: {} },
    };
    const given = Object.entries(use.step.with ?? {}).map(([name, text]) => [
      inputVariable(name),
      evaluateText(String(text), inWith),
    ]);
    const defaults = Object.entries(action.defaults)
      .filter(([name]) => !given.some(([variable]) => variable === inputVariable(name)))
      .map(([name, text]) => [inputVariable(name), evaluateText(text, inDefaults)]);
    return Object.fromEntries([...defaults, ...given]);
  }

  function start(use: Use, entry: string, more: Readonly<Record<string, string>>): Started {
    const commandFiles = Object.fromEntries(fileCommands.map((name) => [`GITHUB_${name}`, join(files, randomUUID())]));
    for (const file of Object.values(commandFiles)) writeFileSync(file, '');
    const env = variables(use);
    const child = spawn(options.node ?? process.execPath, [join(options.actionDir, entry)], {
      cwd: workspace,
      env: { ...env, ...inputs(use, env), ...more, ...commandFiles },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const log = new StepLog(Object.values(options.secrets ?? {}), options.debug ?? false);
    const unknown = Object.keys(use.step.with ?? {}).filter((name) => !declared.has(inputVariable(name)));
    if (unknown.length > 0) {
      const [names, valid] = [unknown, Object.keys(action.defaults)].map((list) =>
        list.map((name) => `'${name}'`).join(', '),
      );
      log.complain('warning', `Unexpected input(s) ${names}, valid inputs are [${valid}]`);
    }
    log.read(child.stdout);
    log.read(child.stderr);
    return { child, log, read: (name) => readFileSync(commandFiles[`GITHUB_${name}`] ?? '', 'utf8') };
  }

  /** Reads what the step left, however it ended: the runner does so even if the step was killed. */
  function collect(use: Use, { child, log, read }: Started, signalsSent: readonly NodeJS.Signals[]): StepResult {
    const output = parseCommandFile(read('OUTPUT'));
    const state = parseCommandFile(read('STATE'));
    const env = parseCommandFile(read('ENV'));
    Object.assign(jobEnv, env.values);
    const paths = read('PATH').split(/\r?\n/).filter(Boolean).reverse();
    jobEnv.PATH = [...paths, jobEnv.PATH].join(delimiter);
    const summary = read('STEP_SUMMARY');
    const tooLong = Buffer.byteLength(summary) > summaryLimit;
    const problems = [output, state, env].flatMap(({ problem }) => problem ?? []);
    if (tooLong) problems.push('$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k');
    for (const problem of problems) log.complain('error', problem);

    const failed = child.exitCode !== 0 || output.problem !== undefined || state.problem !== undefined;
    const outcome = signalsSent.length > 0 ? 'cancelled' : failed ? 'failure' : 'success';
    return {
      exitCode: child.exitCode,
      signal: child.signalCode,
      signalsSent,
      outcome,
      conclusion: outcome === 'failure' && use.step.continueOnError === true ? 'success' : outcome,
      log: log.text,
      annotations: log.annotations,
      commands: log.commands,
      masked: log.masked,
      leaks: [...log.leaks, ...summary.split('\n').filter((line) => log.mask(line) !== line)],
      outputs: output.values,
      state: state.values,
      summary: tooLong ? '' : log.mask(summary),
    };
  }

  function settle({ outcome, conclusion }: Pick<StepResult, 'outcome' | 'conclusion'>): void {
    if (outcome === 'cancelled') status = 'cancelled';
    else if (conclusion === 'failure' && status === 'success') status = 'failure';
  }

  function startMain(step: StepOptions = {}): RunningMain {
    const use: Use = { step, action: actionName(step.stepId, actionNames), state: {} };
    // Registered before the inputs are evaluated: post runs however main ends.
    if (action.post !== undefined) waiting.push(use);
    const running = start(use, action.main, {});
    const signalsSent: NodeJS.Signals[] = [];
    const finished = closed(running.child).then((): StepResult => {
      const result = collect(use, running, signalsSent);
      const { state, outputs, outcome, conclusion } = result;
      use.state = state;
      if (step.stepId !== undefined) steps[step.stepId] = { outputs, outcome, conclusion };
      settle(result);
      return result;
    });
    const factor = options.graceFactor ?? 1;
    return {
      ...surface(running, finished),
      cancel: () => {
        if (signalsSent.length > 0 || !isRunning(running.child)) return;
        const send = (signal: NodeJS.Signals): void => {
          signalsSent.push(signal);
          running.child.kill(signal);
        };
        send('SIGINT');
        const timers = [
          setTimeout(() => send('SIGTERM'), 7500 * factor),
          setTimeout(() => send('SIGKILL'), 10_000 * factor),
        ];
        running.child.once('exit', () => timers.forEach(clearTimeout));
      },
    };
  }

  function startPost({ status: given, steps: others = {} }: PostOptions = {}): RunningStep {
    const use = waiting.pop();
    if (use === undefined || action.post === undefined) throw new Error('No post step is waiting.');
    if (given !== undefined) status = given;
    for (const [id, other] of Object.entries(others)) {
      steps[id] = { outputs: {}, conclusion: other.outcome, ...other };
    }
    const state = Object.entries(use.state).map(([name, value]) => [`STATE_${name}`, value]);
    const running = start(use, action.post, Object.fromEntries(state));
    const finished = closed(running.child).then((): StepResult => {
      const result = { ...collect(use, running, []), outputs: {} };
      settle(result);
      return result;
    });
    return surface(running, finished);
  }

  return {
    workspace,
    startMain,
    runMain: (step) => startMain(step).finished,
    startPost,
    runPost: (given) => startPost(given).finished,
    dispose: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** GITHUB_ACTION: the step's id, or a name with a number if one action is used twice. */
function actionName(stepId: string | undefined, taken: string[]): string {
  const base = stepId ?? '__self';
  taken.push(base);
  const count = taken.filter((name) => name === base).length;
  return count === 1 ? base : `${base}_${count}`;
}

/** The runner keeps hyphens in the names of inputs. */
const inputVariable = (name: string): string => `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;

const lowerCase = (env: Readonly<Record<string, string>>, prefix: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length).toLowerCase(), value]] : [],
    ),
  );

const closed = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve());
  });

const isRunning = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;

function surface({ child, log }: Started, finished: Promise<StepResult>): RunningStep {
  return {
    finished,
    kill: (signal = 'SIGKILL') => void child.kill(signal),
    printed: async (text) => {
      const seen = () => log.text.includes(text);
      while (!seen() && isRunning(child)) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      if (!seen()) await finished;
      if (!seen()) throw new Error(`The step ended and never printed: ${text}`);
    },
  };
}
