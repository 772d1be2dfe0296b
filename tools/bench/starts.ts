import { join } from 'node:path';
import { sampleKey } from '../../src/emulator/sample.ts';
import { root } from './bytes.ts';
import { type Command, measure, measurePeak, median, quantile, type Run } from './measure.ts';
import { pageId, type Scene } from './scene.ts';

/** One line of the table: what is started, and how its time compares with an empty Node that was started right before or after it. */
export interface Start {
  readonly name: string;
  readonly goal: number | undefined;
  readonly ratio: { readonly median: number; readonly low: number; readonly high: number };
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakMb: number | undefined;
  readonly requests: number;
}

interface Subject {
  readonly name: string;
  /** The goal: the highest ratio that is acceptable. */
  readonly goal?: number;
  readonly command: () => Command;
}

/** The goals, as ratios. */
const goals = { main: 3.6, post: 4, 'wrong input': 2.3, help: 3, run: 4.5 } as const;

const fields = {
  status_page_id: pageId(0),
  title: 'Maintenance in progress',
  message: 'We are installing an update. Short interruptions are possible.',
};

/** What is measured over one address of the API. */
function subjectsOver(scheme: string, apiUrl: string, { program, main, post }: Scene): readonly Subject[] {
  const url = `${apiUrl}/maintenances`;
  const now = Math.floor(Date.now() / 1000) * 1000;
  const time = (ms: number) => `${new Date(now + ms).toISOString().slice(0, 19)}Z`;
  // Far ahead, so that neither is ever in the past.
  const body = JSON.stringify({ ...fields, start_at: time(3_600_000), end_at: time(5_400_000) });
  const headers = { authorization: `Bearer ${sampleKey}`, 'content-type': 'application/json' };
  const curlHeaders = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const init = JSON.stringify({ method: 'POST', headers, body });
  const fetching = `const reply = await fetch(${JSON.stringify(url)}, ${init}); await reply.text(); process.exitCode = reply.ok ? 0 : 1;`;
  const http = scheme === 'HTTP';
  const inputs = { 'api-url': apiUrl };
  return [
    {
      name: `curl, ${scheme}`,
      command: () => curlOf(program('curl', '-sSf', '-X', 'POST', ...curlHeaders, '-d', body, url)),
    },
    {
      name: `Node's own fetch, ${scheme}`,
      command: () => program(process.execPath, '--input-type=module', '-e', fetching),
    },
    {
      name: `main: \`open-maintenance\`, page by slug, ${scheme}`,
      command: () => main({ ...inputs, 'status-page': 'page-0' }),
    },
    {
      name: `main: \`open-maintenance\`, page by UUID, ${scheme}`,
      ...(http && { goal: goals.main }),
      command: () => main(inputs),
    },
    { name: `post, ${scheme}`, ...(http && { goal: goals.post }), command: () => post(inputs) },
  ];
}

/** curl has no variable for certificates beside those it knows. */
function curlOf(command: Command): Command {
  const authority = command.env.NODE_EXTRA_CA_CERTS;
  return authority === undefined ? command : { ...command, argv: [...command.argv, '--cacert', authority] };
}

/** The command line of the npm package, which Node has compiled before, and the one file alone. */
function commandLine({ program, apiUrl, caches }: Scene): readonly Subject[] {
  const start = (file: string, ...words: readonly string[]) => {
    const command = program(process.execPath, join(root, 'dist/cli', file), ...words);
    return { ...command, env: { ...command.env, XDG_CACHE_HOME: caches, STATUSPAGE_ME_API_KEY: sampleKey } };
  };
  const run = ['run', '--status-page', pageId(0), '--api-url', apiUrl, '--', 'true'];
  return [
    { name: 'command line of npm: `--help`', goal: goals.help, command: () => start('bin.js', '--help') },
    { name: 'command line of npm: `run -- true`', goal: goals.run, command: () => start('bin.js', ...run) },
    { name: 'command line in one file: `--help`', command: () => start('index.js', '--help') },
    { name: 'command line in one file: `run -- true`', command: () => start('index.js', ...run) },
  ];
}

const peaks = 5;
const warmUps = 2;

/** Measures every start as often, or those of the action alone that have a goal; each time beside an empty Node, in turn before and after it. */
export async function measureStarts(
  scene: Scene,
  pairs: number,
  which: 'all' | 'action' = 'all',
): Promise<readonly Start[]> {
  const empty = scene.program(process.execPath, '-e', '0');
  const wrong = () => ({ ...scene.main({ duration: '30' }), exitCode: 1 });
  const action: readonly Subject[] = [
    { name: '`node -e 0`', command: () => empty },
    ...subjectsOver('HTTP', scene.apiUrl, scene),
    { name: 'main: a wrong input', goal: goals['wrong input'], command: wrong },
    ...subjectsOver('HTTPS', scene.secure, scene),
  ];
  const subjects =
    which === 'all' ? [...action, ...commandLine(scene)] : action.filter(({ goal }) => goal !== undefined);
  const runs = new Map<Subject, { readonly own: Run; readonly beside: Run }[]>(subjects.map((one) => [one, []]));
  for (let pair = -warmUps; pair < pairs; pair += 1) {
    // Otherwise each post step would read a longer list than the one before.
    await scene.reset();
    for (const [subject, seen] of runs) {
      const command = subject.command();
      const first = pair % 2 === 0 ? measure(empty, scene.logFile) : undefined;
      const own = measure(command, scene.logFile);
      const beside = first ?? measure(empty, scene.logFile);
      if (pair >= 0) seen.push({ own, beside });
    }
  }
  const starts: Start[] = [];
  for (const [{ name, goal, command }, seen] of runs) {
    const before = await scene.requests();
    measure(command(), scene.logFile);
    const requests = (await scene.requests()) - before;
    const held = Array.from({ length: peaks }, () => measurePeak(command()));
    const ratios = seen.map(({ own, beside }) => own.wallMs / beside.wallMs);
    starts.push({
      name,
      goal,
      ratio: { median: median(ratios), low: quantile(ratios, 0.25), high: quantile(ratios, 0.75) },
      wallMs: median(seen.map(({ own }) => own.wallMs)),
      cpuMs: median(seen.map(({ own }) => own.cpuMs)),
      peakMb: held.includes(undefined) ? undefined : median(held.filter((one) => one !== undefined)),
      requests,
    });
  }
  return starts;
}

/** The starts as a Markdown table. */
export function renderStarts(starts: readonly Start[]): string {
  const rows = starts.map(({ name, goal, ratio, wallMs, cpuMs, peakMb, requests }) => {
    const wanted = goal === undefined ? '' : `≤ ${goal.toFixed(1)}`;
    const times = `**${ratio.median.toFixed(2)}** | ${ratio.low.toFixed(2)}–${ratio.high.toFixed(2)}`;
    return `| ${name} | ${wanted} | ${times} | ${wallMs.toFixed(0)} | ${cpuMs.toFixed(0)} | ${peakMb?.toFixed(0) ?? '–'} | ${requests} |`;
  });
  const head = '| | Goal | × `node -e 0` | Middle half of the pairs | Wall, ms | CPU, ms | Peak, MB | Requests |';
  return [head, '|---|---|---|---|---|---|---|---|', ...rows].join('\n');
}
