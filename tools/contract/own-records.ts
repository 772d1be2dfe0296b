import { carriesReference, type Reference, withReference } from '../../src/domain/reference.ts';

/** How the title of each record of a run begins. */
export const ownTitle = 'Contract test, please ignore';

/** The marker of all records of all runs. The action makes none like it. */
const ownMarker: Reference = 'statuspage-me-contract-test';

/** A message for visitors that can be recognised later, with signs of several scripts. */
export function ownMessage(sentence: string): string {
  return withReference(`This is a short test of our tools. ${sentence} Nothing is wrong. ✓ äß 试`, ownMarker);
}

/** Whether a text of a record tells that a run has made it. */
export function isOwnText(text: string): boolean {
  return carriesReference(text, ownMarker);
}
