import { measureBytes, mostBytes, renderBytes } from './bytes.ts';
import { setScene } from './scene.ts';
import { measureStarts, renderStarts } from './starts.ts';

// The budgets that hold on every machine. Bytes must fit exactly. Times are shown, and fail only beyond twice their goal,
// which noise cannot explain. `__tests__/performance/requests.test.ts` checks the requests.

const pairs = 15;
const failures: string[] = [];

const size = measureBytes();
console.log(renderBytes(size));
for (const kind of ['bytes', 'archive'] as const) {
  if (size[kind] > mostBytes[kind]) failures.push(`${kind}: ${size[kind]}, at most ${mostBytes[kind]}`);
}

const scene = await setScene();
try {
  const starts = await measureStarts(scene, pairs, 'action');
  console.log(`\n${renderStarts(starts)}`);
  for (const { name, goal, ratio } of starts) {
    if (goal !== undefined && ratio.median > 2 * goal) {
      failures.push(`${name}: ${ratio.median.toFixed(2)} × an empty Node, and ${goal} is wanted`);
    }
  }
} finally {
  scene.close();
}

for (const failure of failures) console.error(`Over the budget: ${failure}`);
process.exitCode = failures.length === 0 ? 0 : 1;
