/** Bearer tokens in a file that only the operator can read: who each one is, until people have accounts. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { link, mkdir, open, readFile, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Actor, Channel, Place } from '../../projections/kernel/message.js';
import { type Role, ROLES } from '../kernel/permissions.js';
import type { Vault } from '../ledger/vault.js';

/** A person at a post, and the roles that the table of permissions knows. */
export interface Holder {
  readonly name: string;
  /** A person of the vault. */
  readonly person: string;
  readonly roles: readonly Role[];
  readonly post?: string;
  readonly org?: string;
  readonly actingAs?: Actor['actingAs'];
  readonly place?: Place;
  readonly channel?: Channel;
  /** The source systems that a reporter may report for. */
  readonly systems?: readonly string[];
}
/** Somebody to make a token for; `staffNo` is what the vault knows him by. */
export type Person = Omit<Holder, 'person'> & { readonly staffNo: string };
type Line = Holder & { readonly token: string };

/** A file of tokens that cannot be trusted. The message says what to do. */
export class TokensUnsafe extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TokensUnsafe';
  }
}

const hashOf = (token: string) => createHash('sha256').update(token, 'utf8').digest();

/** Durable before it has its name; somebody else's file stays. */
async function write(path: string, lines: readonly Line[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify({ tokens: lines }, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await unlink(draft);
  }
}

function check(path: string, text: string): readonly Line[] {
  let lines: unknown;
  try {
    lines = (JSON.parse(text) as { tokens?: unknown }).tokens;
  } catch {
    // said below
  }
  if (!Array.isArray(lines))
    throw new TokensUnsafe(`令牌文件 ${path} 无法读取，请改正或删除后重启 / ${path} cannot be read`);
  for (const [n, line] of (lines as Partial<Line>[]).entries()) {
    const wrong =
      typeof line.token !== 'string' || line.token.length < 32
        ? 'token'
        : typeof line.person !== 'string'
          ? 'person'
          : !Array.isArray(line.roles) || !line.roles.every((role) => Object.hasOwn(ROLES, role))
            ? 'roles'
            : null;
    if (wrong)
      throw new TokensUnsafe(
        `令牌文件 ${path} 第 ${n + 1} 项的 ${wrong} 不可用 / entry ${n + 1} of ${path}: bad ${wrong}`,
      );
  }
  return lines as Line[];
}

export class Tokens {
  private readonly holders = new Map<string, { hash: Buffer; holder: Holder }>();
  constructor(lines: readonly Line[]) {
    for (const { token, ...holder } of lines) {
      const hash = hashOf(token);
      this.holders.set(hash.toString('hex'), { hash, holder });
    }
  }
  /** Looked up by hash, so that the time it takes says nothing of the token. */
  holderOf(token: string): Holder | undefined {
    const hash = hashOf(token);
    const found = this.holders.get(hash.toString('hex'));
    return found && timingSafeEqual(found.hash, hash) ? found.holder : undefined;
  }
}

/**
 * Reads the file, or makes it with a random token of 256 bits for each of `people`. Throws {@link TokensUnsafe} for
 * a file that others can read, or that is not one.
 */
export async function openTokens(path: string, people: readonly Person[], vault: Vault): Promise<Tokens> {
  const there = await stat(path).catch(() => null);
  if (!there) {
    const lines: Line[] = [];
    for (const { staffNo, ...person } of people)
      lines.push({
        token: randomBytes(32).toString('base64url'),
        ...person,
        person: await vault.personFor({ kind: 'staff-no', value: staffNo }),
      });
    await write(path, lines);
  }
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) {
    const octal = (mode & 0o777).toString(8).padStart(4, '0');
    throw new TokensUnsafe(
      `令牌文件 ${path} 的权限是 ${octal}，他人可读；请运行 chmod 600 ${path} 后重启 / ` +
        `${path} has mode ${octal} and can be read by others: run chmod 600 ${path} and start again`,
    );
  }
  return new Tokens(check(path, await readFile(path, 'utf8')));
}
export const TOKENS = Symbol('Tokens');
