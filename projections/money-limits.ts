/** Which limits run for money (收费时限): to receipt it, to be paid first, to deposit it, to account for receipts. */
import { accountDays, dueOf } from './account-days.js';
import { type blocks } from './blocks.js';
import { type blockUses, gapsOf } from './block-uses.js';
import type { calendarYears } from './calendar.js';
import type { FeeRow, fees } from './fees.js';
import { addDays, addMonths } from './kernel/instant.js';
import { fen } from './kernel/money.js';
import type { Look } from './kernel/projection.js';
import { calendarIds, calendarOfYears, workdaysBetween } from './kernel/workdays.js';
import { DEPOSIT, GAP, GATE, RECEIPTING, RECORD, STOCK } from './limit-parameters.js';
import { after, type Limits } from './limits.js';
import type { matterCards } from './matter-cards.js';
import { isNamed, type Near, receipting } from './money-near.js';
import { type packs, valuesOn } from './packs.js';
import { approvedOn, type payees } from './payees.js';
import type { PaymentRow } from './payments.js';
import type { regions } from './regions.js';
import type { feeItems } from './tariffs.js';

export type Charged = Near &
  Look<{
    fees: typeof fees;
    feeItems: typeof feeItems;
    matterCards: typeof matterCards;
    payees: typeof payees;
    accountDays: typeof accountDays;
    blocks: typeof blocks;
    blockUses: typeof blockUses;
    packs: typeof packs;
    calendarYears: typeof calendarYears;
  }>;
/** Working days as places along a line, of which only the distance counts. */
export function placesAround(day: string, region: string, years: Charged['calendarYears']): (day: string) => number {
  const year = Number(day.slice(0, 4));
  const known = calendarIds(region, year, year + 1).flatMap((id) => years.get(id) ?? []);
  const calendar = calendarOfYears(region, known);
  return (other) => workdaysBetween(day, other, calendar) - workdaysBetween(other, day, calendar);
}

/** As {@link placesAround}, by the calendar of the ledger. */
export const workdaysAround = (
  day: string,
  look: Look<{ regions: typeof regions; calendarYears: typeof calendarYears }>,
) => placesAround(day, look.regions.range('all', [])[0]?.region ?? 'CN', look.calendarYears);
/** Fees that have to do with payments of a code, or of a matter; whatever is not known has none. */
export const feesOf = (
  { payCode, matterId }: Readonly<{ payCode: string | null; matterId: string | null }>,
  rows: Charged['fees'],
): readonly FeeRow[] => [
  ...(payCode === null ? [] : rows.range('byPayCode', [payCode])),
  ...(matterId === null ? [] : rows.range('byMatter', [matterId])),
];
/** What a receipt was assessed by, as far as it is known. */
export const assessedFor = (
  lines: readonly { readonly fee: string | null }[],
  rows: Charged['fees'],
): readonly FeeRow[] => lines.flatMap(({ fee }) => (fee === null ? [] : (rows.get(fee) ?? [])));
/** The version of a fee item that is in force on a day. */
export const feeItemOn = (rows: Charged['feeItems'], feeItem: string, on: string) =>
  rows.range('byFeeItem', [feeItem]).findLast(({ from, until }) => from <= on && on < until);
/** The matter and the item that a payment is for: as the bank says, or as the fee says that has its pay code. */
export function chargedFor(
  { matterId, itemCode, payCode }: PaymentRow,
  { fees: all, matterCards: cards }: Pick<Charged, 'fees' | 'matterCards'>,
) {
  const fee = payCode === null ? undefined : all.range('byPayCode', [payCode])[0];
  const matter = matterId ?? fee?.matterId ?? null;
  const item = itemCode ?? fee?.itemCode ?? (matter === null ? null : (cards.get(matter)?.itemCode ?? null));
  return { matter, item, fee };
}
/** Days around a payment within which the payer's own matter for the item is what it was for. */
export const OWN_MATTER_DAYS = 30;
/** The acceptance that a payment belongs to. */
export function acceptedFor(row: PaymentRow, look: Pick<Charged, 'fees' | 'matterCards'>) {
  const { matter, item } = chargedFor(row, look);
  if (matter !== null) return look.matterCards.get(matter)?.story.accepted ?? undefined;
  if (item === null || row.payer === null) return undefined;
  const [from, to] = [addDays(row.on, -OWN_MATTER_DAYS), addDays(row.on, OWN_MATTER_DAYS)];
  const cards = look.matterCards.range('byApplicant', [row.payer, item, from], [row.payer, item, to]);
  return cards.flatMap(({ story }) => story.accepted ?? [])[0];
}

export function paymentLimits(payment: string, look: Charged, region: string): Limits {
  const row = look.payments.get(payment);
  if (!row) return {};
  const { on, event: from } = row;
  const last = (workdays: number) => after(on, workdays, region, look.calendarYears);
  const receipt = isNamed(row) ? receipting(row, look, placesAround(on, region, look.calendarYears)) : null;
  const { matter, item } = chargedFor(row, look);
  const accepted = acceptedFor(row, look);
  // As of a result: once there is an acceptance, it is late and not missing.
  const recorded = accepted !== undefined && accepted.registeredOn <= on;
  return {
    ...(receipt && {
      receipt: { start: on, due: last(valuesOn(RECEIPTING, on, look.packs).workdays), from, doneOn: receipt.doneOn },
    }),
    ...((matter ?? item) !== null &&
      !recorded && {
        'acceptance-record': {
          start: on,
          due: last(valuesOn(RECORD, on, look.packs).lagWorkdays),
          from,
          doneOn: accepted ? on : null,
        },
      }),
  };
}

/** What waits until the fee is paid, once it has come about: the first grant that stands, or the delivery. */
function passedGate({ feeItem, matterId, on }: FeeRow, look: Charged) {
  const gate = feeItemOn(look.feeItems, feeItem, on)?.gate;
  const story = matterId === null ? undefined : look.matterCards.get(matterId)?.story;
  if (!story) return null;
  const granted = story.decisions.find(
    ({ outcome, reopened }) => outcome !== 'denied' && reopened === story.reopenings.length,
  );
  return { none: null, decision: granted ?? null, delivery: story.delivered }[gate ?? 'none'];
}
const owedOn = (day: string, { assessedFen, waivers, status }: FeeRow): bigint =>
  status === 'cancelled'
    ? 0n
    : waivers
        .filter(({ kind, decidedOn }) => kind !== 'defer' && decidedOn <= day)
        .reduce((left, { amountFen }) => left - fen(amountFen), fen(assessedFen));
/** By the payments that name it, or by receipts of what was paid, up to a day. */
export function paidOn(day: string, row: FeeRow, look: Charged): boolean {
  const { fee, payCode, matterId } = row;
  const together = payCode === null ? [row] : look.fees.range('byPayCode', [payCode]);
  const owed = together.reduce((sum, each) => sum + owedOn(day, each), 0n);
  const mine = [
    ...(payCode === null ? [] : look.payments.range('byPayCode', [payCode])),
    ...look.payments.range('byMatter', [matterId]).filter((each) => each.payCode === null),
  ].filter(({ on, reversedOn }) => on <= day && (reversedOn === null || reversedOn > day));
  const received = mine.reduce((sum, { amountFen }) => sum + fen(amountFen), 0n);
  const receipted = look.receiptLines
    .range('byFee', [fee])
    .filter(({ live, receipt }) => {
      const { kind, on, completedOn } = look.receipts.get(receipt)!;
      return live && on <= day && (kind === 'collect' || (completedOn !== null && completedOn <= day));
    })
    .reduce((sum, { amountFen }) => sum + fen(amountFen), 0n);
  return received >= owed || receipted >= owedOn(day, row);
}
export function feeLimits(fee: string, look: Charged, region: string): Limits {
  const row = look.fees.get(fee);
  const gate = row && passedGate(row, look);
  if (!row || !gate) return {};
  const { on: start, event: from } = gate;
  const deferred = row.waivers.some(({ kind, decidedOn }) => kind === 'defer' && decidedOn <= start);
  if (deferred || owedOn(start, row) <= 0n) return {};
  const due = after(start, valuesOn(GATE, start, look.packs).lagWorkdays, region, look.calendarYears);
  return { 'pay-gate': { start, due, from, doneOn: paidOn(start, row, look) ? start : null } };
}

export const gapLimit = (first: string): string => `gap:${first}`;
/** First numbers of the gaps that a block has, or had when a limit of theirs passed. */
export const gapsAmong = (limits: Limits): readonly string[] =>
  Object.keys(limits).flatMap((name) => (name.startsWith(gapLimit('')) ? [name.slice(gapLimit('').length)] : []));
export function blockLimits(name: string, look: Charged): Limits {
  const block = look.blocks.get(name);
  if (!block || block.issuedOn === null) return {};
  const { issuedOn: start, writtenOffOn, events } = block;
  const from = events[0]!;
  const gaps = gapsOf(block, look.blockUses.get(name)).map(({ first, since }) => {
    const last = addDays(since!, valuesOn(GAP, since!, look.packs).days);
    const due = writtenOffOn !== null && writtenOffOn < last ? writtenOffOn : last;
    return [gapLimit(first), { start: since!, due, from, doneOn: null }] as const;
  });
  const { months } = valuesOn(STOCK, start, look.packs);
  return {
    ...Object.fromEntries(gaps),
    outstanding: { start, due: addMonths(start, months), from, doneOn: writtenOffOn },
  };
}

export const depositLimit = (day: string): string => `deposit:${day}`;
/** Of these days: what an approved account received and did not deposit in whole in time. */
export function accountLimits(account: string, days: Iterable<string>, look: Charged, region: string): Limits {
  const payee = look.payees.get(account);
  const limits = [...days].flatMap((day) => {
    const row = look.accountDays.get(`${account} ${day}`);
    if (!row || !payee || !approvedOn(payee, day) || dueOf(row) === 0n) return [];
    const due = after(day, valuesOn(DEPOSIT, day, look.packs).workdays, region, look.calendarYears);
    const inTime = row.coveredOn !== null && row.coveredOn <= due;
    return inTime
      ? []
      : [[depositLimit(day), { start: day, due, from: row.sample[0]!, doneOn: row.coveredOn }] as const];
  });
  return Object.fromEntries(limits);
}
