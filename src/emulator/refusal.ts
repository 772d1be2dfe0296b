import type * as z from 'zod/mini';

/** A request that the API refuses: one of the documented statuses, and the sentence that goes into `error`. */
export class Refusal extends Error {
  readonly status: 400 | 401 | 403 | 404;

  constructor(status: 400 | 401 | 403 | 404, sentence: string) {
    super(sentence);
    this.name = 'Refusal';
    this.status = status;
  }
}

/** A validation error (400) that says everything that is wrong at once, in one sentence for people. */
export function refuseInvalid(error: z.core.$ZodError): Refusal {
  return new Refusal(400, error.issues.map(describeIssue).join('; '));
}

function describeIssue(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `unknown field: ${issue.keys.join(', ')}`;
  return [...issue.path, issue.message].join(' ');
}
