/** The states of an incident by name, with the digits that the API takes; from the incidents page of the API. */
export const incidentStates = { investigating: '1', identified: '2', monitoring: '3', resolved: '4' } as const;

/** The state id for a name in any case or for digits; undefined for anything else. */
export function parseIncidentState(text: string): string | undefined {
  if (/^\d+$/.test(text)) return text.replace(/^0+(?=\d)/, '');
  return Object.entries(incidentStates).find(([name]) => name === text.toLowerCase())?.[1];
}

/** The name that people know for a state id; the id itself where it has none. */
export function describeIncidentState(id: string): string {
  return Object.entries(incidentStates).find(([, digits]) => digits === id)?.[0] ?? id;
}
