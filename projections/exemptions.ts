/** Which units may accept what outside the centre, where, how, and from which day to which. */
import type { ApproverLevel, ExemptionEvent, ExemptionScope } from './events/exemptions.js';
import type { Fold, Status } from './kernel/fold.js';
import { type Channel, idOf, type PlaceKind } from './kernel/message.js';
import { LAST_DAY } from './kernel/instant.js';
import { projection } from './kernel/projection.js';

export const EXEMPTION_STATUSES = {
  applied: { zh: '已申请', en: 'applied for' },
  approved: { zh: '已批准', en: 'approved' },
  denied: { zh: '未批准', en: 'denied' },
  revoked: { zh: '已撤销', en: 'revoked' },
} as const;

export interface Exemption {
  readonly exemption: string;
  readonly status: keyof typeof EXEMPTION_STATUSES;
  readonly scope: ExemptionScope | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly decidedOn: string | null;
  /** The event that brought the status about. */
  readonly event: string;
}
export type ExemptionsState = Status & {
  readonly status: 'none' | 'some';
  readonly exemptions: Readonly<Record<string, Exemption>>;
};

export const exemptionRegister: Fold<ExemptionsState, ExemptionEvent> = {
  category: 'exemptions',
  initial: { status: 'none', exemptions: {} },
  evolve: (state, { type, data, id: event }) => {
    const known = Object.hasOwn(state.exemptions, data.exemption) ? state.exemptions[data.exemption]! : null;
    const to = (more: Partial<Exemption> & Pick<Exemption, 'status'>): ExemptionsState => ({
      status: 'some',
      since: state.since ?? event,
      exemptions: {
        ...state.exemptions,
        [data.exemption]: {
          exemption: data.exemption,
          scope: null,
          from: null,
          to: null,
          decidedOn: null,
          ...known,
          event,
          ...more,
        },
      },
    });
    switch (type) {
      case 'ExemptionApplied':
        return to({ status: 'applied', scope: data.scope });
      case 'ExemptionApproved':
        return to({
          status: 'approved',
          scope: data.scope,
          from: data.from,
          to: data.to,
          decidedOn: data.decidedOn,
        });
      case 'ExemptionDenied':
        return to({ status: 'denied' });
      case 'ExemptionRevoked':
        return to({ status: 'revoked', to: known?.to != null && known.to < data.from ? known.to : data.from });
      default:
        return state;
    }
  },
};

type ExemptionRow = {
  /** `<org>/<exemption>` */
  id: string;
  org: string;
  exemption: string;
  status: Exemption['status'];
  approver: string | null;
  approverLevel: ApproverLevel | null;
  document: string | null;
  decidedOn: string | null;
  from: string | null;
  to: string | null;
  /** As `to`, or the last day of all time: in force on a day is `from ≤ day < until`. */
  until: string;
  items: readonly string[] | null;
  places: readonly PlaceKind[] | null;
  channels: readonly Channel[] | null;
  obligations: readonly string[];
  reason: string | null;
  /** The event that approved it. */
  granted: string | null;
  /** The end that it was approved with; a revocation brings `to` forward. */
  grantedTo: string | null;
};
type Decision = Pick<ExemptionRow, 'status' | 'approverLevel'>;
/** Somebody has approved it, also where it was revoked since. */
export const approved = ({ status }: Decision): boolean => status === 'approved' || status === 'revoked';
/** Units apply, and the government approves: what anybody else approves exempts nobody. */
export const exempts = (row: Decision): boolean => approved(row) && row.approverLevel === 'government';

const orgOf = idOf('exemptions');
const keyOf = (event: { readonly stream: string; readonly data: { readonly exemption: string } }) =>
  `${orgOf(event)}/${event.data.exemption}`;
const empty = (id: string, org: string, exemption: string): ExemptionRow => ({
  id,
  org,
  exemption,
  status: 'applied',
  approver: null,
  approverLevel: null,
  document: null,
  decidedOn: null,
  from: null,
  to: null,
  until: LAST_DAY,
  items: null,
  places: null,
  channels: null,
  obligations: [],
  reason: null,
  granted: null,
  grantedTo: null,
});

/** One row for each exemption of each unit, as it stands. */
export const exemptions = projection<ExemptionEvent>()<ExemptionRow>({
  name: 'exemption',
  version: 2,
  key: 'id',
  columns: {
    id: 'text',
    org: 'text',
    exemption: 'text',
    status: 'text',
    approver: 'text',
    approverLevel: 'text',
    document: 'text',
    decidedOn: 'date',
    from: 'date',
    to: 'date',
    until: 'date',
    items: 'jsonb',
    places: 'jsonb',
    channels: 'jsonb',
    obligations: 'jsonb',
    reason: 'text',
    granted: 'text',
    grantedTo: 'date',
  },
  indexes: { byOrg: ['org', 'from'], byStatus: ['status', 'to'] },
  uses: {},
  on: {
    ExemptionApplied: {
      keys: keyOf,
      fold: (row, event, _look, id) => {
        const { exemption, scope, reason } = event.data;
        return { ...(row ?? empty(id, orgOf(event), exemption)), status: 'applied', ...scope, reason };
      },
    },
    ExemptionApproved: {
      keys: keyOf,
      fold: (row, event, _look, id) => {
        const { exemption, scope, approver, decidedOn, document, obligations, from, to } = event.data;
        return {
          ...(row ?? empty(id, orgOf(event), exemption)),
          status: 'approved',
          ...scope,
          approver: approver.name,
          approverLevel: approver.level,
          decidedOn,
          document,
          obligations,
          from,
          to,
          until: to ?? LAST_DAY,
          granted: event.id,
          grantedTo: to,
        };
      },
    },
    ExemptionDenied: {
      keys: keyOf,
      fold: (row, event, _look, id) => ({
        ...(row ?? empty(id, orgOf(event), event.data.exemption)),
        status: 'denied',
      }),
    },
    ExemptionRevoked: {
      keys: keyOf,
      fold: (row, event, _look, id) => {
        const { exemption, from } = event.data;
        const known = row ?? empty(id, orgOf(event), exemption);
        const to = known.to !== null && known.to < from ? known.to : from;
        return { ...known, status: 'revoked', to, until: to };
      },
    },
  },
});
