/** Lines as records of parts: their names, keys and amounts, and what else of them is asked once no key has found them. */
import { type Codes, type Decode, hashOf, type Line, sameBytes, unescaped } from './lines.js';
import { fenIn, PARTS, type Parts, setFen } from './parts.js';

/** The fields that every line here begins with: its name, the key that it is found by, its amount, day and unit. */
export const [ID, KEY, FEN, ON, ORG] = [0, 1, 2, 3, 4];
/** What becomes of a line: it may be paired by its key alone; it must not, and is still to be looked at; somebody has it. */
export const PLAIN = 1;
export const OPEN = 2;
export const TAKEN = 0;

const [STATE, DAY, UNIT, HASH, ID_LENGTH, KEY_LENGTH, AMOUNT, HEAD] = [1, 2, 3, 4, 5, 6, 7, 9] as const;
const NEWLINE = 10;
/** Lines of the same key are in parts of the same number. */
const partOf = (hash: number) => (hash >>> 16) % PARTS;

/** Puts lines away. `also`: other fields that are kept as they are, from one to before another. */
export class Keeping {
  private record = new Int32Array(256);
  private bytes = new Uint8Array(this.record.buffer);
  constructor(
    private readonly parts: Parts,
    private readonly units: Codes,
    private readonly also: readonly [from: number, to: number],
  ) {}

  add(line: Line, day: number, state: number): void {
    const { bytes, at } = line;
    const [id, key, after] = [at[ID]!, at[KEY]!, at[FEN]!];
    const [from, to] = [at[this.also[0]]!, at[this.also[1]]!];
    const length = after - id + to - from;
    const words = HEAD + ((length + 3) >> 2);
    if (words > this.record.length) this.grow(words);
    const { record } = this;
    const hash = hashOf(bytes, key, after - 1);
    const fen = line.fen(FEN);
    record[0] = words;
    record[STATE] = state;
    record[DAY] = day;
    record[UNIT] = this.units.of(line, ORG);
    record[HASH] = hash;
    record[ID_LENGTH] = key - 1 - id;
    record[KEY_LENGTH] = after - 1 - key;
    setFen(record, AMOUNT, fen >= 0 ? fen : 0);
    let n = HEAD * 4;
    for (let p = id; p < after; p++) this.bytes[n++] = bytes[p]!;
    for (let p = from; p < to; p++) this.bytes[n++] = bytes[p]!;
    if (to > from) this.bytes[n - 1] = NEWLINE;
    this.parts.add(partOf(hash), record);
  }
  private grow(words: number): void {
    this.record = new Int32Array(words * 2);
    this.bytes = new Uint8Array(this.record.buffer);
  }
}

/** What a part holds, with what pairing asks of it. */
export class Lines {
  readonly count: number;
  private readonly bytes: Uint8Array;
  private readonly words: Int32Array;
  private readonly starts: Int32Array;
  constructor(
    { words, starts }: ReturnType<Parts['take']>,
    private readonly codes: Readonly<{ days: Codes; units: Codes }>,
    private readonly decode: Decode,
  ) {
    [this.words, this.starts, this.count] = [words, starts, starts.length];
    this.bytes = new Uint8Array(words.buffer);
  }
  private cell = (n: number, of: number): number => this.words[this.starts[n]! + of]!;
  private idAt = (n: number): number => (this.starts[n]! + HEAD) * 4;

  state = (n: number): number => this.cell(n, STATE);
  mark(n: number, state: number): void {
    this.words[this.starts[n]! + STATE] = state;
  }
  fen = (n: number): number => fenIn(this.words, this.starts[n]! + AMOUNT);
  day = (n: number): string => this.codes.days.texts[this.dayCode(n)]!;
  dayCode = (n: number): number => this.cell(n, DAY);
  org = (n: number): string | null => this.codes.units.texts[this.orgCode(n)]!;
  orgCode = (n: number): number => this.cell(n, UNIT);
  hash = (n: number): number => this.cell(n, HASH);
  idLength = (n: number): number => this.cell(n, ID_LENGTH);
  private text(from: number, length: number): string {
    return unescaped(this.decode(this.bytes, from, from + length));
  }
  id = (n: number): string => this.text(this.idAt(n), this.idLength(n));
  key = (n: number): string => this.text(this.idAt(n) + this.idLength(n) + 1, this.cell(n, KEY_LENGTH));
  /** The bytes of its name, with a tab behind them. Answers where what comes next begins. */
  copyId(n: number, into: Uint8Array, at: number): number {
    const [from, length] = [this.idAt(n), this.idLength(n)];
    for (let p = 0; p <= length; p++) into[at + p] = this.bytes[from + p]!;
    return at + length + 1;
  }
  /** The other fields that were kept. */
  also(n: number, line: Line): Line {
    line.read(this.bytes, this.idAt(n) + this.idLength(n) + this.cell(n, KEY_LENGTH) + 2);
    return line;
  }
  sameKey(n: number, of: Lines, m: number): boolean {
    const length = this.cell(n, KEY_LENGTH);
    if (this.hash(n) !== of.hash(m) || length !== of.cell(m, KEY_LENGTH)) return false;
    return sameBytes(
      this.bytes,
      this.idAt(n) + this.idLength(n) + 1,
      of.bytes,
      of.idAt(m) + of.idLength(m) + 1,
      length,
    );
  }
}
