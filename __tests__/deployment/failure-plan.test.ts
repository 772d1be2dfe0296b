import { describe, expect, test } from '@jest/globals';
import { planFailure, planRecovery } from '../../src/deployment/failure-plan.ts';
import { failureOf, type OwnReference } from '../../src/domain/deployment-reference.ts';
import { type Incident, incidentStates } from '../../src/domain/record.ts';
import { atMinute, earlier, listedIncident, ourEntry, ours, personsEntry } from './listed.ts';

const failed = failureOf(earlier);
const newer: OwnReference = failureOf({ ...earlier, openedAt: atMinute(-1) });

describe('a failure', () => {
  test('opens an incident if none of its key is open', () => {
    const others = [
      listedIncident(earlier),
      listedIncident({ ...failed, key: '00000000' }),
      listedIncident(undefined),
      listedIncident(failed, [], { state: incidentStates.resolved }),
    ];
    expect(planFailure(others, ours)).toEqual({ action: 'open' });
  });

  test('adds an entry to the one that is open, whichever run opened it', () => {
    for (const reference of [failed, newer, failureOf(ours)]) {
      const incident = listedIncident(reference);
      expect(planFailure([incident], ours)).toEqual({ action: 'add', incident, reference });
    }
  });

  test('adds nothing to one that a person has edited', () => {
    const incident = listedIncident(failed, [personsEntry()]);
    expect(planFailure([incident], ours)).toEqual({ action: 'leave', incident, reference: failed });
  });

  test('takes the oldest if there are several', () => {
    const [first, second] = [listedIncident(failed, [], { id: '1' }), listedIncident(newer, [], { id: '2' })];
    expect(planFailure([second, first], ours)).toMatchObject({ incident: { id: '1' } });
  });
});

describe('a success', () => {
  const recovered = (...incidents: readonly Incident[]) => {
    const { resolve, touched } = planRecovery(incidents, ours, false);
    return { resolve: resolve.length, touched: touched.length };
  };

  test('resolves the incident of an earlier failure, by however many runs', () => {
    expect(recovered(listedIncident(failed))).toEqual({ resolve: 1, touched: 0 });
    const again = failureOf({ ...earlier, openedAt: atMinute(-30) });
    expect(recovered(listedIncident(failed, [ourEntry(again)]))).toEqual({ resolve: 1, touched: 0 });
  });

  test('names the one that a person has edited', () => {
    expect(recovered(listedIncident(failed, [personsEntry()]))).toEqual({ resolve: 0, touched: 1 });
    expect(recovered(listedIncident(failed, [], { state: incidentStates.identified }))).toEqual({
      resolve: 0,
      touched: 1,
    });
  });

  test.each<[string, Incident]>([
    ['one that a newer run opened', listedIncident(newer)],
    ['one to which a newer run added an entry', listedIncident(failed, [ourEntry(newer)])],
    ['one that another leg opened in this run and attempt', listedIncident(failureOf({ ...ours, owner: 'legtwo' }))],
    [
      'one to which another leg added an entry in this attempt',
      listedIncident(failed, [ourEntry({ ...ours, owner: 'legtwo' })]),
    ],
    ['one that a later attempt of its run opened', listedIncident(failureOf({ ...ours, attempt: 3 }))],
    ['one of another key', listedIncident({ ...failed, key: '00000000' })],
    ['one that is not of a failure', listedIncident(earlier)],
    ['one that is resolved', listedIncident(failed, [], { state: incidentStates.resolved })],
  ])('leaves %s', (_, incident) => {
    expect(recovered(incident)).toEqual({ resolve: 0, touched: 0 });
  });

  test('resolves what its own run and attempt opened only if a user asks for the end, and never what is newer', () => {
    const ofThisRun = failureOf({ ...ours, owner: 'legtwo' });
    const incident = listedIncident(failed, [ourEntry(ofThisRun)]);
    for (const one of [listedIncident(ofThisRun), incident]) {
      expect(planRecovery([one], ours, true)).toMatchObject({ resolve: [{}], touched: [] });
      expect(planRecovery([one], ours, false)).toEqual({ resolve: [], touched: [] });
    }
    expect(planRecovery([listedIncident(newer)], ours, true)).toEqual({ resolve: [], touched: [] });
  });

  test('resolves what an earlier attempt of its run opened, in whichever leg', () => {
    expect(recovered(listedIncident(failureOf({ ...ours, attempt: 1 })))).toEqual({ resolve: 1, touched: 0 });
    expect(recovered(listedIncident(failureOf({ ...ours, attempt: 1, owner: 'legtwo' })))).toEqual({
      resolve: 1,
      touched: 0,
    });
  });

  test('resolves only what its own step opened earlier, if the CI does not count attempts', () => {
    const uncounted = failureOf({ ...ours, attempt: undefined, openedAt: atMinute(-60) });
    expect(recovered(listedIncident(uncounted))).toEqual({ resolve: 1, touched: 0 });
    expect(recovered(listedIncident({ ...uncounted, owner: 'legtwo' }))).toEqual({ resolve: 0, touched: 0 });
  });
});
