/** What is charged against the register, and how it is taken: violations, and what only looks like one. */
import { addDays } from '../../../projections/kernel/instant.js';
import type { Plant } from './facts.js';
import { instant, type Matter, type Script } from './script.js';
import { type Fee, type Issuing, RATE } from './till.js';

/** Accepted at the window; the fee comes on the same day. */
const accepted = (m: Matter): Matter => m.receive().accept();
const done = (m: Matter): Matter => m.finish(m.calm);
const OFFICE = (unit: string) => ({ kind: 'department-office', org: unit }) as const;
/** Paid and receipted on the n-th day of its matter, whatever was wrong before. */
function settle(
  s: Script,
  fee: Fee,
  n: number,
  how: Issuing = {},
  then: (receipt: string) => void = () => undefined,
  fen = fee.fen,
): void {
  const { till } = s;
  if (fen > 0) till.pay(fee, fee.matter.on(n), { fen });
  till.receipt([fee], fee.matter.on(n), { fen, lines: [till.line(fee, { amountFen: String(fen) })], ...how }, then);
}
export const approver = { name: '市财政局', level: 'finance' } as const;
/** Asked for in writing, and approved by finance the same day, unless `more` says otherwise. */
function waive(
  s: Script,
  fee: Fee,
  n: number,
  kind: 'reduce' | 'defer',
  fen: number,
  more: object = {},
  written: boolean | null = true,
): void {
  const day = fee.matter.on(n);
  const asked = { kind, amountFen: String(fen), reason: '生活困难', ...(written && { document: `申请 ${fee.id}` }) };
  if (written !== null) s.till.of(fee, 'RequestWaiver', asked, instant(day, 17 * 60 + 52));
  const granted = { kind, amountFen: String(fen), approver, decidedOn: day, document: '批复', ...more };
  s.till.of(fee, 'ApproveWaiver', granted, instant(day, 17 * 60 + 54));
}

export const offCentre: Plant = (s, matter, n) => {
  const m = accepted(matter());
  const { till } = s;
  const { unit } = m.item;
  const fee = till.assess(m, 0);
  switch (n % 5) {
    case 0:
      settle(s, fee, 0, { place: OFFICE(unit) }, (receipt) =>
        s.finds('FE-01', `receipt/${receipt}`, 'receipted at the office'),
      );
      break;
    case 1: {
      const paid = till.pay(fee, m.on(0), { account: `6222-${n}` });
      till.own(paid.account);
      till.receipt([fee], m.on(0));
      s.finds('FE-01', `payment/${paid.id}`, 'into an account of the unit');
      s.finds('RM-03', paid.id, 'into an account that nobody approved');
      s.finds('BK-08', paid.id, 'into an account that nobody approved');
      break;
    }
    case 2:
      settle(s, fee, 0, { place: { kind: 'other' }, data: { payChannel: 'online' } }, (receipt) =>
        s.nearly('FE-01', `receipt/${receipt}`, 'paid online'),
      );
      break;
    case 3: {
      const account = `4506-9${n}`;
      till.approve(account, m.on(0), { kind: 'unit', org: unit, centre: undefined });
      till.publish(`L-${n}`, unit, [m.item.code], m.on(0), { collectorByLaw: true });
      const own = till.assessed(m, 0, { feeItem: `L-${n}` });
      settle(s, fee, 0);
      const paid = till.pay(own, m.on(0), { account });
      s.nearly('FE-01', `payment/${paid.id}`, 'a law names another collector');
      s.nearly('RM-03', paid.id, 'an account of the unit that finance approved');
      till.receipt([own], m.on(0), { place: OFFICE(unit) }, (receipt) =>
        s.nearly('FE-01', `receipt/${receipt}`, 'a law names another collector'),
      );
      break;
    }
    default: {
      const paid = till.pay(fee, m.on(0), { account: `6223-${n}` });
      till.own(paid.account);
      till.reverse(paid, m.on(1), `${unit} ${fee.feeItem}`);
      till.pay(fee, m.on(1));
      till.receipt([fee], m.on(1));
      for (const [rule, about] of [
        ['FE-01', `payment/${paid.id}`],
        ['RM-03', paid.id],
        ['BK-08', paid.id],
      ] as const)
        s.nearly(rule, about, 'it went back at the bank the next day');
    }
  }
  done(m);
};

export const catalogue: Plant = (s, matter, n) => {
  const m = accepted(matter());
  const { till } = s;
  const { unit, code } = m.item;
  switch (n % 5) {
    case 0: {
      const fee = till.assessed(m, 0, { feeItem: `X-${n}`, amountFen: String(RATE) });
      settle(s, fee, 0);
      s.finds('FE-02', `fee/${fee.id}`, 'for what nobody published');
      break;
    }
    case 1: {
      const fee = till.assess(m, 0);
      settle(s, fee, 0);
      const other = { ...fee, id: `${fee.id}-x`, payCode: `${fee.payCode}-x` };
      till.pay(other, m.on(0));
      const line = till.line(other, { feeItem: `X-${n}`, fee: undefined });
      till.receipt([other], m.on(0), { lines: [line] }, (receipt) => {
        s.finds('FE-02', `line/${receipt} 0`, 'receipted without an assessment, for what nobody published');
        s.finds('BK-02', `${receipt}#0`, 'nobody assessed it');
      });
      break;
    }
    case 2: {
      const theirs = s.registers.units.find(({ id }) => id !== unit)!.id;
      const fee = till.assessed(m, 0, { feeItem: `F-${theirs}` });
      settle(s, fee, 0);
      s.finds('FE-02', `fee/${fee.id}`, 'a fee of another unit’s items');
      break;
    }
    default: {
      till.publish(`Y-${n}`, unit, [code], m.on(1), {}, instant(m.on(0), 8 * 60));
      const on = n % 5 === 3 ? 1 : 0;
      const fee = till.assessed(m, on, { feeItem: `Y-${n}`, amountFen: String(RATE) });
      settle(s, fee, on);
      if (on === 1) s.nearly('FE-02', `fee/${fee.id}`, 'on the first day of the fee item');
      else s.finds('FE-02', `fee/${fee.id}`, 'the day before it is in force');
    }
  }
  done(m);
};

export const rates: Plant = (s, matter, n) => {
  const m = accepted(matter());
  const { till } = s;
  switch (n % 5) {
    case 0: {
      const fee = till.assessed(m, 0, { amountFen: String(RATE + 1) }, RATE + 1);
      settle(s, fee, 0);
      s.finds('FE-03', `fee/${fee.id}`, 'a fen over the rate');
      break;
    }
    case 1: {
      const fee = till.assessed(m, 0, { quantity: '2', amountFen: String(2 * RATE) }, 2 * RATE);
      settle(s, fee, 0);
      s.nearly('FE-03', `fee/${fee.id}`, 'exactly by the rate');
      s.nearly('FE-04', `fee/${fee.id}`, 'exactly by the rate');
      break;
    }
    case 2: {
      const fee = till.assess(m, 0);
      till.pay(fee, m.on(0), { fen: RATE + 100 });
      for (const fen of [600, 500])
        till.receipt([fee], m.on(0), { fen, lines: [till.line(fee, { amountFen: String(fen) })] });
      s.finds('FE-03', `fee/${fee.id}`, 'two receipts of more than the rate');
      s.finds('BK-03', fee.id, 'receipted more than assessed');
      break;
    }
    case 3: {
      till.publish(`T-${n}`, m.item.unit, [m.item.code], m.on(0));
      const rate = { kind: 'fixed', unit: '件', fen: '2000', leastFen: null, mostFen: null };
      till.publish(`T-${n}`, m.item.unit, [m.item.code], m.on(1), { rate }, instant(m.on(0), 17 * 60));
      const fee = till.assessed(m, 1, { feeItem: `T-${n}`, amountFen: '2000' }, 2000);
      settle(s, fee, 1);
      s.nearly('FE-03', `fee/${fee.id}`, 'a higher rate from that day on');
      break;
    }
    default: {
      const fee = till.assessed(m, 0, { amountFen: '900' }, 900);
      settle(s, fee, 0);
      s.finds('FE-04', `fee/${fee.id}`, 'less than the rate');
      const other = accepted(matter());
      const less = till.assessed(other, 0, { amountFen: '900' }, 900);
      waive(s, less, 0, 'reduce', 100);
      settle(s, less, 1, {}, undefined, 800);
      done(other);
      s.nearly('FE-04', `fee/${less.id}`, 'finance has waived so much');
      s.nearly('BK-03', less.id, 'receipted what is left of it');
    }
  }
  done(m);
};

export const abolishedFees: Plant = (s, matter, n) => {
  const m = accepted(matter());
  const { till } = s;
  const feeItem = `Z-${n}`;
  till.publish(feeItem, m.item.unit, [m.item.code], m.on(0));
  const from = m.on(2);
  const data = { from, document: '财综〔2025〕9号' };
  s.line({
    at: instant(m.on(n % 3 === 2 ? 4 : 1), 9 * 60),
    category: 'tariff',
    id: feeItem,
    type: 'AbolishFeeItem',
    data,
    by: { person: 'S-finance', org: 'finance' },
  });
  const on = n % 3 === 1 ? 1 : 2;
  const fee = till.assessed(m, on, { feeItem, amountFen: String(RATE) });
  till.pay(fee, m.on(2));
  till.receipt([fee], m.on(2));
  if (on === 2)
    s.finds('FE-05', `fee/${fee.id}`, n % 3 === 2 ? 'abolished, as became known later' : 'on the day of the abolition');
  else s.nearly('FE-05', `fee/${fee.id}`, 'assessed the day before, paid after it');
  done(m);
};

export const waivers: Plant = (s, matter, n) => {
  const m = accepted(matter());
  const fee = s.till.assess(m, 0);
  const wrong = [
    () => waive(s, fee, 0, 'reduce', 300, {}, null),
    () => waive(s, fee, 0, 'reduce', 300, { approver: { name: '本单位', level: 'unit' } }),
    () => waive(s, fee, 0, 'reduce', 300, { decidedOn: addDays(m.on(0), -1) }),
    () => waive(s, fee, 0, 'reduce', 300, {}, false),
  ][n % 5];
  if (wrong) wrong();
  else waive(s, fee, 0, 'reduce', 300);
  settle(s, fee, 1, {}, undefined, 700);
  if (wrong) s.finds('FE-06', m.id, 'not asked for, not in writing, not by finance, or before it was asked for');
  else s.nearly('FE-06', m.id, 'asked for in writing, approved by finance on that day');
  done(m);
};

export const cash: Plant = (s, matter, n) => {
  const m = accepted(matter());
  const { till } = s;
  const may = n % 2 === 1;
  if (may) till.publish(`C-${n}`, m.item.unit, [m.item.code], m.on(0), { cash: true });
  const fee = may ? till.assessed(m, 0, { feeItem: `C-${n}` }) : till.assess(m, 0);
  till.pay(fee, m.on(0), { data: { channel: 'cash' } });
  till.receipt([fee], m.on(0), { data: { payChannel: 'cash' } }, (receipt) => {
    s.nearly('BK-02', `${receipt}#0`, 'assessed at the window');
    if (may) s.nearly('FE-07', receipt, 'finance lets cash be taken for it');
    else s.finds('FE-07', receipt, 'cash at the window');
  });
  done(m);
};

export const unreceipted: Plant = (s, matter, n) => {
  const m = accepted(matter());
  const { till } = s;
  const fee = till.assess(m, 0);
  switch (n % 5) {
    case 0: {
      const { id } = till.pay(fee, m.on(0));
      s.finds('FE-08', id, 'never receipted');
      s.finds('BK-05', id, 'never receipted');
      break;
    }
    case 1:
    case 2: {
      const on = n % 5 === 1 ? 6 : 5;
      const { id } = till.pay(fee, m.on(0));
      till.receipt([fee], m.on(on));
      if (on === 6) s.finds('FE-08', id, 'receipted on the sixth working day');
      else s.nearly('FE-08', id, 'receipted on the fifth working day');
      s.nearly('BK-05', id, 'receipted in the end');
      s.nearly('BK-07', id, 'its code says what it is for');
      break;
    }
    case 3: {
      const { id } = till.pay(fee, m.on(0));
      till.receipt([fee], m.on(0));
      const again = till.pay(fee, m.on(1));
      s.finds('BK-13', again.id, 'paid twice by one code');
      s.nearly('FE-08', again.id, 'paid twice, which is another break');
      s.nearly('BK-13', id, 'the first of two');
      break;
    }
    default: {
      const { id } = till.pay(fee, m.on(0), { data: { payCode: undefined } });
      s.finds('BK-07', id, 'nobody knows what for');
      s.nearly('FE-08', id, 'nobody knows what for');
    }
  }
  done(m);
};

export const gates: Plant = (s, matter, n) => {
  const m = accepted(matter());
  const { till } = s;
  const kind = n % 5 === 2 ? 'V' : 'D';
  const fee = till.assess(m, 0, 1, kind);
  const decided = Math.max(2, m.calm);
  const settled = (on: number) => {
    till.pay(fee, m.on(on));
    till.receipt([fee], m.on(on));
  };
  switch (n % 5) {
    case 0:
      settled(decided + 1);
      s.finds('FE-09', fee.id, 'paid the day after the decision');
      s.nearly('BK-01', fee.id, 'receipted in time');
      break;
    case 1:
      settled(decided);
      s.nearly('FE-09', fee.id, 'paid on the day of the decision');
      break;
    case 2:
      s.finds('FE-09', fee.id, 'delivered, and never paid');
      s.finds('BK-01', fee.id, 'delivered, and never receipted');
      break;
    case 3:
      waive(s, fee, 1, 'defer', RATE);
      settled(decided + 3);
      s.nearly('FE-09', fee.id, 'deferred');
      break;
    default:
      waive(s, fee, 1, 'reduce', RATE);
      s.nearly('FE-09', fee.id, 'waived as a whole');
      s.nearly('BK-01', fee.id, 'waived as a whole');
  }
  m.finish(decided);
};

export const splits: Plant = (s, matter, n) => {
  const m = accepted(matter());
  const { till } = s;
  const parts = n % 4 === 2;
  if (parts) till.publish(`I-${n}`, m.item.unit, [m.item.code], m.on(0), { instalments: true });
  const of = (k: number) =>
    parts ? { feeItem: `I-${n}`, instalment: { n: k, of: 2 }, amountFen: String(RATE / 2) } : {};
  const first = till.assessed(m, 0, of(1), parts ? RATE / 2 : RATE);
  // Four working days are at least four days.
  const on = n % 4 === 1 ? 4 : 0;
  const second = till.assessed(m, on, of(2), parts ? RATE / 2 : RATE);
  if (n % 4 === 3) till.of(first, 'CancelFee', { reason: '重复核定' }, instant(m.on(0), 17 * 60 + 40));
  else settle(s, first, 0);
  settle(s, second, on);
  // Of two of one day, the one whose name comes later is the second.
  const later = on > 0 || first.id < second.id ? second : first;
  if (n % 4 === 0) s.finds('FE-10', `fee/${later.id}`, 'twice on one day');
  else
    s.nearly(
      'FE-10',
      `fee/${later.id}`,
      ['', 'on the fourth day after', 'paid in parts', 'the first was cancelled'][n % 4]!,
    );
  done(m);
};

/** Of each unit that charges, nobody knows the associations. */
export const bundled: Plant = (s, _matter, n) => {
  const unit = s.registers.units[n % s.registers.units.length]!.id;
  s.nearly('FE-11', unit, 'no register of affiliations');
};

/** Paid for at the bank, and never accepted as far as the ledger knows. */
export const paidUnaccepted: Plant = (s, matter, n) => {
  const m = matter();
  const { till } = s;
  const at = n % 3 === 1 ? 3 : n % 3 === 2 ? 0 : null;
  if (at === 0) accepted(m);
  const fee = till.assessed(m, 0, { itemCode: m.item.code });
  const { id } = till.pay(fee, m.on(0), { data: { matterId: m.id, itemCode: m.item.code } });
  till.receipt([fee], m.on(0));
  if (at === null) s.finds('DA-04', `payment/${id}`, 'paid, and never accepted');
  else s.nearly('DA-04', `payment/${id}`, at === 0 ? 'accepted on that day' : 'the acceptance comes within the lag');
  if (at === 3) {
    accepted3(m);
    s.nearly('DA-04', `payment/${id}`, 'accepted within the lag');
  }
  if (at !== null) m.finish(Math.max(m.calm, 3));
};
const accepted3 = (m: Matter) => m.receive(2).accept(3);

export const feePlants: readonly Plant[] = [
  offCentre,
  catalogue,
  rates,
  abolishedFees,
  waivers,
  cash,
  unreceipted,
  gates,
  splits,
  bundled,
  paidUnaccepted,
];
