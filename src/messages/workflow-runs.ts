import type { WorkflowRunsError, WorkflowRunsErrorCode } from '../domain/workflow-runs.ts';
import type { Explanation } from './failed-call.ts';

/** Why GitHub did not say how a run is doing, and what is to be done about it. */
export function explainWorkflowRuns({ code, message }: WorkflowRunsError): Explanation {
  return [message.replace(/^(The|Interrupted)\b/, (word) => word.toLowerCase()), describeTodo(code)];
}

function describeTodo(kind: WorkflowRunsErrorCode): string {
  switch (kind) {
    case 'unauthorized':
      return 'Give `github-token: ${{ github.token }}`.';
    case 'forbidden':
      return 'Give the job `permissions:` with `actions: read`.';
    case 'invisible':
      return 'Give `github-token: ${{ github.token }}`, and the job `permissions:` with `actions: read`.';
    case 'rate-limited':
    case 'unreachable':
    case 'interrupted':
    case 'out-of-time':
      return 'Nothing in the workflow has to be changed; run it again later, and it goes on with what is left.';
  }
}

/** Whether those who wrote the workflow can mend it; else it is the trouble of GitHub or of the network. */
export function isFixableByWorkflow({ code }: WorkflowRunsError): boolean {
  return code === 'unauthorized' || code === 'forbidden' || code === 'invisible';
}
