import { operationNames } from '../domain/inputs.ts';
import type { CommandDefinition } from './command.ts';
import { deployEndCommand, deployStartCommand } from './deploy-commands.ts';
import { emulatorCommand } from './emulator-command.ts';
import { operationCommand } from './operation-command.ts';
import { getCommand, listCommand } from './read-commands.ts';
import { runDefinition } from './run-definition.ts';

/** Every command, in the order of help and documentation. A further one is a line here. */
export const commands: readonly CommandDefinition[] = [
  ...operationNames.map(operationCommand),
  listCommand,
  getCommand,
  runDefinition,
  deployStartCommand,
  deployEndCommand,
  emulatorCommand,
];
