import { operationNames } from '../domain/inputs.ts';
import type { CommandDefinition } from './command.ts';
import { emulatorCommand } from './emulator-command.ts';
import { operationCommand } from './operation-command.ts';
import { getCommand, listCommand } from './read-commands.ts';

/** Every command, in the order of help and documentation. A further one is a line here. */
export const commands: readonly CommandDefinition[] = [
  ...operationNames.map(operationCommand),
  listCommand,
  getCommand,
  emulatorCommand,
];
