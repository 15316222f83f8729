/** What each unit's month comes to, residue by residue, and who has signed for it. */
import type { Certifier, PeriodEvent, ResidueLine, RunEvent, TiedCell } from './events/reconciliation.js';
import type { Fold, Status } from './kernel/fold.js';
import { idOf } from './kernel/message.js';
import { projection } from './kernel/projection.js';

export type Signature = Readonly<{
  party: Certifier;
  by: string | null;
  event: string;
  /** The event whose outcome was signed for. */
  reconciled: string;
  balanceFen: string | null;
  note: string | null;
}>;
export type PeriodState = Status & {
  readonly status: 'none' | 'reconciled' | 'certified';
  readonly org: string | null;
  readonly month: string | null;
  readonly on: string | null;
  /** The event that it stands as it does by. */
  readonly reconciled: string | null;
  /** Of what stands now. */
  readonly signatures: readonly Signature[];
};
const signed = ({ type, data, actor, id }: { type: string; data: any; actor: any; id: string }): Signature | null =>
  type === 'CertificateSigned' ? { ...data, by: actor.person, event: id } : null;
/** What comes to something else is signed for anew. */
export const periodRegister: Fold<PeriodState, PeriodEvent> = {
  category: 'reconciliation',
  initial: { status: 'none', org: null, month: null, on: null, reconciled: null, signatures: [] },
  evolve: (state, event) => {
    const signature = signed(event);
    if (signature) {
      const signatures = [...state.signatures, signature];
      return { ...state, signatures, since: event.id, status: signatures.length === 3 ? 'certified' : state.status };
    }
    if (event.type !== 'PeriodReconciled') return state;
    const { org, month, on, part } = event.data;
    if (part > 0) return state;
    return { status: 'reconciled', since: event.id, org, month, on, reconciled: event.id, signatures: [] };
  },
};
export type PeriodRow = {
  /** `<unit>-<month>` */
  period: string;
  org: string | null;
  month: string;
  on: string;
  asOf: string;
  status: 'reconciled' | 'certified';
  parts: number;
  reconciled: string;
  signatures: readonly Signature[];
  /** Signatures for what it no longer comes to. */
  outdated: readonly Signature[];
  /** Fee items of its cells, now and before the last change. */
  feeItems: readonly (string | null)[];
  before: readonly (string | null)[];
  partsBefore: number;
};
const periodOf = idOf('reconciliation');
export const periods = projection<PeriodEvent>()<PeriodRow>({
  name: 'period',
  version: 1,
  key: 'period',
  columns: {
    period: 'text',
    org: 'text',
    month: 'text',
    on: 'date',
    asOf: 'text',
    status: 'text',
    parts: 'int',
    reconciled: 'text',
    signatures: 'jsonb',
    outdated: 'jsonb',
    feeItems: 'jsonb',
    before: 'jsonb',
    partsBefore: 'int',
  },
  indexes: { byMonth: ['month', 'org'], byOrg: ['org', 'month'] },
  uses: {},
  on: {
    PeriodReconciled: {
      keys: periodOf,
      fold: (row, { data, id }, _look, period) => {
        const { org, month, on, asOf, part, parts, cells } = data;
        if (part > 0) return row ?? null;
        return {
          period,
          org,
          month,
          on,
          asOf,
          status: 'reconciled',
          parts,
          reconciled: id,
          signatures: [],
          outdated: [...(row?.outdated ?? []), ...(row?.signatures ?? [])],
          feeItems: cells.map(({ feeItem }) => feeItem),
          before: row?.feeItems ?? [],
          partsBefore: row?.parts ?? 0,
        };
      },
    },
    CertificateSigned: {
      keys: periodOf,
      fold: (row, event) => {
        if (!row) return null;
        const signatures = [...row.signatures, signed(event)!];
        return { ...row, signatures, status: signatures.length === 3 ? 'certified' : row.status };
      },
    },
  },
});

export type TieOutRow = Omit<TiedCell, 'steps'> & {
  /** `<period> <fee item>` */
  cell: string;
  period: string;
  org: string | null;
  month: string;
  steps: TiedCell['steps'];
  event: string;
};
const cellOf = (period: string, feeItem: string | null) => `${period} ${feeItem ?? ''}`;
/** The identities, one row per unit, fee item and month. */
export const tieOuts = projection<PeriodEvent>()<TieOutRow, { periods: typeof periods }>({
  name: 'tie_out',
  version: 1,
  key: 'cell',
  columns: {
    cell: 'text',
    period: 'text',
    org: 'text',
    feeItem: 'text',
    month: 'text',
    assessedFen: 'bigint',
    waivedFen: 'bigint',
    cancelledFen: 'bigint',
    issuedFen: 'bigint',
    voidFen: 'bigint',
    redFen: 'bigint',
    refundedFen: 'bigint',
    steps: 'jsonb',
    event: 'text',
  },
  indexes: {
    byMonth: ['month', 'org', 'feeItem'],
    byOrg: ['org', 'month', 'feeItem'],
    byFeeItem: ['feeItem', 'month'],
  },
  uses: { periods },
  on: {
    PeriodReconciled: {
      keys: (event, look) => {
        if (event.data.part > 0) return [];
        const period = periodOf(event);
        const { feeItems, before } = look.periods.get(period)!;
        return [...new Set([...feeItems, ...before])].map((feeItem) => cellOf(period, feeItem));
      },
      fold: (_row, event, _look, cell) => {
        const period = periodOf(event);
        const { org, month, cells } = event.data;
        const found = cells.find(({ feeItem }) => cellOf(period, feeItem) === cell);
        return found ? { cell, period, org, month, ...found, event: event.id } : null;
      },
    },
  },
});

export type ResiduePage = {
  /** `<period> <part>` */
  page: string;
  period: string;
  org: string | null;
  month: string;
  part: number;
  residues: readonly ResidueLine[];
};
/** Every residue of a unit's month, by name. */
export const residuePages = projection<PeriodEvent>()<ResiduePage, { periods: typeof periods }>({
  name: 'residue_page',
  version: 1,
  key: 'page',
  columns: { page: 'text', period: 'text', org: 'text', month: 'text', part: 'int', residues: 'jsonb' },
  indexes: { byPeriod: ['period', 'part'], byMonth: ['month', 'org', 'part'], byOrg: ['org', 'month', 'part'] },
  uses: { periods },
  on: {
    PeriodReconciled: {
      keys: (event, look) => {
        const { part, parts } = event.data;
        const period = periodOf(event);
        const before = part === 0 ? (look.periods.get(period)?.partsBefore ?? 0) : 0;
        const gone = Array.from({ length: Math.max(0, before - parts) }, (_, n) => parts + n);
        return [part, ...gone].map((n) => `${period} ${n}`);
      },
      fold: (_row, event, _look, page) => {
        const period = periodOf(event);
        const { org, month, part, residues } = event.data;
        return page === `${period} ${part}` ? { page, period, org, month, part, residues } : null;
      },
    },
  },
});

export type RunRow = RunEvent['data'] & { region: string; event: string; at: string };
/** The last run of a region; those before it are its earlier versions. */
export const reconciliationRuns = projection<RunEvent>()<RunRow>({
  name: 'reconciliation_run',
  version: 1,
  key: 'region',
  columns: {
    region: 'text',
    on: 'date',
    asOf: 'text',
    pack: 'jsonb',
    inputs: 'jsonb',
    made: 'int',
    unmade: 'int',
    opened: 'int',
    revised: 'int',
    cleared: 'int',
    periods: 'int',
    suggested: 'int',
    event: 'text',
    at: 'text',
  },
  uses: {},
  on: {
    ReconciliationRun: {
      keys: idOf('reconciling'),
      fold: (_row, { data, id, recordedAt }, _look, region) => ({ region, ...data, event: id, at: recordedAt }),
    },
  },
});
