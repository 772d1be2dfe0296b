/** What an honest answer stays below: ten thousand windows are half of it. */
const most = { depth: 100, containers: 25_000, values: 250_000 } as const;

/** The text of an answer as JSON; undefined where it is none, or one that would take more memory than anything it could tell is worth. */
export function parseJson(text: string): unknown {
  if (!isModest(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Counts before anything is built: a list of a million lists takes a hundred times its text. */
function isModest(text: string): boolean {
  let depth = 0;
  let containers = 0;
  let values = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case '"':
        at = endOfString(text, at);
        break;
      case '[':
      case '{':
        depth += 1;
        containers += 1;
        if (depth > most.depth || containers > most.containers) return false;
        break;
      case ']':
      case '}':
        depth -= 1;
        break;
      case ',':
        values += 1;
        if (values > most.values) return false;
    }
  }
  return true;
}

/** Where the string that begins at a place ends; the end of the text where it does not. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '"') return at;
    if (text[at] === '\\') at += 1;
  }
  return text.length;
}
