import { stringify } from 'yaml';
import type { Paint } from './stage.ts';

/** The steps of the workflow that an act runs, as they would stand in its file. */
export function drawWorkflow(inputs: Readonly<Record<string, string>>, paint: Paint): string[] {
  const steps = [
    { id: 'notice', uses: 'OWNER/statuspage-me@v1', with: inputs },
    { id: 'deploy', run: './deploy.sh' },
  ];
  const lines = stringify(steps, { lineWidth: 0 }).trimEnd().split('\n');
  return lines.map((line) =>
    line.replace(/^([- ]*[\w-]+:)(.*)$/, (_, name: string, rest: string) => paint('cyan', name) + rest),
  );
}
