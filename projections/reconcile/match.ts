/** Which rows of two sources are the same money: passes 1 to 3, and what is only suggested (domain: reconciliation). */
import { dayNumber } from '../kernel/instant.js';
import { compareText } from '../kernel/ordered.js';
import { type Gathering, gather } from './gather.js';

/** A row of one side, as far as matching asks. Amounts are whole fen below 2^53 (90 万亿元). */
export interface Side {
  readonly id: string;
  readonly fen: number;
  /** The day that it is of. */
  readonly on: string;
  /** What names the same money on both sides for certain, such as a pay code. */
  readonly keys: readonly string[];
  /** What makes it likely together with the amount, the strongest first, such as account and payer. */
  readonly near: readonly string[];
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
  readonly leftFen: number;
  readonly rightFen: number;
}
/** Pass 4: never posted by itself. */
export const SUGGESTIONS = {
  'amount-differs': { zh: '要素一致而金额不同', en: 'close by, but of another amount' },
  'days-apart': { zh: '金额一致而日期过远', en: 'of the same amount, but days apart' },
  'more-than-one': { zh: '多种汇总均相符', en: 'more than one sum would do' },
} as const;
export interface Suggestion {
  readonly why: keyof typeof SUGGESTIONS;
  readonly left: readonly string[];
  readonly right: readonly string[];
  readonly differenceFen: number;
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
  /** Receipts of one pay-in at most, and steps of the search for them. */
  readonly mostMembers: number;
  readonly mostSteps: number;
  /** Whether the first rows of a key that come to the sum of the other side leave those behind them over. */
  readonly repeats: boolean;
}
export const CALENDAR_DAYS: MatchOptions = {
  place: dayNumber,
  windowDays: 2,
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
  leftFen: sumOf(left),
  rightFen: sumOf(right),
});

type Component = { left: Side[]; right: Side[] };
/** Rows that share a key, or a key with one that shares a key: a pay-in with all receipts that it names. */
function components(left: readonly Side[], right: readonly Side[]): Iterable<Component> {
  const parent: number[] = [];
  const find = (n: number): number => {
    while (parent[n] !== n) n = parent[n] = parent[parent[n]!]!;
    return n;
  };
  const byKey = new Map<string, number>();
  const of = (keys: readonly string[]): number => {
    let root = -1;
    for (const key of keys) {
      let known = byKey.get(key);
      if (known === undefined) {
        known = root === -1 ? parent.length : root;
        if (root === -1) parent.push(known);
        byKey.set(key, known);
      }
      known = find(known);
      if (root === -1) root = known;
      else if (known !== root) {
        const [low, high] = known < root ? [known, root] : [root, known];
        parent[high] = low;
        root = low;
      }
    }
    return root;
  };
  const owners = [left, right].map((rows) => rows.map(({ keys }) => of(keys)));
  const found = new Map<number, Component>();
  [left, right].forEach((rows, side) =>
    rows.forEach((row, n) => {
      const owner = owners[side]![n]!;
      if (owner === -1) return;
      const root = find(owner);
      let component = found.get(root);
      if (!component) found.set(root, (component = { left: [], right: [] }));
      (side === 0 ? component.left : component.right).push(row);
    }),
  );
  return found.values();
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
function byKeys({ left, right }: Component, { repeats }: MatchOptions): Match | null {
  if (left.length === 0 || right.length === 0) return null;
  left.sort(inOrder);
  right.sort(inOrder);
  if (!repeats) return together(1, left, right);
  const [leftFen, rightFen] = [sumOf(left), sumOf(right)];
  if (rightFen > leftFen) return together(1, left, beginning(right, leftFen) ?? right);
  if (leftFen > rightFen) return together(1, beginning(left, rightFen) ?? left, right);
  return together(1, left, right);
}

/** Pass 2: of the same near key and amount, the earliest with the earliest that is not too far away. */
function byAmount(left: readonly Side[], right: readonly Side[], level: number, options: MatchOptions): Match[] {
  const buckets = new Map<string, Component>();
  const put = (row: Side, side: keyof Component) => {
    const near = row.near[level];
    if (near === undefined) return;
    const key = `${row.fen} ${near}`;
    let bucket = buckets.get(key);
    if (!bucket) buckets.set(key, (bucket = { left: [], right: [] }));
    bucket[side].push(row);
  };
  for (const row of left) put(row, 'left');
  for (const row of right) put(row, 'right');
  const matches: Match[] = [];
  for (const { left: lefts, right: rights } of buckets.values()) {
    if (lefts.length === 0 || rights.length === 0) continue;
    lefts.sort(inOrder);
    rights.sort(inOrder);
    for (let l = 0, r = 0; l < lefts.length && r < rights.length;) {
      const apart = options.place(rights[r]!.on) - options.place(lefts[l]!.on);
      if (Math.abs(apart) <= options.windowDays) matches.push(together(2, [lefts[l++]!], [rights[r++]!]));
      else if (apart > 0) l++;
      else r++;
    }
  }
  return matches;
}

const keyOf = ({ left, right }: { left: readonly string[]; right: readonly string[] }) =>
  JSON.stringify([[...left].sort(compareText), [...right].sort(compareText)]);

/** Rows by a text, each handed out once. */
function once() {
  const rows = new Map<string, Side[]>();
  const taken = new Set<string>();
  return {
    put(key: string, row: Side) {
      const known = rows.get(key);
      if (known) known.push(row);
      else rows.set(key, [row]);
    },
    take(key: string): Side | null {
      const waiting = rows.get(key);
      for (let row = waiting?.shift(); row; row = waiting?.shift())
        if (!taken.has(row.id)) {
          taken.add(row.id);
          return row;
        }
      return null;
    },
  };
}

/** Pass 4, of what is left: nothing of it is posted. The same amount on another day first, then another amount close by. */
function suggest(left: readonly Side[], right: readonly Side[], options: MatchOptions): Suggestion[] {
  const { place, windowDays } = options;
  const rows = once();
  for (const row of right)
    for (const near of row.near) {
      rows.put(`fen ${row.fen} ${near}`, row);
      rows.put(`day ${place(row.on)} ${near}`, row);
    }
  const pairs: Suggestion[] = [];
  const without: Side[] = [];
  const pair = (why: Suggestion['why'], row: Side, other: Side) =>
    pairs.push({ why, left: [row.id], right: [other.id], differenceFen: row.fen - other.fen });
  for (const row of left) {
    const other = firstOf(row.near, (near) => rows.take(`fen ${row.fen} ${near}`));
    if (other) pair('days-apart', row, other);
    else without.push(row);
  }
  const days = Array.from({ length: 2 * windowDays + 1 }, (_, n) => (n % 2 === 0 ? n / 2 : -(n + 1) / 2));
  for (const row of without) {
    const other = firstOf(row.near, (near) =>
      firstOf(days, (apart) => rows.take(`day ${place(row.on) + apart} ${near}`)),
    );
    if (other) pair('amount-differs', row, other);
  }
  return pairs;
}
function firstOf<T, R>(values: readonly T[], of: (value: T) => R | null): R | null {
  for (const value of values) {
    const found = of(value);
    if (found !== null) return found;
  }
  return null;
}

const ambiguous = ({ right, candidates }: Gathering['unclear'][number]): Suggestion => ({
  why: 'more-than-one',
  left: [...candidates].sort(inOrder).map(({ id }) => id),
  right: [right.id],
  differenceFen: 0,
});

/** Pure, and the same whatever the order of the rows. Neither side holds an id twice. */
export function match(
  left: readonly Side[],
  right: readonly Side[],
  decided: Decided = NOBODY_DECIDED,
  options: MatchOptions = CALENDAR_DAYS,
): Matched {
  const open = { left: new Map(left.map((row) => [row.id, row])), right: new Map(right.map((row) => [row.id, row])) };
  const matches: Match[] = [];
  const apart = new Set(decided.apart.map(keyOf));
  const take = (found: readonly Match[]) => {
    for (const one of found) {
      if (apart.size > 0 && apart.has(keyOf(one))) continue;
      for (const id of one.left) open.left.delete(id);
      for (const id of one.right) open.right.delete(id);
      matches.push(one);
    }
  };
  for (const pair of decided.together) {
    const [lefts, rights] = [pair.left.map((id) => open.left.get(id)), pair.right.map((id) => open.right.get(id))];
    if ([...lefts, ...rights].every((row) => row !== undefined)) take([together(5, lefts as Side[], rights as Side[])]);
  }
  const keyed: Match[] = [];
  for (const component of components([...open.left.values()], [...open.right.values()])) {
    const found = byKeys(component, options);
    if (found) keyed.push(found);
  }
  take(keyed);
  let levels = 0;
  for (const { near } of left) levels = Math.max(levels, near.length);
  for (let level = 0; level < levels; level++)
    take(byAmount([...open.left.values()], [...open.right.values()], level, options));
  const ordered = (rows: Map<string, Side>) => [...rows.values()].sort(inOrder);
  let gathered = gather(ordered(open.left), ordered(open.right), options);
  // What has been settled may leave only one answer for a pay-in that had several: once more until nothing is found.
  for (let before = -1; gathered.found.length > 0 && before < matches.length;) {
    before = matches.length;
    take(gathered.found.map(({ right: row, members }) => together(3, [...members].sort(inOrder), [row])));
    gathered = gather(ordered(open.left), ordered(open.right), options);
  }
  const [lefts, rights] = [ordered(open.left), ordered(open.right)];
  const unclear = gathered.unclear.map(ambiguous);
  const spoken = new Set(unclear.flatMap((one) => [...one.left, ...one.right]));
  const quiet = ({ id }: Side) => !spoken.has(id);
  const suggestions = [...unclear, ...suggest(lefts.filter(quiet), rights.filter(quiet), options)];
  const first = ({ left: [id] }: Match) => id!;
  matches.sort((a, b) => compareText(a.on, b.on) || compareText(first(a), first(b)));
  return { matches, suggestions, left: lefts.map(({ id }) => id), right: rights.map(({ id }) => id) };
}
