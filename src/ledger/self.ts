/** The decider of what the ledger says of itself: one stream, `ledger-self`. */
import type { LedgerEvent } from '../../projections/events/ledger.js';
import type { DataOf } from '../../projections/kernel/message.js';
import type { Decider } from '../kernel/decider.js';

export type LedgerCommand =
  | { type: 'OpenLedger'; data: DataOf<LedgerEvent, 'LedgerOpened'> }
  | { type: 'RecordClockStep'; data: DataOf<LedgerEvent, 'ClockStepped'> }
  | { type: 'AcceptClock'; data: DataOf<LedgerEvent, 'ClockAccepted'> };

type Self = { status: 'none' } | { status: 'open'; since: string; name: string; mode: 'demo' | 'real'; region: string };

export const SELF = 'self';

export const ledgerSelf: Decider<Self, LedgerCommand, LedgerEvent> = {
  category: 'ledger',
  initial: { status: 'none' },
  evolve: (state, event) =>
    event.type === 'LedgerOpened' && state.status === 'none'
      ? { status: 'open', since: event.id, ...event.data }
      : state,
  commands: {
    OpenLedger: {
      says: { zh: '启用账本', en: 'open the ledger' },
      from: ['none'],
      guards: [],
      events: (data) => [{ type: 'LedgerOpened', data }],
    },
    RecordClockStep: {
      says: { zh: '记录时钟跳变', en: 'record a clock step' },
      from: ['open'],
      guards: [],
      events: (data) => [{ type: 'ClockStepped', data }],
    },
    AcceptClock: {
      says: { zh: '确认时钟', en: 'accept the clock' },
      from: ['open'],
      guards: [],
      events: (data) => [{ type: 'ClockAccepted', data }],
    },
  },
};
