import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { builtFile } from './typing.ts';

/** Prints the version, which needs nothing else, to a stream. */
async function printTo(stdout: number | 'pipe'): Promise<{ readonly code: number; readonly stderr: string }> {
  const child = spawn(process.execPath, [builtFile, '--version'], { stdio: ['ignore', stdout, 'pipe'] });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdout?.destroy();
  const [code] = await once(child, 'close');
  return { code, stderr };
}

test('a result that stdout cannot take is a failure that says so', async () => {
  const { code, stderr } = await printTo(openSync('/dev/full', 'w'));
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'Error: Could not write the result to stdout (ENOSPC). What was done stays done.\n',
  });
});

test('a reader who has left is no failure', async () => {
  expect(await printTo('pipe')).toEqual({ code: 0, stderr: '' });
});
