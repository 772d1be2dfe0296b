import { parseArgs } from 'node:util';

/** What can be asked for on the command line of the demo. */
export interface DemoOptions {
  readonly help: boolean;
  /** Whether the status page stays until Ctrl-C. */
  readonly keep: boolean;
  /** How long each deploy takes. */
  readonly paceSeconds: number;
}

/** What `--help` prints. */
export const demoHelp = `Shows a deployment on an emulated status page, in five scenarios. Nothing leaves this machine.

  npm run demo -- [options]

  --keep            leave the status page running at the end, until Ctrl-C
  --pace <seconds>  how long each deploy takes, 0 to 60 (default: 5)
  --help            show this text
`;

/** Reads the command line of the demo. Throws if it is wrong. */
export function parseDemoOptions(args: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      pace: { type: 'string', default: '5' },
    },
  });
  const paceSeconds = Number(values.pace);
  if (!/^\d+(\.\d+)?$/.test(values.pace) || paceSeconds > 60) {
    throw new TypeError(`--pace: expected seconds from 0 to 60; got "${values.pace}"`);
  }
  return { help: values.help, keep: values.keep, paceSeconds };
}
