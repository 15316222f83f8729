/** Who can sign in to the demo ledger: one of each role, and the three administrators. */
import { postedOn, postRegister } from '../../projections/centres.js';
import type { Person } from '../identity/people.js';
import { type Opened, todayOf } from '../ledger/open.js';

const staff = (no: string) => ({ kind: 'staff-no', value: no });
const POST = 'city-w1';

const PEOPLE: readonly Person[] = [
  { name: '李监察', login: 'inspector', identifier: staff('S-002'), roles: ['inspector'], org: 'discipline-office' },
  { name: '周审计', login: 'auditor', identifier: staff('S-003'), roles: ['auditor'], org: 'audit-office' },
  { name: '黄主任', login: 'leader', identifier: staff('S-004'), roles: ['leader'], org: 'city' },
  { name: '韦登记', login: 'registrar', identifier: staff('S-registrar'), roles: ['registrar'], org: 'city' },
  { name: '覃承办', login: 'handler', identifier: staff('S-u05'), roles: ['handler'], org: 'u05' },
  { name: '莫审批', login: 'approver', identifier: staff('S-009'), roles: ['approver'], org: 'u05' },
  {
    name: '农补录',
    login: 'back-registrar',
    identifier: staff('S-011'),
    roles: ['back-registrar'],
    org: 'city',
    systems: ['paper'],
  },
  {
    name: '数据接入',
    login: 'adapter',
    identifier: staff('S-010'),
    roles: ['adapter'],
    // Of a unit, of those whose files come with a mapping, and of finance, whose platform issues e-receipts.
    systems: ['u05-system', 'online-platform', 'bank', 'treasury', 'unit-ledger', 'finance-platform'],
  },
  { name: '卢财政', login: 'finance', identifier: staff('S-012'), roles: ['finance'], org: 'finance' },
  { name: '甘系统', login: 'system', identifier: staff('S-101'), roles: ['system-administrator'] },
  { name: '蒙安全', login: 'security', identifier: staff('S-102'), roles: ['security-administrator'] },
  { name: '石审计', login: 'audit', identifier: staff('S-103'), roles: ['audit-administrator'] },
];

/** The window clerk is whoever stands at the first window on this day of the story. */
export async function demoPeople({ streams, millis }: Opened): Promise<readonly Person[]> {
  const { state } = await streams.get(postRegister, POST, true);
  const personId = postedOn(state, todayOf({ millis }))[0]?.personId;
  const clerk: Person = {
    name: '陆窗口',
    login: 'clerk',
    identifier: personId === undefined ? staff('S-013') : { personId },
    roles: ['clerk'],
    post: POST,
  };
  return [...PEOPLE, clerk];
}
