/** Fee items, assessments, waivers and refunds by example: what each guard refuses, and what a report says all the same. */
import { describe, expect, test } from '@jest/globals';
import type { FeeEvent, RefundEvent, TariffEvent } from '../../projections/events/money.js';
import { amountOf, isFen, isQuantity, sumFen, yuan } from '../../projections/kernel/money.js';
import { feeUses, payCodeUses, paymentUses } from '../../projections/money-uses.js';
import { paymentRegister } from '../../projections/payments.js';
import { fee } from '../../src/areas/money/fee.js';
import { refund } from '../../src/areas/money/refund.js';
import { tariff } from '../../src/areas/money/tariff.js';
import { given, log } from '../given.js';
import {
  abolished,
  assessed,
  fact,
  issued,
  line,
  naming,
  published,
  rate,
  received,
  tariffs,
  version,
} from '../money.js';

describe('amounts', () => {
  test.each([
    [rate, '2', 300n],
    [rate, '0.333', 50n],
    [{ ...rate, fen: '1' }, '0.5', 1n],
    [{ ...rate, fen: '1' }, '0.499999', 0n],
    [{ ...rate, leastFen: '1000' }, '1', 1000n],
    [{ ...rate, mostFen: '1000' }, '999', 1000n],
    [{ ...rate, kind: 'fixed', fen: '500' } as const, '7', 500n],
    [{ ...rate, fen: '900000000000000000' }, '999999999999', 899999999999100000000000000000n],
  ])('%j × %s', (of, quantity, amount) => expect(amountOf(of, quantity)).toBe(amount));
  test('are never a float, and what is no quantity has none', () => {
    expect(() => amountOf(rate, '1e3')).toThrow(RangeError);
    expect(['0', '10', '01', '-1', '1.5', '', 5].map(isFen)).toEqual([true, true, false, false, false, false, false]);
    expect(['0', '0.5', '1.0000001', '.5', '-1'].map(isQuantity)).toEqual([true, true, false, false, false]);
    expect(sumFen(['900000000000000000', '900000000000000001'])).toBe(1800000000000000001n);
    expect([yuan(5n), yuan(-1234n), yuan(0n)]).toEqual(['0.05', '-12.34', '0.00']);
  });
});

describe('a fee item', () => {
  const publish = (more: object = {}) => ({ type: 'PublishFeeItem', data: { ...version, ...more } });
  test('is published, changed from a later day on, and abolished', () => {
    given(tariff).when(publish()).then(published);
    given(tariff, published)
      .when(publish({ from: '2024-06-01' }))
      .thenMatches({ type: 'FeeItemPublished', data: { version: 2 } });
    given(tariff, published)
      .when({ type: 'AbolishFeeItem', data: { from: '2024-02-01', document: '财综9号' } })
      .then(abolished);
  });
  test.each([
    ['fee-basis-missing', { legalBasis: [] }],
    ['shares-not-whole', { shares: [{ level: 'city', percent: 99 }] }],
    ['shares-not-whole', { shares: ['city', 'city'].map((level) => ({ level, percent: 50 })) }],
    ['rate-bounds-crossed', { rate: { ...rate, leastFen: '2', mostFen: '1' } }],
  ])('is not published: %s', (code, more) => given(tariff).when(publish(more)).thenRefused([code]));
  test('does not begin before the version it replaces, nor end before it begins', () => {
    given(tariff, published).when(publish()).thenRefused(['fee-item-version-overtaken', 'e0']);
    given(tariff, published)
      .when({ type: 'AbolishFeeItem', data: { from: '2023-12-31', document: '文' } })
      .thenRefused(['fee-item-not-in-force']);
    given(tariff, published, abolished)
      .when(publish({ from: '2024-06-01' }))
      .thenRefused(['out-of-order', 'e1']);
  });
});

describe('an assessment', () => {
  const facts = { tariff: tariffs(published), matter: null };
  const assess = (more: object = {}) => ({ type: 'AssessFee', data: { feeItem: 'F-1', quantity: '10', ...more } });
  test('is rate × quantity, with the version that it was counted by', () => {
    given(fee).when(assess(), facts).then(assessed());
    given(fee)
      .when(assess({ amountFen: '1500' }), facts)
      .then(assessed());
  });
  test.each([
    ['amount-not-by-rate', { amountFen: '1501' }, {}],
    ['amount-not-by-rate', { amountFen: '1499' }, {}],
    ['fee-item-not-in-force', {}, { tariff: tariffs() }],
    ['fee-item-not-in-force', {}, { on: '2023-12-31' }],
    ['no-instalments', { instalment: { n: 1, of: 2 } }, {}],
  ])('is refused: %s', (code, more, context) =>
    given(fee)
      .when(assess(more), { ...facts, ...context })
      .thenRefused([code]),
  );
  test('is refused for an item that it is not charged for', () =>
    given(fee)
      .when(assess({ itemCode: 'B-1' }), facts)
      .thenRefused(['fee-not-of-the-item', 'e0']));
  test('names the abolition that stands in its way, and a matter that nobody knows', () => {
    const gone = { ...facts, tariff: tariffs(published, abolished) };
    given(fee).when(assess(), gone).thenRefused(['fee-item-not-in-force', 'e1']);
    given(fee)
      .when(assess({ matterId: 'M-1' }), facts)
      .thenRefused(['matter-unknown']);
    given(fee, assessed()).when(assess(), facts).thenRefused(['fee-assessed-already', 'e0']);
  });
  test('as a report is what the source says, marked', () =>
    given(fee)
      .when(assess({ amountFen: '9900' }), facts, 'report')
      .thenMarked(['amount-not-by-rate']));
});

describe('a waiver', () => {
  const facts = { tariff: tariffs(published) };
  const [asker, unit, finance] = ['a', 'u', 'f'].map((person) => ({
    by: { person, org: 'finance', actingAs: 'holder', authMethod: 'session' },
    id: 'f-1',
    receipted: naming(feeUses),
  })) as [any, any, any];
  const data = { kind: 'reduce', amountFen: '500', reason: '低保', document: '申请书' } as const;
  const requested: FeeEvent = { type: 'WaiverRequested', data: { ...data, payer: null } };
  const past = (by: any, ...events: FeeEvent[]) =>
    log(...events.map((event) => ({ ...event, actor: by.by }))) as unknown as FeeEvent[];
  const reviewed: FeeEvent = { type: 'WaiverReviewed', data: { agrees: true, opinion: '属实' } };
  const agreed = [...past(asker, assessed(), requested), ...past(unit, reviewed)];
  test('is asked for in writing, reviewed by the unit, approved by finance', () => {
    given(fee, assessed()).when({ type: 'RequestWaiver', data }, facts).then(requested);
    given(fee, ...past(asker, assessed(), requested))
      .when({ type: 'ReviewWaiver', data: reviewed.data }, unit)
      .then(reviewed);
    given(fee, ...agreed)
      .when({ type: 'ApproveWaiver', data: { document: '批复' } }, finance)
      .then({
        type: 'FeeWaived',
        data: {
          kind: 'reduce',
          amountFen: '500',
          approver: { name: 'finance', level: 'finance' },
          requestedOn: '2024-03-01',
          decidedOn: '2024-03-01',
          document: '批复',
        },
      });
  });
  test('takes three people', () => {
    given(fee, ...past(asker, assessed(), requested))
      .when({ type: 'ReviewWaiver', data: reviewed.data }, asker)
      .thenRefused(['reviewer-asked']);
    for (const one of [asker, unit])
      given(fee, ...agreed)
        .when({ type: 'ApproveWaiver', data: {} }, one)
        .thenRefused(['approver-reviewed']);
  });
  test('is not given without a request, a review that agrees, or in the name of anybody but finance', () => {
    given(fee, assessed()).when({ type: 'ApproveWaiver', data: {} }, finance).thenRefused(['waiver-not-requested']);
    given(fee, ...past(asker, assessed(), requested))
      .when({ type: 'ApproveWaiver', data: {} }, finance)
      .thenRefused(['waiver-not-reviewed']);
    const no: FeeEvent = { type: 'WaiverReviewed', data: { agrees: false, opinion: '不符' } };
    given(fee, ...past(asker, assessed(), requested), ...past(unit, no))
      .when({ type: 'ApproveWaiver', data: {} }, finance)
      .thenRefused(['waiver-not-reviewed', 'e0']);
    given(fee, ...agreed)
      .when({ type: 'ApproveWaiver', data: { approver: { name: '局', level: 'unit' } } }, finance, 'report')
      .thenMarked(['waiver-approver']);
    given(fee, ...agreed)
      .when({ type: 'ApproveWaiver', data: {} }, { ...finance, on: '2024-02-29' })
      .thenRefused(['waiver-before-request', 'e1']);
  });
  test.each([
    ['fee-not-waivable', {}, tariffs({ ...published, data: { ...published.data, waivable: false } } as TariffEvent)],
    ['waiver-not-in-writing', { document: undefined }, facts.tariff],
    ['waiver-over-fee', { amountFen: '1501' }, facts.tariff],
  ])('is not asked for: %s', (code, more, of) =>
    given(fee, assessed())
      .when({ type: 'RequestWaiver', data: { ...data, ...more } }, { tariff: of })
      .thenRefused([code]),
  );
  test('of all of it leaves nothing to be paid; one that defers leaves all', () => {
    const waive = (kind: 'exempt' | 'defer'): FeeEvent => ({
      type: 'FeeWaived',
      data: {
        kind,
        amountFen: '1500',
        approver: { name: 'f', level: 'finance' },
        requestedOn: null,
        decidedOn: '2024-03-01',
        document: null,
      },
    });
    const notice = { type: 'IssueNotice', data: { payCode: 'P-1' } };
    given(fee, assessed(), waive('exempt')).when(notice, { code: null }).thenRefused(['nothing-to-pay']);
    given(fee, assessed(), waive('defer'))
      .when(notice, { code: null })
      .then({ type: 'PaymentNoticeIssued', data: { payCode: 'P-1', amountFen: '1500', dueOn: null } });
  });
});

describe('a refund', () => {
  const paid = { payment: fact(paymentRegister, 'payment-p-1', received()), uses: naming(paymentUses) };
  const ask = { payment: 'p-1', amountFen: '1500', reason: '多缴', by: 'payer' } as const;
  const asked: RefundEvent = {
    type: 'RefundRequested',
    data: { ...ask, org: 'org-1', receipt: null, fee: null, on: '2024-03-01' },
  };
  const verified: RefundEvent = { type: 'RefundVerified', data: { agrees: true, opinion: '属实' } };
  const granted: RefundEvent = {
    type: 'RefundApproved',
    data: { approver: { name: 'f', level: 'finance' }, decidedOn: '2024-03-01', document: null },
  };
  const as = (person: string, ...events: RefundEvent[]) =>
    log(...events).map((event) => ({ ...event, actor: { ...event.actor, person } })) as never[];
  test('is asked for, verified and approved by three people', () => {
    given(refund).when({ type: 'RequestRefund', data: ask }, paid).then(asked);
    given(refund)
      .when({ type: 'RequestRefund', data: { ...ask, amountFen: '1501' } }, paid)
      .thenRefused(['refund-over-payment', 'e0']);
    given(refund)
      .when({ type: 'RequestRefund', data: ask }, { payment: null, uses: null })
      .thenRefused(['refund-over-payment']);
    given(refund, asked).when({ type: 'VerifyRefund', data: verified.data }).thenRefused(['verifier-asked']);
    const past = [...as('a', asked), ...as('b', verified)];
    const by = (person: string) => ({
      by: { person, org: 'finance', actingAs: 'holder', authMethod: 'session' } as const,
    });
    for (const person of ['a', 'b'])
      given(refund, ...past)
        .when({ type: 'ApproveRefund', data: {} }, by(person))
        .thenRefused(['approver-verified']);
    given(refund, ...past)
      .when({ type: 'ApproveRefund', data: {} }, by('c'))
      .thenMatches({ type: 'RefundApproved' });
    given(refund, asked).when({ type: 'ApproveRefund', data: {} }, by('c')).thenRefused(['refund-not-verified']);
  });
  test('goes back to the account that it came from, no more than was approved', () => {
    const pay = (more: object = {}) => ({
      type: 'PayRefund',
      data: { account: '622', amountFen: '1500', toAccount: { personId: 'acct-1', personal: {} }, ...more },
    });
    given(refund, asked, verified, granted).when(pay(), paid, 'report').thenMarked();
    given(refund, asked, verified, granted)
      .when(pay({ amountFen: '1501' }), paid, 'report')
      .thenMarked(['refund-not-approved'], ['refund-over-payment', 'e0']);
    given(refund, asked, verified, granted)
      .when(pay({ toAccount: { personId: 'acct-2', personal: {} } }), paid, 'report')
      .thenMarked(['refund-to-another-account', 'e0']);
    given(refund, asked, verified, granted)
      .when(pay({ payment: 'p-2' }), paid, 'report')
      .thenMarked(['refund-of-another-payment']);
    given(refund, asked).when(pay(), paid, 'report').thenMarked(['out-of-order', 'e0'], ['refund-not-approved']);
  });
});

describe('what is owed is used up', () => {
  const of = (line_: object = {}) => issued({ lines: [{ ...line, matterId: null, itemCode: null, ...line_ }] });
  const receipted = (...more: Parameters<typeof naming>[1][]) =>
    naming(feeUses, ['receipt-4501-0007', of()], ...(more as never[]));
  const voided = { type: 'ReceiptVoided', data: { on: '2024-03-01', reason: '错票', copiesKept: true, handler: null } };
  const notice: FeeEvent = { type: 'PaymentNoticeIssued', data: { payCode: 'P-1', amountFen: '1500', dueOn: null } };
  const facts = { id: 'f-1', receipted: naming(feeUses), paid: null, tariff: tariffs(published) };
  const cancel = { type: 'CancelFee', data: { reason: '误核' } };

  test('a fee is not cancelled while a receipt for it counts', () => {
    given(fee, assessed()).when(cancel, facts).thenMatches({ type: 'FeeCancelled' });
    given(fee, assessed())
      .when(cancel, { ...facts, receipted: receipted() })
      .thenRefused(['fee-receipted', 'u0']);
    given(fee, assessed())
      .when(cancel, { ...facts, receipted: receipted() }, 'report')
      .thenMarked(['fee-receipted', 'u0']);
    given(fee, assessed())
      .when(cancel, { ...facts, receipted: receipted(['receipt-4501-0007', voided]) })
      .thenMatches({ type: 'FeeCancelled' });
  });
  test('nor while what was paid by its code has stayed', () => {
    const paid = (...more: object[]) => ({
      ...facts,
      paid: naming(payCodeUses, ['payment-p-1', received({ payCode: 'P-1' })], ...(more as never[])),
    });
    const back = (amountFen: string) => [
      'refund-r-1',
      { type: 'RefundPaid', data: { payment: 'p-1', amountFen, org: null, account: '622', on: '2024-03-01' } },
    ];
    given(fee, assessed(), notice).when(cancel, paid()).thenRefused(['fee-paid', 'u0']);
    given(fee, assessed(), notice).when(cancel, paid(), 'report').thenMarked(['fee-paid', 'u0']);
    given(fee, assessed(), notice)
      .when(cancel, paid(back('1499')))
      .thenRefused(['fee-paid', 'u0']);
    for (const gone of [back('1500'), ['payment-p-1', { type: 'PaymentReversed', data: {} }]])
      given(fee, assessed(), notice).when(cancel, paid(gone)).thenMatches({ type: 'FeeCancelled' });
  });
  test('neither counted anew nor waived to less than has been receipted', () => {
    const all = { ...facts, receipted: receipted() };
    const anew = (quantity: string) => ({ type: 'RecalculateFee', data: { quantity, reason: '复核' } });
    given(fee, assessed()).when(anew('9.99'), all).thenRefused(['less-than-receipted', 'u0']);
    given(fee, assessed()).when(anew('9.99'), all, 'report').thenMarked(['less-than-receipted', 'u0']);
    given(fee, assessed()).when(anew('10'), all).thenMatches({ type: 'FeeRecalculated' });
    const waive = { approver: { name: '财政局', level: 'finance' }, amountFen: '1', kind: 'reduce' };
    given(fee, assessed())
      .when({ type: 'ApproveWaiver', data: waive }, all, 'report')
      .thenMarked(['waiver-not-requested'], ['less-than-receipted', 'u0']);
    given(fee, assessed())
      .when({ type: 'ApproveWaiver', data: { ...waive, kind: 'defer' } }, all, 'report')
      .thenMarked(['waiver-not-requested']);
  });
  test('a pay code is of one fee, or of several of one matter', () => {
    const issue = { type: 'IssueNotice', data: { payCode: 'P-1' } };
    const of_ = (matter: string | null, stream = 'fee-f-2') => {
      const refs = matter === null ? [] : [{ type: 'matter', id: matter, role: 'charged' }];
      return { id: 'f-1', code: naming(payCodeUses, [stream, { ...notice, refs }]) };
    };
    given(fee, assessed()).when(issue, of_(null)).thenRefused(['pay-code-used', 'u0']);
    given(fee, assessed()).when(issue, of_(null), 'report').thenMarked(['pay-code-used', 'u0']);
    given(fee, assessed()).when(issue, of_(null, 'fee-f-1')).then(notice);
    const charged = assessed({ matterId: 'M-1' });
    given(fee, charged).when(issue, of_('M-1')).then(notice);
    given(fee, charged).when(issue, of_('M-2')).thenRefused(['pay-code-used', 'u0']);
    const remitted = { type: 'RemittanceMade', data: {} };
    given(fee, charged)
      .when(issue, { id: 'f-1', code: naming(payCodeUses, ['remittance-c.3', remitted]) })
      .thenRefused(['pay-code-used', 'u0']);
  });
  test('the refunds of one payment are no more than was paid', () => {
    const asked = (amountFen: string) => ({
      type: 'RefundRequested',
      data: { payment: 'p-1', amountFen, org: null, receipt: null, fee: null, reason: '', by: 'payer', on: '' },
    });
    const facts_ = (...more: object[]) => ({
      id: 'r-1',
      payment: fact(paymentRegister, 'payment-p-1', received()),
      uses: naming(paymentUses, ['refund-r-2', asked('1000')], ...(more as never[])),
    });
    const ask = (amountFen: string) => ({
      type: 'RequestRefund',
      data: { payment: 'p-1', amountFen, reason: '多缴', by: 'payer' },
    });
    given(refund).when(ask('500'), facts_()).thenMatches({ type: 'RefundRequested' });
    given(refund).when(ask('501'), facts_()).thenRefused(['payment-refunded-already', 'u0']);
    given(refund).when(ask('501'), facts_(), 'report').thenMarked(['payment-refunded-already', 'u0']);
    const denied = ['refund-r-2', { type: 'RefundDenied', data: { reason: '不符' } }];
    given(refund).when(ask('1500'), facts_(denied)).thenMatches({ type: 'RefundRequested' });
  });
});
