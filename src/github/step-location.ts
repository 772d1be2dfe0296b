import { readFileSync } from 'node:fs';
import type { Choices, Run } from '../domain/run.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** What the runner's variables and its event file say about the location of a step: its workflow, its branch, and what a person chose. */
export function readStepLocation(variables: Variables): Pick<Run, 'workflow' | 'branch' | 'choices'> {
  return {
    workflow: nameWorkflow(variables),
    branch: nameBranch(variables),
    choices: readChoices(variables.GITHUB_EVENT_NAME, readEvent(variables.GITHUB_EVENT_PATH)),
  };
}

/** The file of the workflow without its ref. Forgejo gives its name only. */
function nameWorkflow({ GITHUB_WORKFLOW_REF: file = '', GITHUB_WORKFLOW: name = '' }: Variables): string {
  // A branch may have an @ in its name too.
  return (file.includes('@refs/') ? file.split('@refs/') : file.split('@'))[0] || name;
}

/** A pull request has a branch of its own: two that come from branches of one name stay apart, and apart from a push to that branch. */
function nameBranch(variables: Variables): string | undefined {
  const { GITHUB_REF_TYPE: type, GITHUB_REF_NAME: name = '', GITHUB_HEAD_REF: head = '' } = variables;
  if (type === 'tag' || name === '') return undefined;
  return head === '' ? name : `${name} ${head}`;
}

/** What a person chose, by the event that started the run. A file that cannot be read says nothing. */
function readChoices(event: string | undefined, payload: unknown): Choices {
  if (event === 'workflow_dispatch') return { inputs: asObject(asObject(payload)?.inputs) };
  if (event !== 'deployment') return {};
  const environment = asObject(asObject(payload)?.deployment)?.environment;
  return typeof environment === 'string' ? { environment } : {};
}

function readEvent(path: string | undefined): unknown {
  try {
    return path ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? { ...value } : undefined;
}
