/** Books for tests: rows with what a test does not care about filled in. */
import type {
  Assessed,
  Block,
  Books,
  Credit,
  Deposit,
  Payment,
  Receipt,
  Refund,
} from '../../projections/reconcile/books.js';
import { NO_BOOKS } from '../../projections/reconcile/books.js';
import { dayNumber } from '../../projections/kernel/instant.js';
import type { Ages } from '../../projections/reconcile/break-types.js';
import { breaksOf } from '../../projections/reconcile/breaks.js';
import { CALENDAR_DAYS } from '../../projections/reconcile/match.js';
import { relate } from '../../projections/reconcile/relations.js';

export const ACCOUNT = '4501';
export const ON = '2024-03-04';
export const assessed = (id: string, fen: number, more: Partial<Assessed> = {}): Assessed => ({
  id,
  org: 'U1',
  matterId: `m-${id}`,
  feeItem: 'F1',
  payCode: null,
  on: ON,
  assessedFen: fen,
  waivedFen: 0,
  cancelledFen: 0,
  passedGateOn: null,
  decided: false,
  ...more,
});
export const receipt = (id: string, fen: number, more: Partial<Receipt> = {}): Receipt => ({
  id,
  code: id.split('-')[0]!,
  number: id.split('-')[1]!,
  org: 'U1',
  kind: 'direct',
  notice: false,
  payCode: null,
  remittance: null,
  payment: null,
  window: 'W1',
  on: ON,
  fen,
  parts: [{ fee: null, matterId: `m-${id}`, feeItem: 'F1', fen }],
  ended: null,
  uses: 1,
  payer: null,
  handler: 'clerk',
  checker: 'checker',
  at: `${more.on ?? ON}T10:00:00+08:00`,
  ...more,
});
export const payment = (id: string, fen: number, more: Partial<Payment> = {}): Payment => ({
  id,
  account: ACCOUNT,
  org: null,
  payCode: null,
  remittance: null,
  matterId: null,
  on: ON,
  fen,
  payer: null,
  fromAccount: null,
  reversedOn: null,
  ...more,
});
export const deposit = (id: string, fen: number, more: Partial<Deposit> = {}): Deposit => ({
  id,
  account: ACCOUNT,
  day: ON,
  on: '2024-03-05',
  fen,
  returnedOn: null,
  ...more,
});
export const credit = (id: string, fen: number, more: Partial<Credit> = {}): Credit => ({
  id,
  deposit: null,
  org: null,
  feeItem: null,
  level: 'city',
  subject: '103',
  on: '2024-03-06',
  fen,
  ...more,
});
export const refund = (id: string, fen: number, more: Partial<Refund> = {}): Refund => ({
  id,
  org: 'U1',
  payment: null,
  account: ACCOUNT,
  on: '2024-03-08',
  fen,
  requested: true,
  verified: true,
  approvedByFinance: true,
  toAccount: null,
  ...more,
});
export const block = (first: string, last: string, more: Partial<Block> = {}): Block => ({
  code: '45',
  first,
  last,
  org: 'U1',
  issuedOn: '2024-01-02',
  gone: [],
  writtenOffOn: null,
  ...more,
});
export const APPROVED = { account: ACCOUNT, org: 'U1', from: '2024-01-01', to: null } as const;

export const books = (of: Partial<Books>): Books => ({ ...NO_BOOKS, accounts: [APPROVED], ...of });
/** Weekends do not count; there are no holidays. */
export const place = (day: string): number => {
  const days = dayNumber(day) + 3; // 1970-01-01 was a Thursday
  return Math.floor(days / 7) * 5 + Math.min(days % 7, 4);
};
export const OPTIONS = { ...CALENDAR_DAYS, place };
export const related = (of: Books) => relate(of, OPTIONS);
export const breaksOn = (of: Partial<Books>, on: string, ages?: Ages) => {
  const all = books(of);
  return breaksOf(all, related(all), on, place, ages);
};
