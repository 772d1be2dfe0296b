import { appendFileSync } from 'node:fs';
import { engines, install } from './install.ts';
import { playOn } from './play.ts';

// Runs the built bundles on other versions of Node, on Bun and on Deno. An engine that cannot be installed is skipped by name.
// With ENGINE_VERSIONS, writes a line for each engine into that file too.

for (const installed of await Promise.all(engines.map(install))) {
  const { engine } = installed;
  let line: string;
  if ('absent' in installed) line = `${engine.name} ${engine.version}: skipped, not installed: ${installed.absent}`;
  else {
    const name = `${engine.name} ${installed.version}`;
    try {
      line = `${name}: ${(await playOn(engine, installed.program)).join(', ')}`;
    } catch (error) {
      line = `${name}: FAILED: ${error instanceof Error ? error.message : error}`;
      process.exitCode = 1;
    }
  }
  console.log(line);
  if (process.env.ENGINE_VERSIONS) appendFileSync(process.env.ENGINE_VERSIONS, `${line}\n`);
}
