/**
 * Who is who, and the keys that open what is personal: files outside the database and outside every dump of it.
 * One file per person (its key) and one per natural identifier (HMAC under the vault's key → person), in every
 * folder given, so that copies are written and erased together.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { link, mkdir, open, readFile, readdir, rename, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Sealed } from '../../projections/kernel/message.js';
import { canonical } from '../../projections/kernel/canonical.js';
import { Kept } from './kept.js';
import { randomId } from './identity.js';

export interface Identifier {
  /** Such as citizen-id (GB 11643), uscc (GB 32100), staff-no, or a source system's own. */
  readonly kind: string;
  readonly value: string;
}
/** The person's key was destroyed, or is not in this key store. */
export class KeyGone extends Error {
  constructor(readonly personId: string) {
    super(`no key for person ${personId}`);
    this.name = 'KeyGone';
  }
}

const missing = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT';
const exists = (error: unknown) => (error as NodeJS.ErrnoException).code === 'EEXIST';
const readOrNull = (path: string) =>
  readFile(path).catch((error: unknown) => {
    if (missing(error)) return null;
    throw error;
  });

/** Durable before it has a name. False where the name is taken already. */
async function create(path: string, content: Buffer | string, durable = true): Promise<boolean> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  const begun = () => open(draft, 'wx', 0o600);
  const file = await begun().catch(async (error: unknown) => {
    if (!missing(error)) throw error;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return begun();
  });
  await file.writeFile(content);
  if (durable) await file.sync();
  await file.close();
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (exists(error)) return false;
    throw error;
  } finally {
    await unlink(draft);
  }
}

/** Overwritten before it is unlinked; what the file system keeps of old blocks is not ours to promise. */
async function destroy(path: string): Promise<void> {
  try {
    const { length } = await readFile(path);
    const gone = `${path}.gone`;
    await rename(path, gone);
    await writeFile(gone, randomBytes(Math.max(length, 1)));
    await unlink(gone);
  } catch (error) {
    if (!missing(error)) throw error;
  }
}

/** An erasure elsewhere is seen after this. */
const KEPT_MS = 5000;

export class Vault {
  private readonly keys: Kept<Buffer>;
  private readonly names: Kept<string>;
  private constructor(
    private readonly folders: readonly string[],
    private readonly secret: Buffer,
    private readonly durable: boolean,
    keptMillis: number,
  ) {
    this.keys = new Kept(keptMillis);
    this.names = new Kept(keptMillis);
  }

  /**
   * Opens the key store, or makes it. The first folder leads; the others are copies. `durable`: what is made survives
   * the loss of power at once; a simulation does without. `keptMillis`: so long nobody else erases what was looked up.
   */
  static async open(folders: readonly string[], durable = true, keptMillis = KEPT_MS): Promise<Vault> {
    const [first] = folders;
    if (first === undefined) throw new Error('a vault needs a folder');
    await create(join(first, 'vault.key'), randomBytes(32));
    const secret = await readFile(join(first, 'vault.key'));
    for (const copy of folders.slice(1)) {
      const path = join(copy, 'vault.key');
      if (!(await create(path, secret)) && !secret.equals(await readFile(path)))
        throw new Error(`${copy} is the key store of another ledger`);
    }
    return new Vault(folders, secret, durable, keptMillis);
  }

  private file = (folder: string, kind: 'persons' | 'names', id: string) => join(folder, kind, id.slice(0, 2), id);

  /** The person behind a natural identifier; a new one where nobody is known by it. The same answer to everybody. */
  async personFor({ kind, value }: Identifier): Promise<string> {
    const name = createHmac('sha256', this.secret)
      .update(canonical([kind, value]))
      .digest('hex');
    const kept = this.names.get(name);
    if (kept !== undefined) return kept;
    const personId = await this.named(name);
    this.names.set(name, personId);
    return personId;
  }
  private async named(name: string): Promise<string> {
    const [first] = this.folders as [string];
    const known = await readOrNull(this.file(first, 'names', name));
    if (known) return known.toString('utf8');
    const personId = await this.newPerson();
    const won = await create(this.file(first, 'names', name), personId, this.durable);
    const agreed = won ? personId : await readFile(this.file(first, 'names', name), 'utf8');
    if (!won) await this.erase(personId);
    for (const copy of this.folders.slice(1)) await create(this.file(copy, 'names', name), agreed, this.durable);
    return agreed;
  }

  /** Someone without an identifier: a key and an id, never to be found by name. */
  async newPerson(): Promise<string> {
    const personId = randomId();
    const key = randomBytes(32);
    for (const folder of this.folders) await create(this.file(folder, 'persons', personId), key, this.durable);
    this.keys.set(personId, key);
    return personId;
  }

  /** Throws {@link KeyGone}. */
  private async key(personId: string): Promise<Buffer> {
    const kept = this.keys.get(personId);
    if (kept) return kept;
    for (const folder of this.folders) {
      const key = await readOrNull(this.file(folder, 'persons', personId));
      if (!key) continue;
      this.keys.set(personId, key);
      return key;
    }
    this.keys.delete(personId);
    throw new KeyGone(personId);
  }

  /** The two keys of one field of one event: they open that field and nothing else. */
  private async fieldKeys(personId: string, eventId: string, path: string) {
    const derived = Buffer.from(hkdfSync('sha256', await this.key(personId), '', `${eventId}‖${path}`, 64));
    return { encryption: derived.subarray(0, 32), commitment: derived.subarray(32) };
  }

  /** Throws {@link KeyGone}. */
  async seal(personId: string, eventId: string, path: string, value: string): Promise<Sealed> {
    const { encryption, commitment } = await this.fieldKeys(personId, eventId, path);
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', encryption, iv);
    const text = Buffer.concat([cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return {
      sealed: Buffer.concat([iv, text]).toString('base64'),
      commitment: `hmac-sha256:${createHmac('sha256', commitment).update(value).digest('hex')}`,
    };
  }

  /** The value, checked against its commitment. Throws {@link KeyGone}, or an error where the bytes were changed. */
  async open(personId: string, eventId: string, path: string, field: Sealed): Promise<string> {
    const { encryption, commitment } = await this.fieldKeys(personId, eventId, path);
    const bytes = Buffer.from(field.sealed, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', encryption, bytes.subarray(0, 12));
    decipher.setAuthTag(bytes.subarray(-16));
    const value = Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
    const expected = Buffer.from(field.commitment.replace('hmac-sha256:', ''), 'hex');
    if (!timingSafeEqual(createHmac('sha256', commitment).update(value).digest(), expected))
      throw new Error(`${path} of ${eventId} is not what was committed to`);
    return value.toString('utf8');
  }

  /** The key of one field's commitment: shown with the value, it shows that the value is the recorded one. Throws {@link KeyGone}. */
  async commitmentKey(personId: string, eventId: string, path: string): Promise<Buffer> {
    return (await this.fieldKeys(personId, eventId, path)).commitment;
  }

  /** What a digest of personal input is keyed with, so that it cannot be guessed and dies with the person's key. */
  async mac(personId: string, purpose: string, text: string): Promise<string> {
    const key = Buffer.from(hkdfSync('sha256', await this.key(personId), '', purpose, 32));
    return `hmac-sha256:${createHmac('sha256', key).update(text).digest('hex')}`;
  }
  /** The same under the vault's own key, for input that is nobody's in particular. */
  macOfLedger(purpose: string, text: string): string {
    const key = Buffer.from(hkdfSync('sha256', this.secret, '', purpose, 32));
    return `hmac-sha256:${createHmac('sha256', key).update(text).digest('hex')}`;
  }

  /** Sealed under a key that is derived from the vault's own: for secrets of the installation, not of a person. */
  sealOfLedger(purpose: string, text: string): string {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.ownKey(purpose), iv);
    return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64');
  }
  /** Throws where it was sealed for another purpose, by another key store, or changed since. */
  openOfLedger(purpose: string, sealed: string): string {
    const bytes = Buffer.from(sealed, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', this.ownKey(purpose), bytes.subarray(0, 12));
    decipher.setAuthTag(bytes.subarray(-16));
    return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('utf8');
  }
  private ownKey = (purpose: string) => Buffer.from(hkdfSync('sha256', this.secret, '', purpose, 32));

  get copies(): number {
    return this.folders.length;
  }
  /** Destroys a person's key and every name that led to it, in all folders. The log still verifies. */
  async erase(personId: string): Promise<readonly Readonly<{ folder: string; key: boolean; names: number }>[]> {
    this.keys.delete(personId);
    this.names.clear();
    const done: { folder: string; key: boolean; names: number }[] = [];
    for (const folder of this.folders) {
      const key = (await readOrNull(this.file(folder, 'persons', personId))) !== null;
      let names = 0;
      await destroy(this.file(folder, 'persons', personId));
      for (const shard of await readdir(join(folder, 'names')).catch(() => [] as string[]))
        for (const name of await readdir(join(folder, 'names', shard))) {
          const path = join(folder, 'names', shard, name);
          if ((await readOrNull(path))?.toString('utf8') !== personId) continue;
          await destroy(path);
          names++;
        }
      done.push({ folder, key, names });
    }
    return done;
  }
}
