/**
 * The identities of reconciliation, to the fen, per unit × fee item × month: each side's total, their difference, and
 * every residue by name. What is matched across cells or months is a residue of both: of the opposite sign.
 */
import { compareText } from '../kernel/ordered.js';
import { accountOwners, approvedOn, type Books, counts, netOf, type Receipt } from './books.js';
import type { Match, Matched } from './match.js';
import { doubleReceipts, partId, receiptOf, type Relations, type Step, STEPS } from './relations.js';

/** Null: nobody says, and it does not follow from what it is matched with. */
export type Cell = Readonly<{ org: string | null; feeItem: string | null; month: string }>;
type Owner = Omit<Cell, 'month'>;
const NOBODY: Owner = { org: null, feeItem: null };
type Part = Owner & { readonly fen: number };

export const RESIDUES = {
  outstanding: { zh: '已核未开票', en: 'assessed and not receipted' },
  'not-assessed': { zh: '无核定开票', en: 'receipted and not assessed' },
  unpaid: { zh: '已开票未到账', en: 'receipted and not paid' },
  'receipted-twice': { zh: '重复开票', en: 'receipted twice' },
  'not-receipted': { zh: '已到账未开票', en: 'paid and not receipted' },
  'given-back': { zh: '已退付', en: 'given back' },
  'in-transit': { zh: '在途', en: 'in transit' },
  misdirected: { zh: '入错账户', en: 'into an account that is not approved' },
  'not-paid': { zh: '缴存无来源', en: 'deposited and not paid' },
  'not-deposited': { zh: '入库无缴存', en: 'credited and not deposited' },
  differs: { zh: '金额不符', en: 'the amounts differ' },
  elsewhere: { zh: '跨期或跨项', en: 'matched in another month, unit or fee item' },
} as const;
export type ResidueKind = keyof typeof RESIDUES;
export interface Residue extends Cell {
  readonly step: Step;
  readonly kind: ResidueKind;
  readonly left: readonly string[];
  readonly right: readonly string[];
  readonly fen: number;
}
export interface Identity {
  readonly step: Step;
  readonly leftFen: number;
  readonly rightFen: number;
  readonly differenceFen: number;
  /** Control total: the sum of the residues. It is the difference, or the reconciliation itself is wrong. */
  readonly residueFen: number;
  readonly byKind: Readonly<Partial<Record<ResidueKind, number>>>;
  readonly residues: number;
}
export interface TieOut extends Cell {
  readonly assessedFen: number;
  readonly waivedFen: number;
  readonly cancelledFen: number;
  readonly issuedFen: number;
  readonly voidFen: number;
  readonly redFen: number;
  readonly refundedFen: number;
  readonly identities: Readonly<Record<Step, Identity>>;
}

/** Whose an amount is: taken from the parts of what it is matched with, in their order; what remains is `rest`'s. */
function* shareOut(fen: number, from: { parts: Part[]; n: number }, rest: Owner): Generator<Part> {
  let left = fen;
  while (left > 0 && from.n < from.parts.length) {
    const part = from.parts[from.n]!;
    const take = Math.min(left, part.fen);
    if (take !== 0) yield { org: part.org, feeItem: part.feeItem, fen: take };
    left -= take;
    if (take === part.fen) from.n++;
    else from.parts[from.n] = { ...part, fen: part.fen - take };
  }
  if (left !== 0) yield { ...rest, fen: left };
}

type Line = Readonly<{ id: string; month: string; parts: readonly Part[] }>;
type Lines = ReadonlyMap<string, Line>;
const monthOf = (day: string) => day.slice(0, 7);
const linesOf = (lines: Iterable<Line>): Lines => new Map([...lines].map((line) => [line.id, line]));

/** The right side's lines: whose they are follows from the left side's. `own` says what a row itself knows. */
function follow(
  rows: readonly Readonly<{ id: string; on: string; fen: number }>[],
  { matches }: Matched,
  left: Lines,
  own: (id: string) => Owner,
): Lines {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const lines = new Map<string, Line>();
  const put = (id: string, parts: Iterable<Part>) => {
    const row = byId.get(id);
    if (row) lines.set(id, { id, month: monthOf(row.on), parts: [...parts] });
  };
  for (const one of matches) {
    const from = { parts: one.left.flatMap((id) => left.get(id)?.parts ?? []), n: 0 };
    for (const id of one.right) put(id, shareOut(byId.get(id)?.fen ?? 0, from, own(id)));
  }
  for (const { id, fen } of rows) if (!lines.has(id)) put(id, [{ ...own(id), fen }]);
  return lines;
}

/** No text in the log holds a NUL, so that it can stand between names; null is nothing, a name has a sign before it. */
const named = (name: string | null) => (name === null ? '' : `=${name}`);
const unnamed = (text: string) => (text === '' ? null : text.slice(1));
const cellKey = (org: string | null, feeItem: string | null, month: string) =>
  `${month}\0${named(org)}\0${named(feeItem)}`;
const cellOf = (text: string): Cell => {
  const [month, org, feeItem] = text.split('\0') as [string, string, string];
  return { org: unnamed(org), feeItem: unnamed(feeItem), month };
};
const cells = function* ({ month, parts }: Line): Generator<[cell: string, fen: number]> {
  for (const { org, feeItem, fen } of parts) yield [cellKey(org, feeItem, month), fen];
};

type Residues = (pair: Pick<Match, 'left' | 'right'>, kind: ResidueKind) => Residue[];
/** What a pair leaves in each cell that it touches: the left side less the right, with the rows that are in that cell. */
const residuesOf =
  (step: Step, left: Lines, right: Lines): Residues =>
  (pair, kind) => {
    const sums = new Map<string, { fen: number; left: string[]; right: string[] }>();
    const add = (lines: Lines, side: 'left' | 'right') => {
      for (const id of pair[side])
        for (const [cell, fen] of cells(lines.get(id)!)) {
          let known = sums.get(cell);
          if (!known) sums.set(cell, (known = { fen: 0, left: [], right: [] }));
          known.fen += side === 'left' ? fen : -fen;
          if (known[side].at(-1) !== id) known[side].push(id);
        }
    };
    add(left, 'left');
    add(right, 'right');
    return [...sums]
      .filter(([, { fen }]) => fen !== 0)
      .map(([cell, of]) => ({ step, kind, ...cellOf(cell), left: of.left, right: of.right, fen: of.fen }));
  };

interface StepLines {
  readonly step: Step;
  readonly left: Lines;
  readonly right: Lines;
  readonly leftOver: (id: string) => ResidueKind;
  readonly rightOver: (id: string) => ResidueKind;
}

function receiptLines({ receipts }: Books): { parts: Lines; whole: Lines } {
  const alive = receipts.filter(counts);
  const owner = ({ org }: Receipt, feeItem: string, fen: number): Part => ({ org, feeItem, fen });
  return {
    parts: linesOf(
      alive.flatMap((row) =>
        row.parts.map((part, n) => ({
          id: partId(row, n),
          month: monthOf(row.on),
          parts: [owner(row, part.feeItem, part.fen)],
        })),
      ),
    ),
    whole: linesOf(
      alive.map((row) => ({
        id: row.id,
        month: monthOf(row.on),
        parts: row.parts.map(({ feeItem, fen }) => owner(row, feeItem, fen)),
      })),
    ),
  };
}

/** Every step with whose money each row is: what comes later follows from what came before. */
export function stepLines(books: Books, relations: Relations): StepLines[] {
  const assessed = linesOf(
    books.assessed.map((row) => ({
      id: row.id,
      month: monthOf(row.on),
      parts: [{ org: row.org, feeItem: row.feeItem, fen: netOf(row) }],
    })),
  );
  const { parts, whole } = receiptLines(books);
  const twice = doubleReceipts(books);
  const orgs = accountOwners(books);
  const came = books.payments.filter(({ reversedOn }) => reversedOn === null);
  const paymentsById = new Map(came.map((row) => [row.id, row]));
  const ofPayment = (id: string): Owner => {
    const row = paymentsById.get(id);
    return row ? { org: row.org ?? orgs.get(row.account) ?? null, feeItem: null } : NOBODY;
  };
  const paid = follow(came, relations['receipted-paid'], whole, ofPayment);
  const back = books.refunds.map(({ id, on, fen, org, payment }): Line => {
    const of = (payment !== null && paid.get(payment)?.parts[0]) || { org, feeItem: null };
    return { id: `refund ${id}`, month: monthOf(on), parts: [{ org: of.org, feeItem: of.feeItem, fen: -fen }] };
  });
  const taken: Lines = new Map([...paid, ...back.map((line) => [line.id, line] as const)]);
  const standing = books.deposits.filter(({ returnedOn }) => returnedOn === null);
  const deposited = follow(standing, relations['paid-deposited'], taken, () => NOBODY);
  const creditsById = new Map(books.credits.map((row) => [row.id, row]));
  const credited = follow(books.credits, relations['deposited-credited'], deposited, (id) => {
    const { org, feeItem } = creditsById.get(id)!;
    return { org, feeItem };
  });
  const arrived = (id: string): ResidueKind => {
    const row = paymentsById.get(id);
    if (!row) return 'given-back';
    return approvedOn(books.accounts, row.account, row.on) ? 'in-transit' : 'misdirected';
  };
  const kept = new Set(relations['receipted-paid'].right);
  return [
    {
      step: 'assessed-receipted',
      left: assessed,
      right: parts,
      leftOver: () => 'outstanding',
      rightOver: () => 'not-assessed',
    },
    {
      step: 'receipted-paid',
      left: whole,
      right: paid,
      leftOver: (id) => (twice.has(id) ? 'receipted-twice' : 'unpaid'),
      rightOver: (id) => (kept.has(id) ? 'not-receipted' : 'given-back'),
    },
    { step: 'paid-deposited', left: taken, right: deposited, leftOver: arrived, rightOver: () => 'not-paid' },
    {
      step: 'deposited-credited',
      left: deposited,
      right: credited,
      leftOver: () => 'in-transit',
      rightOver: () => 'not-deposited',
    },
  ];
}

function residuesOfStep({ step, left, right, leftOver, rightOver }: StepLines, { matches }: Matched): Residue[] {
  const of = residuesOf(step, left, right);
  const [lefts, rights] = [new Set<string>(), new Set<string>()];
  const found = matches.flatMap((one) => {
    for (const id of one.left) lefts.add(id);
    for (const id of one.right) rights.add(id);
    return of(one, one.leftFen === one.rightFen ? 'elsewhere' : 'differs');
  });
  for (const id of left.keys()) if (!lefts.has(id)) found.push(...of({ left: [id], right: [] }, leftOver(id)));
  for (const id of right.keys()) if (!rights.has(id)) found.push(...of({ left: [], right: [id] }, rightOver(id)));
  return found;
}

type Sums = Omit<TieOut, keyof Cell | 'identities'>;
const noSums = () => ({
  assessedFen: 0,
  waivedFen: 0,
  cancelledFen: 0,
  issuedFen: 0,
  voidFen: 0,
  redFen: 0,
  refundedFen: 0,
});
const SUMS = Object.keys(noSums()) as readonly (keyof Sums)[];
function addSums({ assessed, receipts }: Books, taken: Lines, at: (cell: string) => Record<keyof Sums, number>): void {
  for (const { org, feeItem, on, assessedFen, waivedFen, cancelledFen } of assessed) {
    const sums = at(cellKey(org, feeItem, monthOf(on)));
    sums.assessedFen += assessedFen;
    sums.waivedFen += waivedFen;
    sums.cancelledFen += cancelledFen;
  }
  for (const row of receipts) {
    if (row.notice) continue;
    for (const { feeItem, fen } of row.parts) {
      const sums = at(cellKey(row.org, feeItem, monthOf(row.on)));
      sums.issuedFen += fen;
      if (row.ended?.how === 'void') sums.voidFen += fen;
      else if (row.ended) sums.redFen += fen;
    }
  }
  for (const line of taken.values()) for (const [cell, fen] of cells(line)) if (fen < 0) at(cell).refundedFen -= fen;
}

type Counting = { -readonly [K in keyof Identity]: Identity[K] } & { byKind: Partial<Record<ResidueKind, number>> };
const identityOf = (step: Step): Counting => ({
  step,
  leftFen: 0,
  rightFen: 0,
  differenceFen: 0,
  residueFen: 0,
  byKind: {},
  residues: 0,
});

export interface Reconciled {
  readonly cells: readonly TieOut[];
  readonly residues: readonly Residue[];
}
/** Totals are summed from the rows, residues from what is matched: that they agree is a check, not a definition. */
export function tieOut(books: Books, relations: Relations): Reconciled {
  const steps = stepLines(books, relations);
  const residues = steps.flatMap((lines) => residuesOfStep(lines, relations[lines.step]));
  const found = new Map<string, { sums: Record<keyof Sums, number>; identities: Record<Step, Counting> }>();
  const at = (cell: string) => {
    let known = found.get(cell);
    if (!known) {
      const identities = Object.fromEntries(Object.keys(STEPS).map((step) => [step, identityOf(step as Step)]));
      found.set(cell, (known = { sums: noSums(), identities: identities as Record<Step, Counting> }));
    }
    return known;
  };
  for (const { step, left, right } of steps) {
    for (const line of left.values()) for (const [cell, fen] of cells(line)) at(cell).identities[step].leftFen += fen;
    for (const line of right.values()) for (const [cell, fen] of cells(line)) at(cell).identities[step].rightFen += fen;
  }
  for (const { org, feeItem, month, step, kind, fen } of residues) {
    const identity = at(cellKey(org, feeItem, month)).identities[step];
    identity.residueFen += fen;
    identity.byKind[kind] = (identity.byKind[kind] ?? 0) + fen;
    identity.residues++;
  }
  addSums(books, steps[2]!.left, (cell) => at(cell).sums);
  const rows = [...found].map(([cell, { sums, identities }]): TieOut => {
    for (const one of Object.values(identities)) one.differenceFen = one.leftFen - one.rightFen;
    return { ...cellOf(cell), ...sums, identities };
  });
  rows.sort(
    (a, b) =>
      compareText(a.month, b.month) ||
      compareText(a.org ?? '', b.org ?? '') ||
      compareText(a.feeItem ?? '', b.feeItem ?? ''),
  );
  return { cells: rows, residues };
}

/** All cells as one: of a unit, a month, a city. */
export function summed(cells: readonly TieOut[]): Omit<TieOut, keyof Cell> {
  const sumOf = (name: keyof Sums) => cells.reduce((sum, cell) => sum + cell[name], 0);
  const identities = (Object.keys(STEPS) as Step[]).map((step) => {
    const all = cells.map(({ identities: of }) => of[step]);
    const add = (name: 'leftFen' | 'rightFen' | 'differenceFen' | 'residueFen' | 'residues') =>
      all.reduce((sum, one) => sum + one[name], 0);
    const byKind: Partial<Record<ResidueKind, number>> = {};
    for (const one of all)
      for (const [kind, fen] of Object.entries(one.byKind) as [ResidueKind, number][])
        byKind[kind] = (byKind[kind] ?? 0) + fen;
    const names = ['leftFen', 'rightFen', 'differenceFen', 'residueFen', 'residues'] as const;
    return [step, { step, byKind, ...Object.fromEntries(names.map((name) => [name, add(name)])) }];
  });
  return {
    ...(Object.fromEntries(SUMS.map((name) => [name, sumOf(name)])) as unknown as Sums),
    identities: Object.fromEntries(identities) as Record<Step, Identity>,
  };
}

/** The receipts of parts, for a step that matches parts. */
export const receiptsOf = (parts: readonly string[]): readonly string[] => [...new Set(parts.map(receiptOf))];
