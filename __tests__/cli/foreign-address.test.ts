import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { annotations, deployed, window } from '../support/world.ts';
import { inVirtualTime } from './running.ts';

const foreign = 'http://foreign.example/user/api/v1';

describe('a remembered deployment of another address gets no key', () => {
  test('from a state file: the error names both addresses', () =>
    inVirtualTime(async ({ type, folder, requests }) => {
      await type(['deploy-start']);
      const path = join(folder, '.statuspage-me.json');
      const text = readFileSync(path, 'utf8').replace(/"apiUrl": "[^"]*"/, `"apiUrl": "${foreign}"`);
      writeFileSync(path, text);
      const sent = requests().length;
      const { exitCode, stderr } = await type(['deploy-end']);
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(/it was opened at http:\/\/foreign\.example\/.* is now http:\/\/127\.0\.0\.1/);
      expect(requests()).toHaveLength(sent);
      expect(readFileSync(path, 'utf8')).toBe(text);
    }));

  test('from the state of the runner: the warning names both addresses', async () => {
    const { world, main } = await deployed(window);
    const states = main.states.map((saved) =>
      Object.fromEntries(
        Object.entries(saved).map(([name, value]) => [
          name,
          value.replaceAll('https://statuspage.me/user/api/v1', 'https://foreign.example/user/api/v1'),
        ]),
      ),
    );
    const sent = world.requests().length;
    const post = await world.post({ ...main, states });
    expect(annotations(post)).toEqual([
      expect.stringMatching(/it was opened at https:\/\/foreign\.example\/.* is now https:\/\/statuspage\.me\//),
    ]);
    expect(world.requests()).toHaveLength(sent);
  });
});
