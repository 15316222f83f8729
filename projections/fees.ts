/** What somebody owes (核定), what of it was waived, and by what it is to be paid. */
import type { FeeEvent, WaiverKind, MoneyApprover } from './events/money.js';
import type { Fold, Status } from './kernel/fold.js';
import { happenedOn } from './kernel/instant.js';
import { amountOf, type Fen, fen, isQuantity, type Rate } from './kernel/money.js';
import { idIn, idOf, type Recorded } from './kernel/message.js';
import { projection } from './kernel/projection.js';
import { asEvents, type Changed, following, retold, type Said, saidIn } from './told-anew.js';

type Request = Readonly<{
  event: string;
  by: string | null;
  on: string;
  kind: WaiverKind;
  amountFen: Fen;
  document: string | null;
  review: Readonly<{ agrees: boolean; by: string | null; event: string }> | null;
}>;
export type FeeState = Status & {
  readonly status: 'none' | 'assessed' | 'cancelled';
  readonly matterId: string | null;
  readonly itemCode: string | null;
  readonly feeItem: string | null;
  readonly feeItemVersion: number | null;
  readonly rate: Rate | null;
  readonly amountFen: Fen;
  /** As it was last counted anew. */
  readonly countedFen: Fen | null;
  readonly waivedFen: Fen;
  readonly request: Request | null;
  /** The event of the latest notice, and the code that it is to be paid by. */
  readonly notice: string | null;
  readonly payCode: string | null;
  /** Units and centres that have had to do with it. */
  readonly parties: readonly string[];
};
const plus = (a: Fen, b: Fen): Fen => (fen(a) + fen(b)).toString();
/** Never below nothing: a waiver of more than is owed takes all of it. */
const minus = (a: Fen, b: Fen): Fen => (fen(a) > fen(b) ? fen(a) - fen(b) : 0n).toString();
/** What is left to be paid. */
export const owedOf = ({ status, amountFen, waivedFen }: FeeState): Fen =>
  status === 'assessed' ? minus(amountFen, waivedFen) : '0';

export const feeRegister: Fold<FeeState, FeeEvent> = following<FeeState, FeeEvent>({
  category: 'fee',
  initial: {
    status: 'none',
    matterId: null,
    itemCode: null,
    feeItem: null,
    feeItemVersion: null,
    rate: null,
    amountFen: '0',
    countedFen: null,
    waivedFen: '0',
    request: null,
    notice: null,
    payCode: null,
    parties: [],
  },
  evolve: (state, event) => {
    switch (event.type) {
      case 'FeeAssessed': {
        const { matterId, itemCode, feeItem, feeItemVersion, rate, amountFen, org } = event.data;
        const parties = [org, event.actor.org ?? null, event.place?.org ?? null].filter((name) => name !== null);
        const known = { matterId, itemCode, feeItem, feeItemVersion, rate, amountFen, parties: [...new Set(parties)] };
        if (state.feeItem !== null) return { ...state, status: 'assessed', since: event.id, ...known };
        // Files arrive in any order: that it was counted anew, or cancelled, may have been told before.
        const status = state.status === 'cancelled' ? state.status : ('assessed' as const);
        return { ...state, ...known, status, since: event.id, amountFen: state.countedFen ?? amountFen };
      }
      case 'FeeRecalculated':
        return { ...state, amountFen: event.data.amountFen, countedFen: event.data.amountFen };
      case 'WaiverRequested': {
        const { kind, amountFen, document } = event.data;
        const asked = { event: event.id, by: event.actor.person, on: happenedOn(event), kind, amountFen, document };
        return { ...state, request: { ...asked, review: null } };
      }
      case 'WaiverReviewed': {
        const review = { agrees: event.data.agrees, by: event.actor.person, event: event.id };
        return { ...state, request: state.request && { ...state.request, review } };
      }
      case 'FeeWaived':
        // What is deferred is owed all the same.
        if (event.data.kind === 'defer') return { ...state, request: null };
        return { ...state, request: null, waivedFen: plus(state.waivedFen, event.data.amountFen) };
      case 'WaiverDenied':
        return { ...state, request: null };
      case 'PaymentNoticeIssued':
        return { ...state, notice: event.id, payCode: event.data.payCode };
      case 'FeeCancelled':
        return { ...state, status: 'cancelled', since: event.id };
      default:
        return state;
    }
  },
});

/** A waiver as it was granted; `request`: the event by which it had been asked for, `written`: with a document. */
export type Waiver = Readonly<{
  event: string;
  seq: number;
  kind: WaiverKind;
  amountFen: Fen;
  approver: MoneyApprover;
  requestedOn: string | null;
  decidedOn: string;
  document: string | null;
  request: string | null;
  written: boolean | null;
}>;
export type FeeRow = {
  fee: string;
  seq: number;
  matterId: string | null;
  itemCode: string | null;
  feeItem: string;
  feeItemVersion: number | null;
  org: string | null;
  on: string;
  quantity: string;
  assessedFen: Fen;
  waivedFen: Fen;
  /** What is left to be paid. */
  owedFen: Fen;
  status: 'assessed' | 'cancelled';
  cancelledOn: string | null;
  payer: string | null;
  /** Who assessed it. */
  assessedBy: string | null;
  payCode: string | null;
  dueOn: string | null;
  instalment: Readonly<{ n: number; of: number }> | null;
  placeKind: string;
  centre: string | null;
  waivers: readonly Waiver[];
  request: Readonly<{ event: string; on: string; document: string | null }> | null;
  /** The event by which its source took the assessment back. */
  withdrawn: string | null;
  said: readonly Said[];
  /** The event that assessed it, and those that counted it anew. */
  events: readonly string[];
};
const feeOf = idOf('fee');
const askedFor = ({ request }: FeeRow) => ({
  request: request?.event ?? null,
  written: request === null ? null : request.document !== null,
});
/** A request that becomes known only after the waiver that it led to is of that waiver. */
function requested(row: FeeRow, event: Recorded<any>): FeeRow {
  const on = happenedOn(event);
  const { document } = event.data;
  const of = row.waivers.findLast(({ request, decidedOn }) => request === null && on <= decidedOn);
  if (!of) return { ...row, request: { event: event.id, on, document } };
  const known = { ...of, request: event.id, requestedOn: of.requestedOn ?? on, written: document !== null };
  return { ...row, waivers: row.waivers.map((each) => (each === of ? known : each)) };
}
function assessed(row: FeeRow | undefined, event: Recorded<Extract<FeeEvent, { type: 'FeeAssessed' }>>): FeeRow {
  const { rate: _, amountFen, payer, matterId, itemCode, feeItem, ...data } = event.data;
  const { feeItemVersion, org, on, quantity, instalment } = data;
  return {
    fee: feeOf(event),
    seq: event.index,
    matterId,
    itemCode,
    feeItem,
    feeItemVersion,
    org,
    on,
    quantity,
    assessedFen: amountFen,
    waivedFen: row?.waivedFen ?? '0',
    status: 'assessed',
    cancelledOn: null,
    payer: payer?.personId ?? null,
    assessedBy: event.actor.person,
    payCode: row?.payCode ?? null,
    dueOn: row?.dueOn ?? null,
    instalment,
    placeKind: event.place?.kind ?? 'unknown',
    centre: event.place?.kind === 'centre-window' ? (event.place.org ?? null) : null,
    waivers: row?.waivers ?? [],
    request: row?.request ?? null,
    withdrawn: null,
    said: [],
    events: [...(row?.events ?? []), event.id],
    owedFen: '0',
  };
}
function feeAfter(row: FeeRow | undefined, event: Recorded<FeeEvent>): FeeRow | undefined {
  if (event.type === 'FeeAssessed') return assessed(row, event);
  if (!row) return undefined;
  switch (event.type) {
    case 'FeeRecalculated': {
      const { quantity, amountFen } = event.data;
      return { ...row, quantity, assessedFen: amountFen, events: [...row.events, event.id] };
    }
    case 'WaiverRequested':
      return requested(row, event);
    case 'FeeWaived': {
      const { data, id, index: seq } = event;
      const waivedFen = data.kind === 'defer' ? row.waivedFen : plus(row.waivedFen, data.amountFen);
      return {
        ...row,
        waivedFen,
        request: null,
        waivers: [...row.waivers, { ...data, event: id, seq, ...askedFor(row) }],
      };
    }
    case 'WaiverDenied':
      return { ...row, request: null };
    case 'PaymentNoticeIssued':
      return { ...row, payCode: event.data.payCode, dueOn: event.data.dueOn };
    case 'FeeCancelled':
      return { ...row, status: 'cancelled', cancelledOn: happenedOn(event) };
    default:
      return row;
  }
}
const owed = (row: FeeRow): FeeRow => ({
  ...row,
  owedFen: row.status === 'assessed' ? minus(row.assessedFen, row.waivedFen) : '0',
});
/** Told of another quantity, and of no amount: it is counted anew by the rate of the assessment. */
function counted(said: readonly Said[], before: readonly Said[], { data: { after } }: Changed): readonly Said[] {
  const quantity = after?.['quantity'];
  const rate = said.flatMap(({ data }) => (data as { rate?: Rate | null }).rate ?? [])[0];
  if (quantity == null || !isQuantity(quantity) || !rate || after!['amountFen'] !== undefined) return said;
  return said.map((one, n) =>
    one === before[n] ? one : { ...one, data: { ...one.data, amountFen: amountOf(rate, quantity).toString() } },
  );
}
const isAssessment = ({ type }: Said) => type === 'FeeAssessed';
/** What is said of a fee before it is known to have been assessed: files arrive in any order. Nobody sees it until then. */
function beforeAssessment(row: FeeRow | undefined, event: Recorded<FeeEvent>): FeeRow | null {
  if (event.type === 'SourceRowChanged') return row ? { ...row, said: retold(row.said, event) } : null;
  const said = saidIn(event);
  if (!isAssessment(said)) return { ...(row ?? feeUnknown(event)), said: [...(row?.said ?? []), said] };
  const all = [said, ...(row?.said ?? [])];
  const standing = all.filter(({ gone }) => gone === null);
  const now = asEvents<FeeEvent>(standing.slice(1), event.stream).reduce(feeAfter, feeAfter(undefined, event))!;
  return owed({ ...now, said: all });
}
function feeUnknown(event: Recorded<FeeEvent>): FeeRow {
  const on = happenedOn(event);
  return {
    fee: feeOf(event),
    seq: event.index,
    matterId: null,
    itemCode: null,
    feeItem: '',
    feeItemVersion: null,
    org: null,
    on,
    quantity: '0',
    assessedFen: '0',
    waivedFen: '0',
    owedFen: '0',
    status: 'assessed',
    cancelledOn: null,
    payer: null,
    assessedBy: null,
    payCode: null,
    dueOn: null,
    instalment: null,
    placeKind: 'unknown',
    centre: null,
    waivers: [],
    request: null,
    withdrawn: event.id,
    said: [],
    events: [],
  };
}
/** As its sources tell all of it now. Without its assessment it stays as it was, marked. */
function feeTold(row: FeeRow | undefined, event: Recorded<FeeEvent>): FeeRow | null {
  if (!row?.said.some(isAssessment)) return beforeAssessment(row, event);
  if (event.type !== 'SourceRowChanged') {
    const now = feeAfter(row, event);
    return now ? owed({ ...now, said: [...row.said, saidIn(event)] }) : null;
  }
  const said = retold(row.said, event);
  if (said === row.said) return row;
  const all = counted(said, row.said, event);
  const taken = all.findLast(({ type, gone }) => type === 'FeeAssessed' && gone !== null);
  const standing = all.some(({ type, gone }) => type === 'FeeAssessed' && gone === null);
  const events = asEvents<FeeEvent>(
    all.filter(({ type, gone }) => gone === null || (!standing && type === 'FeeAssessed')),
    event.stream,
  );
  const now = events.reduce<FeeRow | undefined>(feeAfter, undefined)!;
  return { ...owed({ ...now, said: all }), withdrawn: standing ? null : taken!.gone };
}
const FEE_EVENTS = [
  'FeeAssessed',
  'FeeRecalculated',
  'WaiverRequested',
  'FeeWaived',
  'WaiverDenied',
  'PaymentNoticeIssued',
  'FeeCancelled',
  'SourceRowChanged',
] as const;

/** One row per assessment. A second one of the same name takes its place, and is marked in the log. */
export const fees = projection<FeeEvent>()<FeeRow>({
  name: 'fee',
  version: 5,
  key: 'fee',
  columns: {
    fee: 'text',
    seq: 'int',
    matterId: 'text',
    itemCode: 'text',
    feeItem: 'text',
    feeItemVersion: 'int',
    org: 'text',
    on: 'date',
    quantity: 'text',
    assessedFen: 'bigint',
    waivedFen: 'bigint',
    owedFen: 'bigint',
    status: 'text',
    cancelledOn: 'date',
    payer: 'text',
    assessedBy: 'text',
    payCode: 'text',
    dueOn: 'date',
    instalment: 'jsonb',
    placeKind: 'text',
    centre: 'text',
    waivers: 'jsonb',
    request: 'jsonb',
    withdrawn: 'text',
    said: 'jsonb',
    events: 'jsonb',
  },
  indexes: {
    byMatter: ['matterId', 'feeItem', 'on'],
    byFeeItem: ['feeItem', 'on'],
    byPayCode: ['payCode'],
    byOrg: ['org', 'on'],
    byItem: ['itemCode', 'on'],
  },
  uses: {},
  on: Object.fromEntries(FEE_EVENTS.map((type) => [type, { keys: idIn('fee'), fold: feeTold }])) as never,
});
