import { type Input, type InputName, inputNames, inputs, type OperationName } from './inputs.ts';
import { endingInputs, operations } from './operations.ts';

/** Secrets are never flags: whoever may list the processes of a machine reads their arguments. */
const secretInputs: readonly InputName[] = ['api-key', 'github-token'];

/**
 * The inputs of an operation that its command takes as flags and variables, in the order in which they are documented. A command has no post
 * step: nothing that is about one is asked for.
 */
export function flagsOf(operation: OperationName): readonly InputName[] {
  const { opens, inputs: uses } = operations[operation];
  return inputNames.filter((name) => {
    const { internal }: Input = inputs[name];
    if (internal || name === 'operation' || secretInputs.includes(name)) return false;
    return Object.hasOwn(uses, name) && !(opens && isAboutEnding(name));
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
