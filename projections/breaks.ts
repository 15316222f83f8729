/** What reconciliation has left over (差异), and what has become of it. */
import type { BreakEvent, BreakFound, StepName } from './events/reconciliation.js';
import type { Fold, Status } from './kernel/fold.js';
import { idOf, type Recorded } from './kernel/message.js';
import { projection } from './kernel/projection.js';
import type { Severity } from './kernel/rule.js';

export const BREAK_STATUSES = {
  none: { zh: '无', en: 'not there' },
  open: { zh: '待说明', en: 'open' },
  explained: { zh: '已说明', en: 'explained' },
  accepted: { zh: '说明采信', en: 'explanation accepted' },
  rejected: { zh: '说明不采信', en: 'explanation rejected' },
  rectified: { zh: '已整改', en: 'rectified' },
  referred: { zh: '已移送', en: 'referred as a lead' },
  closed: { zh: '已办结', en: 'closed' },
} as const;
export type BreakStatus = keyof typeof BREAK_STATUSES;

export type BreakState = Status & {
  readonly status: BreakStatus;
  readonly found: BreakFound | null;
  /** The last reconciliation still found it. */
  readonly stands: boolean;
  readonly openedOn: string | null;
  readonly explainBy: string | null;
  /** Who explained it. */
  readonly by: string | null;
};
/** Whatever has been said of it stays said: that it is found once more opens only what was closed. */
export const breakRegister: Fold<BreakState, BreakEvent> = {
  category: 'break',
  initial: { status: 'none', found: null, stands: false, openedOn: null, explainBy: null, by: null },
  evolve: (state, event) => {
    const to = (status: BreakStatus, more: Partial<BreakState> = {}): BreakState => ({
      ...state,
      ...more,
      status,
      since: event.id,
    });
    switch (event.type) {
      case 'BreakOpened': {
        const { on, explainBy, ...found } = event.data;
        const again = state.status === 'none' || state.status === 'closed';
        const more = { found, stands: true, ...(again && { openedOn: on, explainBy, by: null }) };
        return again ? to('open', more) : { ...state, ...more };
      }
      case 'BreakRevised': {
        const { on: _, ...found } = event.data;
        return { ...state, found };
      }
      case 'BreakCleared':
        return { ...state, stands: false };
      case 'BreakExplained':
        return to('explained', { by: event.actor.person });
      case 'ExplanationAccepted':
        return to('accepted');
      case 'ExplanationRejected':
        return to('rejected');
      case 'BreakRectified':
        return to('rectified');
      case 'BreakReferred':
        return to('referred');
      case 'BreakClosed':
        return to('closed');
      default:
        return state;
    }
  },
};

export type BreakRow = {
  break: string;
  code: string;
  subject: string;
  status: BreakStatus;
  /** The last reconciliation still found it. */
  stands: boolean;
  severity: Severity;
  org: string | null;
  feeItem: string | null;
  matterId: string | null;
  since: string;
  openedOn: string;
  clearedOn: string | null;
  fen: string;
  step: StepName | null;
  left: readonly string[];
  right: readonly string[];
  details: BreakFound['details'];
  explainBy: string;
  explainedOn: string | null;
  explanation: string | null;
  /** Of the last answer to it. */
  reason: string | null;
  lead: string | null;
  /** The event that opened it, for the first time and for the last. */
  opened: string;
  event: string;
};
const keyOf = idOf('break');
/** What an event leaves to be read beside the status. */
function left(event: Recorded<BreakEvent>): Partial<BreakRow> {
  switch (event.type) {
    case 'BreakExplained':
      return { explanation: event.data.explanation, explainedOn: event.data.on };
    case 'ExplanationAccepted':
    case 'ExplanationRejected':
    case 'BreakClosed':
      return { reason: event.data.reason };
    case 'BreakRectified':
      return { reason: event.data.how };
    case 'BreakReferred':
      return { reason: event.data.reason, lead: event.data.lead };
    default:
      return {};
  }
}
/** What is found of a break, in the order in which rows and events hold it. */
export const said = ({
  code,
  subject,
  org,
  feeItem,
  matterId,
  since,
  fen,
  severity,
  step,
  left: l,
  right,
  details,
}: BreakFound): BreakFound => ({
  code,
  subject,
  org,
  feeItem,
  matterId,
  since,
  fen,
  severity,
  step,
  left: l,
  right,
  details,
});
const ANSWERS: Readonly<Record<string, BreakStatus>> = {
  BreakExplained: 'explained',
  ExplanationAccepted: 'accepted',
  ExplanationRejected: 'rejected',
  BreakRectified: 'rectified',
  BreakReferred: 'referred',
  BreakClosed: 'closed',
};

/** One row a break. */
export const breaks = projection<BreakEvent>()<BreakRow>({
  name: 'break',
  version: 1,
  key: 'break',
  columns: {
    break: 'text',
    code: 'text',
    subject: 'text',
    status: 'text',
    stands: 'boolean',
    severity: 'text',
    org: 'text',
    feeItem: 'text',
    matterId: 'text',
    since: 'date',
    openedOn: 'date',
    clearedOn: 'date',
    fen: 'bigint',
    step: 'text',
    left: 'jsonb',
    right: 'jsonb',
    details: 'jsonb',
    explainBy: 'date',
    explainedOn: 'date',
    explanation: 'text',
    reason: 'text',
    lead: 'text',
    opened: 'text',
    event: 'text',
  },
  indexes: {
    byStands: ['stands', 'code', 'since'],
    byCode: ['code', 'subject'],
    byOrg: ['org', 'since'],
    byMatter: ['matterId'],
    byExplainBy: ['status', 'explainBy'],
  },
  uses: {},
  on: {
    BreakOpened: {
      keys: keyOf,
      fold: (row, { data, id }, _look, key) => {
        const { on, explainBy } = data;
        const now = { ...said(data), stands: true, clearedOn: null, event: id };
        if (row && row.status !== 'closed') return { ...row, ...now };
        const none = { explainedOn: null, explanation: null, reason: null, lead: null };
        return { break: key, ...none, ...now, status: 'open', openedOn: on, explainBy, opened: row?.opened ?? id };
      },
    },
    BreakRevised: { keys: keyOf, fold: (row, { data, id }) => (row ? { ...row, ...said(data), event: id } : null) },
    BreakCleared: {
      keys: keyOf,
      fold: (row, { data, id }) => (row ? { ...row, stands: false, clearedOn: data.on, event: id } : null),
    },
    ...(Object.fromEntries(
      Object.entries(ANSWERS).map(([type, status]) => [
        type,
        {
          keys: keyOf,
          fold: (row: BreakRow | undefined, event: Recorded<BreakEvent>) =>
            row ? { ...row, ...left(event), status, event: event.id } : null,
        },
      ]),
    ) as {}),
  },
});
