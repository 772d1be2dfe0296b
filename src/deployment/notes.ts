import { type Deployment, readDeployment } from './deployment.ts';

/** A deployment as texts by name: one for each record, and one for what they share. An empty text is as good as none. */
export type Notes = ReadonlyMap<string, string>;

const shared = 'deployment';
const nameOf = (place: number): string => `record${place}`;

/**
 * Writes a deployment so that news of one record repeat none of the others. The records come first: where their deployment can be read, so
 * can they. Names of `earlier` notes that stand for nothing any more are emptied.
 */
export function writeNotes({ records, ...rest }: Deployment, earlier: Notes): Notes {
  const texts = records.map((record, place): [string, string] => [nameOf(place), JSON.stringify(record)]);
  const emptied = [...earlier.keys()].slice(0, -1).map((name): [string, string] => [name, '']);
  return new Map([...emptied, ...texts, [shared, JSON.stringify(rest)]]);
}

/** The deployment that was noted; undefined where none was. Throws an Error where it cannot be read. */
export function readNotes(read: (name: string) => string | undefined): Deployment | undefined {
  const rest = read(shared);
  if (rest === undefined) return undefined;
  const records: unknown[] = [];
  for (let text = read(nameOf(0)); text !== undefined; text = read(nameOf(records.length)))
    records.push(JSON.parse(text));
  return readDeployment({ ...JSON.parse(rest), records });
}
