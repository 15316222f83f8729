/** Looks that the petitions office's system tells of: with a purpose and without, sealed things with leave and without. */
import { addDays } from '../../../projections/kernel/instant.js';
import type { Plant } from './facts.js';
import { instant, LAST_GRANT, type Matter, type Script } from './script.js';

const SYSTEM = 'petitions-system';
type Seen = Readonly<{ fields: 'personal' | 'sealed' | 'export'; purpose: string | null }>;

/** `told`: when the system reports it. */
function look(s: Script, { id }: Matter, who: string, at: string, seen: Seen, told = at): void {
  s.line({
    at: told,
    category: 'access',
    id: 'petitions',
    type: 'RecordView',
    by: { person: who, org: 'petitions' },
    data: { object: { type: 'matter', id }, grant: null, ...seen },
    report: { system: SYSTEM, occurredAt: at, batch: told.slice(0, 10), registeredAt: at },
  });
}
/** Of the account of `who`, by an administrator. */
function act(s: Script, who: string, at: string, type: string, data: object): void {
  s.line({ at, category: 'account', id: who, type, data, by: { person: 'S-security', org: 'city' } });
}
const account = (s: Script, who: string, at: string) =>
  act(s, who, at, 'CreateAccount', {
    holder: { identifier: { kind: 'staff-no', value: who }, personal: { name: `信访${who.slice(2)}` } },
    kind: 'person',
  });
const leave = (s: Script, who: string, at: string, { id }: Matter, from: string, to: string) =>
  act(s, who, at, 'GrantAccess', {
    object: { type: 'matter', id },
    purpose: '办理举报',
    document: `查阅批件 ${id}`,
    from,
    to,
  });

const ordinary = (m: Matter) => m.receive().accept().finish(m.calm);
const SEALED = { fields: 'sealed', purpose: '办理举报' } as const;

const opened: Plant = (s, matter, n) => {
  const m = matter();
  ordinary(m);
  const fields = n % 2 === 0 ? 'personal' : 'export';
  const at = (k: number) => instant(m.on(k), 17 * 60);
  look(s, m, 'S-petitions', at(0), { fields, purpose: '核实来信' });
  s.nearly('IN-05', m.id, 'a purpose was given');
  look(s, m, 'S-petitions', at(1), { fields, purpose: null });
  s.nearly('IN-05', m.id, 'nobody knows whether one was given');
  look(s, m, 'S-petitions', at(2), { fields, purpose: '' }, at(4));
  s.finds('IN-05', m.id, 'without a purpose, told two days later');
};
/** The whole life of a grant: the day before it, its first and last day, and the day on which it has ended. */
const granted: Plant = (s, matter, n) => {
  const m = matter();
  ordinary(m);
  const who = `S-xf-${n}`;
  const [from, to] = [m.on(2), m.on(6)];
  account(s, who, instant(m.on(0), 8 * 60));
  leave(s, who, instant(m.on(0), 8 * 60 + 30), m, from, to);
  const on = (day: string, hour: number) => look(s, m, who, instant(day, hour * 60), SEALED);
  on(addDays(from, -1), 23);
  s.finds('IN-05', m.id, 'the day before a grant');
  on(from, 9);
  s.nearly('IN-05', m.id, 'the first day of a grant');
  on(addDays(to, -1), 23);
  s.nearly('IN-05', m.id, 'the last day of a grant');
  on(to, 9);
  s.finds('IN-05', m.id, 'the day on which a grant has ended');
  look(s, m, 'S-petitions', instant(from, 10 * 60), SEALED);
  s.finds('IN-05', m.id, 'under a grant of somebody else');
};
/** Granted only afterwards; and revoked, before a look and after another. */
const regretted: Plant = (s, matter, n) => {
  const m = matter();
  ordinary(m);
  const who = `S-xr-${n}`;
  account(s, who, instant(m.on(0), 8 * 60));
  look(s, m, who, instant(m.on(1), 9 * 60), SEALED);
  s.finds('IN-05', m.id, 'granted only afterwards');
  leave(s, who, instant(m.on(2), 9 * 60), m, m.on(0), m.on(20));
  look(s, m, who, instant(m.on(3), 9 * 60), SEALED, instant(m.on(6), 9 * 60));
  s.nearly('IN-05', m.id, 'before a grant is revoked, told after it');
  act(s, who, instant(m.on(4), 9 * 60), 'RevokeAccess', { grant: LAST_GRANT, reason: '结案' });
  look(s, m, who, instant(m.on(5), 9 * 60), SEALED);
  s.finds('IN-05', m.id, 'after a grant was revoked');
};
export const looks: readonly Plant[] = [opened, granted, regretted];
