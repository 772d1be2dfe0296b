import { appendFileSync } from 'node:fs';
import * as core from '@actions/core';
import { UserError } from '../domain/errors.ts';
import type { MessageTitle } from '../domain/message-title.ts';
import type { Run } from '../domain/run.ts';
import { createMask, type Mask } from '../domain/secret.ts';
import { nameInWorkflow } from '../inputs/flags.ts';
import { inputNames } from '../inputs/inputs.ts';
import { parseMatrix } from '../inputs/parsers.ts';
import type { GivenInputs } from '../inputs/read-inputs.ts';
import { formatOutput } from '../messages/outputs.ts';
import type { Frame, Host } from '../operations/host.ts';
import { readStepLocation } from './step-location.ts';
import { createWorkflowRuns } from './workflow-runs.ts';

const variable = (name: string) => process.env[name] ?? '';

/** The inputs of the step as the runner hands them over. */
export function readRunnerInputs(): GivenInputs {
  // The key is taken as it is: a blank at its end is a mistake to report, not to fix silently.
  const read = (name: string) => core.getInput(name, { trimWhitespace: name !== 'api-key' });
  return {
    kind: 'runner',
    texts: Object.fromEntries(inputNames.map((name) => [name, read(name)])),
    unknownNames: Object.keys(process.env)
      .flatMap((name) => /^INPUT_(.+)$/.exec(name)?.[1]?.toLowerCase() ?? [])
      .filter((name) => !(inputNames as readonly string[]).includes(name)),
    nameOf: nameInWorkflow,
  };
}

/** The frame of a step on the runner. */
export function createRunnerFrame({ texts }: GivenInputs, interruption: AbortSignal): Frame {
  return { startedAt: new Date(Date.now() - process.uptime() * 1000), interruption, run: identify(texts.matrix) };
}

/** GitHub's runner as a host: its variables, its command files, its log. This is the only file that knows `@actions/core`. */
export function createRunnerHost(): Host {
  // The runner masks a secret as it is, and knows no other form of it.
  const masks: Mask[] = [];
  const conceal = (text: string) => masks.reduce((rest, mask) => mask(rest), text);
  return {
    kind: 'runner',
    nameOf: nameInWorkflow,
    log: {
      mask: (secret) => {
        core.setSecret(secret);
        masks.push(createMask(secret));
      },
      debug: (line) => core.debug(conceal(line)),
      info: (line) => core.info(conceal(line)),
      result: (line) => core.info(conceal(line)),
      notice: (text, title) => core.notice(conceal(text), annotation(title)),
      warning: (text, title) => core.warning(conceal(text), annotation(title)),
      error: (text, title) => core.error(conceal(text), annotation(title)),
    },
    setOutputs: (outputs) => {
      for (const [name, value] of Object.entries(outputs)) setOutput(name, conceal(formatOutput(name, value)));
    },
    saveState: (name, text) => saveState(name, conceal(text)),
    savedState: (name) => core.getState(name) || undefined,
    addSummary: async (markdown) => {
      // A runner without a summary file, or with one that cannot be written, is no reason to fail.
      const file = variable('GITHUB_STEP_SUMMARY');
      if (file === '') return;
      try {
        appendFileSync(file, `${conceal(markdown)}\n`);
      } catch (error) {
        core.debug(`No summary: ${error}`);
      }
    },
    workflowRuns: ({ interruption, ...access }) =>
      createWorkflowRuns({
        ...access,
        repository: variable('GITHUB_REPOSITORY'),
        apiUrl: variable('GITHUB_API_URL') || 'https://api.github.com',
        signal: interruption,
      }),
    event: variable('GITHUB_EVENT_NAME'),
    explainMissingSecrets: async () => {
      const { context } = await import('@actions/github');
      const source = context.payload.pull_request?.head?.repo;
      return explainMissingSecrets({
        actor: context.actor,
        event: variable('GITHUB_EVENT_NAME'),
        repository: variable('GITHUB_REPOSITORY'),
        pullRequestFrom: source === null ? 'deleted' : source?.full_name,
      });
    },
  };
}

/** Throws UserError if the runner's file cannot be written. */
function saveState(name: string, text: string): void {
  try {
    core.saveState(name, text);
  } catch (error) {
    throw new UserError(
      'state not saved',
      `Could not save the state for the post step: ${reasonOf(error)}. Check the disk of the runner.`,
      'failed',
    );
  }
}

/** Throws UserError if the runner's file cannot be written. */
function setOutput(name: string, text: string): void {
  try {
    core.setOutput(name, text);
  } catch (error) {
    throw new UserError(
      'outputs not written',
      `Could not write the outputs of this step: ${reasonOf(error)}. Check the disk of the runner.`,
      'failed',
    );
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function annotation(title: MessageTitle): core.AnnotationProperties {
  return { title: `StatusPage.me: ${title}` };
}

/** Who this step is in the workflow. Outside a matrix the runner hands `null` as the leg. */
function identify(matrix: string | undefined): Run {
  // Gitea ends it with a slash.
  const server = variable('GITHUB_SERVER_URL').replace(/\/+$/, '');
  const repository = variable('GITHUB_REPOSITORY');
  const id = variable('GITHUB_RUN_ID');
  return {
    server,
    repository,
    ...readStepLocation(process.env),
    id,
    attempt: Number(variable('GITHUB_RUN_ATTEMPT')) || 1,
    job: variable('GITHUB_JOB'),
    leg: parseMatrix(matrix ?? '') ?? '',
    step: variable('GITHUB_ACTION'),
    tag: variable('GITHUB_REF_TYPE') === 'tag' ? variable('GITHUB_REF_NAME') : undefined,
    url: id === '' ? undefined : `${server}/${repository}/actions/runs/${id}`,
  };
}

/** What the runner knows about the event that started a run. */
export interface Trigger {
  readonly actor: string;
  readonly event: string;
  readonly repository: string;
  /** The full name of the repository that a pull request comes from; `deleted` if that is gone, which only a fork can be. */
  readonly pullRequestFrom: string | undefined;
}

/** Why a run gets no secrets; undefined if it should have them. On a fork's pull request and for Dependabot they are empty. */
export function explainMissingSecrets({ actor, event, repository, pullRequestFrom }: Trigger): string | undefined {
  if (actor === 'dependabot[bot]') return 'Dependabot gets no secrets of Actions';
  const isFromFork = pullRequestFrom !== undefined && pullRequestFrom !== repository;
  // pull_request_target runs with the repository's secrets, whoever opened the pull request.
  if (isFromFork && event !== 'pull_request_target') return 'a pull request from a fork gets no secrets';
  return undefined;
}
