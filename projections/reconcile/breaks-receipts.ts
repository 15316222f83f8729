/** Breaks of what is owed and receipted, and of the stock of receipts. */
import { gapsOf, runsOf } from '../block-uses.js';
import { compareText } from '../kernel/ordered.js';
import { codeOfReceipt, countOf, isNumber, isWithin, numberOfReceipt } from '../receipt-numbers.js';
import { accountOwners, type Block, type Books, by, counts, type Receipt } from './books.js';
import type { Gap } from './break-types.js';
import { receiptOf, type Relations } from './relations.js';

export function assessedAndReceipted(books: Books, { 'assessed-receipted': matched }: Relations): Gap[] {
  const step = 'assessed-receipted' as const;
  const assessed = new Map(books.assessed.map((row) => [row.id, row]));
  const receipts = new Map(books.receipts.map((row) => [row.id, row]));
  const partOf = (id: string) => {
    const row = receipts.get(receiptOf(id))!;
    return { row, part: row.parts[Number(id.slice(id.lastIndexOf('#') + 1))]! };
  };
  const fenOf = (id: string) => {
    const { assessedFen, waivedFen, cancelledFen } = assessed.get(id)!;
    return assessedFen - waivedFen - cancelledFen;
  };
  const waiting = matched.left.flatMap((id): Gap[] => {
    const { org, feeItem, matterId, on, passedGateOn, decided } = assessed.get(id)!;
    const fen = fenOf(id);
    if (passedGateOn === null || fen <= 0) return [];
    const of = { org, feeItem, matterId, since: on, fen, step, left: [id], right: [] };
    return [{ code: 'BK-01', subject: id, ...of, grave: decided }];
  });
  const notAssessed = matched.right.map((id): Gap => {
    const { row, part } = partOf(id);
    const { feeItem, matterId, fen } = part;
    return {
      code: 'BK-02',
      subject: id,
      org: row.org,
      feeItem,
      matterId,
      since: row.on,
      fen,
      step,
      left: [],
      right: [id],
    };
  });
  const differ = matched.matches
    .filter(({ leftFen, rightFen }) => leftFen !== rightFen)
    .map(({ left, right, on, leftFen, rightFen }): Gap => {
      const { org, feeItem, matterId } = assessed.get(left[0]!)!;
      const of = { org, feeItem, matterId, since: on, step, left, right };
      const details = { assessedFen: leftFen, receiptedFen: rightFen };
      const fen = Math.abs(leftFen - rightFen);
      return {
        code: 'BK-03',
        subject: [...left].sort(compareText)[0]!,
        ...of,
        fen,
        details,
        grave: rightFen > leftFen,
      };
    });
  return [...waiting, ...notAssessed, ...differ];
}

type Dated = Readonly<{ on: string; fen: number; org: string | null }>;
/** What comes before must not be later. */
export function inversions(books: Books, relations: Relations): Gap[] {
  const owners = accountOwners(books);
  const byId = <T extends { readonly id: string }>(rows: readonly T[]) => new Map(rows.map((row) => [row.id, row]));
  const [assessed, receipts, payments] = [byId(books.assessed), byId(books.receipts), byId(books.payments)];
  const [deposits, credits] = [byId(books.deposits), byId(books.credits)];
  const part = (id: string): Dated | undefined => {
    const row = receipts.get(receiptOf(id));
    return row && { on: row.on, org: row.org, fen: row.parts[Number(id.slice(id.lastIndexOf('#') + 1))]!.fen };
  };
  const deposit = (id: string): Dated | undefined => {
    const row = deposits.get(id);
    return row && { on: row.on, fen: row.fen, org: owners.get(row.account) ?? null };
  };
  const steps: readonly (readonly [
    step: 'assessed-receipted' | 'paid-deposited' | 'deposited-credited',
    before: (id: string) => string | undefined,
    after: (id: string) => Dated | undefined,
  ])[] = [
    ['assessed-receipted', (id) => assessed.get(id)?.on, part],
    ['paid-deposited', (id) => payments.get(id)?.on, deposit],
    ['deposited-credited', (id) => deposits.get(id)?.on, (id) => credits.get(id)],
  ];
  return steps.flatMap(([step, before, after]) =>
    relations[step].matches.flatMap(({ left, right }) => {
      let from: string | undefined;
      for (const id of left) {
        const on = before(id);
        if (on !== undefined && (from === undefined || on < from)) from = on;
      }
      const first = from;
      if (first === undefined) return [];
      return right.flatMap((id): Gap[] => {
        const row = after(id);
        if (row === undefined || row.on >= first) return [];
        const { on, fen, org } = row;
        const of = { org, since: on, fen, step, left, right: [id], details: { before: first, after: on } };
        return [{ code: 'BK-20', subject: id, ...of }];
      });
    }),
  );
}

/** Which block of its code a number lies in, for many numbers: blocks of one code do not overlap. */
export function blockFinder(blocks: readonly Block[]) {
  const byCode = by(blocks, ({ code }) => code);
  for (const rows of byCode.values()) rows.sort((a, b) => compareText(a.first, b.first));
  return ({ code, number }: { code: string; number: string }): Block | undefined => {
    const rows = byCode.get(code) ?? [];
    let [low, high] = [0, rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (rows[middle]!.first <= number) low = middle + 1;
      else high = middle;
    }
    const block = rows[low - 1];
    return block && isWithin(number, block) ? block : undefined;
  };
}

/** Days after the next number was used until a gap counts; a block that is written off has no gap at all. */
export const GAP_DAYS = 30;
export function stock(books: Books, addDays: (day: string, days: number) => string, gapDays: number = GAP_DAYS): Gap[] {
  const find = blockFinder(books.blocks);
  // A red one has a number of its own.
  const reds = books.receipts.flatMap(({ ended }) =>
    ended?.red
      ? [{ id: ended.red, code: codeOfReceipt(ended.red), number: numberOfReceipt(ended.red), on: ended.on }]
      : [],
  );
  const again = by(reds, ({ id }) => id);
  const used = by(reds.length === 0 ? books.receipts : [...books.receipts, ...reds], (row) => {
    const block = find(row);
    return block ? `${block.code}-${block.first}` : null;
  });
  const gaps = books.blocks.flatMap((block) => {
    if (block.issuedOn === null) return [];
    const name = `${block.code}-${block.first}`;
    const { gone: back, writtenOffOn } = block;
    const status = writtenOffOn === null ? 'issued' : 'written-off';
    const runs = runsOf((used.get(name) ?? []).filter(({ number }) => isNumber(number)));
    return gapsOf({ ...block, back, status }, { runs }).map(({ first, last, since: nextOn }): Gap => {
      const since = writtenOffOn ?? addDays(nextOn!, gapDays);
      const details = { first, last, count: Number(countOf({ first, last })) };
      const of = { org: block.org, since, fen: 0, left: [name], right: [], details };
      return { code: 'BK-15', subject: `${block.code}-${first}`, ...of, grave: writtenOffOn !== null };
    });
  });
  const reused = books.receipts.flatMap((row): Gap[] => {
    const uses = row.uses + (again.get(row.id)?.length ?? 0);
    return uses > 1 ? [{ code: 'BK-16', ...ofReceipt(row), details: { uses } }] : [];
  });
  const foreign = books.receipts.flatMap((row): Gap[] => {
    const block = find(row);
    const theirs = block && block.issuedOn !== null && block.issuedOn <= row.on && block.org === row.org;
    return theirs ? [] : [{ code: 'BK-17', ...ofReceipt(row), details: { issuedTo: block?.org ?? null } }];
  });
  return [...gaps, ...reused, ...foreign];
}
const ofReceipt = (row: Receipt) => {
  const { id, org, on, fen, parts } = row;
  const [{ feeItem = null, matterId = null } = {}] = parts;
  return { subject: id, org, feeItem, matterId, since: on, fen: counts(row) ? fen : 0, left: [id], right: [] };
};
