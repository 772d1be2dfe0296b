import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { describeStart } from '../../src/cli/command-line.ts';
import { commandToEnd } from '../../src/statuspage/manual-commands.ts';

test.each([
  ['/usr/local/bin/statuspage-me', 'statuspage-me'],
  [join(process.cwd(), 'statuspage-me.mjs'), 'node statuspage-me.mjs'],
  ['/opt/deploy/statuspage-me.mjs', 'node /opt/deploy/statuspage-me.mjs'],
  ['/opt/my deploys/statuspage-me.mjs', 'node "/opt/my deploys/statuspage-me.mjs"'],
])('a command to copy starts %s as the reader did: %s', (file, program) => {
  expect(describeStart(file)).toBe(program);
  const target = { host: 'terminal', program, apiUrl: 'https://statuspage.me/user/api/v1' } as const;
  expect(commandToEnd(target, { kind: 'incident', id: '7' })).toBe(`${program} resolve --kind incident --id 7`);
});
