/** Pass 4: what looks like the same money and is not certain. Nothing of it is posted. */
import type { Gathering } from './gather.js';
import { inOrder, type MatchOptions, type Side } from './match.js';

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
export function suggest(left: readonly Side[], right: readonly Side[], options: MatchOptions): Suggestion[] {
  const { place, windowDays } = options;
  const rows = once();
  for (const row of right)
    for (const near of row.near) {
      if (near === null) continue;
      rows.put(`fen ${row.fen} ${near}`, row);
      rows.put(`day ${place(row.on)} ${near}`, row);
    }
  const pairs: Suggestion[] = [];
  const without: Side[] = [];
  const pair = (why: Suggestion['why'], row: Side, other: Side) =>
    pairs.push({ why, left: [row.id], right: [other.id], differenceFen: row.fen - other.fen });
  for (const row of left) {
    const other = firstOf(row.near, (near) => near && rows.take(`fen ${row.fen} ${near}`));
    if (other) pair('days-apart', row, other);
    else without.push(row);
  }
  const days = Array.from({ length: 2 * windowDays + 1 }, (_, n) => (n % 2 === 0 ? n / 2 : -(n + 1) / 2));
  for (const row of without) {
    const other = firstOf(
      row.near,
      (near) => near && firstOf(days, (apart) => rows.take(`day ${place(row.on) + apart} ${near}`)),
    );
    if (other) pair('amount-differs', row, other);
  }
  return pairs;
}
function firstOf<T, R extends object>(values: readonly T[], of: (value: T) => R | null | ''): R | null {
  for (const value of values) {
    const found = of(value);
    if (found) return found;
  }
  return null;
}

export const ambiguous = ({ right, candidates }: Gathering['unclear'][number]): Suggestion => ({
  why: 'more-than-one',
  left: [...candidates].sort(inOrder).map(({ id }) => id),
  right: [right.id],
  differenceFen: 0,
});
