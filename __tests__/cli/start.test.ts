import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { describeStart } from '../../src/cli/command-line.ts';
import type { Opened } from '../../src/deployment/open.ts';
import type { Incident } from '../../src/domain/record.ts';
import { nameOfFlag } from '../../src/inputs/flags.ts';
import type { OpenRequest } from '../../src/inputs/operations.ts';
import { describeUnpublished } from '../../src/operations/open/describe.ts';
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
  expect(commandToEnd({ ...target, keyFile: "the key's file" }, { kind: 'incident', id: '7' })).toBe(
    `${program} resolve --kind incident --id 7 --api-key-file 'the key'\\''s file'`,
  );
});

test('so does the command that publishes a text beside an open notice', () => {
  const values = { title: 'Search', message: 'It is back.', 'api-url': new URL('https://statuspage.me/user/api/v1') };
  const request = { operation: 'open-incident', values } as unknown as OpenRequest;
  const reused = { kind: 'incident', id: '7', title: 'Search', message: 'It is slow.' } as unknown as Incident;
  const record = { kind: 'incident', id: '7', stage: 'open', title: 'Search', created: false, mailed: false } as const;
  const [message] = describeUnpublished(request, [{ record, reused } as unknown as Opened], {
    kind: 'terminal',
    nameOf: nameOfFlag,
    program: 'node statuspage-me.mjs',
  });
  expect(message?.commands).toEqual([
    {
      doing: 'publish your text',
      command: "node statuspage-me.mjs update --kind incident --id 7 --message='It is back.'",
    },
  ]);
});
