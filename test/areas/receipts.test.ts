/** Stock, receipts, remittances and money at the bank by example. */
import { describe, expect, test } from '@jest/globals';
import type { BlockEvent, ReceiptEvent } from '../../projections/events/money.js';
import { feeUses, payCodeUses, paymentUses, redUses, stockUses } from '../../projections/money-uses.js';
import { payeeRegister } from '../../projections/payees.js';
import { paymentRegister } from '../../projections/payments.js';
import { receiptRegister } from '../../projections/receipts.js';
import { credit, deposit, payment } from '../../src/areas/money/bank.js';
import { block } from '../../src/areas/money/block.js';
import { payee } from '../../src/areas/money/payee.js';
import { receipt } from '../../src/areas/money/receipt.js';
import { remittance } from '../../src/areas/money/remittance.js';
import { given, log } from '../given.js';
import { fact, issued, issuedTo, line, naming, printed, receiptFacts, received, stock, use } from '../money.js';

describe('a block', () => {
  const at = { id: '4501-0001', stock: naming(stockUses), used: [] };
  test('has numbers of one length, in order, a million at most', () => {
    given(block)
      .when({ type: 'PrintBlock', data: { to: '0100', form: 'paper' } }, { ...at, on: '2024-01-01' })
      .then(printed);
    for (const to of ['0000', '100', '01000'])
      given(block)
        .when({ type: 'PrintBlock', data: { to, form: 'paper' } }, at)
        .thenRefused(['block-numbers']);
    const many = (to: string) =>
      given(block).when(
        { type: 'PrintBlock', data: { to, form: 'electronic' } },
        { id: 'c-0000001', on: '2024-01-01', stock: naming(stockUses) },
      );
    many('1000000').thenMatches({ type: 'BlockPrinted' });
    many('1000001').thenRefused(['block-numbers']);
  });
  test('has no number that is in another', () => {
    const print = (to: string, form = 'paper') => ({ type: 'PrintBlock', data: { to, form } });
    const beside = { ...at, id: '4501-0101', stock: naming(stockUses, ['block-4501-0001', printed]) };
    given(block).when(print('0200'), beside).thenMatches({ type: 'BlockPrinted' });
    for (const id of ['4501-0100', '4501-0050', '4501-0000']) {
      given(block)
        .when(print('0100'), { ...beside, id })
        .thenRefused(['block-overlaps', 'u0']);
      given(block)
        .when(print('0100'), { ...beside, id }, 'report')
        .thenMarked(['block-overlaps', 'u0']);
    }
    given(block)
      .when(print('00100'), { ...beside, id: '4501-00050' })
      .thenMatches({ type: 'BlockPrinted' });
  });
  test('does not take back what has been used, and looks at each number', () => {
    const of = log(printed, issuedTo('org-1')).map((event) => ({ ...event, stream: 'block-4501-0001' })) as never[];
    const giveBack = { type: 'ReturnReceipts', data: { first: '0006', last: '0007', reason: '未用' } };
    const used = [receiptRegister.initial, fact(receiptRegister, 'receipt-4501-0007', issued())];
    given(block, ...of)
      .when(giveBack, { ...at, used })
      .thenRefused(['numbers-used', 'e0']);
    given(block, ...of)
      .when(giveBack, { ...at, used }, 'report')
      .thenMarked(['numbers-used', 'e0']);
    const many = log({ ...printed, data: { ...printed.data, to: '0999' } } as BlockEvent, issuedTo('org-1'));
    const all = { type: 'ReturnReceipts', data: { first: '0001', last: '0501', reason: '未用' } };
    given(block, ...(many.map((event) => ({ ...event, stream: 'block-4501-0001' })) as never[]))
      .when(all, at)
      .thenRefused(['too-many-numbers']);
    const asked = block.commands.ReturnReceipts.needs!(giveBack.data, { id: '4501-0001' } as never, {} as never);
    expect((asked['used'] as readonly { id: string }[]).map(({ id }) => id)).toEqual(['4501-0006', '4501-0007']);
  });
  test('goes to one unit; what it gives back is in it, once; finance destroys', () => {
    const of = (...events: BlockEvent[]) =>
      log(printed, ...events).map((event) => ({ ...event, stream: 'block-4501-0001' })) as never[];
    given(block, ...of(issuedTo('org-1')))
      .when({ type: 'IssueBlock', data: { org: 'org-2' } }, at)
      .thenRefused(['block-issued-already']);
    const giveBack = (first: string, last: string) => ({
      type: 'ReturnReceipts',
      data: { first, last, reason: '未用' },
    });
    const returned: BlockEvent = {
      type: 'BlockReturned',
      data: { first: '0090', last: '0100', on: '2024-03-01', reason: '未用' },
    };
    given(block, ...of(issuedTo('org-1')))
      .when(giveBack('0090', '0100'), at)
      .then(returned);
    given(block, ...of(issuedTo('org-1')))
      .when(giveBack('0090', '0101'), at)
      .thenRefused(['numbers-not-in-block']);
    given(block, ...of(issuedTo('org-1'), returned))
      .when(giveBack('0080', '0090'), at)
      .thenRefused(['numbers-not-in-block', 'e2']);
    given(block, ...of(issuedTo('org-1')))
      .when({ type: 'DestroyReceipts', data: { first: '0001', last: '0002' } }, at, 'report')
      .thenMarked(['destruction-approver']);
  });
});

describe('a receipt', () => {
  const reverse = { type: 'ReverseReceipt', data: { reason: '退费', red: '4501-0008' } };
  const issue = (more: object = {}) => ({ type: 'IssueReceipt', data: { ...use, ...more } });
  test('is issued by whoever acts, for what was assessed, once', () => {
    given(receipt).when(issue(), receiptFacts).then(issued());
    given(receipt, issued()).when(issue(), receiptFacts).thenRefused(['number-used', 'e0']);
    given(receipt, issued())
      .when(issue({ org: 'org-1' }), receiptFacts, 'report')
      .thenMarked(['number-used', 'e0']);
  });
  test.each([
    ['out-of-block', {}, { id: '4501-0101' }],
    ['out-of-block', {}, { id: '4502-0007' }],
    ['out-of-block', {}, { block: null }],
    ['receipt-sum', { amountFen: '1499' }, {}],
    ['receipt-not-assessed', { lines: [{ ...line, amountFen: '1501' }], amountFen: '1501' }, {}],
    ['receipt-not-assessed', { lines: [{ ...line, fee: undefined }] }, { fees: [] }],
    ['cash-at-window', { payChannel: 'cash' }, {}],
  ])('is not issued: %s %j %j', (code, more, context) => {
    const run = given(receipt).when(issue(more), { ...receiptFacts, ...context });
    expect(() => run.then()).toThrow(code);
  });
  test('of another unit, or of numbers that went back, is out of the block', () => {
    const back: BlockEvent = {
      type: 'BlockReturned',
      data: { first: '0001', last: '0010', on: '2024-02-01', reason: '' },
    };
    for (const other of [stock(printed, issuedTo('org-2')), stock(printed), stock(printed, issuedTo('org-1'), back)])
      given(receipt)
        .when(issue(), { ...receiptFacts, block: other })
        .thenRefused(['out-of-block', 'e0']);
  });
  test('of two lines for one fee is looked at as a whole', () => {
    const half = { ...line, amountFen: '751' };
    given(receipt)
      .when(issue({ lines: [half, half], amountFen: '1502' }), receiptFacts)
      .thenRefused(['receipt-not-assessed']);
  });
  test('is with all others for the fee no more than is owed', () => {
    const before = (amountFen: string, ...more: object[]) => ({
      ...receiptFacts,
      receipted: [
        naming(
          feeUses,
          ['receipt-4501-0006', issued({ lines: [{ ...line, amountFen, matterId: null, itemCode: null }] })],
          ...(more as never[]),
        ),
      ],
    });
    given(receipt).when(issue(), before('1')).thenRefused(['fee-receipted-already', 'u0']);
    given(receipt)
      .when(issue({ org: 'org-1' }), before('1'), 'report')
      .thenMarked(['fee-receipted-already', 'u0']);
    const rest = issue({ lines: [{ ...line, amountFen: '1000' }], amountFen: '1000' });
    given(receipt).when(rest, before('500')).thenMatches({ type: 'ReceiptIssued' });
    const reversed = { type: 'ReceiptRedReversed', data: { on: '2024-03-01', reason: '', red: 'x', handler: null } };
    given(receipt)
      .when(issue(), before('1500', ['receipt-4501-0006', reversed]))
      .thenMatches({ type: 'ReceiptIssued' });
  });
  test('is not completed by a payment that has completed another', () => {
    const done = { type: 'ReceiptCompleted', data: { on: '2024-03-01', payment: 'p-1', amountFen: '1500' } };
    const checked: ReceiptEvent = { type: 'ReceiptChecked', data: { checker: null, note: null } };
    const past = [issued({ checker: { personId: 'person-2', personal: {} } }), checked];
    const complete = { type: 'CompleteReceipt', data: { payment: 'p-1' } };
    const facts = (amountFen: string, ...more: object[]) => ({
      id: '4501-0007',
      payment: fact(paymentRegister, 'payment-p-1', received({ amountFen })),
      uses: naming(paymentUses, ['receipt-4501-0006', done], ...(more as never[])),
    });
    given(receipt, ...past)
      .when(complete, facts('2999'))
      .thenRefused(['payment-used', 'u0']);
    given(receipt, ...past)
      .when(complete, facts('2999'), 'report')
      .thenMarked(['payment-used', 'u0']);
    given(receipt, ...past)
      .when(complete, facts('3000'))
      .thenMatches({ type: 'ReceiptCompleted', data: { amountFen: '1500' } });
    const reversed = { type: 'ReceiptRedReversed', data: { on: '2024-03-01', reason: '', red: 'x', handler: null } };
    given(receipt, ...past)
      .when(complete, facts('1500', ['receipt-4501-0006', reversed]))
      .thenMatches({ type: 'ReceiptCompleted' });
  });
  test('is checked by another, completed when it is paid, then reversed and not voided', () => {
    const other = { by: { person: 'person-2', actingAs: 'holder', authMethod: 'session' } as const };
    given(receipt, issued()).when({ type: 'CheckReceipt', data: {} }).thenRefused(['checker-is-handler']);
    const checked: ReceiptEvent = {
      type: 'ReceiptChecked',
      data: { checker: { personId: 'person-2', personal: {} }, note: null },
    };
    given(receipt, issued()).when({ type: 'CheckReceipt', data: {} }, other).then(checked);
    given(receipt, issued(), checked)
      .when({ type: 'CheckReceipt', data: {} }, other)
      .thenRefused(['receipt-checked-already']);
    const paid = (amountFen: string) => ({
      payment: fact(paymentRegister, 'payment-p-1', received({ amountFen })),
      uses: naming(paymentUses),
    });
    const complete = { type: 'CompleteReceipt', data: { payment: 'p-1' } };
    given(receipt, issued(), checked).when(complete, paid('1499')).thenRefused(['receipt-not-paid', 'e0']);
    given(receipt, issued()).when(complete, paid('1500')).thenRefused(['receipt-not-checked']);
    const completed: ReceiptEvent = {
      type: 'ReceiptCompleted',
      data: { on: '2024-03-01', payment: 'p-1', amountFen: '1500' },
    };
    given(receipt, issued(), checked).when(complete, paid('1500')).then(completed);
    const undo = { reason: '错票', copiesKept: true };
    given(receipt, issued(), checked, completed)
      .when({ type: 'VoidReceipt', data: undo })
      .thenRefused(['receipt-completed']);
    given(receipt, issued())
      .when({ type: 'VoidReceipt', data: { reason: '错票' } })
      .thenRefused(['copies-missing']);
    given(receipt, issued(), checked, completed)
      .when(reverse, { used: fact(receiptRegister, 'receipt-4501-0008'), reds: naming(redUses) })
      .thenMatches({ type: 'ReceiptRedReversed', data: { red: '4501-0008' } });
    // A number is used once, by whatever it is.
    const red: ReceiptEvent = {
      type: 'ReceiptRedReversed',
      data: { on: '2024-03-01', reason: 'x', red: '4501-0008', handler: null },
    };
    const taken = naming(redUses, ['receipt-4501-0001', red]);
    given(receipt, issued())
      .when(reverse, { used: fact(receiptRegister, 'receipt-4501-0008', issued()), reds: taken })
      .thenRefused(['red-number-used', 'e0', 'u0']);
    given(receipt)
      .when(issue(), { ...receiptFacts, id: '4501-0008', reds: taken })
      .thenRefused(['number-used-by-red', 'u0']);
  });
  test('says who issued and who checked it, as a source tells; one person for both is marked', () => {
    const staff = { personId: 'x', personal: {} };
    given(receipt)
      .when(issue({ org: 'org-1', handler: staff, checker: staff }), receiptFacts, 'report')
      .thenMarked(['handler-is-checker']);
  });
  test('of kind collect belongs to the remittance of its window and day', () => {
    const place = { kind: 'centre-window', window: '3', org: 'centre' } as const;
    given(receipt)
      .when(issue({ kind: 'collect' }), { ...receiptFacts, place })
      .thenMatches({
        type: 'ReceiptIssued',
        data: { remittance: 'centre.3-2024-03-01', centre: 'centre', window: '3' },
      });
  });
});

describe('a remittance', () => {
  const collected = (more: object = {}) =>
    fact(receiptRegister, 'receipt-4501-0007', issued({ remittance: 'c.3-2024-03-01', ...more }));
  const make = (amountFen: string, receipts = ['4501-0007']) => ({
    type: 'MakeRemittance',
    data: { centre: 'c', window: '3', day: '2024-03-01', receipts, amountFen },
  });
  const place = { kind: 'centre-window', window: '3', org: 'c' } as const;
  const at = { id: 'c.3-2024-03-01', receipts: [collected()], place, code: null };
  test('is made by the window that it is of', () => {
    for (const other of [{ ...place, window: '4' }, { ...place, org: 'd' }, undefined])
      given(remittance)
        .when(make('1500'), { ...at, place: other as never })
        .thenRefused(['remittance-of-another-window']);
    given(remittance)
      .when(make('1500'), { ...at, place: { ...place, window: '4' } }, 'report')
      .thenMarked(['remittance-of-another-window']);
    given(remittance)
      .when(make('1500'), { ...at, place: undefined as never }, 'report')
      .thenMarked();
  });
  test('is paid in by a code of its own', () => {
    const code = naming(payCodeUses, ['fee-f-1', { type: 'PaymentNoticeIssued', data: {} }]);
    const paid = { type: 'MakeRemittance', data: { ...make('1500').data, payCode: 'P-1' } };
    given(remittance)
      .when(paid, { ...at, code })
      .thenRefused(['pay-code-used', 'u0']);
  });
  test('is what its receipts sum to, each of this window and day, each once', () => {
    given(remittance)
      .when(make('1500'), at)
      .thenMatches({ type: 'RemittanceMade', data: { amountFen: '1500' } });
    given(remittance).when(make('1499'), at).thenRefused(['remittance-sum']);
    given(remittance)
      .when(make('1500'), { ...at, id: 'c.3-2024-03-02' })
      .thenRefused(['receipt-of-another-remittance']);
    given(remittance)
      .when(make('3000', ['4501-0007', '4501-0007']), { ...at, receipts: [collected(), collected()] })
      .thenRefused(['receipt-of-another-remittance']);
  });
});

describe('money at the bank', () => {
  const approve = { name: '集中收费', bank: '农行', kind: 'centre', document: '文', from: '2024-01-01' } as const;
  const approved = { type: 'AccountApproved', data: { ...approve, org: null, centre: null, to: null } } as const;
  test('an account is approved once for a day, and closed', () => {
    given(payee).when({ type: 'ApproveAccount', data: approve }).then(approved);
    given(payee, approved)
      .when({ type: 'ApproveAccount', data: { ...approve, from: '2024-02-01' } })
      .thenRefused(['account-approved-already', 'e0']);
    given(payee)
      .when({ type: 'ApproveAccount', data: { ...approve, to: '2024-01-01' } })
      .thenRefused(['account-ends-before']);
    const closing = { from: '2024-02-01', document: '文', reason: '归并' };
    given(payee, approved)
      .when({ type: 'CloseAccount', data: closing })
      .thenMatches({ type: 'CollectionAccountClosed' });
    given(payee, approved, { type: 'CollectionAccountClosed', data: closing })
      .when({ type: 'ApproveAccount', data: { ...approve, from: '2024-02-01' } })
      .thenMatches({ type: 'AccountApproved' });
  });
  test('comes into an account that is approved, once under one reference', () => {
    const { on: _, payer: _p, ...data } = received().data;
    const come = {
      type: 'ReceivePayment',
      data: Object.fromEntries(Object.entries(data).filter(([, v]) => v !== null)),
    };
    const of = fact(payeeRegister, 'payee-622', approved);
    given(payment).when(come, { payee: of }, 'report').thenMarked();
    given(payment).when(come, { payee: null }, 'report').thenMarked(['account-not-approved']);
    given(payment, received()).when(come, { payee: of }, 'report').thenMarked(['said-before', 'e0']);
  });
  test('goes on no earlier than it came, and into the treasury no more than went on', () => {
    const payeeFact = { payee: fact(payeeRegister, 'payee-622', approved) };
    const make = {
      type: 'MakeDeposit',
      data: { account: '622', day: '2024-03-02', amountFen: '1500', to: 'treasury' },
    };
    given(deposit).when(make, payeeFact, 'report').thenMarked(['deposit-before-collection']);
    const made = {
      type: 'DepositMade',
      data: { ...make.data, to: 'treasury', on: '2024-03-02', bankRef: null },
    } as const;
    const of = { deposit: fact(deposit, 'deposit-d-1', made) };
    const book = (amountFen: string) => ({
      type: 'CreditTreasury',
      data: { deposit: 'd-1', level: 'city', subject: '103', amountFen },
    });
    given(credit).when(book('1500'), of, 'report').thenMarked();
    given(credit).when(book('1501'), of, 'report').thenMarked(['credit-without-deposit', 'e0']);
    given(credit).when(book('1'), { deposit: null }, 'report').thenMarked(['credit-without-deposit']);
  });
});
