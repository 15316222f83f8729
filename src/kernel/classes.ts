/**
 * What class each kind of data has, and what reading it takes beside the right to do so: one table. What is recorded
 * of a look is said in projections/events/access.ts.
 */
import type { FieldKind, ObjectRef } from '../../projections/events/access.js';
import type { Classification, Envelope } from '../../projections/kernel/message.js';
import type { Text } from './decider.js';

/** What a look takes. Where it takes a purpose it is an event, too. */
type Takes = Text & Readonly<{ purpose: boolean; grant: boolean }>;
export const CLASSES = {
  open: { zh: '公开', en: 'open', purpose: false, grant: false },
  internal: { zh: '内部', en: 'internal', purpose: false, grant: false },
  sensitive: { zh: '敏感', en: 'sensitive', purpose: true, grant: false },
  sealed: { zh: '密封', en: 'sealed', purpose: true, grant: true },
} as const satisfies Record<Classification, Takes>;

/** What is opened by a look. Anything else that is recorded is internal. */
export const FIELDS = {
  personal: { zh: '个人信息', en: 'personal fields', class: 'sensitive' },
  sealed: { zh: '密封内容', en: 'what is sealed', class: 'sealed' },
  administration: { zh: '账号与查阅记录', en: 'accounts and the access log', class: 'sensitive' },
  export: { zh: '导出', en: 'an export', class: 'sensitive' },
} as const satisfies Record<FieldKind, Text & { class: Classification }>;

/** Things that nobody may know of without a grant. */
const SEALED_OBJECTS: ReadonlySet<string> = new Set(['reporter']);
/** `viewed-reporter` and `granted-reporter` are what is told of a reporter. */
const bare = (type: string) => type.replace(/^(viewed|granted)-/, '');
export const isSealed = ({ type }: Pick<ObjectRef, 'type'>): boolean => SEALED_OBJECTS.has(bare(type));

/** Things of which it is not told either that somebody looked at them, or has leave to. */
const OF_AFFAIRS = ['affair', 'lead', 'case', 'review', 'recusal', 'document', 'conduct', 'authority', 'erasure'];
const SECRET_OBJECTS: ReadonlySet<string> = new Set([...SEALED_OBJECTS, ...OF_AFFAIRS]);
export const isSecret = ({ type }: Pick<ObjectRef, 'type'>): boolean => SECRET_OBJECTS.has(bare(type));

/** Leave to open what is sealed about one thing, on the days [from, to). */
export type Leave = Readonly<{ grant: string; object: ObjectRef; from: string; to: string | null }>;
/** The grant that is in force for it on a day; null where there is none. */
export const leaveFor = (grants: readonly Leave[], { type, id }: ObjectRef, on: string): string | null =>
  grants.find(
    ({ object, from, to }) => object.type === bare(type) && object.id === id && from <= on && (to === null || on < to),
  )?.grant ?? null;

export interface Sought {
  readonly object: ObjectRef;
  readonly fields: FieldKind;
  readonly purpose: string | null;
}
export type Permitted = Readonly<{ missing: null; fields: FieldKind; grant: string | null }>;
/** Whether the look may be taken, and under which grant. What is opened of a sealed thing is sealed itself. */
export function lookAt(
  { object, fields: asked, purpose }: Sought,
  grants: readonly Leave[],
  on: string,
): Permitted | Readonly<{ missing: 'purpose' | 'grant' }> {
  const fields = asked === 'personal' && isSealed(object) ? 'sealed' : asked;
  const takes = CLASSES[FIELDS[fields].class];
  const grant = takes.grant || isSealed(object) ? leaveFor(grants, object, on) : null;
  // Whoever may not know of it is not asked what for.
  if ((takes.grant || isSealed(object)) && grant === null) return { missing: 'grant' };
  if (takes.purpose && purpose === null) return { missing: 'purpose' };
  return { missing: null, fields, grant };
}

/** A sealed event is shown under a grant for what its stream is about, and to nobody else. */
export function showsEvent(
  { classification, stream }: Pick<Envelope, 'classification' | 'stream'>,
  grants: readonly Leave[],
  on: string,
): boolean {
  if (!CLASSES[classification].grant) return true;
  const dash = stream.indexOf('-');
  return leaveFor(grants, { type: stream.slice(0, dash), id: stream.slice(dash + 1) }, on) !== null;
}
