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
export function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let p = from; p < to; p++) hash = Math.imul(hash ^ bytes[p]!, 0x01000193);
  return Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) | 0;
}
export function sameBytes(a: Uint8Array, from: number, b: Uint8Array, other: number, length: number): boolean {
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
