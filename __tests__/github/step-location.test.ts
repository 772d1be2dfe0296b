import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readStepLocation } from '../../src/github/step-location.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'place-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = 'acme/shop/.github/workflows/deploy.yml';
const main = { GITHUB_WORKFLOW_REF: `${file}@refs/heads/main`, GITHUB_REF_TYPE: 'branch', GITHUB_REF_NAME: 'main' };

describe('the workflow', () => {
  test.each([
    ['on a branch', `${file}@refs/heads/main`],
    ['on a branch with an @ in its name', `${file}@refs/heads/a@refs/b@c`],
    ['at a commit', `${file}@0ff1ce`],
  ])('is its file %s', (_, text) => {
    expect(readStepLocation({ GITHUB_WORKFLOW_REF: text }).workflow).toBe(file);
  });

  test('is its name if the server gives no file', () => {
    expect(readStepLocation({ GITHUB_WORKFLOW_REF: '', GITHUB_WORKFLOW: 'Deploy' }).workflow).toBe('Deploy');
    expect(readStepLocation({}).workflow).toBe('');
  });
});

describe('the branch', () => {
  test('is that of a push, and none for a tag', () => {
    expect(readStepLocation(main).branch).toBe('main');
    expect(readStepLocation({ ...main, GITHUB_REF_TYPE: 'tag', GITHUB_REF_NAME: 'v1' }).branch).toBeUndefined();
    expect(readStepLocation({}).branch).toBeUndefined();
  });

  test('of a pull request is not that of a push', () => {
    const pull = { ...main, GITHUB_REF_NAME: '5/merge', GITHUB_HEAD_REF: 'main' };
    const target = { ...main, GITHUB_HEAD_REF: 'main' };
    expect(new Set([main, pull, target].map((variables) => readStepLocation(variables).branch)).size).toBe(3);
  });
});

describe('what a person chose', () => {
  const choicesOf = (event: string, payload: unknown) => {
    const path = join(folder, 'event.json');
    writeFileSync(path, JSON.stringify(payload));
    return readStepLocation({ ...main, GITHUB_EVENT_NAME: event, GITHUB_EVENT_PATH: path }).choices;
  };

  test('is the inputs of "Run workflow" and the environment of a deployment', () => {
    expect(choicesOf('workflow_dispatch', { inputs: { target: 'blue' } })).toEqual({ inputs: { target: 'blue' } });
    expect(choicesOf('deployment', { deployment: { environment: 'production' } })).toEqual({
      environment: 'production',
    });
  });

  test.each([
    ['a push', 'push', { inputs: { target: 'blue' }, deployment: { environment: 'production' } }],
    ['"Run workflow" without inputs', 'workflow_dispatch', { inputs: null }],
    ['an event of another shape', 'workflow_dispatch', { inputs: ['blue'] }],
    ['an event of another shape', 'workflow_dispatch', null],
    ['an event of another shape', 'deployment', { deployment: { environment: 5 } }],
    ['an event of another shape', 'deployment', 'text'],
  ])('is nothing for %s', (_, event, payload) => {
    const { inputs, environment } = choicesOf(event, payload) ?? {};
    expect({ inputs, environment }).toEqual({ inputs: undefined, environment: undefined });
  });

  test('is nothing if the event file is missing or unreadable', () => {
    const broken = join(folder, 'broken.json');
    writeFileSync(broken, '{"inputs":');
    for (const path of [undefined, '', join(folder, 'missing.json'), folder, broken]) {
      const { choices } = readStepLocation({
        ...main,
        GITHUB_EVENT_NAME: 'workflow_dispatch',
        GITHUB_EVENT_PATH: path,
      });
      expect(choices?.inputs).toBeUndefined();
    }
  });
});
