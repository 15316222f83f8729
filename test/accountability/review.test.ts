/** Signatures, reviews and effect periods, by example. */
import { describe, expect, test } from '@jest/globals';
import { MISSING } from '../../projections/accountability/missing.js';
import { effectPeriod } from '../../projections/accountability/outcomes.js';
import { member, outcome, until, WHO } from '../affair.js';

describe('a signature covers what it says', () => {
  test('a changed document voids signatures; what is outdated counts for nothing', () => {
    const { at, tale } = until('opine');
    const doc = 'A-1.adjudication-opinion';
    expect(at.state('document', doc).signatures).toHaveLength(2);
    tale.of('GiveAdjudicationOpinion', { opinion: '改为批评', proposal: [outcome('CRITICISM')] }, 'adj-2');
    const members = WHO.panel.map((one) => member(one));
    const convene = () =>
      at.say('case', 'A-1', 'ConveneDeliberation', { members, chair: 'mem-1', quorum: 2 }, WHO.head).missing;
    expect(convene()).toEqual(['SIGNED: outdated:adjudication-opinion']);
    const { digest } = at.state('document', doc);
    expect(
      at.say('document', doc, 'SignDocument', { digest, as: 'adjudicator', factor: null }, 'adj-1').missing,
    ).toEqual(['document-outdated', 'signed-already']);
    const revised = at.must('document', doc, 'ReviseDocument', { reason: '意见变更' }, 'adj-1');
    expect((revised.data as { voided: string[] }).voided).toHaveLength(2);
    expect(at.state('document', doc)).toMatchObject({ version: 2, signatures: [] });
    expect(at.state('document', doc).voided).toHaveLength(2);
    expect(convene()).toEqual(['SIGNED: signature:adjudication-opinion:adjudicator']);
    expect(
      at.say('document', doc, 'SignDocument', { digest, as: 'adjudicator', factor: null }, 'adj-1').missing,
    ).toEqual(['digest-of-another-version']);
    expect(
      at.say(
        'document',
        doc,
        'SignDocument',
        { digest: at.state('document', doc).digest, as: 'head', factor: null },
        WHO.head,
      ).missing,
    ).toEqual(['not-of-the-signing-matrix']);
    tale.sign('adjudication-opinion', 'adjudicator', WHO.adjudicators);
    expect(convene()).toEqual([]);
  });
  test('the chair does not draft the decision', () => {
    const { at } = until('decide');
    expect(at.say('document', 'A-1.decision', 'DraftDocument', {}, 'mem-1').missing).toEqual(['G2: same-person:chair']);
  });
});

describe('a review', () => {
  const requested = () => {
    const { at, tale } = until('execute');
    const { decision } = at.state('case', 'A-1');
    at.goTo('2024-04-01');
    const request = { subject: WHO.accused, decision: decision.event, grounds: '过重', receivedOn: '2024-03-31' };
    return { at, tale, request, decision };
  };
  test('is in its term, by people who had no part in it, and never heavier', () => {
    const { at, request } = requested();
    expect(
      at.say('review', 'A-1', 'RequestReview', { ...request, receivedOn: '2024-04-01' }, WHO.registrar).missing,
    ).toEqual(['G12: out-of-term']);
    const early = at.say('review', 'A-1', 'RequestReview', { ...request, receivedOn: '2024-04-02' }, WHO.registrar);
    expect(early.missing).toEqual(['FIT: day-not-come', 'G12: out-of-term']);
    at.must('review', 'A-1', 'RequestReview', request, WHO.registrar);
    const assign = (...members: object[]) => at.say('review', 'A-1', 'AssignReviewers', { members }, WHO.head);
    expect(assign(member('adj-1'), member('mem-1')).missing).toEqual([
      'G11: same-person:adjudicator',
      'G11: same-person:decider',
      'G11: same-department:dept-adj-1',
    ]);
    expect(assign(member('rev-1'), member('rev-2')).refused).toBeNull();
    const decide = (result: string, ground: string, outcomes: object[] = []) =>
      at.say('review', 'A-1', 'DecideReview', { result, ground, outcomes, reason: '理由' }, 'rev-1').missing;
    expect(decide('change', 'improper', [outcome('DEMERIT')])).toEqual([`G6: heavier:${WHO.accused}`]);
    expect(decide('change', 'facts-unclear', [])).toEqual(['FIT: ground-unfit', 'FIT: outcomes-unfit']);
    expect(decide('revoke', 'procedure-broken')).toEqual([]);
  });
  test('that revokes sends it back to be decided anew, nothing heavier; one that changes is served again', () => {
    const { at, tale, request } = requested();
    at.must('review', 'A-1', 'RequestReview', request, WHO.registrar);
    at.must('review', 'A-1', 'AssignReviewers', { members: WHO.reviewers.map((one) => member(one)) }, WHO.head);
    const decided = at.must(
      'review',
      'A-1',
      'DecideReview',
      { result: 'revoke', ground: 'facts-unclear', outcomes: [], reason: '不清' },
      'rev-1',
    );
    const take = () => at.say('case', 'A-1', 'TakeRevocation', { review: decided.id }, WHO.head);
    expect(take().missing).toEqual(['SIGNED: document:review-decision']);
    tale.draft('review-decision', 'rev-1');
    tale.sign('review-decision', 'reviewer', WHO.reviewers);
    expect(take().refused).toBeNull();
    expect(at.state('case', 'A-1').status).toBe('adjudicating');
    expect(
      at.say('case', 'A-1', 'GiveAdjudicationOpinion', { opinion: '重', proposal: [outcome('DEMERIT')] }, 'adj-1')
        .missing,
    ).toEqual([`G6: heavier:${WHO.accused}`]);
    for (const step of ['opine', 'convene', 'vote', 'decide', 'announce', 'execute'] as const)
      tale[step]('CRITICISM' as never);
    expect(at.state('case', 'A-1').status).toBe('executing');
  });
});

test('effect periods: the heaviest, several of one kind, what still runs, and never more than 48 months', () => {
  const all = (...codes: string[]) => codes.map((code) => outcome(code)) as never;
  expect(effectPeriod(all('WARNING', 'DEMERIT', 'TALK_REMIND'), '2024-01-31')).toEqual({
    months: 12,
    to: '2025-01-31',
    forever: false,
  });
  expect(effectPeriod(all('WARNING', 'WARNING'), '2024-01-31').to).toBe('2025-01-31');
  expect(effectPeriod(all('REMOVAL', 'REMOVAL', 'REMOVAL'), '2024-01-31').to).toBe('2028-01-31');
  expect(effectPeriod(all('WARNING'), '2024-01-01', '2024-01-11').to).toBe('2024-07-11');
  expect(effectPeriod(all('REMOVAL'), '2024-01-01', '2029-01-01').to).toBe('2028-01-01');
  expect(effectPeriod(all('DISMISSAL'), '2024-01-01')).toEqual({ months: null, to: null, forever: true });
  expect(effectPeriod(all('CRITICISM'), '2024-01-01').to).toBeNull();
});
test('everything that can be missing has words', () => {
  const { at } = until('execute');
  expect(at.log.length).toBeGreaterThan(40);
  for (const [code, { zh, en }] of Object.entries(MISSING))
    expect([code, zh.length > 2, en.length > 5]).toEqual([code, true, true]);
});
