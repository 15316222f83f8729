/** The machine by example: a whole path, what each guard refuses, and what a report says all the same. */
import { describe, expect, test } from '@jest/globals';
import { again } from '../../projections/accountability/guards.js';
import { effectPeriod } from '../../projections/accountability/outcomes.js';
import { affairs, member, outcome, REGISTERED, until, WHO } from '../affair.js';

describe('a case from its lead to its end', () => {
  test('goes the whole way, and says how every guard was evaluated', () => {
    const { at, tale } = until('execute');
    const { decision } = at.state('case', 'A-1');
    tale.of('RecordExecution', { what: 'personnel-file', document: '档' }, WHO.personnel);
    tale.of('StartPeriod', { from: decision.on, months: 6, to: '2024-09-01' }, WHO.registrar);
    expect(at.say('case', 'A-1', 'EndPeriod', { conduct: '良好', newViolation: false }, WHO.registrar).missing).toEqual(
      ['G12: period-runs'],
    );
    at.goTo('2024-09-01');
    tale.of('EndPeriod', { conduct: '良好', newViolation: false }, WHO.registrar);
    expect(at.state('case', 'A-1').status).toBe('closed');
    const evaluated = at.log.flatMap(({ data }) => (data as { guards?: [] }).guards ?? []) as any[];
    expect(evaluated.length).toBeGreaterThan(80);
    for (const one of evaluated) expect([one.missing, again(one)]).toEqual([[], []]);
    expect(
      new Set(
        at.log
          .filter(({ stream }) => /^(lead|case|recusal|document|conduct)-/.test(stream))
          .map((e) => e.classification),
      ),
    ).toEqual(new Set(['sealed']));
  });
  test('an outcome without effect closes the case', () => {
    const { at, tale } = until('vote');
    expect(tale.decide('CRITICISM').type).toBe('DecisionMade');
    tale.announce();
    tale.execute();
    expect(
      at.say('case', 'A-1', 'StartPeriod', { from: at.on, months: 6, to: '2024-09-01' }, WHO.registrar).missing,
    ).toEqual(['G12: no-period', 'G12: period-differs']);
    expect(tale.of('CloseCase', { reason: '执行完毕' }, WHO.registrar).type).toBe('CaseClosed');
    expect(tale.of('ReopenCase', { by: 'superior', document: '令', reason: '确有错误' }, WHO.head).type).toBe(
      'CaseReopened',
    );
  });
});

test('the numbers of guards are those of the rule packs that have begun, and stand in the event', () => {
  const { at, tale } = until('opine');
  const values = { answerWorkdays: 10, supplements: 0, panelMembers: 4, reviewDays: 40, admonitionMonths: 3 };
  const data = { rule: 'AC-01', pack: 'P', values, from: '2024-03-02', source: '市办法', grade: 'B', reason: '试行' };
  at.must('pack', 'AC-01', 'ProposePack', data, 'one');
  const serve = { servers: [...WHO.investigators], signed: 'signed', answerBy: '2024-03-12' };
  const ask = (type: string, more: object, by: string) => at.say('case', 'A-1', type, more, by).missing;
  const numbers = () => [
    ask('ServeFacts', serve, 'inv-1').includes('G5: answer-too-short'),
    ask('Decide', { outcomes: [] }, WHO.head).includes('G7: panel-too-small'),
  ];
  tale.convene();
  expect(numbers()).toEqual([false, false]);
  at.must('pack', 'AC-01', 'AdoptPack', { reason: '同意' }, 'two');
  expect(numbers()).toEqual([false, false]); // not before its day
  at.goTo('2024-03-02');
  expect(numbers()).toEqual([true, true]);
  const { refused, missing } = at.say('case', 'A-1', 'Supplement', { reason: '事实不清' }, WHO.head);
  expect(missing).toEqual(['G12: supplements-used-up']);
  expect(refused![0]!.details).toMatchObject({ guard: 'G12', inputs: { numbers: { supplements: 0 } } });
});
test('a term is as long as it was when it began; an admonition has effect for as long as the pack says', () => {
  const { at } = until('execute');
  const { decision, service } = at.state('case', 'A-1');
  at.goTo('2024-03-02');
  const data = { rule: 'AC-01', pack: 'P', values: { reviewDays: 10 }, from: '2024-03-03', source: '文', grade: 'B' };
  at.must('pack', 'AC-01', 'ProposePack', { ...data, reason: '试行' }, 'one');
  at.must('pack', 'AC-01', 'AdoptPack', { reason: '同意' }, 'two');
  at.goTo('2024-03-25');
  const request = { subject: WHO.accused, decision: decision.event, grounds: '不服', receivedOn: '2024-03-25' };
  expect(service.on < '2024-03-03').toBe(true);
  expect(at.say('review', 'A-1', 'RequestReview', request, WHO.registrar).missing).toEqual([]);
  const half = [outcome('ADMONITION')] as never;
  expect([effectPeriod(half, '2024-03-01', null, 3).months, effectPeriod(half, '2024-03-01').months]).toEqual([3, 6]);
});

describe('each guard refuses, and says what is missing', () => {
  const refused = (said: { missing: readonly string[] }) => [...said.missing];
  const decided = (at: ReturnType<typeof affairs>, more: object = {}) =>
    at.say(
      'case',
      'A-1',
      'Decide',
      {
        outcomes: [outcome('WARNING')],
        documentNo: '1',
        seal: '印',
        remedy: { route: '复核', days: 30 },
        noInterference: true,
        ...more,
      },
      WHO.head,
    );
  test('G1: one person is not two', () => {
    const { at } = until('triage');
    expect(
      refused(at.say('lead', 'A-1', 'StartVerification', { team: [member('inq-1')], plan: '方案' }, WHO.leader)),
    ).toEqual(['G1: two-persons:named']);
    const { at: later, tale } = until('assign');
    const digest = `sha256:${'0'.repeat(64)}`;
    const evidence = { evidence: 'v-1', kind: 'document', digest, obtainedFrom: '窗口' };
    expect(
      refused(later.say('case', 'A-1', 'AddEvidence', { ...evidence, obtainedBy: ['inv-1', 'mem-1'] }, 'inv-1')),
    ).toEqual(['G1: not-of-the-team:evidence']);
    tale.of('AddEvidence', { ...evidence, obtainedBy: ['inv-1', 'inv-2'] }, 'inv-1');
    tale.of('AssertFact', { fact: 'f-1', conduct: 'c-1', text: '事实', evidence: ['v-1'] }, 'inv-1');
    const conclude = { proposal: [outcome('WARNING')], noInterference: true };
    expect(refused(later.say('case', 'A-1', 'ConcludeInvestigation', conclude, 'inv-1'))).toEqual([
      'G1: two-persons:v-1',
    ]);
  });
  test('G2: who registered or triaged does not decide what becomes of it; investigators do not adjudicate', () => {
    const { at } = until('triage');
    const close = { category: 'unfounded', reason: '不实', harm: false };
    expect(refused(at.say('lead', 'A-1', 'CloseLead', close, 'triager'))).toEqual(['G2: same-person:triager']);
    expect(refused(at.say('lead', 'A-1', 'CloseLead', close, WHO.registrar))).toEqual(['G2: same-person:registrar']);
    const { at: later } = until('defend');
    const members = [member('inv-1'), member('adj-2', 'dept-inv-2')];
    expect(refused(later.say('case', 'A-1', 'StartAdjudication', { members }, WHO.head))).toEqual([
      'G2: same-person:investigator',
      'G2: same-department:dept-inv-1',
      'G2: same-department:dept-inv-2',
    ]);
    const { at: filing } = until('propose');
    expect(refused(filing.say('case', 'A-1', 'ApproveFiling', { caseNo: '1' }, 'inq-1'))).toContain(
      'G2: same-person:filing-proposer',
    );
  });
  test('G3: nothing before a declaration, under a conflict, or by the accused', () => {
    const { at, tale } = until('assign');
    expect(
      refused(at.say('case', 'A-1', 'SuspendInvestigation', { ground: 'force-majeure', reason: '灾' }, 'stranger')),
    ).toEqual(['G3: declaration:stranger']);
    at.must('recusal', 'A-1', 'DeclareConflict', { conflict: true, grounds: 'near-relative' }, 'inv-2');
    const say = () =>
      at.say('case', 'A-1', 'AssertFact', { fact: 'f', conduct: 'c-1', text: '事', evidence: [] }, 'inv-2');
    expect(refused(say())).toContain('G3: ruling:inv-2');
    expect(
      refused(at.say('recusal', 'A-1', 'RuleRecusal', { person: 'inv-2', result: 'stays', reason: '无碍' }, 'inv-2')),
    ).toEqual(['own-recusal']);
    at.must('recusal', 'A-1', 'RuleRecusal', { person: 'inv-2', result: 'recused', reason: '系近亲属' }, WHO.head);
    expect(refused(say())).toContain('G3: recused:inv-2');
    at.must('recusal', 'A-1', 'DeclareConflict', { conflict: false }, WHO.accused);
    const members = [member('mem-1'), member(WHO.accused)];
    expect(refused(at.say('case', 'A-1', 'AssignInvestigators', { members, plan: '方案' }, WHO.head))).toEqual([
      `UNINVOLVED: accused:${WHO.accused}`,
      `G3: accused:${WHO.accused}`,
    ]);
    expect(tale.id).toBe('A-1');
  });
  test('G4: a fact without evidence, or on evidence that is excluded', () => {
    const { at, tale } = until('investigate');
    const fact = { fact: 'f-2', conduct: 'c-1', text: '事实' };
    expect(refused(at.say('case', 'A-1', 'AssertFact', { ...fact, evidence: [] }, 'inv-1'))).toEqual([
      'G4: no-evidence:f-2',
    ]);
    expect(refused(at.say('case', 'A-1', 'AssertFact', { ...fact, evidence: ['v-9'] }, 'inv-1'))).toEqual([
      'G4: no-evidence:f-2',
      'G4: evidence-unknown:v-9',
    ]);
    tale.of('ExcludeEvidence', { evidence: 'v-1', reason: '诱供' }, 'inv-2');
    expect(
      refused(
        at.say(
          'case',
          'A-1',
          'ConcludeInvestigation',
          { proposal: [outcome('WARNING')], noInterference: true },
          'inv-1',
        ),
      ),
    ).toEqual(['G4: no-evidence:f-1']);
  });
  test('G5: heard, or the time to answer is over; every point answered', () => {
    const { at, tale } = until('serve');
    const members = WHO.adjudicators.map((one) => member(one));
    expect(refused(at.say('case', 'A-1', 'StartAdjudication', { members }, WHO.head))).toEqual([
      `G5: unheard:${WHO.accused}`,
    ]);
    tale.of(
      'RecordDefence',
      { subject: WHO.accused, by: ['inv-1', 'inv-2'], points: [{ id: 'd-1', text: '不是我' }] },
      'inv-1',
    );
    expect(refused(at.say('case', 'A-1', 'StartAdjudication', { members }, WHO.head))).toEqual(['G5: unanswered:d-1']);
    tale.of('AnswerDefence', { point: 'd-1', accepted: true, reason: '属实' }, 'inv-1');
    expect(refused(at.say('case', 'A-1', 'StartAdjudication', { members }, WHO.head))).toEqual([
      'G5: accepted-point:d-1',
    ]);
    const { at: quiet } = until('serve');
    quiet.goTo('2099-01-02');
    expect(quiet.say('case', 'A-1', 'StartAdjudication', { members }, WHO.head).refused).toBeNull();
    const { at: early, tale: soon } = until('conclude');
    for (const kind of ['findings-report', 'facts-notice']) {
      soon.draft(kind, 'inv-1');
      soon.sign(kind, 'investigator', WHO.investigators);
    }
    // 2024-03-01 is a Friday: five working days are over on the 8th.
    const serve = (answerBy: string) =>
      early.say('case', 'A-1', 'ServeFacts', { servers: ['inv-1', 'inv-2'], signed: 'refused', answerBy }, 'inv-1');
    expect(refused(serve('2024-03-07'))).toEqual(['G5: answer-too-short']);
    expect(serve('2024-03-08').refused).toBeNull();
  });
  test('G6: heavier only with a fact that is new', () => {
    const { at, tale } = until('adjudicate');
    const heavier = { opinion: '应从重', proposal: [outcome('DEMERIT')] };
    expect(refused(at.say('case', 'A-1', 'GiveAdjudicationOpinion', heavier, 'adj-1'))).toEqual([
      `G6: heavier:${WHO.accused}`,
    ]);
    tale.of('Supplement', { reason: '尚有事实' }, WHO.head);
    const conclude = { proposal: [outcome('DEMERIT')], noInterference: true };
    expect(refused(at.say('case', 'A-1', 'ConcludeInvestigation', conclude, 'inv-1'))).toEqual([
      `G6: heavier:${WHO.accused}`,
    ]);
    tale.investigate('v-2', 'f-2');
    expect(at.say('case', 'A-1', 'ConcludeInvestigation', conclude, 'inv-1').refused).toBeNull();
  });
  test('G7, G9, G10, G14, G15 and signatures at the decision', () => {
    const { at, tale } = until('convene');
    const decide = (more: object = {}) => decided(at, more);
    expect(refused(decide())).toEqual([
      'G7: quorum',
      'G7: vote:head',
      'G7: vote:mem-1',
      'G7: vote:mem-2',
      'G7: no-majority',
      'SIGNED: document:minutes',
    ]);
    tale.vote();
    expect(refused(decide({ remedy: { route: '', days: 0 } }))).toEqual(['G10: element:remedy']);
    expect(refused(decide({ noInterference: false }))).toEqual(['G15: interference-not-stated']);
    at.must(
      'conduct',
      'c-1',
      'ReportSanction',
      { organ: 'commission', code: 'WARNING', document: '文', on: '2024-02-01' },
      null,
    );
    expect(refused(decide())).toEqual(['G9: sanctioned-elsewhere:c-1']);
    expect(decide({ outcomes: [outcome('CRITICISM')] }).refused).toBeNull();
  });
  test('G14: old conduct under the newer law only where that is lighter', () => {
    const { at } = until('investigate');
    const state = at.state('case', 'A-1');
    state.conducts[0] = { ...state.conducts[0], on: '2020-06-30' };
    const conclude = (law: string) =>
      at.say(
        'case',
        'A-1',
        'ConcludeInvestigation',
        { proposal: [outcome('WARNING', { law })], noInterference: true },
        'inv-1',
      );
    expect(refused(conclude('now'))).toEqual(['G14: old-law:WARNING']);
    expect(conclude('now-lighter').refused).toBeNull();
  });
  test('G8: another organ has the authority; elected people lose the office first', () => {
    const { at } = until('vote');
    const set = (organ: string, standing: string, from: string) =>
      at.must(
        'authority',
        WHO.accused,
        'SetAuthority',
        { organ, level: 'county', standing, from, document: '文' },
        'r',
      );
    const decide = () => decided(at);
    set('party-committee', 'elected', '2024-02-01');
    expect(refused(decide())).toEqual([`G8: authority-other:${WHO.accused}`]);
    set('gov', 'elected', '2024-03-01');
    expect(decide().refused).toBeNull();
  });
  test('G13: a lead does not go to the unit that it is about, and its reporter is on record', () => {
    const { at } = until('triage');
    const route = { toUnit: 'market', replyBy: '2024-04-01', reason: '属地' };
    expect(refused(at.say('lead', 'A-1', 'RouteLead', route, WHO.leader))).toEqual(['G13: to-the-accused']);
    expect(at.say('lead', 'A-1', 'RouteLead', { ...route, toUnit: 'bureau' }, WHO.leader).refused).toBeNull();
    expect(
      refused(affairs().say('lead', 'B-1', 'RegisterLead', { ...REGISTERED, reporter: 'rp-1' }, WHO.registrar)),
    ).toEqual(['G13: reporter-unknown']);
  });
});

describe('what the table does not know cannot be done', () => {
  test('no decision without facts served and deliberation, no second case, no reopening but by order', () => {
    const { at } = until('conclude');
    const decide = {
      outcomes: [outcome('WARNING')],
      documentNo: '1',
      seal: '印',
      remedy: { route: '复核', days: 30 },
      noInterference: true,
    };
    const said = at.say('case', 'A-1', 'Decide', decide, WHO.head);
    expect(said.refused!.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['out-of-order', 'G5-heard', 'G7-collective']),
    );
    const light = { subject: WHO.accused, code: 'WARNING', reason: '轻微' };
    const { at: verifying } = until('verify');
    expect(verifying.say('lead', 'A-1', 'GiveLightOutcome', light, WHO.leader).missing).toContain(
      'FIT: not-first-form',
    );
    expect(
      at.say('lead', 'A-1', 'CloseLead', { category: 'unfounded', reason: '不实', harm: false }, WHO.leader).missing,
    ).toEqual(['FIT: filed-already']);
  });
  test('a report from another office is recorded, and marked with what it breaks', () => {
    const { at } = until('conclude');
    const decide = {
      outcomes: [outcome('DISMISSAL')],
      documentNo: '1',
      seal: '印',
      remedy: { route: '复核', days: 30 },
      noInterference: true,
    };
    const [event] = at.say('case', 'A-1', 'Decide', decide, null, 'report').events;
    expect(event!.irregularities.map(({ code }) => code)).toEqual([
      'out-of-order',
      'G3-recusal',
      'G5-heard',
      'G7-collective',
      'not-signed',
    ]);
    expect(at.state('case', 'A-1').status).toBe('decided');
  });
  test('a finding becomes one lead at most, and none only by two people', () => {
    const at = affairs();
    const from = { ...REGISTERED, source: 'finding', reference: 'F-1' };
    expect(at.say('lead', 'F-1', 'RegisterLead', from, WHO.registrar).missing).toEqual(['FIT: finding-not-upheld']);
    const about = { on: '2024-03-01', matterId: null, itemCode: null, org: 'market', placeKind: null, centre: null };
    const judged = { severity: 'red', certain: true, evidence: [], tested: {}, parameters: {}, details: {} };
    at.must('finding', 'F-1', 'RaiseFinding', { rule: 'DA-01', subject: 'x', ruleVersion: 1, about, ...judged }, null);
    at.must('finding', 'F-1', 'UpholdFinding', { reason: '属实' }, 'inspector');
    expect(at.say('lead', 'L-9', 'RegisterLead', from, WHO.registrar).missing).toEqual([
      'FIT: not-by-its-finding',
      'FIT: finding-not-upheld',
    ]);
    at.must('lead', 'F-1', 'ProposeNoLead', { reason: '已整改' }, WHO.registrar);
    expect(at.say('lead', 'F-1', 'ConfirmNoLead', { reason: '同意' }, WHO.registrar).missing).toEqual([
      'G2: same-person:no-lead-proposer',
    ]);
    at.must('lead', 'F-1', 'ConfirmNoLead', { reason: '同意' }, WHO.leader);
    at.must('lead', 'F-1', 'RegisterLead', from, WHO.registrar);
    expect(at.say('lead', 'F-1', 'RegisterLead', from, WHO.registrar).missing).toEqual(['out-of-order']);
  });
});
