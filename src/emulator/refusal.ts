import type * as z from 'zod/mini';

type RefusalStatus = 400 | 401 | 403 | 404 | 409 | 422 | 500;

/** A request that the API refuses, with the sentence that goes into `error`. 409 and 422 are not documented. */
export class Refusal extends Error {
  readonly status: RefusalStatus;

  constructor(status: RefusalStatus, sentence: string) {
    super(sentence);
    this.name = 'Refusal';
    this.status = status;
  }
}

/** A validation error (400) that names everything that is wrong at once. The issues must hold their input. */
export function refuseInvalid(error: z.core.$ZodError): Refusal {
  return new Refusal(400, error.issues.map(describeIssue).join('; '));
}

function describeIssue(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `unknown field: ${issue.keys.join(', ')}`;
  if (issue.path.length > 0 && issue.input === undefined) return `${issue.path.join(' ')} is required`;
  return [...issue.path, issue.message].join(' ');
}
