import type { InputName, OperationName } from './inputs.ts';
import type { ValuesOf } from './operations.ts';

/** The raw inputs by name. Undefined or empty is absent; only an empty `outcome` tells that an expression came to nothing. */
export type Given = Readonly<Partial<Record<InputName, string>>>;

/** An operation with its inputs, read and checked. */
export type Request = { [O in OperationName]: RequestFor<O> }[OperationName];

/** One operation with its inputs. */
export interface RequestFor<O extends OperationName> {
  readonly operation: O;
  readonly values: ValuesOf<O>;
}

/** Whether the user wrote anything for an input. */
export function isGiven(given: Given, name: InputName): boolean {
  return given[name] !== undefined && given[name] !== '';
}
