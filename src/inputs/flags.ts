import { type Input, type InputName, inputNames, inputs, type OperationName } from './inputs.ts';
import { endingInputs, operations } from './operations.ts';

/**
 * The inputs of an operation that its command takes as flags and variables, in the order of the documentation. A command
 * has no post step, so the inputs about one are missing.
 */
export function flagsOf(operation: OperationName): readonly InputName[] {
  const { opens } = operations[operation];
  return typedInputsOf(operation).filter((name) => !(opens && isAboutEnding(name)));
}

/** Inputs that make no sense if the window starts now and ends with the command. */
const fixedByCommand: readonly InputName[] = ['start', 'auto-resolve', 'outcome'];
/** Inputs that only the end of a deployment uses. */
const usedAtEnd: readonly InputName[] = [
  'resolve-message',
  'cancel-message',
  'failure-title',
  'failure-message',
  'notify-on-failure',
];

/** The inputs of `run`, of `deploy-start` and of `deploy-end`, in this order. */
export function flagsOfDeployment(part: 'whole' | 'begin' | 'end'): readonly InputName[] {
  switch (part) {
    case 'whole':
      return typedInputsOf('open-maintenance').filter((name) => !fixedByCommand.includes(name));
    case 'begin':
      return flagsOfDeployment('whole').filter((name) => !usedAtEnd.includes(name));
    case 'end':
      return typedInputsOf('resolve').filter((name) => name !== 'id' && name !== 'kind');
  }
}

function typedInputsOf(operation: OperationName): readonly InputName[] {
  return inputNames.filter((name) => {
    const { internal, secret }: Input = inputs[name];
    // Secrets are never flags: whoever may list the processes of a machine reads their arguments.
    if (internal || secret || name === 'operation') return false;
    return Object.hasOwn(operations[operation].inputs, name);
  });
}

function isAboutEnding(name: InputName): boolean {
  return name === 'auto-resolve' || Object.hasOwn(endingInputs, name);
}

/** Whether an input is true or false, so that its flag without a value means true. */
export function isSwitch(name: InputName): boolean {
  return inputs[name].schema.safeParse('true').data === true;
}

/**
 * How an input is called by the one who gives it: `duration` in a workflow, `--duration` or its variable on a command line. With
 * a value, as one writes both: `bypass: true`, `--bypass`, `STATUSPAGE_ME_BYPASS=true`.
 */
export type NameOf = (name: InputName, value?: string) => string;

export const nameInWorkflow: NameOf = (name, value) => (value === undefined ? name : `${name}: ${value}`);

export const nameOfFlag: NameOf = (name, value) =>
  value === undefined || (value === 'true' && isSwitch(name)) ? `--${name}` : `--${name} ${value}`;

export const nameOfVariable: NameOf = (name, value) =>
  value === undefined ? variableOf(name) : `${variableOf(name)}=${value}`;

/** The environment variable of an input, used if its flag is not given. */
export function variableOf(name: string): string {
  return `STATUSPAGE_ME_${name.toUpperCase().replaceAll('-', '_')}`;
}
