/** Pass 1 where it is plainest: one line of each side with the same key, and nobody else with it. */
import { compareText } from '../kernel/ordered.js';
import { tell, type ToldPair } from '../events/reconciliation.js';
import { type Decode, type Lines, OPEN, PLAIN, TAKEN, unescaped } from './lines.js';
import type { Match } from './match.js';

/** Two lines: what they say is read as it is asked for, for there may be millions. */
export class LinePair implements Match {
  constructor(
    readonly of: Pairing,
    readonly l: number,
    readonly r: number,
  ) {}
  get pass() {
    return 1 as const;
  }
  get left() {
    return [this.of.left.id(this.l, this.of.decode)];
  }
  get right() {
    return [this.of.right.id(this.r, this.of.decode)];
  }
  get on() {
    return this.of.right.day(this.r);
  }
  get org() {
    return this.of.left.org(this.l);
  }
  get leftFen() {
    return this.of.left.fen(this.l);
  }
  get rightFen() {
    return this.of.right.fen(this.r);
  }
}
export type Pairing = Readonly<{ left: Lines; right: Lines; decode: Decode }>;

/** The names of both sides, of many pairs at once. */
function namesOf(pairs: readonly LinePair[]): readonly string[] {
  let room = 0;
  for (const { of, l, r } of pairs) room += of.left.idLength(l) + of.right.idLength(r) + 2;
  const bytes = new Uint8Array(room);
  let at = 0;
  for (const { of, l, r } of pairs) at = of.right.copyId(r, bytes, of.left.copyId(l, bytes, at));
  const text = pairs[0]!.of.decode(bytes, 0, room);
  const names = text.split('\n');
  return text.includes('\\') ? names.map(unescaped) : names;
}
const isLinePair = (one: Match): one is LinePair => one instanceof LinePair;
/** As an event tells them. */
export function toldOf(matches: readonly Match[]): ToldPair[] {
  const lines = matches.filter(isLinePair);
  const names = lines.length === 0 ? [] : namesOf(lines);
  let n = 0;
  return matches.map((one) => {
    const [leftFen, rightFen] = [String(one.leftFen), String(one.rightFen)];
    if (!isLinePair(one)) return tell({ left: one.left, right: one.right, leftFen, rightFen });
    const [left, right] = [names[n++]!, names[n++]!];
    return leftFen === rightFen ? [left, right, leftFen] : [left, right, leftFen, rightFen];
  });
}

/** Of each line of the left side the only one of the right side with its key: -1 where there is none, or more than these two. */
function partners(left: Lines, right: Lines): Int32Array {
  let room = 16;
  while (room < left.count * 2) room *= 2;
  const slots = new Int32Array(room).fill(-1);
  const partner = new Int32Array(left.count).fill(-1);
  const spoiled = new Uint8Array(left.count);
  for (let n = 0; n < left.count; n++) {
    let slot = left.hash(n) & (room - 1);
    while (slots[slot]! >= 0 && !left.sameKey(slots[slot]!, left, n)) slot = (slot + 1) & (room - 1);
    const first = slots[slot]!;
    if (first < 0) slots[slot] = n;
    if (first >= 0) spoiled[first] = 1;
    else if (left.state(n) !== PLAIN) spoiled[n] = 1;
  }
  for (let n = 0; n < right.count; n++) {
    let slot = right.hash(n) & (room - 1);
    while (slots[slot]! >= 0 && !right.sameKey(n, left, slots[slot]!)) slot = (slot + 1) & (room - 1);
    const first = slots[slot]!;
    if (first < 0) continue;
    if (partner[first]! >= 0 || right.state(n) !== PLAIN) spoiled[first] = 1;
    partner[first] = n;
  }
  for (let n = 0; n < left.count; n++) if (spoiled[n] === 1) partner[n] = -1;
  return partner;
}

/** Day by day and unit by unit, in the order of the left side's names. What is paired is taken, the other plain lines are open. */
export function pairUp(pairing: Pairing): Match[] {
  const { left, right } = pairing;
  const partner = partners(left, right);
  const groups = new Map<number, number[]>();
  for (let n = 0; n < right.count; n++) if (right.state(n) === PLAIN) right.mark(n, OPEN);
  for (let n = 0; n < left.count; n++) {
    const other = partner[n]!;
    if (other < 0) {
      if (left.state(n) === PLAIN) left.mark(n, OPEN);
      continue;
    }
    left.mark(n, TAKEN);
    right.mark(other, TAKEN);
    const key = right.dayCode(other) * 2 ** 20 + left.orgCode(n);
    const group = groups.get(key);
    if (group) group.push(n);
    else groups.set(key, [n]);
  }
  const dayOf = (group: readonly number[]) => right.day(partner[group[0]!]!);
  const orgOf = (group: readonly number[]) => left.org(group[0]!) ?? '';
  const found: Match[] = [];
  const inOrder = [...groups.values()].sort(
    (a, b) => compareText(dayOf(a), dayOf(b)) || compareText(orgOf(a), orgOf(b)),
  );
  for (const group of inOrder) for (const n of group.sort(left.byId)) found.push(new LinePair(pairing, n, partner[n]!));
  return found;
}
