/** Leave to open what is sealed (查阅授权), by person and thing, with the instants between which it stood on record. */
import type { AccountEvent } from './events/identity.js';
import { compareInstants } from './kernel/instant.js';
import { idOf } from './kernel/message.js';
import { projection } from './kernel/projection.js';

export type AccessGrantRow = {
  /** The event that gave it. */
  grant: string;
  person: string;
  objectType: string;
  objectId: string;
  purpose: string;
  document: string;
  from: string;
  to: string | null;
  grantedAt: string;
  revokedAt: string | null;
  reason: string | null;
};

/** A look that is known to its day only is given the benefit of that day. */
export interface Moment {
  readonly at: string;
  readonly on: string;
  readonly wholeDay: boolean;
}
/** What was granted only afterwards does not count, whatever days it names. */
export function heldAt({ from, to, grantedAt, revokedAt }: AccessGrantRow, { at, on, wholeDay }: Moment): boolean {
  if (on < from || (to !== null && on >= to)) return false;
  const [first, last] = wholeDay ? [`${on}T23:59:59.999+08:00`, `${on}T00:00:00.000+08:00`] : [at, at];
  return compareInstants(grantedAt, first) <= 0 && (revokedAt === null || compareInstants(last, revokedAt) < 0);
}

export const accessGrants = projection<AccountEvent>()<AccessGrantRow>({
  name: 'access_grant',
  version: 1,
  key: 'grant',
  columns: {
    grant: 'text',
    person: 'text',
    objectType: 'text',
    objectId: 'text',
    purpose: 'text',
    document: 'text',
    from: 'date',
    to: 'date',
    grantedAt: 'timestamptz',
    revokedAt: 'timestamptz',
    reason: 'text',
  },
  indexes: { byPerson: ['person', 'objectType', 'objectId'], byObject: ['objectType', 'objectId', 'from'] },
  uses: {},
  on: {
    AccessGranted: {
      keys: ({ id }) => id,
      fold: (_row, event, _look, grant) => {
        const { object, purpose, document, from, to } = event.data;
        return {
          grant,
          person: idOf('account')(event),
          objectType: object.type,
          objectId: object.id,
          purpose,
          document,
          from,
          to,
          grantedAt: event.recordedAt,
          revokedAt: null,
          reason: null,
        };
      },
    },
    AccessGrantRevoked: {
      keys: ({ data }) => data.grant,
      fold: (row, { data, recordedAt }) =>
        row && row.revokedAt === null ? { ...row, revokedAt: recordedAt, reason: data.reason } : (row ?? null),
    },
  },
});
