import { isSwitch } from '../domain/flags.ts';
import { type Input, type InputName, inputs } from '../domain/inputs.ts';
import type { Flag } from './command.ts';

/** Where the API key comes from, if not from its variable. */
export const apiKeyFlag: Flag = {
  flags: '--api-key-file <path>',
  meaning: 'File that holds the API key and nothing else, where STATUSPAGE_ME_API_KEY does not hold it.',
};

/** The flag of an input, as the operation uses it; every default is one of the tables. */
export function describeFlag(name: InputName, use?: unknown): Flag {
  const input: Input = inputs[name];
  const usual = isDefault(use) ? use.default : input.default;
  const more = use === 'required' ? ' Required.' : usual === undefined ? '' : ` Default: ${usual.replace(/\.$/, '')}.`;
  return {
    flags: isSwitch(name) ? `--${name} [true|false]` : `--${name} <value>`,
    meaning: `${input.flagMeaning ?? input.meaning}${more}`,
  };
}

function isDefault(use: unknown): use is { readonly default: string } {
  return typeof use === 'object' && use !== null && 'default' in use;
}
