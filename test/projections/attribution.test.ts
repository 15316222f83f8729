/** Who may have been responsible: patterns of draft, review and approval found, nearly found, and not told apart. */
import { describe, expect, test } from '@jest/globals';
import {
  at,
  say,
  opinion,
  draft,
  review,
  approval,
  decision,
  fault,
  ought,
  person,
  by,
  reported,
  told,
  suggested,
  near,
  apart,
} from './said.js';

describe('nothing is suggested', () => {
  test('of a decision of which nothing was found, however it came about', () => {
    expect(told(decision())).toEqual([]);
    expect(told(draft({ opinion: 'reject' }), review(), decision())).toEqual([]);
    expect(told()).toEqual([]);
  });
  test('once a fault is withdrawn', () => {
    const withdrawn = say('w', '06-01', 'gan', 'FaultWithdrawn', { fault: 'fault', reason: '查无' });
    expect(told(draft(), review(), decision(), ought('denied'), withdrawn)).toEqual([]);
    expect(told(draft(), decision(), ought('denied'), ought('denied'), withdrawn)).toEqual([]);
  });
  test('by what happened in other streams', () =>
    expect(told(decision(), { ...ought('denied'), stream: 'finding-1' })).toEqual([]));
});

describe('a wrong draft that passed', () => {
  const passed = [draft(), review(), decision()];
  test('LA3: it should have been seen', () => {
    expect(suggested(...passed, ought('denied', { evident: true }))).toEqual({
      LA3: ['undertaker DIRECT wei', 'reviewer MAIN_LEADER meng', 'approver IMPORTANT_LEADER tan'],
    });
    const [{ suggestions, found }] = told(...passed, ought('denied', { evident: true })) as any;
    expect(suggestions[0].events).toEqual(['fault', 'draft', 'review', 'decision']);
    expect(found).toEqual(['fault']);
  });
  test('LA1: the undertaker deceived the others; what others falsified is not his', () => {
    const falsified = (data: object) => fault({ kind: 'falsified', ...data }, 'false');
    expect(suggested(...passed, ought('denied'), falsified({ by: [by('wei')] }))).toEqual({
      LA1: ['undertaker DIRECT wei'],
    });
    expect(near(...passed, ought('denied'), falsified({ by: [by('wei')] }))).toMatchObject({ LA3: '-evident' });
    expect(near(...passed, ought('denied'), falsified({ applicant: true }))).toEqual({
      LA1: '-deceived',
      LA3: '?evident',
    });
    expect(near(...passed, ought('denied'), falsified({ by: [by('luo')] }))).toEqual({
      LA1: '-deceived',
      LA3: '?evident',
    });
    expect(near(...passed, falsified({ kind: 'concealed', by: [by('wei')] }))).toMatchObject({ LA1: '-wrong' });
    expect(apart(...passed, ought('denied', { evident: true }), falsified({}))).toEqual({
      patterns: ['LA1', 'LA3'],
      missing: ['deceived'],
    });
  });
  test('nobody has said whether it was to be seen: LA1 and LA3 are not told apart, and nobody is named', () => {
    const events = [...passed, ought('denied')];
    expect(suggested(...events)).toEqual({});
    expect(apart(...events)).toEqual({ patterns: ['LA1', 'LA3'], missing: ['deceived', 'evident'] });
    const { near: all } = told(...events)[0]!;
    expect(all.map(({ missing }) => missing[0]!.needs.zh)).toEqual([
      '查明隐瞒或虚假由何人所为，或者查明能否发现',
      '查明的问题注明审核、批准时能否发现',
    ]);
    expect(apart(...passed, ought('denied', { evident: true }))).toBeNull();
  });
  test('it was to be seen, but not by a reviewer who never had it before him', () => {
    const unseen = [draft(), review({ received: [] }), decision(), ought('denied', { evident: true })];
    expect(near(...unseen)).toMatchObject({ LA3: '-evident' });
    const seen = [draft(), review({ received: ['draft'] }), decision(), ought('denied', { evident: true })];
    expect(suggested(...seen)).toHaveProperty('LA3');
  });
  test('corrected by nobody: with no review there is no reviewer; one who did all had nobody to correct him', () => {
    const seen = ought('denied', { evident: true });
    expect(suggested(draft(), decision(), seen).LA3).toEqual([
      'undertaker DIRECT wei',
      'approver IMPORTANT_LEADER tan',
    ]);
    expect(near(draft(), decision('granted', { role: 'approver' }, 'wei'), seen)).toMatchObject({
      LA3: '-draftFollowed',
    });
    expect(suggested(draft(), review(), decision('granted', {}, 'wei'), seen).LA3).toEqual([
      'undertaker DIRECT wei',
      'reviewer MAIN_LEADER meng',
    ]);
  });
  test('without what it ought to have been, a draft that came to what was found wrong was wrong', () => {
    expect(suggested(...passed, fault({ evident: true }))).toHaveProperty('LA3');
    expect(apart(draft({ opinion: 'change' }), review(), decision(), fault({ evident: true }))).toEqual({
      patterns: ['LA3'],
      missing: ['draftWrong', 'draftFollowed'],
    });
  });
  test('a licence that is taken back ought not to have been given', () => {
    const revoked = say('revoked', '06-03', 'tan', 'LicenceRevoked', { certificateNo: '1', reason: 'x', basis: 'y' });
    expect(apart(...passed, revoked)).toEqual({ patterns: ['LA1', 'LA3'], missing: ['deceived', 'evident'] });
    expect(told(...passed, revoked)[0]!.found).toEqual(['revoked']);
    expect(told(draft({ opinion: 'reject' }), review(), decision('denied'), revoked)).toEqual([]);
  });
});

describe('a right draft that was turned', () => {
  test('LA4: the undertaker proposed to deny, the reviewer changed it to grant, the approver agreed', () => {
    const events = [
      draft({ opinion: 'reject' }),
      review({ opinion: 'change', proposes: 'granted' }),
      approval(),
      decision(),
    ];
    expect(suggested(...events, ought('denied'))).toEqual({
      LA4: ['reviewer DIRECT meng', 'approver MAIN_LEADER tan'],
    });
    expect(near(...events, ought('granted'))).toMatchObject({ LA4: '-draftRight' });
    expect(near(...events, fault())).toMatchObject({ LA4: '?draftRight' });
  });
  test('LA4: by an opinion that says it agrees, and proposes something else', () =>
    expect(
      suggested(draft({ opinion: 'reject' }), review({ proposes: 'granted' }), decision(), ought('denied')),
    ).toHaveProperty('LA4'));
  test('LA4: what the reviewer wanted is not recorded, and the approver agreed, or it is open', () => {
    const turned = [draft({ opinion: 'reject' }), review({ opinion: 'change' })];
    expect(suggested(...turned, approval(), decision(), ought('denied'))).toHaveProperty('LA4');
    expect(near(...turned, decision(), ought('denied'))).toMatchObject({ LA4: '?reviewFollowed' });
    expect(near(...turned, approval({ opinion: 'change' }), decision(), ought('denied'))).toMatchObject({
      LA4: '?reviewFollowed',
    });
  });
  test('LA6: the approver turned right opinions', () => {
    const both = [draft({ opinion: 'reject' }), review()];
    expect(suggested(...both, decision(), ought('denied'))).toEqual({ LA6: ['approver DIRECT tan'] });
    expect(suggested(draft({ opinion: 'reject' }), decision(), ought('denied'))).toEqual({
      LA6: ['approver DIRECT tan'],
    });
    expect(near(...both, decision('denied'), ought('partial'))).toMatchObject({ LA3: '?evident' });
    // A review that turned against a wrong draft was right, whatever it proposed.
    const against = [draft(), review({ opinion: 'dissent' }), decision(), ought('denied')];
    expect(suggested(...against)).toEqual({ LA6: ['approver DIRECT tan'] });
    expect(near(draft(), review({ opinion: 'dissent', received: [] }), decision(), ought('denied'))).toEqual({
      LA6: '?adviceRight',
    });
    const unclear = [draft({ opinion: 'change' }), review(), decision()];
    expect(near(...unclear, ought('denied'))).toEqual({});
    const sent = (opinion: string) => [...unclear.slice(0, 2), approval({ opinion }), decision(), ought('denied')];
    expect(near(...sent('reject'))).toEqual({ LA6: '?adviceRight' });
    expect(near(...sent('approve'))).toEqual({});
  });
  test('LA6 not: it was deliberated', () => {
    const meeting = say('meeting', '03-06', 'tan', 'MatterDeliberated', {
      chair: null,
      proposal: 'granted',
      votes: [],
      minutes: null,
    });
    expect(near(draft({ opinion: 'reject' }), meeting, decision(), ought('denied'))).toEqual({
      LA6: '-alone',
      LA9: '?votesKnown',
    });
  });
});

describe('what was not sent, not drafted, or done otherwise', () => {
  const broken = fault({ kind: 'procedure-broken' });
  test('LA5: the reviewer decided, by his role, or where another is known as the approver', () => {
    const alone = [draft(), review()];
    expect(suggested(...alone, decision('granted', { role: 'reviewer' }, 'meng'), broken)).toEqual({
      LA5: ['reviewer DIRECT meng'],
    });
    const other = opinion('late', '04-01', 'tan', 'approver');
    expect(suggested(...alone, decision('granted', {}, 'meng'), other, broken)).toEqual({
      LA5: ['reviewer DIRECT meng'],
    });
    expect(near(...alone, decision('granted', {}, 'meng'), broken)).toEqual({ LA5: '?asReviewer' });
    const asked = decision('granted', { role: 'reviewer' }, 'meng');
    expect(near(...alone, approval(), asked, broken)).toEqual({ LA5: '-unsent' });
    expect(near(...alone, decision('granted', { role: 'approver' }, 'meng'), broken)).toEqual({ LA5: '-asReviewer' });
    const mine = opinion('mine', '03-06', 'meng', 'approver');
    expect(near(...alone, mine, decision('granted', {}, 'meng'), broken)).toEqual({});
    expect(near(...alone, decision(), broken)).toEqual({});
    expect(near(...alone, decision('granted', {}, null), broken)).toEqual({});
    expect(suggested(decision('granted', { role: 'reviewer' }), broken)).toEqual({ LA5: ['reviewer DIRECT tan'] });
  });
  test('LA7: the approver decided with no draft and no review', () => {
    expect(suggested(decision(), broken)).toEqual({ LA7: ['approver DIRECT tan'] });
    expect(suggested(decision(), ought('denied'))).toEqual({ LA7: ['approver DIRECT tan'] });
    expect(near(draft(), decision(), broken)).toMatchObject({ LA7: '-noDraft' });
    expect(near(review(), decision(), broken)).toMatchObject({ LA7: '-noReview' });
    expect(near(decision('granted', { role: 'reviewer' }), broken)).toMatchObject({ LA7: '-byApprover' });
    expect(near(draft(), review(), decision(), broken)).not.toHaveProperty('LA7');
  });
  test('LA7 not: of what is reported without any opinion, nobody knows whether there was one', () => {
    const whole = [decision('granted', {}, 'tan', reported), broken];
    expect(suggested(...whole)).toEqual({});
    expect(near(...whole)).toEqual({});
    const roles = [
      opinion('o', '03-04', 'x', null),
      decision('granted', { role: 'approver' }, 'tan', reported),
      broken,
    ];
    expect(near(...roles)).toEqual({});
    const known = [opinion('a', '03-06', 'tan', 'approver'), decision('granted', {}, 'tan', reported), broken];
    expect(suggested(...known)).toEqual({ LA7: ['approver DIRECT tan'] });
    const other = [opinion('a', '03-06', 'su', 'approver'), decision('granted', {}, 'tan', reported), broken];
    expect(apart(...other)).toEqual({ patterns: ['LA7'], missing: ['byApprover'] });
  });
  test('LA7: what was drafted before the matter was begun again is no draft of what came after', () => {
    const again = say('again', '04-01', 'tan', 'MatterReopened', { reason: 'x', basis: null });
    const second = { ...decision(), id: 'second', occurredAt: at('04-02'), recordedAt: at('04-02') };
    const about = fault({ kind: 'procedure-broken', event: 'second' });
    expect(suggested(draft(), review(), decision(), again, second, about)).toEqual({ LA7: ['approver DIRECT tan'] });
    expect(told(draft(), review(), decision(), again, second, about)[0]!.subject).toBe('second');
  });
  test('LA2: another act than what was approved, by whoever did it', () => {
    const licence = (who: string | null) =>
      say('licence', '03-11', who, 'LicenceIssued', { certificateNo: '1', name: null, validFrom: null, validTo: null });
    const deviated = (data: object = {}) => fault({ kind: 'otherwise-than-approved', event: 'licence', ...data });
    const events = (who: string | null) => [draft(), review(), decision(), licence(who)];
    expect(suggested(...events('wei'), deviated())).toEqual({ LA2: ['undertaker DIRECT wei'] });
    expect(suggested(...events('tan'), deviated({ by: [by('wei')] }))).toEqual({ LA2: ['undertaker DIRECT wei'] });
    expect(near(...events('tan'), deviated())).toEqual({ LA2: '-byUndertaker' });
    expect(near(...events('luo'), deviated())).toEqual({ LA2: '-byUndertaker' });
    expect(near(...events(null), deviated())).toEqual({ LA2: '?byUndertaker' });
    expect(near(...events('wei'), deviated({ event: null }))).toEqual({ LA2: '?byUndertaker' });
    const assigned = say('assigned', '03-03', 'tan', 'HolderAssigned', {
      holder: { org: 'market', ...person('luo') },
      before: null,
      step: null,
      inferred: false,
    });
    expect(suggested(assigned, ...events('luo'), deviated())).toEqual({ LA2: ['undertaker DIRECT luo'] });
  });
  test('LA2: a licence that had been denied: nobody has to find that', () => {
    const licence = say('licence', '03-11', 'wei', 'LicenceIssued', { certificateNo: '1' });
    const events = [draft({ opinion: 'reject' }), review(), decision('denied'), licence];
    expect(suggested(...events)).toEqual({ LA2: ['undertaker DIRECT wei'] });
    expect(told(draft(), review(), decision(), licence)).toEqual([]);
    const before = { ...licence, occurredAt: at('03-01') };
    expect(told(draft({ opinion: 'reject' }), review(), decision('denied'), before)).toEqual([]);
  });
});
