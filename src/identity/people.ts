/** Accounts that nobody who is signed in has made: the first three administrators, and those of a demo. */
import { randomBytes, randomUUID } from 'node:crypto';
import { open, readFile, stat } from 'node:fs/promises';
import { instantOfMillis } from '../../projections/kernel/instant.js';
import { account, type AccountCommand, IDENTITY_SELF, installation } from '../areas/identity/account.js';
import { ADMINISTRATIONS, isAdministration, type Role } from '../kernel/permissions.js';
import type { Commands } from '../ledger/commands.js';
import type { Opened } from '../ledger/open.js';
import { systemContext } from '../ledger/self.js';
import type { Identifier } from '../ledger/vault.js';
import { hashPassword } from './factors.js';
import { type Identity, KEY_PREFIX, loginOf } from './identity.js';
import { newSecret, type Secrets } from './secrets.js';

export interface Person {
  readonly name: string;
  readonly login: string;
  /** What the vault knows him by: a staff number, or another identifier; or who he is in it. */
  readonly identifier: Identifier | Readonly<{ personId: string }>;
  readonly roles: readonly Role[];
  /** To what the roles are bound. */
  readonly post?: string;
  readonly org?: string;
  readonly centre?: string;
  /** Source systems, of who reports. */
  readonly systems?: readonly string[];
}
const personOf = ({ vault }: Opened, identifier: Person['identifier']) =>
  'personId' in identifier ? Promise.resolve(identifier.personId) : vault.personFor(identifier);

type Parts = Readonly<{ opened: Opened; commands: Commands; identity: Identity }>;

const KEY_PREFIX_LENGTH = 10;
/** Prefix and secret of a new key, and how they are written together. */
export function newKey(): { prefix: string; secret: string; key: string } {
  const prefix = randomBytes(12).toString('hex').slice(0, KEY_PREFIX_LENGTH);
  const secret = newSecret().replaceAll('_', '-');
  return { prefix, secret, key: `${KEY_PREFIX}${prefix}_${secret}` };
}
/** From the start of the first day without. */
export const addKey = (secrets: Secrets, account: string, { prefix, secret }: ReturnType<typeof newKey>, day: string) =>
  secrets.addKey(prefix, secret, account, `${day}T00:00:00+08:00`);

const FROM = '2000-01-01';
const UNTIL = '9999-12-31';

/** Sends commands as the ledger's own, each once: the same again adds nothing. */
function asLedger({ opened, commands }: Parts) {
  const context = systemContext(opened, instantOfMillis(opened.millis()));
  return (id: string, command: object, key: string) =>
    commands.send(account, id, command as never, { context, key: `ledger:${key}` });
}

/** The account of somebody with his roles; an adapter's key, if it is one. */
export async function makeAccount(parts: Parts, person: Person): Promise<{ account: string; key?: string }> {
  const { opened, identity } = parts;
  const { name, identifier, roles, systems = [], post, org, centre } = person;
  const send = asLedger(parts);
  const id = await personOf(opened, identifier);
  const adapter = roles.includes('adapter');
  if (!adapter) await identity.secrets.reserve(id, loginOf(person.login));
  const holder = { personId: id, personal: { name } };
  await send(id, { type: 'CreateAccount', data: { holder, kind: adapter ? 'adapter' : 'person' } }, 'create');
  const bound = { ...(post && { post }), ...(org && { org }), ...(centre && { centre }) };
  for (const role of roles) {
    const data = { role, ...bound, systems, from: FROM, reason: '启用账本 the ledger was set up' };
    await send(id, { type: 'GrantRole', data }, `role:${role}`);
  }
  identity.forget();
  if (!adapter) return { account: id };
  const made = newKey();
  const scope = [
    'reports.matters',
    'reports.money',
    'reports.catalogue',
    'reports.centres',
    'reports.calendar',
    'reports.access',
    'reports.accountability',
  ];
  await send(id, { type: 'IssueKey', data: { prefix: made.prefix, systems, scope, endsOn: UNTIL } }, made.prefix);
  await addKey(identity.secrets, id, made, UNTIL);
  identity.forget();
  return { account: id, key: made.key };
}

/**
 * The three administrators of a new installation, or new ones where an office has fallen vacant; each enrols with a
 * code. Throws Refusal where all are in office, or where they are not three people.
 */
export async function appoint(parts: Parts, three: readonly Omit<Person, 'roles'>[]): Promise<readonly string[]> {
  const { opened, commands, identity } = parts;
  const [system, security, audit] = await Promise.all(three.map(({ identifier }) => personOf(opened, identifier)));
  const context = systemContext(opened, instantOfMillis(opened.millis()));
  const data = { system: system!, security: security!, audit: audit! };
  const key = `appoint:${system} ${security} ${audit}`;
  await commands.send(installation, IDENTITY_SELF, { type: 'AppointAdministrators', data }, { context, key });
  const codes: string[] = [];
  for (const [n, person] of three.entries()) {
    const made = await makeAccount(parts, { ...person, roles: [ADMINISTRATIONS[n]!] });
    codes.push(await identity.secrets.enrol(made.account));
  }
  return codes;
}

/**
 * A new code for an administrator, by whoever runs the machine: after a restore, which brings no secrets along, or where
 * all codes are lost. Null: there is no such administrator, or the login is another's.
 */
export async function recover(parts: Parts, id: string, login: string): Promise<string | null> {
  const { opened, identity } = parts;
  const { status, roles } = (await opened.streams.get(account, id, true)).state;
  const administers = roles.some(({ role, revokedAt }) => isAdministration(role) && revokedAt === null);
  if (status !== 'open' || !administers || !(await identity.secrets.reserve(id, loginOf(login)))) return null;
  const data = { reason: '由运维人员恢复 recovered at the machine' };
  await asLedger(parts)(id, { type: 'RenewEnrolment', data }, randomUUID());
  await identity.secrets.forget(id);
  identity.forget();
  return identity.secrets.enrol(id);
}

/** What somebody does to his own account, before or beside a session. */
export async function byHimself({ opened, commands, identity }: Parts, id: string, command: AccountCommand) {
  const now = instantOfMillis(opened.millis());
  const person = (await identity.state(id)).person;
  const by = { person, actingAs: 'holder', authMethod: 'session' } as const;
  const context = { ...systemContext(opened, now), by };
  await commands.send(account, id, command as never, { context, key: randomUUID() });
}
/** All sessions end with it: whoever knew the old one is out. */
export async function setPassword(parts: Parts, id: string, hash: string): Promise<void> {
  const { identity } = parts;
  await identity.secrets.setPassword(id, hash);
  await byHimself(parts, id, { type: 'SetPassword', data: {} });
  await identity.secrets.endSessions(id);
  identity.forget();
}
/** Sets a password with a code that is good once. False: it is not. */
export async function enrol(parts: Parts, code: string, hash: string): Promise<boolean> {
  const id = await parts.identity.secrets.useEnrolment(code);
  if (id === null || (await parts.identity.state(id)).status !== 'open') return false;
  await setPassword(parts, id, hash);
  return true;
}

/** How somebody signs in to a demo, as it stands in the file of mode 0600. */
export type Shown = Readonly<{ name: string; login: string; password?: string; key?: string; roles: readonly Role[] }>;

/** Only of a demo: accounts with random passwords, and no second factor, which is on record. */
async function makeDemo(parts: Parts, people: readonly Person[]): Promise<readonly Shown[]> {
  const { opened, commands, identity } = parts;
  if (opened.mode !== 'demo') throw new Error('only a demo has accounts that nobody has asked for');
  const context = systemContext(opened, instantOfMillis(opened.millis()));
  const data = { reason: '演示账本 a demo ledger' };
  const options = { context, key: 'ledger:demo' };
  await commands.send(installation, IDENTITY_SELF, { type: 'WaiveSecondFactor', data }, options);
  const shown: Shown[] = [];
  for (const person of people) {
    const { account: id, key } = await makeAccount(parts, person);
    const { name, login, roles } = person;
    const password = key === undefined ? randomBytes(12).toString('base64url') : undefined;
    if (password !== undefined) await identity.secrets.setPassword(id, await hashPassword(password));
    shown.push({ name, login, roles, ...(password && { password }), ...(key && { key }) });
  }
  return shown;
}

/** Reads the file of a demo's accounts, or makes them and it. `made`: just now. */
export async function demoAccounts(parts: Parts, file: string, people: readonly Person[]) {
  if (await stat(file).catch(() => null)) {
    const { accounts } = JSON.parse(await readFile(file, 'utf8')) as { accounts: readonly Shown[] };
    return { accounts, made: false };
  }
  const accounts = await makeDemo(parts, people);
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify({ accounts }, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { accounts, made: true };
}
