/** Rows of a table as the bytes that the server copies them in, so that of millions none is an object until it is asked for. */

const [TAB, NEWLINE, ZERO, BACKSLASH, BIG_N] = [9, 10, 48, 92, 78] as const;
/** The text that some bytes of UTF-8 are: only the shell knows how. */
export type Decode = (bytes: Uint8Array, from: number, to: number) => string;
const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
/** A field's text, with what the server escapes put back. */
export const unescaped = (text: string): string =>
  text.includes('\\') ? text.replace(/\\(.)/g, (_, sign: string) => ESCAPES[sign] ?? sign) : text;

/** A line as COPY writes it: fields between tabs, `\N` for null. Fields are equal where their bytes are. */
export class Line {
  bytes: Uint8Array = new Uint8Array(0);
  /** Where each field begins; behind the last one, where another would. */
  readonly at: Int32Array;
  constructor(
    readonly width: number,
    readonly decode: Decode,
  ) {
    this.at = new Int32Array(width + 1);
  }
  /** Reads the line that begins there, and answers where the next one does. */
  read(bytes: Uint8Array, from: number): number {
    const { at } = this;
    this.bytes = bytes;
    at[0] = from;
    let n = 1;
    for (let to = from; ; to++) {
      const byte = bytes[to]!;
      if (byte === TAB) at[n++] = to + 1;
      else if (byte === NEWLINE) {
        at[n] = to + 1;
        return to + 1;
      }
    }
  }
  isNull(n: number): boolean {
    const from = this.at[n]!;
    return this.at[n + 1]! - from === 3 && this.bytes[from] === BACKSLASH && this.bytes[from + 1] === BIG_N;
  }
  /** Whether a field is this one sign. */
  is(n: number, sign: string): boolean {
    const from = this.at[n]!;
    return this.at[n + 1] === from + 2 && this.bytes[from] === sign.charCodeAt(0);
  }
  text(n: number): string | null {
    return this.isNull(n) ? null : unescaped(this.decode(this.bytes, this.at[n]!, this.at[n + 1]! - 1));
  }
  /** Whole fen below 10¹⁵, written with digits alone, as nearly all are; of anything else NaN. */
  fen(n: number): number {
    const [from, to] = [this.at[n]!, this.at[n + 1]! - 1];
    if (from === to || to - from > 15) return NaN;
    let fen = 0;
    for (let p = from; p < to; p++) {
      const digit = this.bytes[p]! - ZERO;
      if (digit < 0 || digit > 9) return NaN;
      fen = fen * 10 + digit;
    }
    return fen;
  }
}

/** FNV-1a, its bits mixed once more so that the low ones say as much as the others. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let p = from; p < to; p++) hash = Math.imul(hash ^ bytes[p]!, 0x01000193);
  return Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) | 0;
}
function sameBytes(a: Uint8Array, from: number, b: Uint8Array, other: number, length: number): boolean {
  for (let n = 0; n < length; n++) if (a[from + n] !== b[other + n]) return false;
  return true;
}

/** A column whose values come again and again, such as days and units: each is a small number. */
export class Codes {
  readonly texts: (string | null)[] = [];
  private readonly seen: Uint8Array[] = [];
  private readonly byHash = new Map<number, number>();
  of(line: Line, n: number): number {
    const { bytes, at } = line;
    const [from, to] = [at[n]!, at[n + 1]! - 1];
    for (let hash = hashOf(bytes, from, to); ; hash = (hash + 1) | 0) {
      const code = this.byHash.get(hash);
      if (code === undefined) {
        this.byHash.set(hash, this.texts.length);
        this.seen.push(bytes.slice(from, to));
        return this.texts.push(line.text(n)) - 1;
      }
      const seen = this.seen[code]!;
      if (seen.length === to - from && sameBytes(seen, 0, bytes, from, seen.length)) return code;
    }
  }
}

/** The fields that every line here begins with: its name, the key that it is found by, its amount, day and unit. */
export const [ID, KEY, FEN, ON, ORG] = [0, 1, 2, 3, 4];
const [BLOCK, START, ID_LENGTH, KEY_LENGTH, HASH, DAY, UNIT, CELLS] = [0, 1, 2, 3, 4, 5, 6, 7];
/** What becomes of a line: it may be paired by its key alone; it must not, and is still to be looked at; somebody has it. */
export const PLAIN = 1;
export const OPEN = 2;
export const TAKEN = 0;

/** Lines that were read, kept as they are, with what pairing asks beside them in columns. */
export class Lines {
  count = 0;
  private readonly blocks: Uint8Array[] = [];
  private cells = new Int32Array(CELLS * 1024);
  private amounts = new Float64Array(1024);
  private states = new Uint8Array(1024);
  constructor(
    private readonly days: Codes,
    private readonly units: Codes,
  ) {}

  /** `day`: its code. The bytes of the line are kept, and must stay what they are. */
  add(line: Line, day: number, state: number): void {
    const n = this.count++;
    if (n === this.states.length) this.grow();
    const { bytes, at } = line;
    if (this.blocks.at(-1) !== bytes) this.blocks.push(bytes);
    const { cells } = this;
    const cell = n * CELLS;
    cells[cell + BLOCK] = this.blocks.length - 1;
    cells[cell + START] = at[ID]!;
    cells[cell + ID_LENGTH] = at[KEY]! - 1 - at[ID]!;
    cells[cell + KEY_LENGTH] = at[FEN]! - 1 - at[KEY]!;
    cells[cell + HASH] = hashOf(bytes, at[KEY]!, at[FEN]! - 1);
    cells[cell + DAY] = day;
    cells[cell + UNIT] = this.units.of(line, ORG);
    this.amounts[n] = line.fen(FEN);
    this.states[n] = state;
  }
  private grow() {
    const more = <A extends { length: number; set: (a: A) => void }>(of: new (length: number) => A, old: A) => {
      const grown = new of(old.length * 2);
      grown.set(old);
      return grown;
    };
    this.cells = more(Int32Array, this.cells);
    this.amounts = more(Float64Array, this.amounts);
    this.states = more(Uint8Array, this.states);
  }

  state = (n: number): number => this.states[n]!;
  mark(n: number, state: number): void {
    this.states[n] = state;
  }
  fen = (n: number): number => this.amounts[n]!;
  day = (n: number): string => this.days.texts[this.dayCode(n)]!;
  dayCode = (n: number): number => this.cells[n * CELLS + DAY]!;
  org = (n: number): string | null => this.units.texts[this.orgCode(n)]!;
  orgCode = (n: number): number => this.cells[n * CELLS + UNIT]!;
  hash = (n: number): number => this.cells[n * CELLS + HASH]!;
  id(n: number, decode: Decode): string {
    const start = this.cells[n * CELLS + START]!;
    return unescaped(decode(this.block(n), start, start + this.cells[n * CELLS + ID_LENGTH]!));
  }
  idLength = (n: number): number => this.cells[n * CELLS + ID_LENGTH]!;
  /** The bytes of its name, with a new line behind them. Answers where what comes next begins. */
  copyId(n: number, into: Uint8Array, at: number): number {
    const [block, start, length] = [this.block(n), this.cells[n * CELLS + START]!, this.idLength(n)];
    for (let p = 0; p < length; p++) into[at + p] = block[start + p]!;
    into[at + length] = NEWLINE;
    return at + length + 1;
  }
  private block = (n: number): Uint8Array => this.blocks[this.cells[n * CELLS + BLOCK]!]!;
  /** The line once more. */
  again(n: number, line: Line): Line {
    line.read(this.block(n), this.cells[n * CELLS + START]!);
    return line;
  }
  sameKey(n: number, of: Lines, m: number): boolean {
    const [a, b] = [n * CELLS, m * CELLS];
    const length = this.cells[a + KEY_LENGTH]!;
    if (this.cells[a + HASH] !== of.cells[b + HASH] || length !== of.cells[b + KEY_LENGTH]) return false;
    const from = this.cells[a + START]! + this.cells[a + ID_LENGTH]! + 1;
    return sameBytes(this.block(n), from, of.block(m), of.cells[b + START]! + of.cells[b + ID_LENGTH]! + 1, length);
  }
  /** In the order of the bytes of their names. */
  byId = (n: number, m: number): number => {
    const [a, b] = [n * CELLS, m * CELLS];
    const [one, other] = [this.block(n), this.block(m)];
    const [from, to] = [this.cells[a + START]!, this.cells[b + START]!];
    const [length, others] = [this.cells[a + ID_LENGTH]!, this.cells[b + ID_LENGTH]!];
    for (let p = 0; p < length && p < others; p++) {
      const difference = one[from + p]! - other[to + p]!;
      if (difference !== 0) return difference;
    }
    return length - others;
  };
}
