import { randomUUID } from 'node:crypto';
import type { Run } from '../domain/run.ts';

/** Who we are where no CI tells: every command is a run of its own, so that only a deployment key leads from one to the next. */
export function createLocalRun(): Run {
  return {
    server: '',
    repository: '',
    workflow: '',
    id: randomUUID(),
    attempt: 1,
    job: '',
    leg: '',
    step: '',
    tag: undefined,
    url: undefined,
  };
}
