/**
 * Over any history of acts and reports about money: no fen is lost or made between the log and the identities that are
 * printed, every fen that was assessed is credited, given back or named as a residue, and where more was used up than there
 * was, an event says so.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addDays } from '../../projections/kernel/instant.js';
import type { Recorded } from '../../projections/kernel/message.js';
import { booksOf, LEDGER_TABLES, type LedgerRows } from '../../projections/reconcile/ledger-books.js';
import { CALENDAR_DAYS } from '../../projections/reconcile/match.js';
import { relate } from '../../projections/reconcile/relations.js';
import { summed, tieOut } from '../../projections/reconcile/tie-out.js';
import { credit, deposit, payment } from '../../src/areas/money/bank.js';
import { block } from '../../src/areas/money/block.js';
import { fee } from '../../src/areas/money/fee.js';
import { payee } from '../../src/areas/money/payee.js';
import { receipt } from '../../src/areas/money/receipt.js';
import { refund } from '../../src/areas/money/refund.js';
import { remittance } from '../../src/areas/money/remittance.js';
import { tariff } from '../../src/areas/money/tariff.js';
import type { Context, Decider } from '../../src/kernel/decider.js';
import { Refusal } from '../../src/kernel/decider.js';
import { sending } from '../../src/ledger/commands.js';
import { MemoryStore } from '../../src/ledger/memory.store.js';
import { Streams } from '../../src/ledger/streams.js';
import { Vault } from '../../src/ledger/vault.js';
import { MemoryShelf } from '../../src/simulation/shelf.js';
import { context } from '../given.js';
import { rate, version } from '../money.js';

const runs = process.env.MINGZHANG_LONG === '1' ? 2000 : 250;
let folder: string;
let vault: Vault;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mingzhang-fen-'));
  vault = await Vault.open([folder], false);
});
afterAll(() => rm(folder, { recursive: true }));

const DECIDERS = { fee, receipt, block, remittance, payment, deposit, credit, refund, tariff, payee };
type Step = Readonly<{
  of: keyof typeof DECIDERS;
  id: string;
  type: string;
  data: object;
  report: boolean;
  day: number;
  who: string;
}>;
const one = <T>(...all: T[]) => fc.constantFrom(...all);
const FEES = ['f-1', 'f-2'];
const NUMBERS = ['4501-0001', '4501-0002', '4501-0003', '4501-0004'];
const PAYMENTS = ['622-1', '622-2', '622-3'];
const amount = one('100', '150', '300', '450', '1500');
const step = (of: Step['of'], ids: readonly string[], type: string, data: fc.Arbitrary<object>) =>
  fc.record({
    of: fc.constant(of),
    id: one(...ids),
    type: fc.constant(type),
    data,
    report: fc.boolean(),
    day: fc.nat(3),
    who: one('a', 'b', 'c'),
  });
const none = fc.constant({});
const because = fc.constant({ reason: '更正' });
const lines = fc.array(fc.record({ fee: one(...FEES), feeItem: one('F-1'), quantity: one('1'), amountFen: amount }), {
  minLength: 1,
  maxLength: 2,
});
const issue = fc
  .record({
    lines,
    kind: one('direct', 'collect'),
    form: one('electronic'),
    payChannel: one('bank'),
    notice: fc.boolean(),
  })
  .map((data) => {
    const sum = data.lines.reduce((total, { amountFen }) => total + BigInt(amountFen), 0n);
    return { ...data, amountFen: sum.toString(), block: '4501-0001', org: 'org-1', payCode: 'P-1' };
  });
const finance = { approver: { name: '财政局', level: 'finance' } };
const waived = fc.record({ kind: one('reduce', 'defer', 'exempt'), amountFen: amount });
/** In about the order in which things go; the history shuffles them. */
const steps: readonly [number, fc.Arbitrary<Step>][] = [
  [5, step('fee', FEES, 'AssessFee', fc.record({ feeItem: one('F-1'), quantity: one('1', '2', '10') }))],
  [2, step('fee', FEES, 'RecalculateFee', fc.record({ quantity: one('1', '3'), reason: one('复核') }))],
  [
    2,
    step(
      'fee',
      FEES,
      'RequestWaiver',
      waived.map((w) => ({ ...w, reason: '低保', document: '申请' })),
    ),
  ],
  [1, step('fee', FEES, 'ReviewWaiver', fc.constant({ agrees: true, opinion: '属实' }))],
  [
    2,
    step(
      'fee',
      FEES,
      'ApproveWaiver',
      waived.map((w) => ({ ...w, ...finance })),
    ),
  ],
  [2, step('fee', FEES, 'IssueNotice', fc.record({ payCode: one('P-1', 'P-2') }))],
  [1, step('fee', FEES, 'CancelFee', because)],
  [8, step('receipt', NUMBERS, 'IssueReceipt', issue)],
  [5, step('receipt', NUMBERS, 'CheckReceipt', none)],
  [5, step('receipt', NUMBERS, 'CompleteReceipt', fc.record({ payment: one(...PAYMENTS) }))],
  [2, step('receipt', NUMBERS, 'VoidReceipt', because)],
  [2, step('receipt', NUMBERS, 'ReverseReceipt', fc.constant({ reason: '退费', red: '4501-0099' }))],
  [1, step('receipt', NUMBERS, 'ReportLoss', none)],
  [1, step('block', ['4501-0001'], 'ReturnReceipts', fc.constant({ first: '0003', last: '0004', reason: '未用' }))],
  [
    1,
    step(
      'remittance',
      ['c.3-2024-03-01'],
      'MakeRemittance',
      amount.map((amountFen) => ({
        centre: 'c',
        window: '3',
        day: '2024-03-01',
        receipts: NUMBERS.slice(0, 2),
        amountFen,
        payCode: 'P-2',
      })),
    ),
  ],
  [
    6,
    step(
      'payment',
      PAYMENTS,
      'ReceivePayment',
      fc
        .record({ account: one('622'), bankRef: one('1'), channel: one('bank'), amountFen: amount })
        .map((data) => ({ ...data, payCode: 'P-1' })),
    ),
  ],
  [1, step('payment', PAYMENTS, 'ReversePayment', because)],
  [
    3,
    step(
      'deposit',
      ['d-1', 'd-2'],
      'MakeDeposit',
      amount.map((amountFen) => ({ account: '622', day: '2024-03-02', amountFen, to: 'treasury' })),
    ),
  ],
  [1, step('deposit', ['d-1', 'd-2'], 'ReturnDeposit', because)],
  [
    3,
    step(
      'credit',
      ['c-1', 'c-2'],
      'CreditTreasury',
      amount.map((amountFen) => ({ deposit: 'd-1', level: 'city', subject: '103', amountFen })),
    ),
  ],
  [
    3,
    step(
      'refund',
      ['r-1', 'r-2'],
      'RequestRefund',
      fc.record({ payment: one(...PAYMENTS), amountFen: amount, reason: one('多缴'), by: one('payer') }),
    ),
  ],
  [1, step('refund', ['r-1', 'r-2'], 'VerifyRefund', fc.constant({ agrees: true, opinion: '属实' }))],
  [1, step('refund', ['r-1', 'r-2'], 'ApproveRefund', fc.constant(finance))],
  [1, step('refund', ['r-1', 'r-2'], 'DenyRefund', because)],
  [
    2,
    step(
      'refund',
      ['r-1', 'r-2'],
      'PayRefund',
      fc.record({ payment: one(...PAYMENTS), amountFen: amount, account: one('622') }),
    ),
  ],
];
const history = fc.array(fc.oneof(...steps.map(([weight, arbitrary]) => ({ weight, arbitrary }))), {
  minLength: 1,
  maxLength: 60,
  size: 'max',
});

/** What was sent to a ledger of its own, acts that were refused left out. */
async function lived(all: readonly Step[]): Promise<MemoryStore> {
  const store = new MemoryStore();
  const send = sending({ store, vault, streams: new Streams(store) });
  let n = 0;
  const say = async ({ of, id, type, data, report, day, who }: Step) => {
    const on = addDays('2024-03-01', day);
    const told: Context = {
      ...context,
      on,
      occurredAt: `${on}T09:00:00.000+08:00`,
      way: report ? 'report' : 'act',
      by: { person: who, org: 'org-1', actingAs: 'holder', authMethod: 'token' },
      ...(!report && { place: { kind: 'centre-window', window: '3', org: 'c' } as const }),
      ...(report && { source: { system: 's', batch: 'b', row: String(n), registeredAt: null } }),
    };
    const key = `k${n++}`;
    await send(DECIDERS[of] as Decider, id, { type, data }, { context: told, key }).catch((error: unknown) => {
      if (!(error instanceof Refusal)) throw error;
    });
  };
  const set = { report: false, day: 0, who: 'a' };
  const unbounded = { ...version, rate: { ...rate, fen: '150' } };
  await say({ of: 'tariff', id: 'F-1', type: 'PublishFeeItem', data: unbounded, ...set });
  const account = { name: '专户', bank: '农行', kind: 'centre', document: '文', from: '2024-01-01' };
  await say({ of: 'payee', id: '622', type: 'ApproveAccount', data: account, ...set });
  await say({ of: 'block', id: '4501-0001', type: 'PrintBlock', data: { to: '0100', form: 'electronic' }, ...set });
  await say({ of: 'block', id: '4501-0001', type: 'IssueBlock', data: { org: 'org-1' }, ...set });
  for (const each of all) await say(each);
  return store;
}

/**
 * The log counted by hand: what each thing was last said to be, the first word of what is said once, in whatever order it
 * was said. `known`: that it was assessed, issued, received or made is among it.
 */
function counted(events: readonly Recorded<any>[]) {
  const of = new Map<string, any>();
  for (const { stream, type, data } of events) {
    const was = of.get(stream) ?? {};
    const now = (more: object) => of.set(stream, { ...was, ...more });
    const amount = Number(data.amountFen);
    if (type === 'FeeAssessed' && !was.known) now({ known: true, fen: was.fen ?? amount });
    else if (type === 'FeeAssessed') now({ fen: amount, cancelled: false });
    else if (type === 'FeeRecalculated') now({ fen: amount });
    else if (type === 'FeeWaived') now({ waived: (was.waived ?? 0) + (data.kind === 'defer' ? 0 : amount) });
    else if (type === 'FeeCancelled') now({ cancelled: true });
    else if (type === 'ReceiptIssued' && !was.known)
      now({ known: true, fen: amount, notice: data.notice && !was.completed });
    else if (type === 'ReceiptCompleted') now({ completed: true, notice: false });
    else if (type === 'ReceiptVoided') now({ end: 'void' });
    else if (type === 'ReceiptRedReversed') now({ end: 'red' });
    else if (type === 'PaymentReversed' || type === 'DepositReturned') now({ end: 'back' });
    else if (/^(PaymentReceived|DepositMade|TreasuryCredited|RefundPaid)$/.test(type) && !was.known)
      now({ known: true, fen: amount });
  }
  const sum = (category: string, of_: (one: any) => number) =>
    [...of].reduce(
      (total, [stream, each]) => (stream.startsWith(`${category}-`) && each.known ? total + of_(each) : total),
      0,
    );
  const assessed = sum('fee', ({ fen }) => fen);
  const waivedFen = sum('fee', ({ fen, waived: w = 0 }) => Math.min(fen, w));
  const cancelled = sum('fee', ({ fen, waived: w = 0, cancelled: c }) => (c ? fen - Math.min(fen, w) : 0));
  const shown = (one: any) => (one.notice ? 0 : one.fen);
  const ended = (how: string) => sum('receipt', (each) => (each.end === how ? shown(each) : 0));
  const paid = sum('payment', ({ fen, end }) => (end ? 0 : fen));
  return {
    assessedFen: assessed,
    waivedFen,
    cancelledFen: cancelled,
    issuedFen: sum('receipt', shown),
    voidFen: ended('void'),
    redFen: ended('red'),
    refundedFen: sum('refund', ({ fen }) => fen),
    paid,
    deposited: sum('deposit', ({ fen, end }) => (end ? 0 : fen)),
    credited: sum('credit', ({ fen }) => fen),
  };
}

async function tied(store: MemoryStore) {
  const shelf = new MemoryShelf(store, Object.values(LEDGER_TABLES));
  await shelf.catchUp();
  const standing = (of: (typeof LEDGER_TABLES)[keyof typeof LEDGER_TABLES]) =>
    shelf
      .table(of)
      .rows()
      .filter((row) => (row as { withdrawn?: unknown }).withdrawn == null);
  const rows = Object.fromEntries(Object.entries(LEDGER_TABLES).map(([name, of]) => [name, standing(of)]));
  const all = { ...rows, cards: [] } as unknown as LedgerRows;
  const books = booksOf(all, '2024-12-31');
  const { cells, residues } = tieOut(books, relate(books, CALENDAR_DAYS));
  return { rows: all, cells, residues };
}

test('fen are conserved: what was assessed is credited, given back, or a residue that is named', async () => {
  await fc.assert(
    fc.asyncProperty(history, async (all) => {
      const store = await lived(all);
      const log = await store.readAll(0, 10_000);
      const { cells, residues } = await tied(store);
      const by = counted(log);
      const { identities, ...sums } = summed(cells);
      const { paid, deposited, credited, ...printed } = by;
      expect(sums).toEqual(printed);
      const net = by.assessedFen - by.waivedFen - by.cancelledFen;
      const receipted = by.issuedFen - by.voidFen - by.redFen;
      expect(Object.values(identities).map(({ leftFen, rightFen }) => [leftFen, rightFen])).toEqual([
        [net, receipted],
        [receipted, paid],
        [paid - by.refundedFen, deposited],
        [deposited, credited],
      ]);
      for (const cell of cells)
        for (const { differenceFen, residueFen } of Object.values(cell.identities))
          expect(residueFen).toBe(differenceFen);
      const named = residues.reduce((sum, { fen }) => sum + fen, 0);
      expect(net).toBe(credited + by.refundedFen + named);
    }),
    { numRuns: runs, endOnFailure: true },
  );
}, 600_000);

test('more than there was is used up only where an event says so; acts alone never do', async () => {
  await fc.assert(
    fc.asyncProperty(history, fc.boolean(), async (all, actsOnly) => {
      const bank = new Set(['payment', 'deposit', 'credit']);
      const told = actsOnly
        ? all.map((each) => ({ ...each, report: bank.has(each.of) || each.type === 'PayRefund' }))
        : all;
      const store = await lived(told);
      const log = await store.readAll(0, 10_000);
      const { rows } = await tied(store);
      const marked = async (type: string, id: string, event?: string) =>
        (await store.readRefs(type, id)).some(
          ({ irregularities, type: of }) => irregularities.length > 0 && (event === undefined || of === event),
        );
      const acts = log.filter(({ source }) => source === undefined);
      expect(acts.filter(({ irregularities }) => irregularities.length > 0)).toEqual([]);
      const alive = rows.receipts.filter(({ status }) => status !== 'voided' && status !== 'reversed');
      for (const { fee: id, owedFen } of rows.fees) {
        const parts = alive.flatMap(({ lines: of }) => of.filter((line) => line.fee === id));
        if (parts.reduce((sum, { amountFen }) => sum + Number(amountFen), 0) > Number(owedFen))
          expect([id, actsOnly, await marked('fee', id)]).toEqual([id, false, true]);
      }
      for (const { payment: id, amountFen } of rows.payments) {
        const direct = alive.filter((row) => row.payment === id && row.completedOn !== null && row.kind === 'direct');
        const back = rows.refunds.filter((row) => row.payment === id && row.paid !== null);
        const over = (used: readonly string[]) => used.reduce((sum, each) => sum + Number(each), 0) > Number(amountFen);
        if (over(direct.map((row) => row.amountFen)))
          expect([id, actsOnly, await marked('payment', id, 'ReceiptCompleted')]).toEqual([id, false, true]);
        if (over(back.map(({ paidFen }) => paidFen!)))
          expect([id, await marked('payment', id, 'RefundPaid')]).toEqual([id, true]);
      }
      const codes = new Map(rows.fees.flatMap(({ fee: id, payCode }) => (payCode === null ? [] : [[id, payCode]])));
      if (codes.size > new Set(codes.values()).size)
        expect([actsOnly, await marked('pay-code', [...codes.values()][0]!)]).toEqual([false, true]);
      for (const { receipt: id, uses } of rows.receipts)
        if (uses > 1) expect([id, actsOnly, await marked('receipt', id)]).toEqual([id, false, true]);
    }),
    { numRuns: runs, endOnFailure: true },
  );
}, 600_000);
