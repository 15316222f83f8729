/** Who asks in a measurement: accounts of the usual kind, each with a session that began with both factors. */
import { centre } from '../dist/src/areas/centres/centre.js';
import { post } from '../dist/src/areas/centres/post.js';
import { SESSION_PREFIX } from '../dist/src/identity/identity.js';
import { makeAccount } from '../dist/src/identity/people.js';
import { systemContext } from '../dist/src/ledger/self.js';

/** The bench is one client, and asks for all there is. */
const ALL = { burst: 1e9, perSecond: 1e9 };
export const UNLIMITED = { holder: ALL, address: ALL };

const FROM = '2000-01-01';

const wd = (n) => ({ n, unit: 'working-day' });
/** A version of the item that is accepted for, as a registrar publishes it. */
export const ITEM = {
  from: '2020-01-01',
  name: '食品经营许可',
  department: 'market',
  level: 'city',
  legalBasis: ['食品安全法 art. 35'],
  statutory: wd(20),
  promised: wd(10),
  promiseReason: null,
  materials: [],
  steps: [],
  mustEnter: true,
};

async function window(opened, { commands }, staff) {
  const context = systemContext(opened, new Date(opened.millis()).toISOString());
  const send = (decider, id, type, data) => commands.send(decider, id, { type, data }, { context, key: type });
  await send(centre, 'centre', 'RegisterCentre', { name: '中心', region: 'CN-GX', from: FROM });
  await send(centre, 'centre', 'OpenWindow', { window: '1', name: '窗口', from: FROM });
  await send(post, 'w1', 'CreatePost', { name: '岗', org: 'centre', centre: 'centre', window: '1', from: FROM });
  await send(post, 'w1', 'PostStaff', { staff, staffKind: 'established', from: FROM });
  await send(post, 'w1', 'GrantPowers', { powers: ['accept'], document: '文', from: FROM });
}

/** One for each role, with what binds him to a post or a unit; `headers(role)` of a request by each. */
export async function signedIn(opened, app, bound) {
  const parts = { opened, commands: app.commands, identity: app.identity };
  const tokens = {};
  for (const [role, at] of Object.entries(bound)) {
    const identifier = identifierOf(role);
    const { account } = await makeAccount(parts, { name: role, login: role, identifier, roles: [role], ...at });
    const { rights } = await app.identity.state(account);
    const began = { account, rights, factors: ['password', 'totp'], post: null, agent: 'bench', address: '127.0.0.1' };
    tokens[role] = SESSION_PREFIX + (await app.identity.secrets.beginSession(began));
  }
  return (role) => ({ authorization: `Bearer ${tokens[role]}`, 'content-type': 'application/json' });
}
/** What the vault knows him by who has a role. */
export const identifierOf = (role) => ({ kind: 'staff-no', value: role });

/** A registrar, a clerk at a window that may accept, and an inspector; `headers(role)` of a request by each. */
export async function people(opened, app) {
  await window(opened, app, { identifier: identifierOf('clerk'), personal: { name: 'clerk' } });
  const unit = { org: 'centre' };
  return signedIn(opened, app, { registrar: unit, clerk: { post: 'w1' }, inspector: unit });
}
