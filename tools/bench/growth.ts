import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Command, measure, measurePeak, median } from './measure.ts';
import { type Amounts, type Inputs, pageId, type Scene, setScene } from './scene.ts';

/** What one step costs at one amount. */
interface Point {
  readonly amount: number;
  readonly wallMs: number;
  readonly cpuMs: number | undefined;
  readonly peakMb: number | undefined;
  readonly requests: number;
}

/** How the cost of a step grows with an amount. */
export interface Growth {
  readonly of: string;
  readonly points: readonly Point[];
}

/** The most memory that a step should use, in MB. */
const mostMb = 120;

const tries = 5;

interface Series {
  readonly of: string;
  readonly amounts: readonly number[];
  readonly scene: (amount: number) => Amounts;
  readonly command: (scene: Scene, amount: number) => Command;
  /** Runs before each try and is not measured. */
  readonly before?: (scene: Scene, amount: number) => Command;
}

const pagesOf = (amount: number): Inputs => ({
  'status-page': Array.from({ length: amount }, (_, at) => pageId(at)).join(),
});
const reRun = { GITHUB_RUN_ATTEMPT: '2' };
/** Without this, the step would reuse the record that the previous try opened. */
const otherRun = () => ({ GITHUB_RUN_ID: `${Math.floor(Math.random() * 1e12)}` });

const series: readonly Series[] = [
  {
    of: 'pages in one step, main',
    amounts: [1, 10, 50],
    scene: (pages) => ({ pages }),
    command: ({ main }, amount) => main(pagesOf(amount)),
  },
  {
    of: 'pages in one step, post',
    amounts: [1, 10, 50],
    scene: (pages) => ({ pages }),
    before: ({ main }, amount) => main(pagesOf(amount)),
    command: ({ post }, amount) => post(pagesOf(amount)),
  },
  {
    of: 'windows on the page, a re-run that looks for its own',
    amounts: [10, 1_000, 10_000],
    scene: (windows) => ({ windows }),
    command: ({ main }) => main({}, { ...reRun, ...otherRun() }),
  },
  {
    of: 'windows that are over, main',
    amounts: [10, 1_000, 10_000],
    scene: (ended) => ({ ended }),
    command: ({ main }) => main({}, otherRun()),
  },
  {
    of: 'windows that are over, post',
    amounts: [10, 1_000, 10_000],
    scene: (ended) => ({ ended }),
    before: ({ main }) => main({}, otherRun()),
    command: ({ post }) => post(),
  },
  {
    of: 'incidents on the page, a re-run that looks for its own',
    amounts: [1, 50, 190],
    scene: (incidents) => ({ incidents }),
    command: ({ main }) =>
      main({ operation: 'open-incident', title: 'Update', message: 'Installing.' }, { ...reRun, ...otherRun() }),
  },
  {
    of: 'open incidents of runs that died, `sweep`',
    amounts: [1, 50, 500],
    scene: (incidents) => ({ incidents, pages: 3 }),
    command: ({ main, gitHub }) =>
      main(
        { operation: 'sweep', 'github-token': 'ghs_token', 'dry-run': 'true', ...pagesOf(3) },
        { GITHUB_API_URL: gitHub },
      ),
  },
];

/** Measures every series, and jobs that run side by side. */
export async function measureGrowth(): Promise<readonly Growth[]> {
  const grown: Growth[] = [];
  for (const one of series) grown.push(await measureSeries(one));
  return [...grown, await measureJobs([1, 10, 50])];
}

async function measureSeries({ of, amounts, ...rest }: Series): Promise<Growth> {
  const points: Point[] = [];
  for (const amount of amounts) points.push(await measurePoint({ of, amounts, ...rest }, amount));
  return { of, points };
}

async function measurePoint({ scene: amounts, command, before }: Series, amount: number): Promise<Point> {
  const scene = await setScene(amounts(amount));
  try {
    const prepare = () => before && measure(before(scene, amount), scene.logFile);
    const runs = Array.from({ length: tries }, () => {
      prepare();
      return measure(command(scene, amount), scene.logFile);
    });
    prepare();
    const sent = await scene.requests();
    measure(command(scene, amount), scene.logFile);
    const requests = (await scene.requests()) - sent;
    prepare();
    const peakMb = measurePeak(command(scene, amount));
    const wallMs = median(runs.map((run) => run.wallMs));
    return { amount, wallMs, cpuMs: median(runs.map((run) => run.cpuMs)), peakMb, requests };
  } finally {
    scene.close();
  }
}

/** Starts the main steps of several jobs at once, and measures until the last one ends. */
async function measureJobs(amounts: readonly number[]): Promise<Growth> {
  const scene = await setScene();
  try {
    const points: Point[] = [];
    for (const amount of amounts) {
      const sent = await scene.requests();
      const commands = Array.from({ length: amount }, () => scene.main({}, otherRun()));
      const begun = performance.now();
      const codes = await Promise.all(commands.map(runBeside));
      const wallMs = performance.now() - begun;
      if (codes.some((code) => code !== 0)) throw new Error(`jobs side by side left with ${codes.join()}`);
      const requests = (await scene.requests()) - sent;
      points.push({ amount, wallMs, cpuMs: undefined, peakMb: measurePeak(scene.main()), requests });
    }
    return { of: 'jobs at once on this machine, until the last main step is over', points };
  } finally {
    scene.close();
  }
}

async function runBeside({ argv: [program = '', ...argv], env }: Command): Promise<number> {
  const [code] = await once(spawn(program, argv, { env, stdio: 'ignore' }), 'exit');
  return code;
}

/** A smaller growth may be noise. */
const noticeable = 0.25;

/** The cost of one more, from the first and the last point. */
function describeSlope({ points }: Growth): string {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return '';
  const risenMs = last.wallMs - first.wallMs;
  if (risenMs < noticeable * first.wallMs) return 'constant';
  return `linear, ${(risenMs / (last.amount - first.amount)).toPrecision(2)} ms each`;
}

/** The growth as a Markdown table. */
export function renderGrowth(growth: readonly Growth[]): string {
  const rows = growth.flatMap((one) =>
    one.points.map(({ amount, wallMs, cpuMs, peakMb, requests }, at) => {
      const name = at === 0 ? `${one.of} (${describeSlope(one)})` : '';
      const times = `${wallMs.toFixed(0)} | ${cpuMs?.toFixed(0) ?? '–'} | ${describePeak(peakMb)}`;
      return `| ${name} | ${amount.toLocaleString('en-US')} | ${times} | ${requests} |`;
    }),
  );
  return ['| Of | Amount | Wall, ms | CPU, ms | Peak, MB | Requests |', '|---|---|---|---|---|---|', ...rows].join(
    '\n',
  );
}

function describePeak(peakMb: number | undefined): string {
  if (peakMb === undefined) return '–';
  return peakMb > mostMb ? `**${peakMb.toFixed(0)}**, above ${mostMb}` : peakMb.toFixed(0);
}
