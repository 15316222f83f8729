/**
 * The keys that the log signs with: one file of their own, never in the database, nor in a dump, a backup or a line of
 * output. Beside it what was last signed, so that a database that was put back to an earlier day is not signed anew.
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash as oneShot,
  type KeyObject,
  sign,
  verify as verifySignature,
} from 'node:crypto';
import { link, mkdir, open, readFile, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { concat, fromHex, toHex, u64 } from '../../../projections/kernel/bytes.js';
import type { Hash, Sha256 } from '../../../projections/kernel/merkle.js';
import {
  COSIGNATURE_ED25519,
  cosignatureBytes,
  keyText,
  NOTE_ED25519,
  type PublicKey,
  publicKey,
  signatureLine,
  signedMessage,
  type Verify,
} from '../../../projections/kernel/note.js';

/** By way of a text: a buffer of its own for each hash costs three times as much as the hash, and more when it is let go. */
export const sha256: Sha256 = (bytes) => Buffer.from(oneShot('sha256', bytes, 'binary'), 'latin1');

/** RFC 8410: what stands before the 32 bytes of an Ed25519 public key. */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
export const verifyEd25519: Verify = (key, message, signature) =>
  verifySignature(
    null,
    message,
    createPublicKey({ key: Buffer.concat([SPKI, key]), format: 'der', type: 'spki' }),
    signature,
  );

/** A private key and what others know of it. */
export class Signer {
  private constructor(
    readonly key: PublicKey,
    private readonly secret: KeyObject,
  ) {}
  static of(name: string, type: number, secret: KeyObject): Signer {
    const raw = createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(SPKI.length);
    return new Signer(publicKey(sha256, name, type, raw), secret);
  }
  static fromPem = (name: string, type: number, pem: string): Signer => Signer.of(name, type, createPrivateKey(pem));
  static make(name: string, type: number): { signer: Signer; pem: string } {
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    return { signer: Signer.of(name, type, privateKey), pem };
  }
  /** The line below a note. */
  line(text: string): string {
    if (this.key.type !== NOTE_ED25519) throw new Error('this key does not sign notes');
    return signatureLine(this.key, sign(null, Buffer.from(text, 'utf8'), this.secret));
  }
  /** `time`: POSIX seconds. */
  cosign(text: string, time: number): string {
    if (this.key.type !== COSIGNATURE_ED25519) throw new Error('this key does not cosign');
    return signatureLine(this.key, cosignatureBytes(time, sign(null, signedMessage(text, time), this.secret)));
  }
  toJSON(): string {
    return keyText(this.key); // whoever prints it by mistake prints what everybody knows
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync();
  await folder.close();
}
/** Durable under its name, or not there: a file that is only half written never has the name. */
export async function writeDurably(path: string, content: string, { anew = false } = {}): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.${Math.trunc(performance.now() * 1000)}.part`;
  const file = await open(draft, 'wx', 0o600);
  await file.writeFile(content);
  await file.sync();
  await file.close();
  if (!anew) await rename(draft, path);
  else
    try {
      await link(draft, path); // EEXIST where it is there
    } finally {
      await unlink(draft);
    }
  await syncFolder(dirname(path));
}
export async function readOrNull(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

interface KeyFile {
  readonly origin: string;
  /** The newest first. The second, if there is one, goes on signing until those who know it alone have learnt the first. */
  readonly keys: readonly { readonly createdAt: string; readonly pem: string }[];
}
/** Heads that were signed and kept before one: how many there are from the size `since` on, and a hash chained over them. */
export interface Signed {
  readonly since: number;
  readonly heads: number;
  readonly chain: Hash;
}
/** What was last signed with these keys, and what was before. */
export interface Remembered extends Signed {
  readonly size: number;
  readonly root: Hash;
  /** Ids of the keys that signed it: after a rotation a size is signed again. Empty where that was not remembered yet. */
  readonly signers: string;
}
export const headOn = (chain: Hash, { size, root }: Readonly<{ size: number; root: Hash }>): Hash =>
  sha256(concat(chain, u64(size), root));
export const noHeads = (since: number): Signed => ({ since, heads: 0, chain: new Uint8Array(32) });

export class SealKeys {
  private constructor(
    private readonly folder: string,
    readonly origin: string,
    private readonly file: KeyFile,
    /** The newest first. */
    readonly signers: readonly Signer[],
  ) {}

  static readonly path = (folder: string) => join(folder, 'log-key.json');
  /** Null where there are none yet. */
  static async open(folder: string): Promise<SealKeys | null> {
    const text = await readOrNull(SealKeys.path(folder));
    return text === null ? null : SealKeys.from(folder, JSON.parse(text) as KeyFile);
  }
  private static from(folder: string, file: KeyFile): SealKeys {
    const signers = file.keys.map(({ pem }) => Signer.fromPem(file.origin, NOTE_ED25519, pem));
    return new SealKeys(folder, file.origin, file, signers);
  }
  /** Throws EEXIST where there are some. `now`: RFC 3339. */
  static async create(folder: string, origin: string, now: string): Promise<SealKeys> {
    const { pem } = Signer.make(origin, NOTE_ED25519);
    const file: KeyFile = { origin, keys: [{ createdAt: now, pem }] };
    await writeDurably(SealKeys.path(folder), JSON.stringify(file), { anew: true });
    return SealKeys.from(folder, file);
  }
  /** The key that signs from now on leads; the one before it signs along, unless it may be in other hands. */
  async rotate(now: string, compromised: boolean): Promise<SealKeys> {
    const { pem } = Signer.make(this.origin, NOTE_ED25519);
    const keys = [{ createdAt: now, pem }, ...(compromised ? [] : this.file.keys.slice(0, 1))];
    const file: KeyFile = { origin: this.origin, keys };
    await writeDurably(SealKeys.path(this.folder), JSON.stringify(file));
    return SealKeys.from(this.folder, file);
  }
  /** Changes when the keys do. */
  static async stamp(folder: string): Promise<number> {
    return (await stat(SealKeys.path(folder)).catch(() => null))?.mtimeMs ?? 0;
  }

  get createdAt(): readonly string[] {
    return this.file.keys.map(({ createdAt }) => createdAt);
  }
  /** Which keys signed, for the table of checkpoints. */
  get ids(): string {
    return this.signers.map(({ key }) => key.id).join(',');
  }
  async remembered(): Promise<Remembered | null> {
    const text = await readOrNull(join(this.folder, 'signed.json'));
    if (text === null) return null;
    const { root, chain, ...rest } = JSON.parse(text) as Record<'root' | 'chain', string> & Remembered;
    // Before heads were counted, each with its signers, none was: they are from the next one on.
    const before = rest.signers === undefined ? { ...noHeads(rest.size), signers: '' } : { chain: fromHex(chain)! };
    return { ...rest, ...before, root: fromHex(root)! };
  }
  /** Before anything is signed: durable. */
  remember({ root, chain, ...rest }: Remembered): Promise<void> {
    const text = JSON.stringify({ ...rest, root: toHex(root), chain: toHex(chain) });
    return writeDurably(join(this.folder, 'signed.json'), text);
  }
}
