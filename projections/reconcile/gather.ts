/** Pass 3: which receipts one pay-in has settled (集中汇缴). Deterministic and bounded; what has more than one answer is not taken. */
import type { MatchOptions, Side } from './match.js';

export interface Gathering {
  readonly found: readonly Readonly<{ right: Side; members: readonly Side[] }>[];
  /** A pay-in that more than one set of receipts comes to, or whose search came to its bound. */
  readonly unclear: readonly Readonly<{ right: Side; candidates: readonly Side[] }>[];
}
type Answer = { readonly members: readonly Side[] | null; readonly unclear: readonly Side[] };
const NONE: Answer = { members: null, unclear: [] };

const sum = (rows: readonly Side[]) => rows.reduce((total, { fen }) => total + fen, 0);
const same = (a: readonly Side[], b: readonly Side[]) => a.length === b.length && a.every((row, n) => row === b[n]);

/** All of one day: what a window collects in a day it pays in (日清日缴). Days that come to the same are unclear. */
function wholeDay(candidates: readonly Side[], fen: number): Answer {
  const days = new Map<string, Side[]>();
  for (const row of candidates) days.set(row.on, [...(days.get(row.on) ?? []), row]);
  const right = [...days.values()].filter((rows) => sum(rows) === fen);
  return right.length === 1 ? { members: right[0]!, unclear: [] } : { members: null, unclear: right[0] ?? [] };
}

/** Neighbours in order that come to the amount: amounts are positive, so two pointers find every run. */
function run(candidates: readonly Side[], fen: number, most: number): Answer {
  const runs: Side[][] = [];
  for (let from = 0, to = 0, total = 0; to < candidates.length && runs.length < 2; to++) {
    total += candidates[to]!.fen;
    while (total > fen && from <= to) total -= candidates[from++]!.fen;
    if (total === fen && to >= from && to - from < most) runs.push(candidates.slice(from, to + 1));
  }
  return runs.length === 1 ? { members: runs[0]!, unclear: [] } : { members: null, unclear: runs[0] ?? [] };
}

/** Any set of at most so many, the largest first; stops at the second answer or at the bound. */
function anySet(candidates: readonly Side[], fen: number, { mostMembers, mostSteps }: MatchOptions): Answer {
  const rows = [...candidates].sort((a, b) => b.fen - a.fen); // stable: of equal ones the earlier comes first
  const rest = Array.from({ length: rows.length + 1 }, () => 0);
  for (let n = rows.length - 1; n >= 0; n--) rest[n] = rest[n + 1]! + rows[n]!.fen;
  const answers: Side[][] = [];
  let steps = 0;
  const search = (from: number, left: number, chosen: Side[]): void => {
    if (left === 0) {
      answers.push([...chosen]);
      return;
    }
    for (let n = from; n < rows.length && chosen.length < mostMembers; n++) {
      if (answers.length > 1 || ++steps > mostSteps || rest[n]! < left) return;
      if (rows[n]!.fen > left) continue;
      chosen.push(rows[n]!);
      search(n + 1, left - rows[n]!.fen, chosen);
      chosen.pop();
    }
  };
  search(0, fen, []);
  const [first, second] = answers;
  if (!first) return NONE;
  const only = steps <= mostSteps && (second === undefined || same(first, second));
  return only ? { members: first, unclear: [] } : { members: null, unclear: first };
}

/** Receipts of a pool in order, and where those begin that are not too old yet. */
function waiting(rows: readonly Side[], { place, windowDays }: MatchOptions) {
  let open = [...rows];
  return {
    near(on: string): readonly Side[] {
      const day = place(on);
      const tooOld = open.findIndex((row) => day - place(row.on) <= windowDays);
      open = tooOld < 0 ? [] : open.slice(tooOld);
      const later = open.findIndex((row) => place(row.on) > day);
      return later < 0 ? open : open.slice(0, later);
    },
    settle(members: readonly Side[]) {
      const gone = new Set(members);
      open = open.filter((row) => !gone.has(row));
    },
  };
}

function answer(near: readonly Side[], fen: number, options: MatchOptions): Answer {
  if (near.length === 0 || fen <= 0) return NONE;
  const day = wholeDay(near, fen);
  if (day.members) return day;
  const answers = [run(near, fen, options.mostMembers), anySet(near, fen, options)];
  return answers.find(({ members }) => members) ?? answers.find(({ unclear }) => unclear.length > 0) ?? NONE;
}

/**
 * Receipts of one pool, at most so many working days before the pay-in, that come to its amount: all of one day; or the
 * only run of neighbours; or the only set, of at most so many. `left` and `right` in order. A receipt is settled once:
 * the earlier pay-in has the first choice.
 */
export function gather(left: readonly Side[], right: readonly Side[], options: MatchOptions): Gathering {
  const rows = new Map<string, Side[]>();
  for (const row of left) {
    if (row.pool === null || row.fen <= 0) continue;
    const pool = rows.get(row.pool);
    if (pool) pool.push(row);
    else rows.set(row.pool, [row]);
  }
  const pools = new Map([...rows].map(([name, members]) => [name, waiting(members, options)]));
  const found: Gathering['found'][number][] = [];
  const unclear: Gathering['unclear'][number][] = [];
  for (const row of right) {
    const pool = row.pool === null ? undefined : pools.get(row.pool);
    if (!pool) continue;
    const { members, unclear: candidates } = answer(pool.near(row.on), row.fen, options);
    if (members) {
      pool.settle(members);
      found.push({ right: row, members });
    } else if (candidates.length > 0) unclear.push({ right: row, candidates });
  }
  return { found, unclear };
}
