import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** Where the processes of a race wait for each other. */
export interface StartLine {
  /** The environment of a process that waits here. */
  readonly env: Readonly<Record<string, string>>;
  /** Lets all of them go as soon as that many are ready. Throws if they never are. */
  readonly fire: (runners: number) => Promise<void>;
  readonly dispose: () => void;
}

const longestWaitMs = 90_000;

export function drawStartLine(): StartLine {
  const folder = mkdtempSync(join(tmpdir(), 'race-'));
  const waiting = new URL('wait-for-gun.js', import.meta.url).href;
  return {
    env: { NODE_OPTIONS: `--import=${waiting}`, RACE_FOLDER: folder },
    fire: async (runners) => {
      const giveUpAt = Date.now() + longestWaitMs;
      while (readdirSync(folder).length < runners) {
        if (Date.now() > giveUpAt)
          throw new Error(`Only ${readdirSync(folder).length} of ${runners} came to the start.`);
        await wait(20);
      }
      writeFileSync(join(folder, 'gun'), '');
    },
    dispose: () => rmSync(folder, { recursive: true }),
  };
}
