/** Who looked at what, when and what for (查阅记录): a row for the thing, and one for each person opened with it. */
import { type AccessEvent, type FieldKind, type ObjectRef } from './events/access.js';
import { dayOf } from './kernel/instant.js';
import type { Precision, Recorded } from './kernel/message.js';
import { projection } from './kernel/projection.js';

export type LookRow = {
  /** The id of the event; of a person who was opened with something else, that and the person's. */
  look: string;
  event: string;
  objectType: string;
  objectId: string;
  /** What it was opened with; null for what was asked for itself. */
  within: ObjectRef | null;
  by: string | null;
  org: string | null;
  at: string;
  on: string;
  precision: Precision;
  fields: FieldKind;
  /** Empty where none was given; null where nobody knows. */
  purpose: string | null;
  grant: string | null;
  action: string | null;
  count: number;
  /** The system that told of it; null for this ledger. */
  system: string | null;
  /** That somebody looked is as sealed as what he looked at. */
  secret: boolean;
};

/** What was looked at, of whichever event tells it. */
function seen(event: Recorded<AccessEvent>): Pick<LookRow, 'fields' | 'purpose' | 'grant' | 'action' | 'count'> & {
  object: ObjectRef;
} {
  if (event.type === 'AccessViewed') return event.data;
  const { what, from, purpose } = event.data;
  const count = event.index - Number(from) + 1;
  return { object: { type: 'log', id: what }, fields: 'export', purpose, grant: null, action: 'events.export', count };
}
const keyOf = (event: Recorded<AccessEvent>) => [
  event.id,
  ...event.refs.flatMap(({ role, id }) => (role === 'opened' ? [`${event.id} ${id}`] : [])),
];
function rowOf(event: Recorded<AccessEvent>, look: string): LookRow {
  const { object, fields, purpose, grant, action, count } = seen(event);
  const person = look === event.id ? null : look.slice(event.id.length + 1);
  return {
    look,
    event: event.id,
    objectType: person === null ? object.type : 'person',
    objectId: person ?? object.id,
    within: person === null ? null : { type: object.type, id: object.id },
    by: event.actor.person,
    org: event.actor.org ?? null,
    at: event.occurredAt,
    on: dayOf(event.occurredAt),
    precision: event.precision,
    fields,
    purpose,
    grant,
    action,
    count,
    system: event.source?.system ?? null,
    secret: event.classification === 'sealed',
  };
}
const handler = {
  keys: keyOf,
  fold: (_row: LookRow | undefined, event: Recorded<AccessEvent>, _look: object, look: string) => rowOf(event, look),
};

export const looks = projection<AccessEvent>()<LookRow>({
  name: 'look',
  version: 2,
  key: 'look',
  grows: true,
  columns: {
    look: 'text',
    event: 'text',
    objectType: 'text',
    objectId: 'text',
    within: 'jsonb',
    by: 'text',
    org: 'text',
    at: 'timestamptz',
    on: 'date',
    precision: 'text',
    fields: 'text',
    purpose: 'text',
    grant: 'text',
    action: 'text',
    count: 'int',
    system: 'text',
    secret: 'boolean',
  },
  indexes: {
    byObject: ['objectType', 'objectId', 'at'],
    byPerson: ['by', 'at'],
    byTime: ['at'],
    byBoth: ['by', 'objectType', 'objectId'],
  },
  uses: {},
  on: { AccessViewed: handler, LogExported: handler },
});
