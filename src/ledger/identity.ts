/** Names that never change: ids made from what they name, so that a second try finds the first. */
import { createHash, randomBytes } from 'node:crypto';

const uuid = (bytes: Buffer, version: number) => {
  bytes[6] = (bytes[6]! & 0x0f) | (version << 4);
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};

/** RFC 9562 §5.8: a UUIDv8 whose bits are the head of a SHA-256 over the parts, each with its length before it. */
export function uuidOf(...parts: readonly (string | number)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    const text = String(part);
    hash.update(`${Buffer.byteLength(text)}:`).update(text);
  }
  return uuid(hash.digest(), 8);
}

/** RFC 9562 §5.8: a UUIDv8 of a SHA-256's head, for what is named by its content. */
export const uuidOfDigest = (digest: Buffer): string => uuid(Buffer.from(digest.subarray(0, 16)), 8);

/** RFC 9562 §5.7: a UUIDv7, for commands without a key. `millis`: Unix milliseconds. */
export function uuidv7(millis: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(millis, 0, 6);
  return uuid(bytes, 7);
}

/** RFC 9562 §5.4: a random UUID, for persons. */
export const randomId = () => uuid(randomBytes(16), 4);

export const sha256 = (bytes: Buffer | string): Buffer => createHash('sha256').update(bytes).digest();
