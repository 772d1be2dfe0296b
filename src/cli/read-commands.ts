import { type Exit, UserError } from '../domain/errors.ts';
import { findNear, list } from '../domain/text.ts';
import type { InputName } from '../inputs/inputs.ts';
import { readingInputs } from '../inputs/operations.ts';
import { describeRead, drawEntry, drawList } from '../operations/list/describe.ts';
import { getInputs, listInputs, type Resource, readResource, resources } from '../operations/list/list.ts';
import { apiKeyFlag, describeFlag, type Flag } from './flag.ts';
import { createCommandContext } from './host.ts';
import { givenAs } from './inputs.ts';
import type { CommandDefinition, Invocation } from './program.ts';

const kinds = Object.entries(resources) as readonly (readonly [Resource, string])[];

/** Lists what the API has to read. */
export const listCommand: CommandDefinition = {
  name: 'list',
  summary: 'Lists incidents, maintenances, status-pages, monitors, …',
  does: 'Lists what a status page has, or every page that the key sees.',
  operands: {
    '<what>': {
      meaning: `What to list: ${list(Object.keys(resources), 'or')}.`,
      choices: Object.keys(resources),
    },
  },
  get flags(): readonly Flag[] {
    return [
      ...listInputs.map(describeReadFlag),
      {
        flags: '--open',
        meaning: 'Only incidents that are not resolved, and windows that are not over.',
        group: 'Conditions',
      },
      apiKeyFlag,
    ];
  },
  first: ['status-page', 'open', 'uptime-period', 'json'],
  examples: ['list incidents --open', 'list maintenances --status-page acme --json'],
  perform: (call) =>
    perform(
      call,
      findResource(
        call,
        kinds.map(([plural]) => plural),
      ),
      undefined,
    ),
};

/** Reads one thing by its id. */
export const getCommand: CommandDefinition = {
  name: 'get',
  summary: 'Shows one of them in full',
  does: 'Shows everything that the API has about one thing.',
  operands: {
    '<what>': {
      meaning: `What to show: ${list(Object.values(resources), 'or')}.`,
      choices: Object.values(resources),
    },
    '<id>': { meaning: 'Its id. For a status page also its slug or name, for availability the id of the monitor.' },
  },
  get flags() {
    return [...getInputs.map(describeReadFlag), apiKeyFlag];
  },
  first: ['uptime-period', 'json'],
  examples: ['get status-page acme', 'get incident 12 --json'],
  perform: (call) =>
    perform(
      call,
      findResource(
        call,
        kinds.map(([, single]) => single),
      ),
      call.operands[1],
    ),
};

/** The flag of an input. Nothing of a gate is read here. */
function describeReadFlag(name: InputName): Flag {
  const uses: Readonly<Partial<Record<InputName, unknown>>> = readingInputs;
  const flag = describeFlag(name, uses[name]);
  if (name !== 'uptime-period') return flag;
  return { ...flag, meaning: 'Period of `availability` up to now: `7d`, `30d`, `90d` or `365d`. Default: 30d.' };
}

/** What the reader means, in the singular or the plural; the names are those that the help shows. */
function findResource({ operands: [word = ''] }: Invocation, names: readonly string[]): Resource {
  const found = kinds.find((both) => both.includes(word));
  if (found !== undefined) return found[0];
  const near = findNear(word, names);
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  throw new UserError(
    'invalid command line',
    `Invalid command line: ${JSON.stringify(word)} is not ${list(names, 'or')}.${hint}`,
  );
}

async function perform(call: Invocation, resource: Resource, id: string | undefined): Promise<Exit> {
  const { console, flags, environment } = call;
  const isList = id === undefined;
  const openOnly = givenAs('open', flags, environment) === 'true';
  if (openOnly && resource !== 'incidents' && resource !== 'maintenances') {
    throw new UserError(
      'invalid command line',
      `Invalid command line: --open is for incidents and maintenances, not for ${resource}.`,
    );
  }
  console.progress(`Reading ${resource}`);
  const context = createCommandContext(call, isList ? listInputs : getInputs, {});
  const { read, now } = await call.network(context, (dependencies) =>
    readResource(dependencies, context.given, { resource, id, openOnly }),
  );
  for (const line of isList ? drawList(read, now) : drawEntry(read, now)) console.result(line);
  console.json(describeRead(read, !isList, now));
  if (isList && read.entries.length === 0) console.info('There are none.');
  if (!read.complete) console.warning(`The API may not have shown all ${resource}. Check the dashboard.`);
  return 'done';
}
