/** What the rules have found (疑点), and what has become of it. */
import type { Found, FindingEvent } from './events/findings.js';
import type { Fold, Status } from './kernel/fold.js';
import { idOf, type Recorded } from './kernel/message.js';
import { projection } from './kernel/projection.js';
import type { Severity, Values } from './kernel/rule.js';

export const FINDING_STATUSES = {
  none: { zh: '未发现', en: 'not raised' },
  open: { zh: '待签收', en: 'open' },
  acknowledged: { zh: '已签收', en: 'acknowledged' },
  explained: { zh: '已说明', en: 'explained' },
  'waiver-proposed': { zh: '拟免除', en: 'waiver proposed' },
  upheld: { zh: '已认定', en: 'upheld' },
  waived: { zh: '已免除', en: 'waived' },
  withdrawn: { zh: '已撤回', en: 'withdrawn' },
  superseded: { zh: '已并入', en: 'superseded' },
} as const;
export type FindingStatus = keyof typeof FINDING_STATUSES;

export type FindingState = Status & {
  readonly status: FindingStatus;
  readonly found: Found | null;
  /** Who proposed to let it go, and the status that it goes back to if that is declined. */
  readonly proposal: Readonly<{
    by: string | null;
    reason: string;
    dataError: boolean;
    before: FindingStatus;
    event: string;
  }> | null;
};

export const findingRegister: Fold<FindingState, FindingEvent> = {
  category: 'finding',
  initial: { status: 'none', found: null, proposal: null },
  evolve: (state, event) => {
    const to = (status: FindingStatus, more: Partial<FindingState> = {}): FindingState => ({
      ...state,
      proposal: null,
      ...more,
      status,
      since: event.id,
    });
    switch (event.type) {
      case 'FindingRaised':
        return to('open', { found: event.data });
      case 'FindingRevised':
        return { ...state, found: event.data };
      case 'FindingWithdrawn':
        return to('withdrawn');
      case 'FindingSuperseded':
        return to('superseded');
      case 'FindingAcknowledged':
        return to('acknowledged');
      case 'FindingExplained':
        return to('explained');
      case 'FindingUpheld':
        return to('upheld');
      case 'WaiverProposed': {
        const { reason, dataError } = event.data;
        const proposal = { by: event.actor.person, reason, dataError, before: state.status, event: event.id };
        return to('waiver-proposed', { proposal });
      }
      case 'WaiverDeclined':
        return to(state.proposal?.before ?? 'open');
      case 'FindingWaived':
        return to('waived');
      default:
        return state;
    }
  },
};

export type FindingRow = {
  finding: string;
  rule: string;
  ruleVersion: number;
  subject: string;
  status: FindingStatus;
  severity: Severity;
  certain: boolean;
  on: string;
  matterId: string | null;
  itemCode: string | null;
  org: string | null;
  placeKind: string | null;
  centre: string | null;
  raisedAt: string;
  /** How often it was raised: again after it had been withdrawn. */
  times: number;
  evidence: readonly string[];
  tested: Readonly<Record<string, boolean>>;
  parameters: Values;
  details: Found['details'];
  /** The finding that it is part of now. */
  by: string | null;
  explanation: string | null;
  reason: string | null;
  dataError: boolean | null;
  /** The status before somebody proposed to let it go. */
  before: FindingStatus | null;
};
const keyOf = idOf('finding');
type Raised = Recorded<Extract<FindingEvent, { data: Found }>>;
type Changed = Exclude<FindingEvent['type'], 'FindingRaised' | 'FindingRevised'>;

const said = ({ about, ...data }: Found) => {
  const { rule, ruleVersion, subject, severity, certain, evidence, tested, parameters, details } = data;
  return { rule, ruleVersion, subject, severity, certain, ...about, evidence, tested, parameters, details };
};
/** What an event leaves to be read beside the status. */
function left(event: Recorded<FindingEvent>): Partial<FindingRow> {
  switch (event.type) {
    case 'FindingWithdrawn':
      return { tested: event.data.tested };
    case 'FindingSuperseded':
      return { by: event.data.by };
    case 'FindingExplained':
      return { explanation: event.data.explanation };
    case 'FindingUpheld':
    case 'WaiverDeclined':
      return { reason: event.data.reason };
    case 'WaiverProposed':
    case 'FindingWaived':
      return { reason: event.data.reason, dataError: event.data.dataError };
    default:
      return {};
  }
}

/** A waiver that is declined leads back to where it was proposed. */
const STATUS: Readonly<Record<Exclude<Changed, 'WaiverDeclined'>, FindingStatus>> = {
  FindingWithdrawn: 'withdrawn',
  FindingSuperseded: 'superseded',
  FindingAcknowledged: 'acknowledged',
  FindingExplained: 'explained',
  FindingUpheld: 'upheld',
  WaiverProposed: 'waiver-proposed',
  FindingWaived: 'waived',
};

export const findings = projection<FindingEvent>()<FindingRow>({
  name: 'finding',
  version: 1,
  key: 'finding',
  columns: {
    finding: 'text',
    rule: 'text',
    ruleVersion: 'int',
    subject: 'text',
    status: 'text',
    severity: 'text',
    certain: 'boolean',
    on: 'date',
    matterId: 'text',
    itemCode: 'text',
    org: 'text',
    placeKind: 'text',
    centre: 'text',
    raisedAt: 'timestamptz',
    times: 'int',
    evidence: 'jsonb',
    tested: 'jsonb',
    parameters: 'jsonb',
    details: 'jsonb',
    by: 'text',
    explanation: 'text',
    reason: 'text',
    dataError: 'boolean',
    before: 'text',
  },
  indexes: {
    byRule: ['rule', 'status', 'on'],
    byOrg: ['org', 'on'],
    byItem: ['itemCode', 'on'],
    byMatter: ['matterId'],
    byStatus: ['status', 'on'],
  },
  uses: {},
  on: {
    FindingRaised: {
      keys: keyOf,
      fold: (row: FindingRow | undefined, event: Raised, _look: object, finding: string): FindingRow => ({
        finding,
        ...said(event.data),
        status: 'open',
        raisedAt: row?.raisedAt ?? event.recordedAt,
        times: (row?.times ?? 0) + 1,
        by: null,
        explanation: row?.explanation ?? null,
        reason: row?.reason ?? null,
        dataError: null,
        before: null,
      }),
    },
    FindingRevised: {
      keys: keyOf,
      fold: (row: FindingRow | undefined, { data }: Raised) => (row ? { ...row, ...said(data) } : null),
    },
    ...Object.fromEntries(
      [...Object.keys(STATUS), 'WaiverDeclined'].map((type) => [
        type,
        {
          keys: keyOf,
          fold: (row: FindingRow | undefined, event: Recorded<FindingEvent>) => {
            if (!row) return null;
            const status = STATUS[event.type as keyof typeof STATUS] ?? row.before ?? 'open';
            const before = event.type === 'WaiverProposed' ? row.status : null;
            return { ...row, ...left(event), status, before };
          },
        },
      ]),
    ),
  } as never,
});
