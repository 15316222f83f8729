/** Receipts: numbers that are missing, foreign, out of order or used twice, voids, and blocks that nobody accounts for. */
import { addDays, addMonths } from '../../../projections/kernel/instant.js';
import { CITY_BEGINS } from './days.js';
import type { Plant } from './facts.js';
import { instant, type Matter, type Script } from './script.js';
import { type Fee, type Issuing, RATE } from './till.js';

const two = (n: number) => String(n).padStart(2, '0');
const number = (n: number) => String(n).padStart(10, '0');
const accepted = (m: Matter): Matter => m.receive().accept();
/** A matter, charged and paid on its first day. */
function paid(s: Script, m: Matter): Fee {
  const fee = s.till.assess(accepted(m), 0);
  s.till.pay(fee, m.on(0));
  m.finish(m.calm);
  return fee;
}
/** A code and a block of ten numbers of its own, issued to the unit of the matter when the story begins. */
function stock(s: Script, code: string, unit: string, day = CITY_BEGINS): { code: string; block: string } {
  const block = `${code}-${number(1)}`;
  s.till.block(block, number(10), unit, day);
  return { code, block };
}
const use = (s: Script, fee: Fee, n: number, of: { code: string; block: string }, how: Issuing = {}) => {
  const receipt = `${of.code}-${number(n)}`;
  s.till.receipt([fee], how.told?.slice(0, 10) ?? fee.matter.on(0), { receipt, block: of.block, ...how });
  return receipt;
};
const on = (s: Script, block: string, type: string, data: object, day: string) =>
  s.till.report('block', block, type, data, instant(day, 18 * 60), { system: 'receipts' });

export const gaps: Plant = (s, matter, n) => {
  const first = matter();
  const of = stock(s, `451${two(n)}`, first.item.unit);
  const fees = [paid(s, first), paid(s, matter(first.item, first.start + 1))];
  use(s, fees[0]!, 1, of);
  use(s, fees[1]!, 3, of);
  const day = first.on(2);
  const break15 = (k: number) => `${of.code}-${number(k)}`;
  switch (n % 3) {
    case 0:
      s.finds('RC-01', `${of.block} ${number(2)}`, 'passed over, and never accounted for');
      s.finds('BK-15', break15(2), 'passed over, and never accounted for');
      break;
    case 1:
      on(s, of.block, 'ReturnReceipts', { first: number(2), last: number(2), reason: '漏用' }, day);
      s.nearly('RC-01', `${of.block} ${number(2)}`, 'returned within the thirty days');
      s.nearly('BK-15', break15(2), 'returned');
      break;
    default:
      on(s, of.block, 'ReturnReceipts', { first: number(2), last: number(2), reason: '漏用' }, day);
      on(s, of.block, 'WriteOffBlock', { document: '核销单' }, day);
      s.finds('RC-01', `${of.block} ${number(4)}`, 'written off, with numbers that nobody used');
      s.finds('BK-15', break15(4), 'written off, with numbers that nobody used');
  }
};

export const reused: Plant = (s, matter, n) => {
  const fee = paid(s, matter());
  const of = stock(s, `452${two(n)}`, fee.unit);
  const receipt = use(s, fee, 1, of);
  if (n % 2 === 0) {
    use(s, fee, 1, of, { minute: 18 * 60 + 20 });
    s.finds('RC-02', receipt, 'the number once more');
    s.finds('BK-16', receipt, 'the number once more');
  } else {
    s.again(fee.matter.on(1));
    s.nearly('RC-02', receipt, 'the same row, sent again');
    s.nearly('BK-16', receipt, 'the same row, sent again');
  }
};

export const foreign: Plant = (s, matter, n) => {
  const m = matter(undefined, 20 + n * 3);
  const fee = paid(s, m);
  const code = `453${two(n)}`;
  const other = s.registers.units.find(({ id }) => id !== fee.unit)!.id;
  const day = m.on(n % 4 === 2 ? 1 : 0);
  const of = stock(s, code, n % 4 === 1 ? other : fee.unit, day);
  const receipt = use(s, fee, n % 4 === 0 ? 11 : 1, of);
  if (n % 4 === 3) {
    s.nearly('RC-03', receipt, 'on the day on which the block was issued');
    s.nearly('BK-17', receipt, 'on the day on which the block was issued');
    return;
  }
  const why = ['behind the block', 'of another unit’s block', 'the day before it was issued'][n % 4]!;
  s.finds('RC-03', receipt, why);
  s.finds('BK-17', receipt, why);
};

export const disorder: Plant = (s, matter, n) => {
  const m = matter();
  const of = stock(s, `454${two(n)}`, m.item.unit);
  const late = n % 2 === 0 ? 3 : 2;
  const staff = { identifier: { kind: 'staff-no', value: 'S-order' }, personal: {} };
  const fees = Array.from({ length: late + 1 }, (_, k) => paid(s, k === 0 ? m : matter(m.item, m.start)));
  fees.forEach((fee, k) =>
    use(s, fee, k + 1, of, { minute: k === 0 ? 18 * 60 + 40 : 18 * 60 + k, data: { handler: staff } }),
  );
  const about = `${of.code} 0`;
  if (late === 3) s.finds('RC-04', about, 'three numbers out of order');
  else s.nearly('RC-04', about, 'two numbers out of order');
};

export const voids: Plant = (s, matter, n) => {
  const { till } = s;
  const fee = paid(s, matter());
  const m = fee.matter;
  const paper = { form: 'paper' };
  const kept = { copiesKept: true };
  till.receipt([fee], m.on(0), { data: paper }, (receipt) => {
    switch (n % 4) {
      case 0:
        till.ends(receipt, 'VoidReceipt', m.on(1), fee, kept);
        s.finds('RC-05', `receipt/${receipt}`, 'voided after it was paid');
        return s.finds('BK-18', receipt, 'voided after it was paid');
      case 1:
        till.ends(receipt, 'VoidReceipt', m.on(1), fee, { copiesKept: false });
        return s.finds('RC-05', `receipt/${receipt}`, 'not all copies are there');
      case 2:
        till.ends(receipt, 'VoidReceipt', m.on(1), fee, kept);
        s.nearly('RC-05', `receipt/${receipt}`, 'receipted anew');
        return s.nearly('BK-18', receipt, 'receipted anew');
      default:
        till.ends(receipt, 'ReverseReceipt', m.on(1), fee, { red: `${receipt}-red` });
        return s.nearly('RC-05', `receipt/${receipt}`, 'taken back by a red one, and receipted anew');
    }
  });
  if (n % 4 !== 0) till.receipt([fee], m.on(1), { minute: 18 * 60 + 30 });
};

/** Of offices that are not of the city’s units: they had blocks long before the story begins. */
export const stocks: Plant = (s, _matter, n) => {
  const { till } = s;
  const code = `455${two(n)}`;
  const unit = `office-${n}`;
  const old = `${code}-${number(1)}`;
  const report = (type: string, data: object, day: string) =>
    till.report('block', old, type, data, instant(day, 9 * 60), {
      system: 'receipts',
      told: instant(CITY_BEGINS, 9 * 60),
    });
  switch (n % 4) {
    case 0:
    case 1:
      report('PrintBlock', { to: number(10), form: 'paper' }, '2023-06-01');
      report('IssueBlock', { org: unit }, '2023-06-01');
      if (n % 4 === 0) return s.finds('RC-06', `held ${old}`, 'issued two years before, and never written off');
      on(s, old, 'ReturnReceipts', { first: number(1), last: number(10), reason: '停用' }, '2025-05-29');
      on(s, old, 'WriteOffBlock', {}, '2025-05-30');
      return s.nearly('RC-06', `held ${old}`, 'written off before two years were over');
    default: {
      const draws = `${code}-${number(21)}`;
      report('PrintBlock', { to: number(20), form: 'paper' }, '2024-06-01');
      report('IssueBlock', { org: unit }, '2024-06-01');
      const used = n % 4 === 2 ? 2 : 3;
      const day = s.days.day(100 + n);
      for (let k = 1; k <= used; k++) {
        const data = {
          kind: 'direct',
          form: 'paper',
          notice: true,
          payChannel: 'bank',
          lines: [],
          amountFen: '0',
          org: unit,
          block: old,
        };
        const staff = (value: string) => ({ identifier: { kind: 'staff-no', value }, personal: {} });
        const of = { ...data, handler: staff('S-office'), checker: staff('S-checker') };
        const place = { kind: 'centre-window', window: '1', org: 'city' } as const;
        till.report('receipt', `${code}-${number(k)}`, 'IssueReceipt', of, instant(addDays(day, -20 + k), 600), {
          system: 'receipts',
          place,
          by: { org: unit },
        });
      }
      till.block(draws, number(23), unit, day);
      if (used === 2) return s.finds('RC-06', `draw ${draws}`, 'three numbers drawn, and two used before');
      return s.nearly('RC-06', `draw ${draws}`, 'as many drawn as used before');
    }
  }
};

/** Two clerks of an office, in a month before the story in which nobody else issues receipts: one voids more, or both do. */
export const voiders: Plant = (s, _matter, n) => {
  const { till } = s;
  const month = addMonths(CITY_BEGINS, -1 - n).slice(0, 7);
  const [code, unit] = [`458${two(n)}`, `voids-${n}`];
  const block = `${code}-${number(1)}`;
  const told = instant(CITY_BEGINS, 9 * 60);
  const say = (category: string, id: string, type: string, data: object, day: number) =>
    till.report(category, id, type, data, instant(`${month}-${two(day)}`, 600), {
      system: 'receipts',
      by: { org: unit },
      told,
    });
  say('block', block, 'PrintBlock', { to: number(12), form: 'electronic' }, 1);
  say('block', block, 'IssueBlock', { org: unit }, 1);
  const staff = (value: string) => ({ identifier: { kind: 'staff-no', value }, personal: {} });
  const voids = [n % 3 === 2 ? 4 : 5, n % 3 === 1 ? 5 : 0];
  for (const [clerk, many] of voids.entries()) {
    const handler = staff(`S-voids-${clerk}`);
    const of = { kind: 'direct', form: 'electronic', notice: true, payChannel: 'bank', lines: [], amountFen: '0' };
    for (let k = 1; k <= 6; k++) {
      const receipt = `${code}-${number(clerk * 6 + k)}`;
      const data = { ...of, org: unit, block, handler, checker: staff('S-checker') };
      say('receipt', receipt, 'IssueReceipt', data, clerk * 6 + k + 1);
      if (k <= many) say('receipt', receipt, 'VoidReceipt', { reason: '开具有误', handler }, clerk * 6 + k + 1);
    }
  }
  say('block', block, 'WriteOffBlock', { document: '核销单' }, 28);
  const about = `clerk/${month} ?`;
  if (n % 3 === 0) s.finds('RC-05', about, 'voids five of six, and the other clerk none');
  else s.nearly('RC-05', about, n % 3 === 1 ? 'both clerks void five of six' : 'four voids are few');
};

export const checkers: Plant = (s, matter, n) => {
  const fee = paid(s, matter());
  const clerk = { identifier: { kind: 'staff-no', value: fee.matter.clerk(fee.matter.on(0)) }, personal: {} };
  const data = n % 2 === 0 ? { checker: clerk } : {};
  s.till.receipt([fee], fee.matter.on(0), { data }, (receipt) => {
    if (n % 2 === 0) s.finds('RC-07', receipt, 'issued and checked by one person');
    else s.nearly('RC-07', receipt, 'checked by somebody else');
  });
};

/** What is left over between what was assessed, receipted and paid. */
export const leftOver: Plant = (s, matter, n) => {
  const { till } = s;
  const m = accepted(matter());
  const fee = n % 4 === 2 ? till.assessed(m, 1, {}) : till.assess(m, 0);
  m.finish(Math.max(m.calm, 2));
  switch (n % 4) {
    case 0:
      till.receipt([fee], m.on(0), {}, (receipt) => s.finds('BK-04', receipt, 'receipted, and never paid'));
      break;
    case 1: {
      till.pay(fee, m.on(0), { fen: RATE - 100 });
      till.receipt([fee], m.on(0), {}, (receipt) => s.finds('BK-06', receipt, 'paid less than it was receipted for'));
      break;
    }
    case 2: {
      till.pay(fee, m.on(0));
      till.receipt([fee], m.on(0), {}, (receipt) =>
        s.finds('BK-20', `${receipt}#0`, 'receipted the day before it was assessed'),
      );
      break;
    }
    default: {
      till.pay(fee, m.on(2));
      till.receipt([fee], m.on(0), {}, (receipt) => {
        s.nearly('BK-04', receipt, 'paid two working days later');
        s.nearly('BK-06', receipt, 'paid what it was receipted for');
        s.nearly('BK-20', `${receipt}#0`, 'receipted on the day of the assessment');
      });
    }
  }
};

/** A window collects small sums, and pays them in at once; or receipts their sum once more. */
export const collected: Plant = (s, matter, n) => {
  const { till } = s;
  const first = matter();
  const fees = [1, 2].map((pieces, k) => {
    const m = accepted(k === 0 ? first : matter(first.item, first.start));
    const fee = till.assess(m, 0, pieces);
    m.finish(m.calm);
    return fee;
  });
  const of = stock(s, `456${two(n)}`, first.item.unit);
  const day = first.on(0);
  const remittance = `city.${first.post.window}-${n}-${day}`;
  const how = { data: { kind: 'collect', remittance, payCode: undefined } };
  const receipts = fees.map((fee, k) => use(s, fee, k + 1, of, { ...how, minute: 17 * 60 + 30 + k }));
  const sum = 3 * RATE;
  const payCode = `JKH-${n}`;
  const data = { centre: 'city', window: first.post.window, day, receipts, amountFen: String(sum), payCode };
  till.report('remittance', remittance, 'MakeRemittance', data, instant(day, 18 * 60 + 5), {
    system: 'receipts',
    by: { org: first.item.unit },
  });
  till.pay({ ...fees[0]!, payCode, fen: sum }, day);
  if (n % 2 === 1) {
    for (const receipt of receipts) s.nearly('BK-21', receipt, 'small sums that are paid in at once');
    return;
  }
  const line = { feeItem: fees[0]!.feeItem, quantity: '3', amountFen: String(sum), itemCode: first.item.code };
  const again = use(s, fees[0]!, 3, of, { ...how, fen: sum, lines: [line], minute: 18 * 60 + 30 });
  s.finds('BK-21', again, 'the sum receipted once more');
  s.finds('BK-02', `${again}#0`, 'the sum receipted once more: nobody assessed it');
};

/** The books of an office against its receipts of a month. */
export const unitBooks: Plant = (s, matter, n) => {
  const { till } = s;
  const fee = paid(s, matter());
  const unit = `books-${n}`;
  const of = stock(s, `457${two(n)}`, unit);
  const day = fee.matter.on(0);
  use(s, fee, 1, of, { unit });
  const fen = n % 2 === 0 ? RATE - 100 : RATE;
  const data = { org: unit, feeItem: fee.feeItem, side: 'collected', amountFen: String(fen) };
  till.report('voucher', `${unit}-1`, 'PostVoucher', data, instant(day, 18 * 60 + 50), { system: 'books' });
  const about = `${unit}|${fee.feeItem}|${day.slice(0, 7)}`;
  if (n % 2 === 0) s.finds('BK-19', about, 'the books say less than the receipts');
  else s.nearly('BK-19', about, 'the books say what the receipts say');
};

export const receiptPlants: readonly Plant[] = [
  gaps,
  reused,
  foreign,
  disorder,
  voids,
  voiders,
  stocks,
  checkers,
  leftOver,
  collected,
  unitBooks,
];
