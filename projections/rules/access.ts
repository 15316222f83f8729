/** 无由查阅导出: what is not open to everybody was looked at or taken away without saying what for, or without leave. */
import type { AccountEvent } from '../events/identity.js';
import { accessGrants, heldAt } from '../grants.js';
import { idOf, type Recorded } from '../kernel/message.js';
import type { Look } from '../kernel/projection.js';
import { NOTHING_KNOWN, rule } from '../kernel/rule.js';
import { type LookRow, looks } from '../looks.js';

const USED = { looks, accessGrants } as const;
type Used = Look<typeof USED>;

const itself = ({ id }: Recorded) => id;
const lookedBy = (person: string, type: string, id: string, { looks: rows }: Used) =>
  rows.range('byBoth', [person, type, id]).map(({ event }) => event);
/** Looks that a grant may bear on: of its person at its thing. */
function underGrant(event: Recorded<AccountEvent>, look: Used): readonly string[] {
  const row = look.accessGrants.get(event.type === 'AccessGrantRevoked' ? event.data.grant : event.id);
  return row ? lookedBy(idOf('account')(event), row.objectType, row.objectId, look) : [];
}
/** True, false, or null where nobody knows who looked. */
function granted({ by, objectType, objectId, at, on, precision }: LookRow, { accessGrants: rows }: Used) {
  if (by === null) return null;
  const wholeDay = precision === 'day' || precision === 'unknown';
  return rows.range('byPerson', [by, objectType, objectId]).some((grant) => heldAt(grant, { at, on, wholeDay }));
}

export const accessWithoutPurpose = rule({
  id: 'IN-05',
  version: 1,
  title: { zh: '无由查阅导出', en: 'access without purpose' },
  definition: {
    zh: '查阅或导出敏感、密封内容时未说明事由，或查阅密封内容时没有当时有效的授权。授权自起始日起至终止日前一日有效；事后补办的授权不溯及既往，其后的收回不影响此前的查阅。事由不详的无法判断。',
    en: 'What is sensitive or sealed was looked at or exported and no purpose was given, or what is sealed was opened while no grant for it was in force. A grant holds from its first day up to the day before its end; one that is given afterwards does not cure, and one that is revoked afterwards does not spoil. Where nobody knows whether a purpose was given it cannot be judged.',
  },
  basis: '信访工作条例 art. 30；安阳市政务服务条例 art. 11',
  severity: 'red',
  parameters: {},
  tests: {
    purposeGiven: { zh: '说明了事由', en: 'a purpose was given', clears: true },
    granted: { zh: '有当时有效的授权（密封内容）', en: 'a grant was in force then (of what is sealed)', clears: true },
  },
  uses: USED,
  again: {
    AccessViewed: itself,
    LogExported: itself,
    AccessGranted: underGrant,
    AccessGrantRevoked: underGrant,
  },
  judge: (subject, look) => {
    const row = look.looks.get(subject)!;
    const leave = row.fields === 'sealed' ? granted(row, look) : undefined;
    const bad = row.purpose === '' || leave === false;
    const missing = [...(row.purpose === null ? ['purpose'] : []), ...(leave === null ? ['person'] : [])];
    return {
      result: bad ? 'violation' : missing.length > 0 ? 'undetermined' : 'cleared',
      certain: true,
      severity: 'red',
      about: {
        ...NOTHING_KNOWN,
        on: row.on,
        org: row.org,
        matterId: row.objectType === 'matter' ? row.objectId : null,
      },
      evidence: [subject],
      tested: {
        ...(row.purpose !== null && { purposeGiven: row.purpose !== '' }),
        ...(typeof leave === 'boolean' && { granted: leave }),
      },
      missing: bad ? [] : missing,
      // What is so secret that not even a look at it is told is not named by what is found of the look.
      details: {
        object: row.secret ? null : `${row.objectType} ${row.objectId}`,
        fields: row.fields,
        count: row.count,
      },
    };
  },
});
