/** Where money goes from the bank on: late, short, to the wrong level, out of an account, and back. */
import type { Plant } from './facts.js';
import { approver } from './fee-plants.js';
import { instant, type Matter, type Script } from './script.js';
import { type Fee, type Paid, PIECES, RATE } from './till.js';

const accepted = (m: Matter): Matter => m.receive().accept();
const account = (n: number) => ({
  identifier: { kind: 'bank-account', value: `62170${n}` },
  personal: { number: `62170${n}` },
});
/** Charged, receipted, and paid on its first day into an account of the plant's own, approved from that day on. */
function paidInto(s: Script, m: Matter, name: string, more: object = {}): { fee: Fee; paid: Paid } {
  s.till.approve(name, m.on(0));
  const fee = s.till.assess(accepted(m), 0);
  m.finish(m.calm);
  const paid = s.till.pay(fee, m.on(0), { account: name, data: more });
  s.till.receipt([fee], m.on(0));
  return { fee, paid };
}
const credited = (s: Script, deposit: string, fee: Fee, n: number) =>
  s.till.credited(deposit, fee.matter.on(n), fee.fen, fee.unit, fee.feeItem);

export const deposits: Plant = (s, matter, n) => {
  const { till } = s;
  const name = `4506-2${n}`;
  till.own(name);
  const { fee, paid } = paidInto(s, matter(), name);
  const { day } = paid;
  const m = fee.matter;
  const about = `${name} ${day}`;
  const put = (on: number, fen: number) => till.deposit(name, day, m.on(on), fen);
  switch (n % 5) {
    case 0:
      s.finds('RM-01', about, 'never deposited');
      return s.finds('BK-09', `${name}|${day}`, 'never deposited');
    case 1:
      credited(s, put(2, RATE), fee, 3);
      s.nearly('BK-09', `${name}|${day}`, 'deposited in the end');
      return s.finds('RM-01', about, 'deposited a working day late');
    case 2:
      credited(s, put(1, RATE), fee, 2);
      return s.nearly('RM-01', about, 'deposited the next working day');
    case 3: {
      const deposit = put(1, RATE - 100);
      till.credited(deposit, m.on(2), RATE - 100, fee.unit, fee.feeItem);
      s.finds('RM-02', about, 'a yuan short');
      return s.finds('BK-10', `${name}|${day}`, 'a yuan short');
    }
    default: {
      for (const [deposit, fen] of [400, 600].map((fen) => [put(1, fen), fen] as const))
        till.credited(deposit, m.on(2), fen, fee.unit, fee.feeItem);
      s.nearly('RM-02', about, 'in two parts, both in time');
      return s.nearly('BK-10', `${name}|${day}`, 'in two parts');
    }
  }
};

/** The last day of an approval, and the day on which it has ended. */
export const closedAccounts: Plant = (s, matter, n) => {
  const { till } = s;
  const name = `4506-3${n}`;
  const first = matter();
  const { paid: last } = paidInto(s, first, name);
  const data = { from: first.on(1), document: '财政批复', reason: '清理' };
  s.line({
    at: instant(first.on(0), 18 * 60 + 55),
    category: 'payee',
    id: name,
    type: 'CloseAccount',
    data,
    by: { person: 'S-finance', org: 'finance' },
  });
  s.nearly('RM-03', last.id, 'on the last day of the approval');
  const after = accepted(matter(first.item, first.start + 1));
  const fee = till.assess(after, 0);
  after.finish(after.calm);
  const account2 = till.pay(fee, after.on(0), { account: name });
  till.receipt([fee], after.on(0));
  till.untake(account2, `${fee.unit} ${fee.feeItem}`);
  s.finds('FE-01', `payment/${account2.id}`, 'into an account whose approval has ended');
  s.finds('RM-03', account2.id, 'on the day on which the approval has ended');
  s.finds('BK-08', account2.id, 'on the day on which the approval has ended');
};

export const treasury: Plant = (s, matter, n) => {
  const { till } = s;
  const name = `4506-4${n}`;
  till.own(name);
  const { fee, paid } = paidInto(s, matter(), name);
  const m = fee.matter;
  const deposit = till.deposit(name, paid.day, m.on(1), RATE);
  const whole = { org: fee.unit, feeItem: fee.feeItem };
  switch (n % 4) {
    case 0:
      return s.finds('BK-11', deposit, 'never credited');
    case 1:
      return s.finds('BK-12', till.credit(deposit, m.on(2), RATE, { ...whole, level: 'county' }), 'to another level');
    case 2:
      return s.finds(
        'BK-12',
        till.credit(deposit, m.on(2), RATE, { ...whole, subject: '103070199' }),
        'to another subject',
      );
    default:
      till.credited(deposit, m.on(3), RATE, fee.unit, fee.feeItem);
      s.nearly('BK-11', deposit, 'credited on the second working day');
      return s.nearly('BK-12', deposit, 'shared as the register says');
  }
};

export const spending: Plant = (s, matter, n) => {
  const { till } = s;
  const name = `4506-5${n}`;
  till.own(name);
  const { fee, paid } = paidInto(s, matter(), name);
  const m = fee.matter;
  const bankRef = `ZC${n}`;
  const id = `${name}-${bankRef}`;
  const near = n % 2 === 1;
  const deposit = till.deposit(name, paid.day, m.on(1), RATE, near ? { bankRef } : {});
  credited(s, deposit, fee, 2);
  const data = {
    account: name,
    bankRef,
    kind: 'unknown',
    amountFen: String(near ? RATE : 300),
    purpose: near ? '转出' : '购置办公用品',
  };
  till.report('debit', id, 'SeeDebit', data, instant(m.on(1), 11 * 60), { told: instant(m.on(1), 19 * 60 + 10) });
  if (near) s.nearly('RM-04', id, 'the reference of a deposit');
  else s.finds('RM-04', `${id} ?`, 'money left the account for something else');
};

export const refunded: Plant = (s, matter, n) => {
  const { till } = s;
  const name = `4506-6${n}`;
  till.own(name);
  const from = account(n);
  const { fee, paid } = paidInto(s, matter(), name, { fromAccount: from });
  const m = fee.matter;
  credited(s, till.deposit(name, paid.day, m.on(1), RATE), fee, 2);
  const id = `TF-${n}`;
  const say = (type: string, data: object, day: number, minute: number) =>
    till.report('refund', id, type, data, instant(m.on(day), minute), { system: 'fees', by: { org: fee.unit } });
  const kind = n % 5;
  if (kind !== 0) {
    say('RequestRefund', { org: fee.unit, payment: paid.id, amountFen: '100', reason: '多缴', by: 'payer' }, 2, 600);
    say('VerifyRefund', { agrees: kind !== 4, opinion: '核实' }, 2, 610);
    const who = kind === 1 ? { name: '本单位', level: 'unit' } : approver;
    say('ApproveRefund', { approver: who, decidedOn: m.on(2), document: '批复' }, 2, 620);
  }
  const toAccount = kind === 2 ? account(1000 + n) : from;
  say('PayRefund', { org: fee.unit, account: name, payment: paid.id, amountFen: '100', toAccount }, 3, 900);
  if (kind === 3) {
    s.nearly('RF-01', id, 'asked for, verified, approved, to where it came from');
    return s.nearly('BK-14', id, 'asked for, verified, approved, to where it came from');
  }
  const why = ['nobody asked', 'approved by the unit', 'to another account', '', 'the unit did not agree'][kind]!;
  s.finds('RF-01', id, why);
  return s.finds('BK-14', id, why);
};

/** A unit takes in many small sums on a day, and gives back on it about the share of them that somebody has to look at. */
export const refundShares: Plant = (s, matter, n) => {
  const { till } = s;
  const [unit, feeItem, name] = [`counter-${n}`, `W-${n}`, `4506-8${n}`];
  till.own(name);
  const m = accepted(matter());
  m.finish(m.calm);
  const day = m.on(0);
  till.approve(name, day);
  till.publish(feeItem, unit, [m.item.code], day, { rate: { ...PIECES, fen: '100' } });
  const block = `459${String(n).padStart(2, '0')}-0000000001`;
  till.block(block, '0000000010', unit, day);
  // The first is ten times the others: of what came in of it thirty in a hundred are a round sum.
  const parts = Array.from({ length: n % 3 === 2 ? 8 : 9 }, () => 100);
  const sum = 1000 + parts.reduce((a, b) => a + b, 0);
  const amountFen = String(sum);
  const fee = { ...till.assessed(m, 0, { feeItem, quantity: String(sum / 100), amountFen, org: unit }, sum), unit };
  const [first] = [1000, ...parts].map((fen) => till.pay(fee, day, { account: name, fen })) as [Paid];
  const line = till.line(fee, { quantity: String(sum / 100) });
  till.receipt([fee], day, { unit, receipt: block, block, lines: [line], fen: sum });
  const [id, back] = [`TS-${n}`, n % 3 === 1 ? 570 : 571];
  const say = (type: string, data: object, minute: number) =>
    till.report('refund', id, type, data, instant(day, minute), { system: 'fees', by: { org: unit } });
  const asked = { org: unit, payment: first.id, amountFen: String(back), reason: '多缴', by: 'payer' };
  say('RequestRefund', asked, 19 * 60 + 10);
  say('VerifyRefund', { agrees: true, opinion: '核实' }, 19 * 60 + 12);
  say('ApproveRefund', { approver, decidedOn: day, document: '批复' }, 19 * 60 + 14);
  say('PayRefund', { org: unit, account: name, payment: first.id, amountFen: String(back) }, 19 * 60 + 20);
  till.credited(till.deposit(name, day, m.on(1), sum - back), m.on(2), sum - back, unit, feeItem);
  if (n % 3 === 0) s.finds('RF-01', `${id} ?`, 'a fen more than thirty in a hundred of the unit’s day');
  else
    s.nearly('RF-01', `${id} ?`, n % 3 === 1 ? 'thirty in a hundred of the unit’s day' : 'of a day with few payments');
};

/** What the bank tells of a day as a whole: one with a row missing that it had told before, one that is whole and adds up. */
export const bankStatements: Plant = (s, matter, n) => {
  const m = accepted(matter());
  m.finish(m.calm);
  const [id, day, whole] = [`4506-7${n}-S${n}`, m.on(0), n % 2 === 1];
  const data = {
    account: `4506-7${n}`,
    statement: `S${n}`,
    format: 'camt.053',
    from: day,
    to: day,
    rows: 3,
    rejected: 0,
    creditsFen: '300000',
    debitsFen: '0',
    openingFen: '100000',
    closingFen: whole ? '400000' : '450000',
    differenceFen: whole ? '0' : '-50000',
    missing: whole ? 0 : 1,
    missingNames: whole ? [] : [`payment 4506-7${n}-3`],
  };
  s.till.report('statement', id, 'LoadStatement', data, instant(m.on(1), 8 * 60 + 40));
  if (whole) s.nearly('DQ-01', id, 'its balances are those of its rows');
  else s.finds('DQ-01', id, 'a row is missing');
  if (whole) s.nearly('DQ-02', id, 'all rows are in it that were told before');
  else s.finds('DQ-02', id, 'a row is missing that was told before');
};

export const bankPlants: readonly Plant[] = [
  deposits,
  closedAccounts,
  treasury,
  spending,
  refunded,
  refundShares,
  bankStatements,
];
