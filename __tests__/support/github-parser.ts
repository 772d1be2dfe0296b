import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { registerLogger, validate } from '@actions/languageservice';
import { isMap, isScalar, LineCounter, parse, parseDocument } from 'yaml';
import { type Files, readFiles } from './act.ts';

/** Something that GitHub's own language service has against a file; lines count from 1. */
export interface Finding {
  readonly line: number;
  readonly message: string;
}

const ourName = 'statuspage-me';
const inputKeys = new Set(['description', 'required', 'default', 'deprecationMessage']);
let documents = 0;

// The language service logs its own crashes and then reports nothing: without this a crash would look like a clean file.
const crashes: string[] = [];
const quiet = (): void => undefined;
registerLogger({ error: (message) => crashes.push(message), warn: quiet, info: quiet, log: quiet });

/** Checks the text of an action.yml as strictly as GitHub's editor does. Throws if the checker itself breaks. */
export async function validateAction(text: string): Promise<Finding[]> {
  return [...(await findings('action.yml', text)), ...unknownInputKeys(text)];
}

/**
 * Checks the text of a workflow; every use of this action (`<owner>/statuspage-me@…` or `./`) against an action.yml, by default the one of
 * this repository; and every use of what lies in this repository, or in `others` by its path: composite actions and reusable workflows. Actions of others are
 * not looked into. Throws if the checker itself breaks.
 */
export function validateWorkflow(
  text: string,
  actionText: string = ourActionFile(),
  others: Files = {},
): Promise<Finding[]> {
  const readOurs = (path: string) => others[path] ?? readFiles(path)[path];
  // The service does not look at local actions.
  const remote = text.replace(
    /^(\s*(?:- )?uses:\s*)\.\/?(?!\.github\/workflows\/)(\S*)(?=\s*(?:#.*)?$)/gm,
    `$1local/${ourName}/$2@v1`,
  );
  return findings('.github/workflows/workflow.yml', remote, {
    actionsMetadataProvider: {
      fetchActionMetadata: async ({ name, path = '' }) => {
        if (name !== ourName) return { name, description: 'not looked into' };
        // Another place than those of this repository is where the action was checked out to.
        return parse((path === '' ? undefined : readOurs(join(path, 'action.yml'))) ?? actionText);
      },
    },
    fileProvider: {
      getFileContent: async (file) => {
        const content = 'owner' in file && file.repository !== ourName ? undefined : readOurs(file.path);
        if (content === undefined) throw new Error(`there is no ${file.path}`);
        return { name: file.path, content };
      },
    },
  });
}

/** The text of this repository's action.yml. */
export const ourActionFile = (): string => readFileSync(new URL('../../action.yml', import.meta.url), 'utf8');

async function findings(path: string, text: string, config: Parameters<typeof validate>[1] = {}): Promise<Finding[]> {
  // Results are kept by address, so each document gets one of its own.
  documents += 1;
  const document = { uri: `file:///${documents}/${path}`, getText: () => text };
  const diagnostics = await validate(document as Parameters<typeof validate>[0], config);
  if (crashes.length > 0) throw new Error(`GitHub's parser broke: ${crashes.splice(0).join('; ')}`);
  return diagnostics.map(({ message, range }) => ({ line: range.start.line + 1, message: String(message) }));
}

/** GitHub's schema lets anything pass below an input, so a mistyped `default` would go unseen. */
function unknownInputKeys(text: string): Finding[] {
  const lines = new LineCounter();
  const inputs = parseDocument(text, { lineCounter: lines }).get('inputs');
  const keys = isMap(inputs) ? inputs.items.flatMap(({ value }) => (isMap(value) ? value.items : [])) : [];
  return keys.flatMap(({ key }) => {
    if (!isScalar(key) || inputKeys.has(String(key.value))) return [];
    return { line: lines.linePos(key.range?.[0] ?? 0).line, message: `Unexpected value '${key.value}'` };
  });
}
