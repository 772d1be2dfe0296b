import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { serveEmulator } from '../../src/emulator/server.ts';
import { acme, type Call, describePage, scriptThatTells, until } from '../engines/rehearsal.ts';
import { makeFolder } from '../support/act.ts';
import { serveHttp } from '../support/servers.ts';

const root = join(import.meta.dirname, '../..');
const key = 'spk_example_4c11';

/** Variables of the environment. */
export type Variables = Readonly<Record<string, string>>;

/** A command that is running. */
export interface Running {
  readonly ended: Promise<number | null>;
  /** As Ctrl+C in a terminal, which reaches all that runs there. */
  readonly interrupt: () => void;
}

/** Machines of a CI or a person, whose repository holds the command line, and a status page. */
export interface Machines {
  /** A new folder with the files of the repository. */
  checkOut(): string;
  /** Runs a line of a shell script as CIs do: it ends with the first command that fails. */
  sh(dir: string, line: string, variables?: Variables): Running;
  /** The scripts that ran so far, and what visitors saw meanwhile. */
  readonly calls: readonly Call[];
  /** From now on this script fails; without a name, none. */
  fail(command?: string): void;
  /** From now on this script waits without an end. */
  hangAt(command: string): void;
  /** Waits until something holds. Throws after 20 seconds. */
  until(holds: () => boolean): Promise<void>;
  page(): readonly string[];
}

/** Runs a test on such machines and cleans up. Throws if the key was printed. */
export async function withMachines(play: (machines: Machines) => Promise<void>): Promise<void> {
  const served = await serveEmulator({
    keys: [{ key, name: 'deploy', scopes: ['maintenances:read', 'maintenances:write', 'status-pages:read'] }],
  });
  const calls: Call[] = [];
  let failing: string | undefined;
  let hanging: string | undefined;
  const page = () => describePage(served.emulator);
  const target = await serveHttp(async (request, response) => {
    const command = await text(request);
    calls.push({ command, page: page() });
    if (command !== hanging) response.end(command === failing ? '1' : '0');
  });
  const home = makeFolder('example-');
  const variablesOfAll: Variables = {
    PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
    HOME: home.dir,
    STATUSPAGE_ME_API_KEY: key,
    STATUSPAGE_ME_STATUS_PAGE: acme,
    STATUSPAGE_ME_API_URL: served.apiUrl,
  };
  let count = 0;
  let log = '';
  const running = new Set<number>();
  try {
    await play({
      checkOut() {
        count += 1;
        const dir = join(home.dir, `work-${count}`);
        mkdirSync(dir);
        copyFileSync(join(root, 'dist/cli/index.js'), join(dir, 'statuspage-me.mjs'));
        for (const name of ['deploy.sh', 'migrate.sh']) {
          writeFileSync(join(dir, name), scriptThatTells(target.url.href));
          chmodSync(join(dir, name), 0o755);
        }
        return dir;
      },
      sh(dir, line, variables = {}) {
        const child = spawn('sh', ['-e', '-c', line], {
          cwd: dir,
          env: { ...variablesOfAll, ...variables },
          detached: true,
        });
        const pid = child.pid ?? 0;
        running.add(pid);
        for (const stream of [child.stdout, child.stderr])
          stream.setEncoding('utf8').on('data', (chunk) => (log += chunk));
        const ended = once(child, 'close').then(([exitCode]) => {
          running.delete(pid);
          return exitCode as number | null;
        });
        return { ended, interrupt: () => process.kill(-pid, 'SIGINT') };
      },
      calls,
      fail: (command) => {
        failing = command;
      },
      hangAt: (command) => {
        hanging = command;
      },
      until,
      page,
    });
    if (log.includes(key)) throw new Error('The log holds the key');
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n\nThey said:\n${log}`, { cause: error });
  } finally {
    for (const pid of running) process.kill(-pid, 'SIGKILL');
    await Promise.all([target.stop(), served.close()]);
    home.remove();
  }
}
