/** Bytes and their texts: UTF-8, base64 (RFC 4648 §4, padded), hexadecimal. The same in Node and in a browser. */

export type Bytes = Uint8Array;

export function concat(...parts: readonly Bytes[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** UTF-8 of a well-formed string; a lone surrogate becomes U+FFFD. */
export function utf8(text: string): Bytes {
  const bytes: number[] = [];
  for (const letter of text) {
    let code = letter.codePointAt(0)!;
    if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
  return Uint8Array.from(bytes);
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
export function toBase64(bytes: Bytes): string {
  let text = '';
  for (let n = 0; n < bytes.length; n += 3) {
    const bits = (bytes[n]! << 16) | (bytes[n + 1]! << 8) | bytes[n + 2]!; // what is not there has no bits
    const left = bytes.length - n;
    text += LETTERS[bits >> 18]! + LETTERS[(bits >> 12) & 63]!;
    text += left > 1 ? LETTERS[(bits >> 6) & 63]! : '=';
    text += left > 2 ? LETTERS[bits & 63]! : '=';
  }
  return text;
}
/** Null for what is not the one base64 text of some bytes. */
export function fromBase64(text: string): Bytes | null {
  const letters = text.replace(/={1,2}$/, '');
  const bytes = Uint8Array.from({ length: Math.floor((letters.length * 3) / 4) }, (_, n) => {
    const at = Math.floor((n * 4) / 3);
    const bits = (LETTERS.indexOf(letters[at]!) << 6) | LETTERS.indexOf(letters[at + 1]!);
    return bits >> (4 - 2 * (n % 3));
  });
  return toBase64(bytes) === text ? bytes : null;
}

export const toHex = (bytes: Bytes): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
/** Null for what is not lower-case hexadecimal of whole bytes. */
export const fromHex = (text: string): Bytes | null =>
  /^(?:[0-9a-f]{2})*$/.test(text)
    ? Uint8Array.from({ length: text.length / 2 }, (_, n) => parseInt(text.slice(2 * n, 2 * n + 2), 16))
    : null;

/** Eight bytes, the highest first. */
export function u64(value: number): Bytes {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}
/** Null for more than 2^53 - 1. */
export function fromU64(bytes: Bytes): number | null {
  const value = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : null;
}
