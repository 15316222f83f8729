/** Money that came in (到账), went on to the treasury (缴存、入库), back (退付) or somewhere else (账户支出). */
import type {
  CreditEvent,
  DebitEvent,
  DebitKind,
  Level,
  PayChannel,
  PaymentEvent,
  RemittanceEvent,
  VoucherEvent,
} from './events/money.js';
import type { Fold, Status } from './kernel/fold.js';
import type { Fen } from './kernel/money.js';
import { idIn, idOf, type Recorded } from './kernel/message.js';
import { projection } from './kernel/projection.js';
import { type Changed, endedAnew, following, type Told, toldAnew, toldBy } from './told-anew.js';

export type PaymentRow = Told & {
  payment: string;
  seq: number;
  /** How often it was said to have come in: once. What follows is of the first. */
  times: number;
  status: 'received' | 'reversed';
  account: string;
  bankRef: string;
  channel: PayChannel;
  payCode: string | null;
  remittance: string | null;
  org: string | null;
  matterId: string | null;
  itemCode: string | null;
  amountFen: Fen;
  on: string;
  payer: string | null;
  fromAccount: string | null;
  placeKind: string;
  /** The events by which it came in, and went back. */
  event: string;
  reversed: string | null;
  reversedOn: string | null;
  /** System and row that told so. */
  reversedTold: string | null;
};
const NOT_REVERSED = { reversed: null, reversedOn: null, reversedTold: null } as const;
/** Members that the bank tells. */
const PAYMENT_SAYS = [
  'account',
  'bankRef',
  'channel',
  'payCode',
  'remittance',
  'org',
  'matterId',
  'itemCode',
  'amountFen',
] as const;
const paymentOf = idOf('payment');
/** What came of it before it is known that it came: files arrive in any order. Nobody sees it until then. */
const paymentUnknown = (event: Recorded<PaymentEvent>): PaymentRow => ({
  payment: paymentOf(event),
  seq: event.index,
  times: 0,
  status: 'received',
  account: '',
  bankRef: '',
  channel: 'unknown',
  payCode: null,
  remittance: null,
  org: null,
  matterId: null,
  itemCode: null,
  amountFen: '0',
  on: event.occurredAt.slice(0, 10),
  payer: null,
  fromAccount: null,
  placeKind: 'unknown',
  told: null,
  withdrawn: event.id,
  event: event.id,
  ...NOT_REVERSED,
});
const reversal = ({ reversed, reversedOn, reversedTold, status }: PaymentRow) => ({
  reversed,
  reversedOn,
  reversedTold,
  status,
});
function paymentAfter(row: PaymentRow | undefined, event: Recorded<PaymentEvent>): PaymentRow | undefined {
  if (event.type === 'PaymentReceived') {
    if (row?.withdrawn === null) return { ...row, times: row.times + 1 };
    const { payer, fromAccount, ...data } = event.data;
    return {
      payment: paymentOf(event),
      seq: event.index,
      times: 1,
      status: 'received',
      ...data,
      payer: payer?.personId ?? null,
      fromAccount: fromAccount?.personId ?? null,
      placeKind: event.place?.kind ?? 'unknown',
      told: toldBy(event),
      withdrawn: null,
      event: event.id,
      ...NOT_REVERSED,
      ...(row && reversal(row)),
    };
  }
  if (event.type === 'SourceRowChanged') return row && paymentAnew(row, event);
  if (event.type !== 'PaymentReversed') return row;
  row ??= paymentUnknown(event);
  if (row.status !== 'received') return row;
  return { ...row, status: 'reversed', reversed: event.id, reversedOn: event.data.on, reversedTold: toldBy(event) };
}
function paymentAnew(row: PaymentRow, event: Changed): PaymentRow {
  const ended = endedAnew(row.reversedTold, event, row.reversedOn);
  if (!ended) return toldAnew(row, event, PAYMENT_SAYS);
  const { on: reversedOn } = ended;
  if (reversedOn === null) return { ...row, status: 'received', reversed: null, reversedOn };
  return { ...row, status: 'reversed', reversed: row.reversed ?? event.id, reversedOn };
}
export type PaymentState = Status & {
  readonly status: 'none' | 'received' | 'reversed';
  readonly row: PaymentRow | null;
};
export const paymentRegister: Fold<PaymentState, PaymentEvent> = following<PaymentState, PaymentEvent>({
  category: 'payment',
  initial: { status: 'none', row: null },
  evolve: (state, event) => {
    const row = paymentAfter(state.row ?? undefined, event);
    if (!row) return state;
    if (row.withdrawn !== null) return { ...state, row };
    return { status: row.status, since: row.reversed ?? row.event, row };
  },
});
/** A change of a row at its source, of those that the fold keeps. */
export const changed = <R>(category: string, after: (row: R, event: Changed) => R) => ({
  keys: idIn(category),
  fold: (row: R | undefined, event: Changed) => (row ? after(row, event) : null),
});
export const folded = <E extends Recorded<any>, R>(
  keys: (event: E) => string,
  after: (row: R | undefined, event: E) => R | undefined,
) => ({ keys, fold: (row: R | undefined, event: E) => after(row, event) ?? null });

export const payments = projection<PaymentEvent>()<PaymentRow>({
  name: 'payment',
  version: 5,
  key: 'payment',
  columns: {
    payment: 'text',
    seq: 'int',
    times: 'int',
    status: 'text',
    account: 'text',
    bankRef: 'text',
    channel: 'text',
    payCode: 'text',
    remittance: 'text',
    org: 'text',
    matterId: 'text',
    itemCode: 'text',
    amountFen: 'bigint',
    on: 'date',
    payer: 'text',
    fromAccount: 'text',
    placeKind: 'text',
    told: 'text',
    withdrawn: 'text',
    event: 'text',
    reversed: 'text',
    reversedOn: 'date',
    reversedTold: 'text',
  },
  indexes: {
    byAccount: ['account', 'on'],
    byPayCode: ['payCode'],
    byRemittance: ['remittance'],
    byMatter: ['matterId'],
    byOrg: ['org', 'on'],
    byItem: ['itemCode', 'on'],
    byDay: ['on'],
  },
  uses: {},
  on: {
    PaymentReceived: folded(paymentOf, paymentAfter),
    PaymentReversed: folded(paymentOf, paymentAfter),
    SourceRowChanged: changed<PaymentRow>('payment', paymentAnew),
  },
});

/** What is said once: the first word counts, as its source tells it now. */
export type OnceState = Status & { readonly status: 'none' | 'recorded' };
export const once = <E extends RemittanceEvent | CreditEvent | DebitEvent | VoucherEvent>(
  category: string,
  type: E['type'],
): Fold<OnceState, E> =>
  following<OnceState, E>({
    category,
    initial: { status: 'none' },
    evolve: (state, event) =>
      event.type === type && state.status === 'none' ? { status: 'recorded', since: event.id } : state,
  });

/** The first word counts, unless its source has taken it back. */
const firstSaid = <R extends Told & { readonly event: string }>(
  row: R | undefined,
  event: Recorded<any>,
  said: Omit<R, 'told' | 'withdrawn' | 'event'>,
): R => (row?.withdrawn === null ? row : ({ ...said, told: toldBy(event), withdrawn: null, event: event.id } as R));

export type RemittanceRow = Told & {
  remittance: string;
  org: string | null;
  centre: string | null;
  window: string;
  day: string;
  receipts: readonly string[];
  amountFen: Fen;
  payCode: string | null;
  event: string;
};
const remittanceOf = idOf('remittance');
export const remittances = projection<RemittanceEvent>()<RemittanceRow>({
  name: 'remittance',
  version: 3,
  key: 'remittance',
  columns: {
    remittance: 'text',
    org: 'text',
    centre: 'text',
    window: 'text',
    day: 'date',
    receipts: 'jsonb',
    amountFen: 'bigint',
    payCode: 'text',
    told: 'text',
    withdrawn: 'text',
    event: 'text',
  },
  indexes: { byOrg: ['org', 'day'], byPayCode: ['payCode'] },
  uses: {},
  on: {
    RemittanceMade: {
      keys: remittanceOf,
      fold: (row, event, _look, remittance) => firstSaid(row, event, { remittance, ...event.data }),
    },
    SourceRowChanged: changed<RemittanceRow>('remittance', (row, event) =>
      toldAnew(row, event, ['centre', 'window', 'day', 'receipts', 'amountFen', 'payCode']),
    ),
  },
});

export type CreditRow = Told & {
  credit: string;
  deposit: string | null;
  org: string | null;
  feeItem: string | null;
  level: Level;
  subject: string;
  amountFen: Fen;
  on: string;
  event: string;
};
export const credits = projection<CreditEvent>()<CreditRow>({
  name: 'treasury_credit',
  version: 3,
  key: 'credit',
  columns: {
    credit: 'text',
    deposit: 'text',
    org: 'text',
    feeItem: 'text',
    level: 'text',
    subject: 'text',
    amountFen: 'bigint',
    on: 'date',
    told: 'text',
    withdrawn: 'text',
    event: 'text',
  },
  indexes: { byDeposit: ['deposit'], byOrg: ['org', 'on'] },
  uses: {},
  on: {
    TreasuryCredited: {
      keys: idOf('credit'),
      fold: (row, event, _look, credit) => firstSaid(row, event, { credit, ...event.data }),
    },
    SourceRowChanged: changed<CreditRow>('credit', (row, event) =>
      toldAnew(row, event, ['deposit', 'org', 'feeItem', 'level', 'subject', 'amountFen']),
    ),
  },
});

export type DebitRow = Told & {
  debit: string;
  account: string;
  bankRef: string;
  kind: DebitKind;
  amountFen: Fen;
  on: string;
  purpose: string | null;
  event: string;
};
export const debits = projection<DebitEvent>()<DebitRow>({
  name: 'debit',
  version: 3,
  key: 'debit',
  columns: {
    debit: 'text',
    account: 'text',
    bankRef: 'text',
    kind: 'text',
    amountFen: 'bigint',
    on: 'date',
    purpose: 'text',
    told: 'text',
    withdrawn: 'text',
    event: 'text',
  },
  indexes: { byAccount: ['account', 'on'], byBankRef: ['account', 'bankRef'] },
  uses: {},
  on: {
    BankDebitSeen: {
      keys: idOf('debit'),
      fold: (row, event, _look, debit) => firstSaid(row, event, { debit, ...event.data }),
    },
    SourceRowChanged: changed<DebitRow>('debit', (row, event) =>
      toldAnew(row, event, ['account', 'bankRef', 'kind', 'amountFen', 'purpose']),
    ),
  },
});

export type VoucherRow = Told & {
  voucher: string;
  org: string;
  feeItem: string | null;
  side: 'collected' | 'returned';
  amountFen: Fen;
  on: string;
  event: string;
};
export const vouchers = projection<VoucherEvent>()<VoucherRow>({
  name: 'voucher',
  version: 3,
  key: 'voucher',
  columns: {
    voucher: 'text',
    org: 'text',
    feeItem: 'text',
    side: 'text',
    amountFen: 'bigint',
    on: 'date',
    told: 'text',
    withdrawn: 'text',
    event: 'text',
  },
  indexes: { byOrg: ['org', 'on'] },
  uses: {},
  on: {
    VoucherPosted: {
      keys: idOf('voucher'),
      fold: (row, event, _look, voucher) => firstSaid(row, event, { voucher, ...event.data }),
    },
    SourceRowChanged: changed<VoucherRow>('voucher', (row, event) =>
      toldAnew(row, event, ['org', 'feeItem', 'side', 'amountFen']),
    ),
  },
});
