/** Pass 1 where it is plainest: one line of each side with the same key, and nobody else with it. */
import { compareText } from '../kernel/ordered.js';
import { tell, type ToldPair } from '../events/reconciliation.js';
import { type Lines, OPEN, PLAIN, TAKEN } from './kept.js';
import { type Codes, type Decode, unescaped } from './lines.js';
import type { Match } from './match.js';
import { fenIn, PARTS, type Parts, setFen } from './parts.js';

const [DAY, UNIT, LEFT_LENGTH, RIGHT_LENGTH, LEFT, RIGHT, HEAD] = [1, 2, 3, 4, 5, 7, 9] as const;
const NEWLINE = 10;
type Taken = ReturnType<Parts['take']>;
type Known = Readonly<{ days: Codes; units: Codes; decode: Decode }>;

/** All that is matched of a unit and day is in one part. */
export const partOfDay = (org: string | null, day: string): number => {
  const text = `${day}${org ?? ''}`;
  let hash = 0;
  for (let n = 0; n < text.length; n++) hash = (Math.imul(hash, 31) + text.charCodeAt(n)) >>> 0;
  return hash % PARTS;
};

/** Two lines that are the same money: what they say is read as it is asked for, for there may be millions. */
export class LinePair implements Match {
  constructor(
    readonly of: LinePairs,
    readonly at: number,
  ) {}
  get pass() {
    return 1 as const;
  }
  get left() {
    return [this.of.name(this.at, 0)];
  }
  get right() {
    return [this.of.name(this.at, 1)];
  }
  get on() {
    return this.of.day(this.at);
  }
  get org() {
    return this.of.org(this.at);
  }
  get leftFen() {
    return fenIn(this.of.words, this.at + LEFT);
  }
  get rightFen() {
    return fenIn(this.of.words, this.at + RIGHT);
  }
}
/** The pairs of a part. */
export class LinePairs {
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  private readonly starts: Int32Array;
  constructor(
    { words, starts }: Taken,
    private readonly known: Known,
  ) {
    [this.words, this.starts, this.bytes] = [words, starts, new Uint8Array(words.buffer)];
  }
  day = (at: number): string => this.known.days.texts[this.words[at + DAY]!]!;
  org = (at: number): string | null => this.known.units.texts[this.words[at + UNIT]!]!;
  /** Bytes of both names. */
  room = (at: number): number => this.words[at + LEFT_LENGTH]! + this.words[at + RIGHT_LENGTH]! + 2;
  name(at: number, side: 0 | 1): string {
    const [left, right] = [this.words[at + LEFT_LENGTH]!, this.words[at + RIGHT_LENGTH]!];
    const from = (at + HEAD) * 4 + (side === 0 ? 0 : left + 1);
    return unescaped(this.known.decode(this.bytes, from, from + (side === 0 ? left : right)));
  }
  decode = (bytes: Uint8Array): string => this.known.decode(bytes, 0, bytes.length);
  /** In the order of the bytes of the left side's names. */
  private byName = (one: number, other: number): number => {
    const [a, b] = [(one + HEAD) * 4, (other + HEAD) * 4];
    const [length, others] = [this.words[one + LEFT_LENGTH]!, this.words[other + LEFT_LENGTH]!];
    for (let p = 0; p < length && p < others; p++) {
      const difference = this.bytes[a + p]! - this.bytes[b + p]!;
      if (difference !== 0) return difference;
    }
    return length - others;
  };
  /** Day by day and unit by unit, in the order of the left side's names. */
  matches(): Match[] {
    const groups = new Map<number, number[]>();
    for (const at of this.starts) {
      const key = this.words[at + DAY]! * 2 ** 20 + this.words[at + UNIT]!;
      const group = groups.get(key);
      if (group) group.push(at);
      else groups.set(key, [at]);
    }
    const inOrder = [...groups.values()].sort(
      ([a], [b]) => compareText(this.day(a!), this.day(b!)) || compareText(this.org(a!) ?? '', this.org(b!) ?? ''),
    );
    return inOrder.flatMap((group) => group.sort(this.byName).map((at) => new LinePair(this, at)));
  }
}

/** The names of both sides, of many pairs at once. */
function namesOf(pairs: readonly LinePair[]): readonly string[] {
  let room = 0;
  for (const { of, at } of pairs) room += of.room(at);
  const bytes = new Uint8Array(room);
  let to = 0;
  for (const { of, at } of pairs)
    for (let [p, end] = [(at + HEAD) * 4, (at + HEAD) * 4 + of.room(at)]; p < end; p++) bytes[to++] = of.bytes[p]!;
  const text = pairs[0]!.of.decode(bytes);
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

/** Puts away the pairs of a part of both sides. What is paired is taken, the other plain lines are open. */
export function pairUp(left: Lines, right: Lines, pairs: Parts): void {
  const partner = partners(left, right);
  let record = new Int32Array(256);
  let bytes = new Uint8Array(record.buffer);
  for (let n = 0; n < right.count; n++) if (right.state(n) === PLAIN) right.mark(n, OPEN);
  for (let n = 0; n < left.count; n++) {
    const other = partner[n]!;
    if (other < 0) {
      if (left.state(n) === PLAIN) left.mark(n, OPEN);
      continue;
    }
    left.mark(n, TAKEN);
    right.mark(other, TAKEN);
    const [mine, theirs] = [left.idLength(n), right.idLength(other)];
    const words = HEAD + ((mine + theirs + 5) >> 2);
    if (words > record.length) {
      record = new Int32Array(words * 2);
      bytes = new Uint8Array(record.buffer);
    }
    [record[0], record[DAY], record[UNIT]] = [words, right.dayCode(other), left.orgCode(n)];
    [record[LEFT_LENGTH], record[RIGHT_LENGTH]] = [mine, theirs];
    setFen(record, LEFT, left.fen(n));
    setFen(record, RIGHT, right.fen(other));
    const after = left.copyId(n, bytes, HEAD * 4);
    const end = right.copyId(other, bytes, after);
    bytes[after - 1] = bytes[end - 1] = NEWLINE;
    pairs.add(partOfDay(left.org(n), right.day(other)), record);
  }
}
