import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** How to start a program, and the exit code to expect. */
export interface Command {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly exitCode: number;
}

/** One run of a whole process, from its fork to its end. */
export interface Run {
  readonly wallMs: number;
  /** In user and kernel mode together. */
  readonly cpuMs: number;
}

/** Bash, because its `time` measures any program, in milliseconds, at the cost of one fork. */
const script = `TIMEFORMAT='%U %S'
begun=$EPOCHREALTIME
time "$@" > "$BENCH_LOG" 2>&1
code=$?
echo "$begun $EPOCHREALTIME $code"`;

/** Runs a program and measures it. Throws with its output if it exits with another code than expected. */
export function measure({ argv, env, exitCode }: Command, logFile: string): Run {
  const options = { env: { ...env, LC_ALL: 'C', BENCH_LOG: logFile }, encoding: 'utf8' } as const;
  const { stdout, stderr } = spawnSync('bash', ['-c', script, 'bench', ...argv], options);
  const [begun, ended, code] = stdout.trim().split(' ').map(Number);
  if (begun === undefined || ended === undefined || code !== exitCode) {
    throw new Error(
      `${argv.join(' ')} left with ${code}: ${existsSync(logFile) ? readFileSync(logFile, 'utf8') : stderr}`,
    );
  }
  const [user = 0, system = 0] = stderr.trim().split(' ').map(Number);
  return { wallMs: (ended - begun) * 1000, cpuMs: (user + system) * 1000 };
}

const gnuTime = '/usr/bin/time';

/** The peak memory of a program in MB; undefined if the machine has no GNU time. */
export function measurePeak({ argv, env }: Command): number | undefined {
  if (!existsSync(gnuTime)) return undefined;
  const { stderr } = spawnSync(gnuTime, ['-f', 'peak %M', ...argv], { env, encoding: 'utf8' });
  const kilobytes = /^peak (\d+)$/m.exec(stderr)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}

/** The value below which this share of the values is: 0.5 gives the median. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const [low = Number.NaN, high = low] = [sorted[Math.floor(position)], sorted[Math.ceil(position)]];
  return low + (high - low) * (position - Math.floor(position));
}

/** The middle of the values. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
