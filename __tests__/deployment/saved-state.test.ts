import { describe, expect, test } from '@jest/globals';
import { parseDeployment, writeDeployment } from '../../src/deployment/deployment.ts';
import { createWorld, incident, window } from '../support/world.ts';

describe('what is saved', () => {
  test('is read again as it was', async () => {
    for (const inputs of [
      window,
      incident,
      { ...window, 'status-page': 'acme,gamma', 'deployment-key': 'production' },
    ]) {
      const main = await createWorld().main(inputs, { run: { tag: 'v1' } });
      const text = main.states.at(-1) ?? '';
      const deployment = parseDeployment(text);
      expect(JSON.parse(writeDeployment(deployment))).toEqual(JSON.parse(text));
      expect(deployment).toMatchObject({ version: 1, stage: 'open', own: true, tag: 'v1' });
      expect(deployment.startedAt).toEqual(new Date('2026-03-14T12:00:00Z'));
    }
  });

  test('holds neither the key nor a text but titles', async () => {
    const inputs = { ...incident, title: 'Shown', 'on-failure': 'keep', 'failure-message': 'Sorry.' };
    const { states } = await createWorld().main(inputs);
    expect(states.join()).not.toMatch(/spk_|installing|Sorry/);
    expect(states.join()).toContain('Shown');
  });

  test.each(['{}', 'null', '{"version":2}'])('is refused where another version wrote it: %s', (text) => {
    expect(() => parseDeployment(text)).toThrow('the saved state is not one that this version wrote');
  });

  test('that is no JSON is refused too', () => {
    expect(() => parseDeployment('{')).toThrow(SyntaxError);
  });
});
