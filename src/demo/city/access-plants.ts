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

/** A matter in which nothing else is wrong. */
const ordinary = (m: Matter): Matter => m.receive().accept().finish(m.calm);
const SEALED = { fields: 'sealed', purpose: '办理举报' } as const;

const opened: Plant = (s, matter, n) => {
  const fields = n % 2 === 0 ? 'personal' : 'export';
  const seen = (purpose: string | null, days = 0) => {
    const m = ordinary(matter());
    look(s, m, 'S-petitions', instant(m.on(1), 17 * 60), { fields, purpose }, instant(m.on(1 + days), 17 * 60));
    return m.id;
  };
  s.nearly('IN-05', seen('核实来信'), 'a purpose was given');
  s.nearly('IN-05', seen(null), 'nobody knows whether one was given');
  s.finds('IN-05', seen('', 2), 'without a purpose, told two days later');
};
/** The day before a grant, its first and last day, the day on which it has ended; and somebody else's. */
const granted: Plant = (s, matter, n) => {
  const who = `S-xf-${n}`;
  const first = matter();
  account(s, who, instant(first.on(0), 8 * 60));
  const under = (m: Matter, on: (from: string, to: string) => string, hour: number, by = who) => {
    const [from, to] = [m.on(2), m.on(6)];
    leave(s, who, instant(m.on(0), 8 * 60 + 30), ordinary(m), from, to);
    look(s, m, by, instant(on(from, to), hour * 60), SEALED);
    return m.id;
  };
  const another = () => matter(first.item, first.start);
  s.finds(
    'IN-05',
    under(first, (from) => addDays(from, -1), 23),
    'the day before a grant',
  );
  s.nearly(
    'IN-05',
    under(another(), (from) => from, 9),
    'the first day of a grant',
  );
  s.nearly(
    'IN-05',
    under(another(), (_, to) => addDays(to, -1), 23),
    'the last day of a grant',
  );
  s.finds(
    'IN-05',
    under(another(), (_, to) => to, 9),
    'the day on which a grant has ended',
  );
  s.finds(
    'IN-05',
    under(another(), (from) => from, 9, 'S-petitions'),
    'a grant of somebody else',
  );
};
/** Granted only afterwards; and revoked, before a look and after another. */
const regretted: Plant = (s, matter, n) => {
  const who = `S-xr-${n}`;
  const late = ordinary(matter());
  account(s, who, instant(late.on(0), 8 * 60));
  look(s, late, who, instant(late.on(1), 9 * 60), SEALED);
  leave(s, who, instant(late.on(2), 9 * 60), late, late.on(0), late.on(20));
  s.finds('IN-05', late.id, 'granted only afterwards');
  const revoked = (minute: number, seen: number) => {
    const m = ordinary(matter(late.item, late.start + 3));
    const at = (after: number) => instant(m.on(0), 9 * 60 + minute + after);
    leave(s, who, at(0), m, m.on(0), m.on(20));
    act(s, who, at(3), 'RevokeAccess', { grant: LAST_GRANT, reason: '结案' });
    look(s, m, who, at(seen), SEALED, instant(m.on(1), 9 * 60));
    return m.id;
  };
  s.finds('IN-05', revoked(10, 5), 'after a grant was revoked');
  s.nearly('IN-05', revoked(20, 1), 'before a grant is revoked, told after it');
};
export const looks: readonly Plant[] = [opened, granted, regretted];
