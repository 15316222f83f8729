/**
 * Signed notes, exact to the byte (C2SP signed-note v1.0.0, tlog-checkpoint v1.0.0, tlog-cosignature v1.0.1): a text, an
 * empty line, and signatures. The head of the log is such a note, and witnesses add their lines to it. Signatures are
 * checked by what the caller brings, for a browser cannot do so without waiting.
 */
import { type Bytes, concat, fromBase64, fromU64, toBase64, toHex, u64, utf8 } from './bytes.js';
import { HASH_SIZE, type Hash, type Sha256 } from './merkle.js';

/** What a signature is over, and how: the byte in key ids and verifier keys. */
export const NOTE_ED25519 = 0x01;
export const COSIGNATURE_ED25519 = 0x04;
/** Known by name, so that a note that bears one can be read; not made here yet. */
export const COSIGNATURE_ML_DSA_44 = 0x06;
const KEY_LENGTHS: Readonly<Record<number, number>> = {
  [NOTE_ED25519]: 32,
  [COSIGNATURE_ED25519]: 32,
  [COSIGNATURE_ML_DSA_44]: 1312,
};
const ED25519_LENGTH = 64;

export interface PublicKey {
  readonly name: string;
  readonly type: number;
  readonly key: Bytes;
  /** Four bytes, hexadecimal. */
  readonly id: string;
}
export interface Signature {
  readonly name: string;
  readonly id: string;
  /** What follows the key id. */
  readonly bytes: Bytes;
}
export interface Note {
  /** With its final newline; without the empty line. */
  readonly text: string;
  readonly signatures: readonly Signature[];
}
/** Ed25519 as in RFC 8032. */
export type Verify = (key: Bytes, message: Bytes, signature: Bytes) => boolean | Promise<boolean>;

export const keyId = (sha256: Sha256, name: string, type: number, key: Bytes): string =>
  toHex(sha256(concat(utf8(`${name}\n`), Uint8Array.of(type), key)).subarray(0, 4));

export const publicKey = (sha256: Sha256, name: string, type: number, key: Bytes): PublicKey => ({
  name,
  type,
  key,
  id: keyId(sha256, name, type, key),
});
/** `<name>+<key id>+<base64(type ‖ key)>`. */
export const keyText = ({ name, id, type, key }: PublicKey): string =>
  `${name}+${id}+${toBase64(concat(Uint8Array.of(type), key))}`;
/** Null for what is no verifier key of a type that is known here, or not the one that its id is of. */
export function keyIn(sha256: Sha256, text: string): PublicKey | null {
  const [, name = '', id, encoded = ''] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(text) ?? [];
  const bytes = fromBase64(encoded);
  if (!bytes) return null;
  const key = publicKey(sha256, name, bytes[0]!, bytes.subarray(1));
  return key.id === id && KEY_LENGTHS[key.type] === key.key.length ? key : null;
}

/** Em dash, name, base64 of key id and signature, newline. */
export const signatureLine = ({ name, id }: PublicKey, signature: Bytes): string =>
  `\u2014 ${name} ${toBase64(concat(hexBytes(id), signature))}\n`;
const hexBytes = (id: string) => Uint8Array.from([0, 2, 4, 6], (at) => parseInt(id.slice(at, at + 2), 16));

/** Lines of signatures as they stand below a note, or alone as a witness answers them; null where one is none. */
export function signaturesIn(lines: string): readonly Signature[] | null {
  if (!lines.endsWith('\n')) return null;
  const signatures: Signature[] = [];
  for (const line of lines.slice(0, -1).split('\n')) {
    const [, name = '', encoded = ''] = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/=]+)$/u.exec(line) ?? [];
    const bytes = fromBase64(encoded);
    if (!bytes || bytes.length < 5) return null;
    signatures.push({ name, id: toHex(bytes.subarray(0, 4)), bytes: bytes.subarray(4) });
  }
  return signatures;
}

/** A note bears at most so many signatures here, and is at most so long. */
const MOST_SIGNATURES = 64;
const MOST_LETTERS = 100_000;
/** Null for what is no signed note. */
export function noteIn(text: string): Note | null {
  if (text.length > MOST_LETTERS || /[\p{Cc}\p{Cs}]/u.test(text.replaceAll('\n', ''))) return null;
  const end = text.lastIndexOf('\n\n');
  if (end <= 0) return null;
  const signatures = signaturesIn(text.slice(end + 2));
  if (!signatures || signatures.length > MOST_SIGNATURES) return null;
  return { text: text.slice(0, end + 1), signatures };
}
export const noteText = (text: string, lines: readonly string[]): string => `${text}\n${lines.join('')}`;

/** What a signature of this type is over. `time`: POSIX seconds, of a cosignature. */
export const signedMessage = (text: string, time: number): Bytes => utf8(`cosignature/v1\ntime ${time}\n${text}`);

/** `time`: POSIX seconds at which a witness says that it saw this; null for a signature that names none. */
export type Judged = Readonly<{ verdict: 'valid' | 'wrong'; time: number | null }>;
/**
 * What is to be thought of the signature of a key; null where there is none. Of several of one key all have to be right:
 * a note with a wrong signature of a known key is refused.
 */
export async function judge(note: Note, key: PublicKey, verify: Verify): Promise<Judged | null> {
  const own = note.signatures.filter(({ name, id }) => name === key.name && id === key.id);
  let judged: Judged | null = null;
  for (const { bytes } of own) {
    judged = await judgeOne(note.text, key, bytes, verify);
    if (judged.verdict === 'wrong') return judged;
  }
  return judged;
}
async function judgeOne(text: string, { type, key }: PublicKey, bytes: Bytes, verify: Verify): Promise<Judged> {
  const wrong = { verdict: 'wrong', time: null } as const;
  if (type === NOTE_ED25519) {
    const valid = bytes.length === ED25519_LENGTH && (await verify(key, utf8(text), bytes));
    return valid ? { verdict: 'valid', time: null } : wrong;
  }
  if (type !== COSIGNATURE_ED25519 || bytes.length !== 8 + ED25519_LENGTH) return wrong;
  const time = fromU64(bytes.subarray(0, 8));
  if (time === null || time === 0) return wrong;
  return (await verify(key, signedMessage(text, time), bytes.subarray(8))) ? { verdict: 'valid', time } : wrong;
}
/** What follows the key id of a cosignature. */
export const cosignatureBytes = (time: number, signature: Bytes): Bytes => concat(u64(time), signature);

export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Hash;
}
export const checkpointText = ({ origin, size, root }: Checkpoint): string => `${origin}\n${size}\n${toBase64(root)}\n`;
/** Null for what is no checkpoint. Lines behind the third are let be: they say nothing here. */
export function checkpointIn(text: string): Checkpoint | null {
  const [origin, size = '', encoded = '', ...rest] = text.split('\n');
  if (!origin || !/^(?:0|[1-9]\d{0,15})$/.test(size) || rest.pop() !== '' || rest.includes('')) return null;
  const root = fromBase64(encoded);
  if (root?.length !== HASH_SIZE || !Number.isSafeInteger(Number(size))) return null;
  return { origin, size: Number(size), root };
}

const PROOF_HEAD = 'c2sp.org/tlog-proof@v1';
/** A proof that an entry is under a checkpoint, as one file (C2SP tlog-proof). */
export const proofText = (index: number, proof: readonly Hash[], note: string): string =>
  `${PROOF_HEAD}\nindex ${index}\n${proof.map((hash) => `${toBase64(hash)}\n`).join('')}\n${note}`;
export function proofIn(text: string): { index: number; proof: readonly Hash[]; note: string } | null {
  const [, extra = '', index, lines = '', note = ''] =
    /^c2sp\.org\/tlog-proof@v1\n(extra [A-Za-z0-9+/=]+\n)?index (0|[1-9]\d{0,15})\n((?:[A-Za-z0-9+/=]+\n){0,63})\n([^]+)$/.exec(
      text,
    ) ?? [];
  if (index === undefined || fromBase64(extra.slice(6, -1)) === null) return null;
  const proof = lines.split('\n').slice(0, -1).map(fromBase64);
  if (proof.some((hash) => hash?.length !== HASH_SIZE)) return null;
  return { index: Number(index), proof: proof as Hash[], note };
}
