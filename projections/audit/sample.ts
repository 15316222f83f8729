/**
 * Monetary-unit sampling (货币单元抽样): every fen has the same chance, so that an amount has one as large as it is. The same
 * rows and the same seed give the same sample, for whoever draws it; the numbers come from a generator that a spreadsheet
 * can follow (x → 48271·x mod 2³¹−1). The error is projected by taints, and bounded as Stringer did, by Poisson factors.
 */
import { compareText } from '../kernel/ordered.js';
import { type AuditRows, fenOf, inPeriod, liveIn, ofFee, ofPayment, ofReceipt, sum } from './kinds.js';

/** An amount that may be drawn. */
export interface Item {
  readonly id: string;
  readonly on: string;
  readonly fen: number;
  readonly org: string | null;
  readonly person: string | null;
  readonly events: readonly string[];
}
export const POPULATIONS = {
  receipts: { zh: '有效票据', en: 'receipts that count' },
  fees: { zh: '核定', en: 'assessments' },
  payments: { zh: '到账', en: 'payments' },
} as const;
export type Population = keyof typeof POPULATIONS;
export function population(rows: AuditRows, of: Population): readonly Item[] {
  const item = (id: string, more: Partial<Item>): Item => ({
    on: '',
    fen: 0,
    org: null,
    person: null,
    events: [],
    ...more,
    id,
  });
  if (of === 'receipts') return liveIn(rows).map((row) => item(row.receipt, ofReceipt(row) as Partial<Item>));
  if (of === 'fees')
    return inPeriod(rows.fees, rows)
      .filter(({ status }) => status === 'assessed')
      .map((row) =>
        item(row.fee, { ...(ofFee(row) as Partial<Item>), person: row.assessedBy, fen: Number(row.owedFen) }),
      );
  return inPeriod(rows.payments, rows)
    .filter(({ status }) => status === 'received')
    .map((row) => item(row.payment, { ...(ofPayment(row) as Partial<Item>), fen: fenOf(row) }));
}

export const METHODS = {
  interval: { zh: '等距（随机起点）', en: 'fixed interval from a random start' },
  cell: { zh: '分格随机', en: 'one at random in each cell' },
} as const;
export interface Plan {
  /** 1 to 2³¹−2. */
  readonly seed: number;
  /** How many fen are drawn. */
  readonly size: number;
  readonly method: keyof typeof METHODS;
}
const MODULUS = 2_147_483_647;
export const MOST_SEED = MODULUS - 1;
export const isSeed = (seed: number): boolean => Number.isInteger(seed) && seed >= 1 && seed <= MOST_SEED;
/** Numbers from 0 to below a bound, two steps of the generator each; the first ten are thrown away. */
export function dice(seed: number): (below: bigint) => bigint {
  let x = seed;
  const step = () => BigInt((x = (48_271 * x) % MODULUS));
  for (let n = 0; n < 10; n++) step();
  return (below) => (step() * BigInt(MODULUS) + step()) % below;
}

export interface Drawn {
  readonly item: Item;
  /** The fen that were drawn, counted from 1 through the whole population in its order. */
  readonly units: readonly number[];
  /** It is so large (an interval, or two cells) that it is drawn for certain: its error is known, not projected. */
  readonly certain: boolean;
}
export interface Sample extends Plan {
  readonly items: number;
  readonly bookFen: number;
  /** Sum ÷ size, rounded down. */
  readonly intervalFen: number;
  readonly drawn: readonly Drawn[];
  /** Amounts of nothing or less: they cannot be drawn, and are looked at by themselves. */
  readonly leftOut: readonly Item[];
}
/** By day and name, so that it does not depend on the order in which they come. */
const inOrder = (a: Item, b: Item) => compareText(a.on, b.on) || compareText(a.id, b.id);

/** Throws RangeError for a seed or size that is none. */
export function draw(items: readonly Item[], { seed, size, method }: Plan): Sample {
  if (!isSeed(seed)) throw new RangeError(`a seed is from 1 to ${MOST_SEED}`);
  if (!Number.isInteger(size) || size < 1) throw new RangeError('a size is a whole number from 1');
  const ordered = items.filter(({ fen }) => fen > 0).toSorted(inOrder);
  const total = BigInt(sum(ordered, ({ fen }) => fen));
  const [n, roll] = [BigInt(size), dice(seed)];
  const many = total > 0n ? n : 0n;
  const sure = method === 'interval' ? total : 2n * total; // over the edge of two cells it may be missed
  const points: bigint[] = [];
  const start = total > 0n ? roll(total) : 0n; // of the interval method, in parts of a fen: so many nth
  for (let k = 0n; k < many; k++) {
    const [low, high] = [(k * total) / n, ((k + 1n) * total) / n];
    points.push(method === 'interval' ? (k * total + start) / n : high > low ? low + roll(high - low) : low);
  }
  const drawn: Drawn[] = [];
  let [at, before] = [0, 0n];
  for (const item of ordered) {
    const end = before + BigInt(item.fen);
    const units: number[] = [];
    for (; at < points.length && points[at]! < end; at++) units.push(Number(points[at]!) + 1);
    if (units.length > 0) drawn.push({ item, units, certain: BigInt(item.fen) * n >= sure });
    before = end;
  }
  const leftOut = items.filter(({ fen }) => fen <= 0).toSorted(inOrder);
  const bookFen = Number(total);
  return {
    seed,
    size,
    method,
    items: ordered.length,
    bookFen,
    intervalFen: Math.floor(bookFen / size),
    drawn,
    leftOut,
  };
}

/** The mean of a Poisson variable that is at most `errors` with a chance of 1 − confidence: 3.00, 4.75, 6.30 … at 95 %. */
export function poissonFactor(confidence: number, errors: number): number {
  const atMost = (mean: number) => {
    let [term, total] = [Math.exp(-mean), 0];
    for (let k = 0; k <= errors; k++) {
      total += term;
      term = (term * mean) / (k + 1);
    }
    return total;
  };
  let [low, high] = [0, 10 + 10 * (errors + 1)];
  for (let n = 0; n < 200; n++) {
    const middle = (low + high) / 2;
    if (atMost(middle) > 1 - confidence) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
/** How many fen to draw so that no error found means at most so much error with this confidence. */
export const sizeFor = (bookFen: number, tolerableFen: number, confidence: number): number =>
  Math.ceil((poissonFactor(confidence, 0) * bookFen) / tolerableFen);

export interface Projection {
  readonly confidence: number;
  /** Items that nobody has looked at yet: while there are some, nothing is projected. */
  readonly open: readonly string[];
  /** Of items that were drawn for certain. */
  readonly knownFen: number;
  readonly projectedOverFen: number;
  readonly projectedUnderFen: number;
  /** Known and projected, over less under. */
  readonly errorFen: number;
  /** The most that is overstated, with this confidence. */
  readonly upperFen: number;
  readonly taints: readonly Readonly<{
    id: string;
    bookFen: number;
    auditedFen: number;
    permille: number;
    projectedFen: number;
  }>[];
}
/** `audited`: what each of the drawn amounts should be. Null while some are open. */
export function project(sample: Sample, audited: ReadonlyMap<string, number>, confidence: number): Projection {
  const { drawn, bookFen, size } = sample;
  const interval = bookFen / size;
  const open = drawn.flatMap(({ item }) => (audited.has(item.id) ? [] : [item.id]));
  const looked = drawn.filter(({ item }) => audited.has(item.id));
  const errors = looked.map(({ item, units, certain }) => {
    const auditedFen = audited.get(item.id)!;
    const taint = (item.fen - auditedFen) / item.fen;
    const projected = certain ? item.fen - auditedFen : taint * interval * units.length;
    return { item, auditedFen, certain, taint, hits: units.length, projected };
  });
  const some = (which: (e: (typeof errors)[number]) => boolean) =>
    sum(errors.filter(which), ({ projected }) => projected);
  const knownFen = some(({ certain }) => certain);
  const over = some(({ certain, taint }) => !certain && taint > 0);
  const under = some(({ certain, taint }) => !certain && taint < 0);
  const factors = [poissonFactor(confidence, 0)];
  const ranked = errors
    .filter(({ certain, taint }) => !certain && taint > 0)
    .flatMap(({ taint, hits }) => Array.from({ length: hits }, () => taint))
    .toSorted((a, b) => b - a);
  let bound = factors[0]!;
  ranked.forEach((taint, n) => {
    factors.push(poissonFactor(confidence, n + 1));
    bound += (factors[n + 1]! - factors[n]!) * taint;
  });
  const allCertain = drawn.length === sample.items && drawn.every(({ certain }) => certain);
  return {
    confidence,
    open,
    knownFen,
    projectedOverFen: Math.round(over),
    projectedUnderFen: Math.round(-under),
    errorFen: Math.round(knownFen + over + under),
    upperFen: Math.round(Math.max(0, knownFen) + (allCertain ? 0 : bound * interval)),
    taints: errors
      .filter(({ taint }) => taint !== 0)
      .map(({ item, auditedFen, taint, projected }) => ({
        id: item.id,
        bookFen: item.fen,
        auditedFen,
        permille: Math.round(taint * 1000),
        projectedFen: Math.round(projected),
      })),
  };
}
