/** Passwords (argon2id) and one-time codes (TOTP, RFC 6238), as values of a library each. */
import { hash, verify } from '@node-rs/argon2';
import { randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import type { Vault } from '../ledger/vault.js';
import { hashOf } from './secrets.js';

/** Characters. Length is what counts (NIST SP 800-63B 5.1.1); argon2 takes any number of them. */
export const PASSWORD_LEAST = 12;
export const PASSWORD_MOST = 200;
const PERIOD = 30;
const RECOVERY_CODES = 10;

/** How many hashes were checked: whoever knows a login and whoever guesses one cost the same. */
export const verifications = { count: 0 };

/** OWASP: argon2id with 19 MiB, two passes and one lane, as the library does unless told otherwise. */
export const hashPassword = (password: string): Promise<string> => hash(password.normalize('NFKC'));

let nobody: Promise<string> | undefined;
/** One verification, also where there is nobody to verify: then against a password that nobody knows. */
export async function passwordFits(known: string | null, password: string): Promise<boolean> {
  nobody ??= hashPassword(randomBytes(32).toString('base64url'));
  verifications.count++;
  const fits = await verify(known ?? (await nobody), password.normalize('NFKC'));
  return fits && known !== null;
}

export const newSeed = (): string => new Secret({ size: 20 }).base32;
const totpOf = (seed: string, login: string) =>
  new TOTP({ issuer: '明账 Mingzhang', label: login, secret: Secret.fromBase32(seed), period: PERIOD });
/** For a phone: `otpauth://totp/…`. */
export const seedUri = (seed: string, login: string): string => totpOf(seed, login).toString();
export const codeOf = (seed: string, millis: number): string => totpOf(seed, '').generate({ timestamp: millis });
/** The time step that a code belongs to, now or one before or after; null if it is none of them. */
export function stepOf(seed: string, code: string, millis: number): number | null {
  const delta = /^\d{6}$/.test(code) ? totpOf(seed, '').validate({ token: code, timestamp: millis, window: 1 }) : null;
  return delta === null ? null : Math.floor(millis / 1000 / PERIOD) + delta;
}

/** Recovery codes, each good once in place of a code, 80 bits each; only their hashes are kept. */
export function newRecoveryCodes(): { readonly codes: readonly string[]; readonly hashes: readonly Buffer[] } {
  const codes = Array.from({ length: RECOVERY_CODES }, () => new Secret({ size: 10 }).base32.match(/.{4}/g)!.join('-'));
  return { codes, hashes: codes.map(recoveryHash) };
}
export const recoveryHash = (code: string): Buffer => hashOf(code.replaceAll(/[\s-]/g, '').toUpperCase());

const SEEDS = 'totp-seed';
export const sealSeed = (vault: Vault, account: string, seed: string): string =>
  vault.sealOfLedger(`${SEEDS}‖${account}`, seed);
export const openSeed = (vault: Vault, account: string, sealed: string): string =>
  vault.openOfLedger(`${SEEDS}‖${account}`, sealed);
