/** Which rows of two sides belong together for they share a key: what nearly all of matching is about. */
import type { Side } from './match.js';

export type Component = { left: Side[]; right: Side[] };
/**
 * Rows that share a key, or a key with one that shares a key: a pay-in with all receipts that it names. Nearly always it
 * is one row of each side: those are handed over by themselves, without lists being made for them. Answers the rows but
 * those of pairs that were taken.
 */
export function components(
  left: readonly Side[],
  right: readonly Side[],
  pair: (left: Side, right: Side) => boolean,
  several: (component: Component) => void,
): { left: readonly Side[]; right: readonly Side[] } {
  const count = left.length + right.length;
  const at = (n: number) => (n < left.length ? left[n]! : right[n - left.length]!);
  const parent = new Int32Array(count);
  const find = (n: number): number => {
    while (parent[n] !== n) n = parent[n] = parent[parent[n]!]!;
    return n;
  };
  const byKey = new Map<string, number>();
  const keyed = new Uint8Array(count);
  for (let n = 0; n < count; n++) {
    parent[n] = n;
    for (const key of at(n).keys) {
      keyed[n] = 1;
      const known = byKey.get(key);
      if (known === undefined) {
        byKey.set(key, n);
        continue;
      }
      const [one, other] = [find(known), find(n)];
      if (one < other) parent[other] = one;
      else parent[one] = other;
    }
  }
  byKey.clear();
  const [lefts, rights] = [new Int32Array(count), new Int32Array(count)];
  const last = new Int32Array(count); // of the right side
  for (let n = 0; n < count; n++) {
    if (keyed[n] === 0) continue;
    const root = find(n);
    if (n < left.length) lefts[root]!++;
    else {
      rights[root]!++;
      last[root] = n;
    }
  }
  const found = new Map<number, Component>();
  const settled = new Uint8Array(count);
  for (let n = 0; n < count; n++) {
    const root = find(n);
    if (lefts[root] === 0 || rights[root] === 0) continue;
    if (lefts[root] === 1 && rights[root] === 1) {
      // The left side comes first, and is the root.
      if (n === root && pair(at(n), at(last[root]!))) settled[n] = settled[last[root]!] = 1;
      continue;
    }
    let component = found.get(root);
    if (!component) found.set(root, (component = { left: [], right: [] }));
    (n < left.length ? component.left : component.right).push(at(n));
  }
  for (const component of found.values()) several(component);
  const open = (rows: readonly Side[], from: number) => rows.filter((_, n) => settled[from + n] === 0);
  return { left: open(left, 0), right: open(right, left.length) };
}
