/** Every receipt (票据), by its code and number, and what has become of it. */
import type { PayChannel, ReceiptEvent, ReceiptForm, ReceiptKind, ReceiptLine } from './events/money.js';
import type { Fold, Status } from './kernel/fold.js';
import type { Fen } from './kernel/money.js';
import { idIn, idOf, type Recorded } from './kernel/message.js';
import { isInstant } from './kernel/instant.js';
import { projection } from './kernel/projection.js';
import { codeOfReceipt, hundredOf, numberOfReceipt } from './receipt-numbers.js';
import {
  asEvents,
  type Changed,
  following,
  retold,
  type Said,
  saidIn,
  type Told,
  toldAnew,
  toldBy,
} from './told-anew.js';

export type ReceiptStatus = 'issued' | 'completed' | 'voided' | 'reversed' | 'lost';
export type ReceiptRow = Told & {
  /** `<code>-<number>` */
  receipt: string;
  code: string;
  number: string;
  /** Every hundred numbers of a code, for what is judged by hundreds. */
  hundred: string;
  seq: number;
  /** How often the number was used: once. What follows is of the first use. */
  uses: number;
  status: ReceiptStatus;
  org: string | null;
  kind: ReceiptKind;
  form: ReceiptForm;
  notice: boolean;
  payCode: string | null;
  payChannel: PayChannel;
  amountFen: Fen;
  payer: string | null;
  handler: string | null;
  checker: string | null;
  on: string;
  /** The instant, as its source wrote it. */
  at: string;
  placeKind: string;
  centre: string | null;
  window: string | null;
  remittance: string | null;
  completedOn: string | null;
  payment: string | null;
  /** When it was voided or reversed, and by whom. */
  endedOn: string | null;
  endedBy: string | null;
  ended: string | null;
  /** How often it was said to have ended. */
  ends: number;
  /** The number of the red one that took it back, `<code>-<number>`. */
  red: string | null;
  copiesKept: boolean | null;
  /** What was said of it after it was issued, and of its number. */
  said: readonly Said[];
  lines: readonly ReceiptLine[];
  /** The events that issued it, the second use, too. */
  issued: readonly string[];
};
export type ReceiptState = Status & {
  readonly status: 'none' | ReceiptStatus;
  /** The event of its first use. */
  readonly issued: string | null;
  readonly row: ReceiptRow | null;
  readonly parties: readonly string[];
};
/** It counts: neither voided nor taken back. */
export const isLive = ({ status }: Pick<ReceiptRow, 'status'>): boolean => status !== 'voided' && status !== 'reversed';

/** Members that the source of a receipt tells. */
const RECEIPT_SAYS = [
  'org',
  'kind',
  'form',
  'notice',
  'payCode',
  'payChannel',
  'amountFen',
  'remittance',
  'window',
  'lines',
] as const;
const receiptOf = idOf('receipt');
type Issued = Recorded<Extract<ReceiptEvent, { type: 'ReceiptIssued' }>>;
/** Of a receipt of which nothing was said after it was issued. */
const NOTHING_LATER = {
  completedOn: null,
  payment: null,
  endedOn: null,
  endedBy: null,
  ended: null,
  ends: 0,
  red: null,
  copiesKept: null,
} as const;
function issuedRow(event: Issued): ReceiptRow {
  const receipt = receiptOf(event);
  const number = numberOfReceipt(receipt);
  const { payer, handler, checker, ...data } = event.data;
  return {
    receipt,
    code: codeOfReceipt(receipt),
    number,
    hundred: hundredOf(number),
    seq: event.index,
    uses: 1,
    status: 'issued' as const,
    ...data,
    payer: payer?.personId ?? null,
    handler: handler?.personId ?? null,
    checker: checker?.personId ?? null,
    at: event.occurredAt,
    placeKind: event.place?.kind ?? 'unknown',
    told: toldBy(event),
    withdrawn: null,
    ...NOTHING_LATER,
    said: [],
    issued: [event.id],
  };
}
/** What was said of a receipt after it was issued. */
function receiptWith(row: ReceiptRow, event: Recorded<ReceiptEvent>): ReceiptRow {
  switch (event.type) {
    case 'ReceiptIssued':
      return { ...row, uses: row.uses + 1, issued: [...row.issued, event.id] };
    case 'ReceiptChecked':
      return { ...row, checker: event.data.checker?.personId ?? row.checker };
    case 'ReceiptCompleted': {
      const { on, payment } = event.data;
      return { ...row, status: row.status === 'issued' ? 'completed' : row.status, completedOn: on, payment };
    }
    case 'ReceiptVoided':
    case 'ReceiptRedReversed': {
      const { on, handler } = event.data;
      const copiesKept = event.type === 'ReceiptVoided' ? event.data.copiesKept : row.copiesKept;
      const status = event.type === 'ReceiptVoided' ? 'voided' : 'reversed';
      return {
        ...row,
        status,
        endedOn: on,
        endedBy: handler?.personId ?? null,
        ended: event.id,
        ends: row.ends + 1,
        red: event.type === 'ReceiptRedReversed' ? event.data.red : row.red,
        copiesKept,
      };
    }
    case 'ReceiptLost':
      return { ...row, status: isLive(row) ? 'lost' : row.status };
    default:
      return row;
  }
}
/** Whoever had checked it when it was issued is known beside what was said later. */
const saidOf = (event: Recorded<ReceiptEvent>, { checker }: ReceiptRow): Said => {
  const said = saidIn(event);
  return event.type === 'ReceiptChecked' ? { ...said, data: { ...said.data, was: checker } } : said;
};
/** With all of it once more, as sources tell it now. `later`: what was said of it after it was issued. */
function anew(row: ReceiptRow, later: readonly Said[]): ReceiptRow {
  const checked = row.said.find(({ type }) => type === 'ReceiptChecked');
  const issued: ReceiptRow = {
    ...row,
    uses: 1,
    status: 'issued',
    checker: checked ? (checked.data as { was: string | null }).was : row.checker,
    ...NOTHING_LATER,
    issued: row.issued.slice(0, 1),
  };
  const standing = later.filter(({ gone }) => gone === null);
  return { ...asEvents<ReceiptEvent>(standing, `receipt-${row.receipt}`).reduce(receiptWith, issued), said: later };
}
const isUse = ({ type }: Said) => type === 'ReceiptIssued';
/** Of a number that is used once more, its first use is kept beside the others: each of them may be taken back. */
const firstUse = (row: ReceiptRow): Said => {
  const person = (personId: string | null) => personId && { personId };
  const { org, kind, form, notice, payCode, payChannel, lines, amountFen, on, centre, window, remittance } = row;
  const people = { payer: person(row.payer), handler: person(row.handler), checker: person(row.checker) };
  const data = { org, kind, form, notice, payCode, payChannel, lines, amountFen, on, centre, window, remittance };
  return {
    id: row.issued[0]!,
    index: row.seq,
    type: 'ReceiptIssued',
    told: row.told,
    gone: null,
    occurredAt: row.at,
    person: null,
    place: { kind: row.placeKind as never },
    data: { ...data, ...people },
  };
};
function changedRow(row: ReceiptRow, event: Changed): ReceiptRow {
  const said = retold(row.said, event);
  if (!row.said.some(isUse)) {
    if (said !== row.said) return anew(row, said);
    const told = toldAnew(row, event, RECEIPT_SAYS);
    const at = event.data.after?.['occurredAt'];
    return told !== row && at != null && isInstant(at) ? { ...told, at } : told;
  }
  if (said === row.said) return row;
  const first = said.find((one) => isUse(one) && one.gone === null);
  if (!first) return { ...row, withdrawn: event.id, said };
  const [issued] = asEvents<ReceiptEvent>([first], event.stream) as [Issued];
  const later = said.filter((one) => one !== first);
  return { ...anew({ ...issuedRow(issued), told: first.told }, later), said };
}
/** What is said of a receipt before it is known that it was issued: files arrive in any order. Nobody sees it until then. */
function receiptUnknown(event: Recorded<ReceiptEvent>): ReceiptRow {
  const receipt = receiptOf(event);
  const number = numberOfReceipt(receipt);
  return {
    receipt,
    code: codeOfReceipt(receipt),
    number,
    hundred: hundredOf(number),
    seq: event.index,
    uses: 0,
    status: 'issued',
    org: null,
    kind: 'direct',
    form: 'electronic',
    notice: false,
    payCode: null,
    payChannel: 'unknown',
    amountFen: '0',
    payer: null,
    handler: null,
    checker: null,
    on: event.occurredAt.slice(0, 10),
    at: event.occurredAt,
    placeKind: 'unknown',
    centre: null,
    window: null,
    remittance: null,
    told: null,
    withdrawn: event.id,
    ...NOTHING_LATER,
    said: [],
    lines: [],
    issued: [],
  };
}
/** Issued for the first time, with what was said of it before; a use that its source took back is no use. */
function issuedNow(row: ReceiptRow | undefined, event: Issued): ReceiptRow {
  const issued = issuedRow(event);
  const before = (row?.said ?? []).filter((one) => !isUse(one));
  if (before.length === 0) return issued;
  const said = before.map((one) =>
    one.type === 'ReceiptChecked' ? { ...one, data: { ...one.data, was: issued.checker } } : one,
  );
  return anew(issued, said);
}
function receiptAfter(row: ReceiptRow | undefined, event: Recorded<ReceiptEvent>): ReceiptRow | undefined {
  if (event.type === 'ReceiptIssued' && row?.withdrawn !== null) return issuedNow(row, event);
  if (event.type === 'SourceRowChanged') return row && changedRow(row, event);
  row ??= receiptUnknown(event);
  const before = event.type === 'ReceiptIssued' && !row.said.some(isUse) ? [firstUse(row), ...row.said] : row.said;
  return { ...receiptWith(row, event), said: [...before, saidOf(event, row)] };
}
export const receiptRegister: Fold<ReceiptState, ReceiptEvent> = following<ReceiptState, ReceiptEvent>({
  category: 'receipt',
  initial: { status: 'none', issued: null, row: null, parties: [] },
  evolve: (state, event) => {
    const row = receiptAfter(state.row ?? undefined, event);
    if (!row) return state;
    if (row.withdrawn !== null) return { ...state, row };
    const since = row.status === state.status ? (state.since ?? event.id) : event.id;
    const parties = [row.org, row.centre, event.actor.org ?? null].filter((name) => name !== null);
    return {
      status: row.status,
      since,
      issued: row.issued[0]!,
      row,
      parties: [...new Set([...state.parties, ...parties])],
    };
  },
});

const RECEIPT_EVENTS = [
  'ReceiptIssued',
  'ReceiptChecked',
  'ReceiptCompleted',
  'ReceiptVoided',
  'ReceiptRedReversed',
  'ReceiptLost',
  'SourceRowChanged',
] as const;
/** A change of a source's row may be in any stream. */
const ofReceipt = idIn('receipt');
export const receipts = projection<ReceiptEvent>()<ReceiptRow>({
  name: 'receipt',
  version: 5,
  key: 'receipt',
  columns: {
    receipt: 'text',
    code: 'text',
    number: 'text',
    hundred: 'text',
    seq: 'int',
    uses: 'int',
    status: 'text',
    org: 'text',
    kind: 'text',
    form: 'text',
    notice: 'boolean',
    payCode: 'text',
    payChannel: 'text',
    amountFen: 'bigint',
    payer: 'text',
    handler: 'text',
    checker: 'text',
    on: 'date',
    at: 'text',
    placeKind: 'text',
    told: 'text',
    withdrawn: 'text',
    centre: 'text',
    window: 'text',
    remittance: 'text',
    completedOn: 'date',
    payment: 'text',
    endedOn: 'date',
    endedBy: 'text',
    ended: 'text',
    ends: 'int',
    red: 'text',
    copiesKept: 'boolean',
    said: 'jsonb',
    lines: 'jsonb',
    issued: 'jsonb',
  },
  indexes: {
    byNumber: ['code', 'number'],
    byHundred: ['code', 'hundred', 'handler', 'number'],
    byPayCode: ['payCode'],
    byRemittance: ['remittance'],
    byPayment: ['payment'],
    byOrg: ['org', 'on'],
    byHandler: ['handler', 'on'],
    byRed: ['red'],
  },
  uses: {},
  on: Object.fromEntries(
    RECEIPT_EVENTS.map((type) => [
      type,
      {
        keys: ofReceipt,
        fold: (row: ReceiptRow | undefined, event: Recorded<ReceiptEvent>) => receiptAfter(row, event) ?? null,
      },
    ]),
  ) as never,
});
