/**
 * Looks at what is not open to everybody, each in the stream of who looked: `access-<personId>`; of other systems, in
 * one of theirs. What is gathered of one person is one command, one append.
 */
import type { AccessEvent, ObjectRef } from '../../../projections/events/access.js';
import type { Status } from '../../../projections/kernel/fold.js';
import type { DataOf, Ref } from '../../../projections/kernel/message.js';
import { isSecret } from '../../kernel/classes.js';
import type { Decider, Draft, Guard } from '../../kernel/decider.js';

type Looks = Status & { readonly status: 'any' };
export type View = DataOf<AccessEvent, 'AccessViewed'>;
/** `opened`: persons whose fields were opened with it. */
export type Look =
  | Readonly<{ type: 'AccessViewed'; data: View; opened: readonly string[] }>
  | Readonly<{ type: 'LogExported'; data: DataOf<AccessEvent, 'LogExported'> }>;
export type AccessCommand =
  /** What this ledger was asked. */
  | { type: 'RecordLooks'; data: { looks: readonly Look[] } }
  /** What another system tells. */
  | { type: 'RecordView'; data: Omit<View, 'action' | 'count'> & Partial<Pick<View, 'action' | 'count'>> };

/** Things are named by another type, so that a look does not stand in their own history. */
const viewed = ({ type, id }: ObjectRef, role = 'viewed'): Ref => ({ type: `viewed-${type}`, id, role });
/** Of whom somebody asks who may have been responsible is for nobody to read. */
const ofSuggestions = ({ action }: View) => action?.startsWith('attribution.') === true;
const viewedEvent = (data: View, opened: readonly string[] = []): Draft<AccessEvent> => ({
  type: 'AccessViewed',
  data,
  refs: [viewed(data.object), ...opened.map((id) => viewed({ type: 'person', id }, 'opened'))],
  classification: data.fields === 'sealed' || isSecret(data.object) || ofSuggestions(data) ? 'sealed' : 'sensitive',
});
const eventOf = (look: Look): Draft<AccessEvent> =>
  look.type === 'AccessViewed'
    ? viewedEvent(look.data, look.opened)
    : {
        type: 'LogExported',
        data: look.data,
        refs: [viewed({ type: 'log', id: look.data.what })],
        classification: 'sensitive',
      };

const purposeGiven: Omit<Guard, 'broken'> = {
  code: 'purpose-missing',
  says: { zh: '查阅、导出须说明事由', en: 'whoever looks or exports says what for' },
  basis: '信访工作条例 art. 30；安阳市政务服务条例 art. 11',
};
const none = (looks: readonly Readonly<{ purpose: string | null }>[]) =>
  looks.some(({ purpose }) => purpose === '') && { details: {} };

export const access: Decider<Looks, AccessCommand, AccessEvent> = {
  category: 'access',
  initial: { status: 'any' },
  evolve: (state) => state,
  commands: {
    RecordLooks: {
      says: { zh: '记录查阅', en: 'record looks' },
      from: ['any'],
      guards: [{ ...purposeGiven, broken: ({ looks }) => none(looks.map(({ data }: Look) => data)) }],
      events: ({ looks }) => looks.map(eventOf),
    },
    RecordView: {
      says: { zh: '记录查阅', en: 'record a look' },
      from: ['any'],
      guards: [{ ...purposeGiven, broken: (data) => none([data]) }],
      events: ({ action = null, count = 1, ...data }) => [viewedEvent({ ...data, action, count })],
    },
  },
};
