/** Responsibility from above, together and by several; several decisions; what comes late. */
import { describe, expect, test } from '@jest/globals';
import {
  at,
  say,
  opinion,
  draft,
  review,
  decision,
  fault,
  ought,
  person,
  by,
  told,
  suggested,
  near,
  apart,
} from './said.js';

describe('from above, together, and by several', () => {
  const instruction = (data: object = {}, day = '03-03', id = 'instruction') =>
    say(id, day, 'wei', 'InstructionRecorded', {
      kind: 'instruction',
      by: { person: person('lu'), post: null, org: 'city' },
      wants: 'granted',
      text: '尽快办理',
      document: null,
      ...data,
    });
  test('LA8: whoever instructed, if it came out as he wanted', () => {
    const rest = [draft(), review(), decision(), ought('denied', { evident: true })];
    expect(suggested(instruction(), ...rest)).toMatchObject({ LA8: ['instructor DIRECT lu'] });
    expect(near(instruction({ wants: 'denied' }), ...rest)).toMatchObject({ LA8: '-asInstructed' });
    expect(near(instruction({ wants: null }), ...rest)).toMatchObject({ LA8: '?asInstructed' });
    expect(near(instruction({}, '03-08'), ...rest)).not.toHaveProperty('LA8');
    expect(
      suggested(
        instruction({ wants: 'denied', by: { person: person('ou'), post: null, org: null } }, '03-02', 'i0'),
        instruction(),
        ...rest,
      ).LA8,
    ).toEqual(['instructor DIRECT lu']);
  });
  const vote = (who: string, position: string) => ({ person: person(who), position, reason: 'x' });
  const meeting = (data: object = {}) =>
    say('meeting', '03-06', 'tan', 'MatterDeliberated', {
      chair: person('lu'),
      proposal: 'granted',
      votes: [vote('lu', 'for'), vote('ou', 'for'), vote('nong', 'against'), vote('qin', 'abstain')],
      minutes: null,
      ...data,
    });
  test('LA9: who decided, who supported it; recorded dissenters none, and whoever abstained none', () => {
    const events = [draft(), review(), meeting(), decision(), ought('denied')];
    expect(suggested(...events)).toEqual({
      LA9: ['decision-maker MAIN_LEADER lu', 'supporter IMPORTANT_LEADER ou'],
    });
    const [{ suggestions }] = told(...events) as any;
    expect(suggestions[0].dissenters).toEqual(['nong']);
    expect(suggested(draft(), meeting({ chair: null }), decision(), ought('denied')).LA9).toEqual([
      'decision-maker MAIN_LEADER tan',
      'supporter IMPORTANT_LEADER lu',
      'supporter IMPORTANT_LEADER ou',
    ]);
  });
  test('LA9: a right proposal that was voted down; a chair who decided against his own vote on record bears none', () => {
    const turned = meeting({ proposal: 'denied' });
    expect(suggested(draft(), turned, decision(), ought('denied')).LA9).toEqual(['supporter IMPORTANT_LEADER nong']);
    expect(suggested(draft(), meeting(), decision(), fault()).LA9).toEqual([
      'decision-maker MAIN_LEADER lu',
      'supporter IMPORTANT_LEADER ou',
    ]);
  });
  test('LA9 open: votes that are not recorded, and what would have been right is not', () => {
    expect(apart(draft(), meeting({ votes: [] }), decision(), ought('denied', { evident: true }))).toMatchObject({
      patterns: ['LA3', 'LA9'],
      missing: ['votesKnown'],
    });
    expect(near(draft(), meeting({ proposal: 'denied' }), decision(), fault())).toMatchObject({ LA9: '?votesKnown' });
    const after = { ...meeting(), occurredAt: at('03-08') };
    expect(near(draft(), decision(), after, ought('denied'))).not.toHaveProperty('LA9');
  });
  const above = (more: object = {}) =>
    say('above', '04-01', 'tan', 'DecisionChangedAbove', {
      decision: 'decision',
      to: 'denied',
      superior: 'city',
      head: person('lu'),
      reason: '复议',
      document: null,
      ...more,
    });
  test('LA10: a superior changed what was right; until that is found, it says that the lower organ was wrong', () => {
    const events = [draft(), review(), decision()];
    const changed = told(...events, above());
    expect(changed.map(({ subject, found, apart: which }) => [subject, found, which?.patterns])).toEqual([
      ['decision', ['above'], ['LA1', 'LA3']],
    ]);
    const found = fault({ event: 'above', ought: 'granted' });
    expect(suggested(...events, above(), found)).toEqual({ LA10: ['superior-head IMPORTANT_LEADER lu'] });
    expect(told(...events, above({ head: null }), found)[0]!.suggestions[0]!.persons).toEqual([
      { role: 'superior-head', degree: 'IMPORTANT_LEADER', personId: null, post: null, org: 'city', cover: false },
    ]);
    const broken = fault({ event: 'above', kind: 'procedure-broken' });
    expect(told(...events, above(), broken)[0]).toMatchObject({ subject: 'above', suggestions: [] });
    expect(near(...events, above(), broken)).toEqual({ LA10: '-wrong' });
  });
  test('LA11: several by intent or negligence, each by his role', () => {
    const events = [draft(), review(), decision()];
    const both = [by('meng', 'negligence'), by('wei', 'intent')];
    expect(suggested(...events, ought('denied', { by: both, evident: true })).LA11).toEqual([
      'undertaker DIRECT wei',
      'reviewer MAIN_LEADER meng',
    ]);
    const open = ought('denied', { by: [by('meng'), by('wei', 'intent')] });
    expect(near(...events, open)).toMatchObject({ LA11: '?mannersKnown' });
    expect(near(...events, ought('denied', { by: [by('wei', 'intent')] }))).toMatchObject({ LA11: '-several' });
    expect(near(...events, ought('denied', { by: [by('wei', 'intent'), by('wei', 'intent')] }))).toMatchObject({
      LA11: '-several',
    });
  });
  test('a person stands in a suggestion once, with the heavier degree', () =>
    expect(
      suggested(draft(), review(), decision('granted', {}, 'meng'), ought('denied', { evident: true })).LA3,
    ).toEqual(['undertaker DIRECT wei', 'reviewer MAIN_LEADER meng']));
});

describe('several decisions', () => {
  const again = say('again', '04-01', 'tan', 'MatterReopened', { reason: 'x', basis: null });
  const second = (outcome: string) => ({
    ...decision(outcome),
    id: 'second',
    occurredAt: at('04-03'),
    recordedAt: at('04-03'),
  });
  const all = [
    draft(),
    review(),
    decision(),
    again,
    opinion('draft2', '04-02', 'luo', 'undertaker'),
    second('granted'),
  ];
  test('each has what was found of it; what is about none is about the last before', () => {
    expect(told(...all, ought('denied', { event: 'second', evident: true }))).toHaveLength(1);
    expect(suggested(...all, fault({ event: null, evident: true })).LA3).toEqual([
      'undertaker DIRECT luo',
      'approver IMPORTANT_LEADER tan',
    ]);
    const early = { ...fault({ event: null, evident: true }), occurredAt: at('03-20') };
    expect(told(...all, early)[0]!.subject).toBe('decision');
    expect(told(...all, ought('denied'), ought('denied', { event: 'second' })).map(({ subject }) => subject)).toEqual([
      'decision',
      'second',
    ]);
  });
  test('a licence is taken back that the decision before it gave', () => {
    const revoked = (day: string) => say('revoked', day, 'tan', 'LicenceRevoked', {});
    expect(told(...all, revoked('03-20')).map(({ subject }) => subject)).toEqual(['decision']);
    expect(told(...all, revoked('05-20')).map(({ subject }) => subject)).toEqual(['second']);
  });
  test('a change above that names no decision is of the one before it', () => {
    const above = say('above', '05-01', 'tan', 'DecisionChangedAbove', {
      decision: 'second',
      to: 'denied',
      superior: 'city',
      head: null,
    });
    expect(told(...all, above).map(({ subject }) => subject)).toEqual(['second']);
  });
});

describe('what comes late', () => {
  test('a draft that is recorded after the decision counts where it happened', () => {
    const broken = fault({ kind: 'procedure-broken' });
    expect(suggested(decision(), broken)).toHaveProperty('LA7');
    const late = { ...draft(), recordedAt: at('06-01') };
    expect(suggested(decision(), broken, late)).toEqual({});
    expect(near(decision(), broken, late)).toMatchObject({ LA7: '-noDraft' });
  });
  test('what happened within a second of another, with another offset, or is known by its day, stands where it happened', () => {
    const seen = ought('denied', { evident: true });
    const utc = { ...draft(), occurredAt: '2024-03-07T01:59:59Z' };
    expect(suggested(decision(), seen, utc)).toHaveProperty('LA3');
    const east = { ...draft(), occurredAt: '2024-03-07T10:30:00+09:00' };
    expect(suggested(decision(), east, seen)).toHaveProperty('LA3');
    expect(suggested(seen, decision(), draft())).toHaveProperty('LA3');
    const day = { ...draft(), occurredAt: '2024-03-07T23:00:00+08:00', precision: 'day' };
    expect(suggested(decision(), day, seen)).toHaveProperty('LA3');
    const vague = [{ ...decision(), precision: 'minute' }, day, { ...seen, precision: 'unknown' }];
    expect(suggested(...vague)).toHaveProperty('LA3');
    const after = { ...draft(), occurredAt: '2024-03-07T10:00:00.5+08:00' };
    expect(suggested(decision(), after, seen)).toHaveProperty('LA7');
  });
});
