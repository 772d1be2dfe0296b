import { type Input, type InputName, inputNames, inputs, type OperationName } from './inputs.ts';
import { endingInputs, operations } from './operations.ts';

/**
 * The inputs of an operation that its command takes as flags and variables, in the order in which they are documented. A command has no post
 * step: nothing that is about one is asked for.
 */
export function flagsOf(operation: OperationName): readonly InputName[] {
  const { opens } = operations[operation];
  return typedInputsOf(operation).filter((name) => !(opens && isAboutEnding(name)));
}

/** What people do not say of a deployment that begins now and is ended by what comes of it. */
const settled: readonly InputName[] = ['start', 'auto-resolve', 'outcome'];
/** What is said at the end alone. */
const lastWords: readonly InputName[] = [
  'resolve-message',
  'cancel-message',
  'failure-title',
  'failure-message',
  'notify-on-failure',
];

/** The inputs of the commands that show a window for a deployment: for all of it, for its begin, or for its end. */
export function flagsOfDeployment(part: 'whole' | 'begin' | 'end'): readonly InputName[] {
  switch (part) {
    case 'whole':
      return typedInputsOf('open-maintenance').filter((name) => !settled.includes(name));
    case 'begin':
      return flagsOfDeployment('whole').filter((name) => !lastWords.includes(name));
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

/** Whether an input says yes or no, so that its flag alone means yes. */
export function isSwitch(name: InputName): boolean {
  return inputs[name].schema.safeParse('true').data === true;
}

/** The environment variable that an input is taken from where it is not given as a flag. */
export function variableOf(name: string): string {
  return `STATUSPAGE_ME_${name.toUpperCase().replaceAll('-', '_')}`;
}
