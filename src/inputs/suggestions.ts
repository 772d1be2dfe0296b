import { distance } from 'fastest-levenshtein';
import { hostedSlug } from '../domain/page.ts';
import { type InputName, inputs, operationNames } from './inputs.ts';

/** A suggestion is read at a glance. */
const longest = 80;

/** What the user may have meant by a value that was refused, as it is to be written; undefined where nothing is near. */
export function suggest(name: InputName, text: string): string | undefined {
  const meant = guess(name, text);
  return meant !== undefined && meant.length <= longest && inputs[name].schema.safeParse(meant).success
    ? meant
    : undefined;
}

function guess(name: InputName, text: string): string | undefined {
  switch (name) {
    case 'operation':
      return findOperation(text.trim().toLowerCase().replaceAll('_', '-'));
    case 'duration':
    case 'wait-for':
      return `${text}m`;
    case 'start':
      return `+${text.replace(/^\+/, '')}m`;
    case 'request-timeout':
      return `${text}s`;
    case 'status-page':
      return text
        .split(/,?\n|,/)
        .map((part) => hostedSlug(part.trim()) ?? part.trim())
        .join(', ');
    default:
      return undefined;
  }
}

/** A slip of the finger may change this many letters. */
const mostChanged = 3;

function findOperation(text: string): string | undefined {
  const holding = operationNames.filter((name) => text.length > mostChanged && name.includes(text));
  if (holding.length === 1) return holding[0];
  const near = (name: string) => distance(name, text);
  const [nearest] = operationNames.toSorted((a, b) => near(a) - near(b));
  return nearest !== undefined && near(nearest) <= Math.min(mostChanged, text.length / 2) ? nearest : undefined;
}
