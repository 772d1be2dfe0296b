import { describe, expect, test } from '@jest/globals';
import { ourActionFile, validateAction, validateWorkflow } from '../support/github-parser.ts';

const sample = `name: Probe
description: Says hello.
author: Nobody
branding: { icon: activity, color: blue }
inputs:
  api-key:
    description: A key.
    required: true
  duration:
    description: How long.
    default: 30m
  job-status:
    description: The state of the job.
    default: \${{ job.status }}
outputs:
  id:
    description: What was opened.
runs:
  using: node24
  main: dist/main.js
  post: dist/post.js
`;

const planted = (from: string, to: string): string => {
  const text = sample.replace(from, to);
  if (text === sample) throw new Error(`Nothing to replace: ${from}`);
  return text;
};

const messages = (findings: readonly { readonly message: string }[]): string[] =>
  findings.map(({ message }) => message);

describe('action.yml', () => {
  test('is what GitHub expects of an action', async () => {
    expect(await validateAction(ourActionFile())).toEqual([]);
  });

  test.each([
    ['an unknown key of the action', 'author: Nobody', 'autor: Nobody', "Unexpected value 'autor'"],
    ['an unknown key of an input', 'default: 30m', 'defualt: 30m', "Unexpected value 'defualt'"],
    ['an unknown key of an output', 'description: What', 'text: What', "Unexpected value 'text'"],
    ['an unknown key of the steps', 'post: dist', 'after: dist', "Unexpected value 'after'"],
    ['a key of other actions', 'post: dist/post.js', 'image: Dockerfile', "Unexpected value 'image'"],
    ['no main step', '  main: dist/main.js\n', '', "'main' is required for Node.js actions (using: node24)"],
    [
      'a context that defaults may not read',
      '${{ job.status }}',
      '${{ steps.deploy.outcome }}',
      "Unrecognized named-value: 'steps'",
    ],
    ['a secret in a default', 'default: 30m', 'default: ${{ secrets.D }}', "Unrecognized named-value: 'secrets'"],
    ['an expression in a description', 'How long.', 'As ${{ github.ref }}.', "Unrecognized named-value: 'github'"],
    ['a word instead of a truth value', 'required: true', 'required: sure', 'Unexpected value'],
    ['a colour that does not exist', 'color: blue', 'color: pink', "Unexpected value 'pink'"],
  ])('with %s would be found', async (_, from, to, message) => {
    expect(await validateAction(sample)).toEqual([]);
    expect(messages(await validateAction(planted(from, to)))).toContainEqual(expect.stringContaining(message));
  });
});

const workflow = (step: string): string => `name: Deploy
on: push
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
        with: { anything: goes }
${step.replace(/^/gm, '      ')}
      - id: deploy
        run: ./deploy.sh
`;

const step = `- uses: owner/statuspage-me@v1
  with:
    api-key: \${{ secrets.KEY }}
    duration: 15m`;

describe('a workflow with this action', () => {
  test.each(['owner/statuspage-me@v1', './', '.'])('passes if it is used as %s and all is well', async (uses) => {
    expect(await validateWorkflow(workflow(step.replace('owner/statuspage-me@v1', uses)), sample)).toEqual([]);
  });

  test.each([
    ['an unknown input', 'duration', 'duraton', { line: 12, message: "Invalid action input 'duraton'" }],
    [
      'an unknown input of the local action',
      /owner\S+(.*)duration/s,
      './$1duraton',
      { line: 12, message: "Invalid action input 'duraton'" },
    ],
    ['no key', / {4}api-key.*\n/, '', { line: 10, message: 'Missing required input `api-key`' }],
    ['an unknown context', 'secrets.KEY', 'secret.KEY', { line: 11, message: "Unrecognized named-value: 'secret'" }],
    [
      'the plain name of a later step',
      '15m',
      '${{ steps.deploy.outcome }}',
      { line: 12, message: 'Context access might be invalid: deploy' },
    ],
    ['an unknown key of the step', 'with:', 'wiht:', { line: 10, message: "Unexpected value 'wiht'" }],
  ])('and %s is found, at its line', async (_, from, to, finding) => {
    const text = step.replace(from, to);
    expect(text).not.toBe(step);
    expect(await validateWorkflow(workflow(text), sample)).toContainEqual(finding);
  });

  test('may read the outcome of a later step by way of all the steps', async () => {
    const text = step.replace('15m', '${{ fromJSON(toJSON(steps)).deploy.outcome }}');
    expect(await validateWorkflow(workflow(text), sample)).toEqual([]);
  });
});
