/** Breaks of money on its way: not paid, not deposited, not credited, paid twice, given back without support. */
import { dayNumber } from '../kernel/instant.js';
import { compareText } from '../kernel/ordered.js';
import {
  accountOwners,
  approvedOn,
  type Books,
  by,
  type Credit,
  counts,
  holds,
  type Payment,
  type Tariff,
  total,
} from './books.js';
import type { Gap } from './break-types.js';
import { doubleReceipts, refundedOf, type Relations } from './relations.js';

const first = (ids: readonly string[]) => [...ids].sort(compareText)[0]!;

/** Days apart at most of two payments of the same payer and amount that are one paid twice. */
export const REPEAT_DAYS = 1;
/** Who is without the other side, and why: a payment is counted for one reason. */
export function receiptsAndPayments(
  books: Books,
  { 'receipted-paid': matched }: Relations,
  repeatDays: number = REPEAT_DAYS,
): Gap[] {
  const step = 'receipted-paid' as const;
  const receipts = new Map(books.receipts.map((row) => [row.id, row]));
  const payments = new Map(books.payments.map((row) => [row.id, row]));
  const orgs = accountOwners(books);
  const orgOf = ({ org, account }: Payment) => org ?? orgs.get(account) ?? null;
  const unpaid = matched.left.map((id): Gap => {
    const { org, on, fen, parts } = receipts.get(id)!;
    const [{ feeItem = null, matterId = null } = {}] = parts;
    return { code: 'BK-04', subject: id, org, feeItem, matterId, since: on, fen, step, left: [id], right: [] };
  });
  const differ = matched.matches
    .filter(({ leftFen, rightFen }) => leftFen !== rightFen)
    .map(({ left, right, on, leftFen, rightFen }): Gap => {
      const { org } = receipts.get(left[0]!)!;
      const fen = Math.abs(leftFen - rightFen);
      const details = { receiptedFen: leftFen, paidFen: rightFen };
      return { code: 'BK-06', subject: first(left), org, since: on, fen, step, left, right, details };
    });
  const again = doubleReceipts(books);
  const twice = [...again].map(([id, others]): Gap => {
    const { org, on, fen } = receipts.get(id)!;
    return { code: 'BK-21', subject: id, org, since: on, fen, left: [id, ...others], right: [] };
  });
  const because = reasons(books, matched.right, new Set(matched.matches.flatMap(({ right }) => right)), repeatDays);
  const unreceipted = matched.right.map((id): Gap => {
    const row = payments.get(id)!;
    const { code, left, grave = false } = because(row);
    const { on, fen, matterId } = row;
    return { code, subject: left[0] ?? id, org: orgOf(row), matterId, since: on, fen, step, left, right: [id], grave };
  });
  return [...unpaid, ...differ, ...twice, ...unreceipted];
}

type Reason = Readonly<{ code: Gap['code']; left: readonly string[]; grave?: boolean }>;
/** Why a payment has no receipt: the receipt was voided, it was paid twice, nobody knows what for, or it was not receipted. */
function reasons(books: Books, open: readonly string[], settled: ReadonlySet<string>, repeatDays: number) {
  const ended = books.receipts.filter(({ ended: end }) => end !== null);
  const byCode = by(ended, ({ payCode }) => payCode);
  const byRemittance = by(ended, ({ remittance }) => remittance);
  const byPayment = by(ended, ({ payment }) => payment);
  const codes = by(books.payments, ({ payCode }) => payCode);
  const alike = by(books.payments, ({ payer, fen, matterId }) => payer && `${payer}|${fen}|${matterId ?? ''}`);
  const opened = new Set(open);
  /** Another payment stands for the same: a settled one, or of several open ones the first. */
  const repeats = (row: Payment) => {
    const { payCode, payer, fen, matterId } = row;
    const sameCode = payCode === null ? [] : (codes.get(payCode) ?? []);
    const sameSum = payer === null ? [] : (alike.get(`${payer}|${fen}|${matterId ?? ''}`) ?? []);
    const near = sameSum.filter(({ on }) => Math.abs(dayNumber(on) - dayNumber(row.on)) <= repeatDays);
    return [...sameCode, ...near].some((other) => {
      if (other.id === row.id || other.reversedOn !== null) return false;
      const earlier = compareText(other.on, row.on) || compareText(other.id, row.id);
      return settled.has(other.id) || (opened.has(other.id) && earlier < 0);
    });
  };
  return (row: Payment): Reason => {
    const voided = [
      ...(row.payCode === null ? [] : (byCode.get(row.payCode) ?? [])),
      ...(row.remittance === null ? [] : (byRemittance.get(row.remittance) ?? [])),
      ...(byPayment.get(row.id) ?? []),
    ].filter(({ ended: end }) => end!.on >= row.on);
    if (repeats(row)) return { code: 'BK-13', left: [] };
    if (voided.length > 0) return { code: 'BK-18', left: [first(voided.map(({ id }) => id))] };
    if (row.payCode === null && row.remittance === null) return { code: 'BK-07', left: [] };
    return { code: 'BK-05', left: [] };
  };
}

export const wrongAccounts = (books: Books): Gap[] =>
  books.payments
    .filter(({ reversedOn, account, on }) => reversedOn === null && !approvedOn(books.accounts, account, on))
    .map(({ id, account, org, on, fen, matterId }) => ({
      code: 'BK-08',
      subject: id,
      org,
      matterId,
      since: on,
      fen,
      left: [],
      right: [id],
      details: { account },
    }));

/** What an account took in on a day, and what of it was deposited. Accounts that are not approved are a break of their own. */
export function paymentsAndDeposits(books: Books, { 'paid-deposited': matched }: Relations): Gap[] {
  const step = 'paid-deposited' as const;
  const orgs = accountOwners(books);
  const payments = new Map(books.payments.map((row) => [row.id, row]));
  const deposits = new Map(books.deposits.map((row) => [row.id, row]));
  const open = matched.left.flatMap((id) => payments.get(id) ?? []);
  const approved = open.filter(({ account, on }) => approvedOn(books.accounts, account, on));
  const refunds = by(books.refunds, ({ account, on }) => `${account}|${on}`);
  const late = [...by(approved, ({ account, on }) => `${account}|${on}`)].flatMap(([subject, rows]): Gap[] => {
    const fen = total(rows, (row) => row.fen) - total(refunds.get(subject) ?? [], (row) => row.fen);
    const [{ account, on }] = rows as [Payment];
    const left = rows.map(({ id }) => id).sort(compareText);
    const org = orgs.get(account) ?? null;
    return fen > 0
      ? [{ code: 'BK-09', subject, org, since: on, fen, step, left, right: [], details: { account } }]
      : [];
  });
  const short = matched.matches
    .filter(({ leftFen, rightFen }) => leftFen > rightFen)
    .map(({ left, right, leftFen, rightFen }): Gap => {
      const { account, day } = deposits.get(right[0]!)!;
      const details = { account, receivedFen: leftFen, depositedFen: rightFen };
      const fen = leftFen - rightFen;
      const org = orgs.get(account) ?? null;
      return { code: 'BK-10', subject: `${account}|${day}`, org, since: day, fen, step, left, right, details };
    });
  return [...late, ...short];
}

export function depositsAndCredits(books: Books, { 'deposited-credited': matched }: Relations): Gap[] {
  const step = 'deposited-credited' as const;
  const orgs = accountOwners(books);
  const deposits = new Map(books.deposits.map((row) => [row.id, row]));
  const waiting = matched.left.map((id): Gap => {
    const { account, on, fen } = deposits.get(id)!;
    const org = orgs.get(account) ?? null;
    return { code: 'BK-11', subject: id, org, since: on, fen, step, left: [id], right: [], details: { account } };
  });
  return [...waiting, ...wrongLevels(books)];
}

type What = 'subject' | 'level' | 'share';
/** Each level's share to the fen; a fen of rounding is nothing. */
function wrongShare(rows: readonly Credit[], shares: Tariff['shares']): What | null {
  const sum = total(rows, ({ fen }) => fen);
  const off = shares.some(({ level, percent }) => {
    const got = total(
      rows.filter((row) => row.level === level),
      ({ fen }) => fen,
    );
    return Math.abs(got * 100 - sum * percent) >= 100;
  });
  return off ? 'share' : null;
}
/**
 * By the versions that were in force of the fee item, or, where the treasury names none, of those that go to its subject:
 * subject, levels, and shares where they all have the same. A subject of no fee item is wrong for money of a deposit, which
 * is of some fee item.
 */
function wrongBy(tariffs: readonly Tariff[]) {
  const [byItem, bySubject] = [by(tariffs, ({ feeItem }) => feeItem), by(tariffs, ({ subject }) => subject)];
  return (rows: readonly Credit[]): What | null => {
    const [{ feeItem, on, subject, deposit }] = rows as [Credit];
    const known = (feeItem === null ? bySubject.get(subject) : byItem.get(feeItem)) ?? [];
    const inForce = known.filter((one) => holds(one, on));
    if (inForce.length === 0) {
      const any = feeItem === null && deposit !== null && tariffs.some((one) => holds(one, on));
      return any ? 'subject' : null;
    }
    if (feeItem !== null && rows.some((row) => row.subject !== inForce[0]!.subject)) return 'subject';
    const levels = new Set(inForce.flatMap(({ shares }) => shares.map(({ level }) => level)));
    if (rows.some(({ level }) => !levels.has(level))) return 'level';
    const shared = ({ shares }: Tariff) =>
      JSON.stringify(shares.map(({ level, percent }) => `${level} ${percent}`).sort(compareText));
    return new Set(inForce.map(shared)).size === 1 ? wrongShare(rows, inForce[0]!.shares) : null;
  };
}
function wrongLevels({ credits, tariffs }: Books): Gap[] {
  const wrong = wrongBy(tariffs);
  const groups = by(credits, ({ deposit, id, feeItem, org, subject }) => {
    return `${deposit ?? id}|${feeItem === null ? `\0${subject}` : feeItem}|${org ?? ''}`;
  });
  return [...groups.values()].flatMap((rows): Gap[] => {
    const what = wrong(rows);
    if (what === null) return [];
    const ids = rows.map(({ id }) => id).sort(compareText);
    const [{ org, feeItem, on }] = rows as [Credit];
    const fen = total(rows, (row) => row.fen);
    return [{ code: 'BK-12', subject: ids[0]!, org, feeItem, since: on, fen, left: [], right: ids, details: { what } }];
  });
}

export function refunds(books: Books): Gap[] {
  const payments = new Map(books.payments.map((row) => [row.id, row]));
  const refunded = refundedOf(books);
  return books.refunds.flatMap((row): Gap[] => {
    const payment = row.payment === null ? undefined : payments.get(row.payment);
    const other = (to: string | null, from: string | null | undefined) => to !== null && from != null && to !== from;
    const why = !row.requested
      ? 'not-requested'
      : !row.verified
        ? 'not-verified'
        : !row.approvedByFinance
          ? 'not-approved-by-finance'
          : payment && (refunded.get(payment.id) ?? 0) > payment.fen
            ? 'more-than-paid'
            : other(row.toAccount, payment?.fromAccount)
              ? 'to-another-account'
              : null;
    if (why === null) return [];
    const left = row.payment === null ? [] : [row.payment];
    const { id, org, on, fen } = row;
    return [{ code: 'BK-14', subject: id, org, since: on, fen, left, right: [id], details: { why } }];
  });
}

/** The unit's books of a month against its receipts, where it keeps any for that month. */
export function unitBooks({ vouchers, receipts }: Books): Gap[] {
  const cell = (org: string | null, feeItem: string | null, on: string) =>
    JSON.stringify([org, feeItem, on.slice(0, 7)]);
  const kept = new Set(vouchers.map(({ org, on }) => `${org}|${on.slice(0, 7)}`));
  const sums = new Map<string, { books: number; receipts: number; ids: string[] }>();
  const at = (key: string) => {
    const known = sums.get(key) ?? { books: 0, receipts: 0, ids: [] };
    sums.set(key, known);
    return known;
  };
  for (const { id, org, feeItem, on, fen } of vouchers) {
    const known = at(cell(org, feeItem, on));
    known.books += fen;
    known.ids.push(id);
  }
  for (const row of receipts.filter(counts))
    if (kept.has(`${row.org}|${row.on.slice(0, 7)}`))
      for (const { feeItem, fen } of row.parts) at(cell(row.org, feeItem, row.on)).receipts += fen;
  return [...sums].flatMap(([key, { books, receipts: receipted, ids }]): Gap[] => {
    if (books === receipted) return [];
    const [org, feeItem, month] = JSON.parse(key) as [string, string | null, string];
    const details = { month, booksFen: books, receiptsFen: receipted };
    const subject = `${org}|${feeItem ?? ''}|${month}`;
    const fen = Math.abs(books - receipted);
    return [
      {
        code: 'BK-19',
        subject,
        org,
        feeItem,
        since: `${month}-01`,
        fen,
        left: ids.sort(compareText),
        right: [],
        details,
      },
    ];
  });
}
