/** Millions of records without holding them: kept in parts, of which one at a time is looked at, and written aside meanwhile. */

/** A place outside of memory that grows: a file of the shell's. */
export interface Aside {
  /** Behind whatever was written before: answers where. The bytes are somebody else's afterwards. */
  readonly write: (bytes: Uint8Array) => number;
  /** So many bytes as there is room for. */
  readonly read: (from: number, into: Uint8Array) => void;
}
/** So many records of two million lines are some fifteen thousand in each. */
export const PARTS = 128;
/** Of each part so much waits to be written together. */
const WAITING_WORDS = 4096;

/** Runs of words that were written: where, and how many, one after the other. */
type Runs = number[];
const bytesOf = (words: Int32Array, count = words.length) => new Uint8Array(words.buffer, words.byteOffset, count * 4);

/** The first word of a record says how many it has. */
export class Parts {
  private readonly waiting: (Int32Array | undefined)[];
  private readonly used: Int32Array;
  private readonly written: Runs[];
  private readonly counts: Int32Array;
  /** Of the part that was taken last: the next one goes to the same place. */
  private words = new Int32Array(0);
  private starts = new Int32Array(0);

  constructor(
    private readonly aside: Aside,
    private readonly room = WAITING_WORDS,
  ) {
    this.waiting = Array.from({ length: PARTS }, () => undefined);
    this.used = new Int32Array(PARTS);
    this.counts = new Int32Array(PARTS);
    this.written = Array.from({ length: PARTS }, () => []);
  }

  add(part: number, record: Int32Array): void {
    const words = record[0]!;
    this.counts[part]!++;
    if (this.used[part]! + words > this.room) this.flush(part);
    if (words > this.room) return this.write(part, record, words);
    const [to, from] = [(this.waiting[part] ??= new Int32Array(this.room)), this.used[part]!];
    for (let n = 0; n < words; n++) to[from + n] = record[n]!;
    this.used[part] = from + words;
  }
  private flush(part: number): void {
    if (this.used[part]! > 0) this.write(part, this.waiting[part]!, this.used[part]!);
    this.used[part] = 0;
  }
  private write(part: number, from: Int32Array, words: number): void {
    this.written[part]!.push(this.aside.write(bytesOf(from, words)), words);
  }

  /**
   * All records of a part, which is empty afterwards; `starts`: of each where it begins. They stay until the next part is
   * taken, or for ever where they are the taker's `own`.
   */
  take(part: number, own = false): { readonly words: Int32Array; readonly starts: Int32Array } {
    const [runs, waiting, count] = [this.written[part]!, this.waiting[part], this.counts[part]!];
    let size = this.used[part]!;
    for (let n = 1; n < runs.length; n += 2) size += runs[n]!;
    if (!own && size > this.words.length) this.words = new Int32Array(size * 1.25);
    if (!own && count > this.starts.length) this.starts = new Int32Array(count * 1.25);
    const words = own ? new Int32Array(size) : this.words.subarray(0, size);
    const starts = own ? new Int32Array(count) : this.starts.subarray(0, count);
    let at = 0;
    for (let n = 0; n < runs.length; n += 2) {
      this.aside.read(runs[n]!, bytesOf(words.subarray(at, at + runs[n + 1]!)));
      at += runs[n + 1]!;
    }
    if (waiting) words.set(waiting.subarray(0, this.used[part]), at);
    for (let n = 0, from = 0; n < count; from += words[from]!) starts[n++] = from;
    [this.waiting[part], this.written[part], this.used[part], this.counts[part]] = [undefined, [], 0, 0];
    return { words, starts };
  }
}

const HIGH = 2 ** 32;
/** A whole amount below 2^53 in two words. */
export function setFen(words: Int32Array, at: number, fen: number): void {
  words[at] = fen | 0;
  words[at + 1] = Math.floor(fen / HIGH);
}
export const fenIn = (words: Int32Array, at: number): number => words[at + 1]! * HIGH + (words[at]! >>> 0);
