import { UserError } from '../domain/errors.ts';
import type { Exit } from '../domain/exit.ts';
import { list } from '../domain/text.ts';
import { describeRead, drawEntry, drawList } from '../operations/list/describe.ts';
import { getInputs, listInputs, type Resource, readResource, resources } from '../operations/list/list.ts';
import { createSurroundings } from './host.ts';
import type { Call, CommandDefinition } from './program.ts';
import { apiKeyFlag, describeFlag } from './program.ts';

const kinds = Object.entries(resources) as readonly (readonly [Resource, string])[];

/** Lists what the API has to read. */
export const listCommand: CommandDefinition = {
  name: 'list',
  does: 'Lists what a status page has, as a table or, with --json, as an object.',
  operands: { '<what>': `What to list: ${list(Object.keys(resources), 'or')}.` },
  flags: [...listInputs.map((name) => describeFlag(name)), apiKeyFlag],
  examples: ['list status-pages', 'list incidents --status-page acme --json', 'list availability --uptime-period 90d'],
  perform: (call) =>
    perform(
      call,
      findResource(
        call,
        kinds.map(([plural]) => [plural, plural]),
      ),
      undefined,
    ),
};

/** Reads one thing by its id. */
export const getCommand: CommandDefinition = {
  name: 'get',
  does: 'Shows one thing with all that the API tells of it.',
  operands: {
    '<what>': `What to show: ${list(Object.values(resources), 'or')}.`,
    '<id>': 'Its id; of a status page also the slug or name, of availability the id of the monitor.',
  },
  flags: [...getInputs.map((name) => describeFlag(name)), apiKeyFlag],
  examples: ['get status-page acme', 'get incident 12 --json', 'get availability 3 --uptime-period 7d'],
  perform: (call) =>
    perform(
      call,
      findResource(
        call,
        kinds.map(([plural, single]) => [plural, single]),
      ),
      call.operands[1],
    ),
};

function findResource({ operands: [word = ''] }: Call, names: readonly (readonly [Resource, string])[]): Resource {
  const found = names.find(([, name]) => name === word);
  if (found !== undefined) return found[0];
  const known = list(
    names.map(([, name]) => name),
    'or',
  );
  throw new UserError('invalid command line', `Invalid command line: ${JSON.stringify(word)} is not ${known}.`);
}

async function perform(call: Call, resource: Resource, id: string | undefined): Promise<Exit> {
  const { console } = call;
  const isList = id === undefined;
  console.progress(`Reading ${resource}`);
  const surroundings = createSurroundings(call, isList ? listInputs : getInputs, {});
  const { read, now } = await call.network(surroundings, (dependencies) =>
    readResource(dependencies, surroundings.given, resource, id),
  );
  for (const line of isList ? drawList(read, now) : drawEntry(read, now)) console.result(line);
  console.json(describeRead(read, !isList, now));
  if (isList && read.entries.length === 0) console.info('There are none.');
  if (!read.complete) console.warning(`The API may not have shown all ${resource}. Check the dashboard.`);
  return 'done';
}
