/** What is told of the records that an operation opens, changes or ends. */
export const recordOutputs = {
  id: 'Id of the record; several joined by commas in the order of `status-page`; `none` where nothing was opened.',
  kind: '`maintenance` or `incident`.',
  'status-page-id': 'UUID of the status page; several joined by commas.',
  url: 'Address of the status page that visitors open; empty where it is not known, because the page was given as a UUID.',
  title: 'Title that visitors read.',
  'start-at': 'Start of the window, or when the incident was opened; RFC 3339 in UTC.',
  'end-at': 'Announced end of the window, RFC 3339 in UTC.',
  state: 'Window: `scheduled`, `active` or `past`. Incident: the state by its name.',
  created: '`true` where this step made the record, `false` where it went on with one that was open.',
  marker: 'Reference at the end of the message, by which the record is found again.',
  records: 'All of it as a JSON list, an object for each page.',
} as const;

/** Every output of the action with its meaning, in the order in which they are documented. */
export const outputs = {
  ...recordOutputs,
  scopes: 'Of `check`: JSON that says of each scope `granted`, `missing` or `unknown`.',
  pages:
    'Of `check`: the pages that the key sees as a JSON list, each with `id`, and `slug`, `name` and `url` where known.',
  passed: 'Of `gate`: `true` where it is open or was let pass, else `false`.',
  reasons: 'Of `gate`: what closes it or could not be known, as a JSON list of sentences.',
  swept: 'Of `sweep`: ids of the incidents that were resolved, joined by commas; empty where there were none.',
} as const;

export type OutputName = keyof typeof outputs;
export type RecordOutputName = keyof typeof recordOutputs;
