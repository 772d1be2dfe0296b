import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pageId, type Scene, setScene } from '../../tools/bench/scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await setScene({ pages: 20 });
});
afterAll(() => scene.close());

test('V8 compiles the HTTP parser once, however many answers there are', () => {
  const { argv, env } = scene.main({ 'status-page': Array.from({ length: 20 }, (_, at) => pageId(at)).join() });
  const [node = '', ...step] = argv;
  const { stdout, status } = spawnSync(node, ['--trace-wasm-compilation-times', ...step], { env, encoding: 'utf8' });
  expect(status).toBe(0);
  expect(stdout).toContain(' using Liftoff, ');
  // The second time takes 60 ms and 25 MB.
  expect(stdout).not.toContain(' using TurboFan, ');
});
