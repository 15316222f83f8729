/** Which rows of two sources are the same money: passes 1 to 3, and what is only suggested (domain: reconciliation). */
import { dayNumber } from '../kernel/instant.js';
import { compareText } from '../kernel/ordered.js';
import { type Component, components } from './components.js';
import { gather } from './gather.js';
import { ambiguous, suggest, type Suggestion } from './suggest.js';

/** A row of one side, as far as matching asks. Amounts are whole fen below 2^53 (90 万亿元). */
export interface Side {
  readonly id: string;
  readonly fen: number;
  /** The day that it is of. */
  readonly on: string;
  /** Whose it is; null: nobody says. */
  readonly org: string | null;
  /** What names the same money on both sides for certain, such as a pay code. */
  readonly keys: readonly string[];
  /** What makes it likely together with the amount, the strongest first, such as matter and payer; null: not known. */
  readonly near: readonly (string | null)[];
  /** Of a receipt of 集中汇缴: whose pay-in it goes into (unit, or window and unit). Null: it is paid by itself. */
  readonly pool: string | null;
}

export const PASSES = {
  1: { zh: '关键字一致', en: 'same key' },
  2: { zh: '金额一致', en: 'same amount, close by' },
  3: { zh: '汇总一致', en: 'sum of several' },
  5: { zh: '人工匹配', en: 'by two people' },
} as const;
export type Pass = keyof typeof PASSES;

export interface Match {
  readonly pass: Pass;
  readonly left: readonly string[];
  readonly right: readonly string[];
  /** The latest day of the right side. */
  readonly on: string;
  /** Of the first of the left side. */
  readonly org: string | null;
  readonly leftFen: number;
  readonly rightFen: number;
}
export interface Matched {
  readonly matches: readonly Match[];
  readonly suggestions: readonly Suggestion[];
  readonly left: readonly string[];
  readonly right: readonly string[];
}

/** What two people have decided, and what they have taken apart: neither is touched. */
export interface Decided {
  readonly together: readonly Readonly<{ left: readonly string[]; right: readonly string[] }>[];
  readonly apart: readonly Readonly<{ left: readonly string[]; right: readonly string[] }>[];
}
export const NOBODY_DECIDED: Decided = { together: [], apart: [] };

export interface MatchOptions {
  /** A day's place in the count of working days: two days are as far apart as their places. */
  readonly place: (day: string) => number;
  /** Working days that the two sides of passes 2 and 3 are apart at most. */
  readonly windowDays: number;
  /** What the amounts of pass 2 differ by at most: the difference stays a residue, and a break. */
  readonly toleranceFen: number;
  /** Receipts of one pay-in at most, and steps of the search for them. */
  readonly mostMembers: number;
  readonly mostSteps: number;
  /** Whether the first rows of a key that come to the sum of the other side leave those behind them over. */
  readonly repeats: boolean;
}
export const CALENDAR_DAYS: MatchOptions = {
  place: dayNumber,
  windowDays: 2,
  toleranceFen: 0,
  mostMembers: 40,
  mostSteps: 20_000,
  repeats: true,
};

export const sumOf = (rows: readonly Side[]): number => {
  let sum = 0;
  for (const { fen } of rows) sum += fen;
  if (!Number.isSafeInteger(sum)) throw new RangeError('amounts beyond 2^53 fen');
  return sum;
};
/** The order in which rows are looked at: it does not depend on the order in which they came. */
export const inOrder = (a: Side, b: Side): number => compareText(a.on, b.on) || compareText(a.id, b.id);

const latest = (rows: readonly Side[]) => rows.reduce((day, { on }) => (on > day ? on : day), '');
const together = (pass: Pass, left: readonly Side[], right: readonly Side[]): Match => ({
  pass,
  left: left.map(({ id }) => id),
  right: right.map(({ id }) => id),
  on: latest(right),
  org: left[0]!.org,
  leftFen: sumOf(left),
  rightFen: sumOf(right),
});

/** The same order, a day at a time: within one, rows come as their table has them, and are in order already. */
function ordered(rows: readonly Side[]): Side[] {
  const days = new Map<string, Side[]>();
  for (const row of rows) {
    const day = days.get(row.on);
    if (day) day.push(row);
    else days.set(row.on, [row]);
  }
  const found: Side[] = [];
  for (const day of [...days.keys()].sort(compareText))
    for (const row of days.get(day)!.sort((a, b) => compareText(a.id, b.id))) found.push(row);
  return found;
}

/** One with one, of the same key: of millions no more is kept than which two. */
class OneWithOne implements Match {
  constructor(
    private readonly l: Side,
    private readonly r: Side,
  ) {}
  get pass() {
    return 1 as const;
  }
  get left() {
    return [this.l.id];
  }
  get right() {
    return [this.r.id];
  }
  get on() {
    return this.r.on;
  }
  get org() {
    return this.l.org;
  }
  get leftFen() {
    return this.l.fen;
  }
  get rightFen() {
    return this.r.fen;
  }
}
/** The first rows, in order, that sum to an amount; null where no beginning does. */
function beginning(rows: readonly Side[], fen: number): readonly Side[] | null {
  let sum = 0;
  for (let n = 0; n < rows.length; n++) {
    sum += rows[n]!.fen;
    if (sum === fen) return rows.slice(0, n + 1);
    if (sum > fen) return null;
  }
  return null;
}

/**
 * Pass 1. What shares a key belongs together, whatever the amounts; but if the first of one side come to the sum of the
 * other, those behind them were paid, or receipted, once more: they stay over.
 */
function byKeys({ left, right }: Component, { repeats }: Pick<MatchOptions, 'repeats'>): Match {
  left.sort(inOrder);
  right.sort(inOrder);
  if (!repeats) return together(1, left, right);
  const [leftFen, rightFen] = [sumOf(left), sumOf(right)];
  if (rightFen > leftFen) return together(1, left, beginning(right, leftFen) ?? right);
  if (leftFen > rightFen) return together(1, beginning(left, rightFen) ?? left, right);
  return together(1, left, right);
}

/** Of one likeness, both sides in order: the earliest with the earliest that is not too far away. */
function* nearest({ left, right }: Component, { place, windowDays, toleranceFen }: MatchOptions) {
  const apart = (one: Side, other: Side) => place(other.on) - place(one.on);
  if (toleranceFen === 0) {
    for (let l = 0, r = 0; l < left.length && r < right.length;) {
      const days = apart(left[l]!, right[r]!);
      if (Math.abs(days) <= windowDays) yield together(2, [left[l++]!], [right[r++]!]);
      else if (days > 0) l++;
      else r++;
    }
    return;
  }
  let open = right;
  for (const row of left) {
    const other = open.find(
      (one) => Math.abs(apart(row, one)) <= windowDays && Math.abs(row.fen - one.fen) <= toleranceFen,
    );
    if (!other) continue;
    open = open.filter((one) => one !== other);
    yield together(2, [row], [other]);
  }
}
/** Pass 2: of the same near key and amount, or as much as may be tolerated. */
function byAmount(left: readonly Side[], right: readonly Side[], level: number, options: MatchOptions): Match[] {
  const buckets = new Map<string, Component>();
  const put = (row: Side, side: keyof Component) => {
    const near = row.near[level];
    if (near === undefined || near === null) return;
    const key = options.toleranceFen === 0 ? `${row.fen} ${near}` : near;
    let bucket = buckets.get(key);
    if (!bucket) buckets.set(key, (bucket = { left: [], right: [] }));
    bucket[side].push(row);
  };
  for (const row of left) put(row, 'left');
  for (const row of right) put(row, 'right');
  const matches: Match[] = [];
  for (const bucket of buckets.values()) {
    if (bucket.left.length === 0 || bucket.right.length === 0) continue;
    bucket.left.sort(inOrder);
    bucket.right.sort(inOrder);
    matches.push(...nearest(bucket, options));
  }
  return matches;
}

const keyOf = ({ left, right }: { left: readonly string[]; right: readonly string[] }) =>
  JSON.stringify([[...left].sort(compareText), [...right].sort(compareText)]);

/** Rows of a side that nothing has been found for yet. */
function openRows(rows: readonly Side[]) {
  const taken = new Set<string>();
  let open = rows;
  return {
    take: (ids: readonly string[]) => {
      for (const id of ids) taken.add(id);
    },
    /** Those that are left. */
    get rows(): readonly Side[] {
      if (taken.size > 0) {
        open = open.filter(({ id }) => !taken.has(id));
        taken.clear();
      }
      return open;
    },
  };
}
/** By the day, and the first of the left side: in any order that does not depend on how they were found. */
function inOrderOfMatches(matches: readonly Match[]): Match[] {
  const days = new Map<string, { first: string; one: Match }[]>();
  for (const one of matches) {
    const [entry, day] = [{ first: one.left[0]!, one }, days.get(one.on)];
    if (day) day.push(entry);
    else days.set(one.on, [entry]);
  }
  const found: Match[] = [];
  for (const [, day] of [...days].sort(([a], [b]) => compareText(a, b))) {
    day.sort((a, b) => (a.first < b.first ? -1 : 1));
    for (const { one } of day) found.push(one);
  }
  return found;
}

/** Pass 5: what two people have put together. */
function byHand(pairs: Decided['together'], left: readonly Side[], right: readonly Side[]): Match[] {
  if (pairs.length === 0) return [];
  const named = [left, right].map((rows) => new Map(rows.map((row) => [row.id, row])));
  const found: Match[] = [];
  for (const pair of pairs) {
    const sides = [pair.left, pair.right].map((ids, side) => ids.map((id) => named[side]!.get(id)));
    if (!sides.flat().every((row) => row !== undefined)) continue;
    sides.forEach((rows, side) => rows.forEach((row) => named[side]!.delete(row!.id)));
    found.push(together(5, sides[0] as Side[], sides[1] as Side[]));
  }
  return found;
}

/** What two people and the same keys have put together, and the rows that are open yet. */
export interface Keyed {
  readonly matches: readonly Match[];
  readonly left: readonly Side[];
  readonly right: readonly Side[];
}
/** Passes 5 and 1. Pure, and the same whatever the order of the rows. Neither side holds an id twice. */
export function matchKeys(
  left: readonly Side[],
  right: readonly Side[],
  decided: Decided = NOBODY_DECIDED,
  options: Pick<MatchOptions, 'repeats'> = CALENDAR_DAYS,
): Keyed {
  const open = { left: openRows(left), right: openRows(right) };
  const apart = new Set(decided.apart.map(keyOf));
  const isApart = (one: Match) => apart.size > 0 && apart.has(keyOf(one));
  const pairs = decided.together.filter((pair) => !apart.has(keyOf(pair)));
  const matches = byHand(pairs, left, right).filter((one) => !isApart(one));
  for (const one of matches) {
    open.left.take(one.left);
    open.right.take(one.right);
  }
  const single = (one: Side, other: Side) => {
    const found = new OneWithOne(one, other);
    if (isApart(found)) return false;
    matches.push(found);
    return true;
  };
  const keyed: Match[] = [];
  const rest = components(open.left.rows, open.right.rows, single, (found) => {
    const one = byKeys(found, options);
    if (!isApart(one)) keyed.push(one);
  });
  const [lefts, rights] = [openRows(rest.left), openRows(rest.right)];
  for (const one of keyed) {
    matches.push(one);
    lefts.take(one.left);
    rights.take(one.right);
  }
  return { matches, left: lefts.rows, right: rights.rows };
}

/** Passes 2 to 4, of what no key has found. */
export function matchRest(
  keyed: Keyed,
  decided: Decided = NOBODY_DECIDED,
  options: MatchOptions = CALENDAR_DAYS,
): Matched {
  const open = { left: openRows(keyed.left), right: openRows(keyed.right) };
  const matches = [...keyed.matches];
  const apart = new Set(decided.apart.map(keyOf));
  const take = (found: Iterable<Match>) => {
    for (const one of found) {
      if (apart.size > 0 && apart.has(keyOf(one))) continue;
      open.left.take(one.left);
      open.right.take(one.right);
      matches.push(one);
    }
  };
  let levels = 0;
  for (const { near } of keyed.left) levels = Math.max(levels, near.length);
  for (let level = 0; level < levels; level++) take(byAmount(open.left.rows, open.right.rows, level, options));
  let [lefts, rights] = [ordered(open.left.rows), ordered(open.right.rows)];
  let gathered = gather(lefts, rights, options);
  // What has been settled may leave only one answer for a pay-in that had several: once more until nothing is found.
  for (let before = -1; gathered.found.length > 0 && before < matches.length;) {
    before = matches.length;
    take(gathered.found.map(({ right: row, members }) => together(3, [...members].sort(inOrder), [row])));
    [lefts, rights] = [ordered(open.left.rows), ordered(open.right.rows)];
    gathered = gather(lefts, rights, options);
  }
  const unclear = gathered.unclear.map(ambiguous);
  const spoken = new Set(unclear.flatMap((one) => [...one.left, ...one.right]));
  const quiet = ({ id }: Side) => !spoken.has(id);
  const suggestions = [...unclear, ...suggest(lefts.filter(quiet), rights.filter(quiet), options)];
  const idsOf = (rows: readonly Side[]) => rows.map(({ id }) => id);
  return { matches: inOrderOfMatches(matches), suggestions, left: idsOf(lefts), right: idsOf(rights) };
}

export const match = (
  left: readonly Side[],
  right: readonly Side[],
  decided: Decided = NOBODY_DECIDED,
  options: MatchOptions = CALENDAR_DAYS,
): Matched => matchRest(matchKeys(left, right, decided, options), decided, options);
