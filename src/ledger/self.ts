/** The decider of what the ledger says of itself: one stream, `ledger-self`. */
import { instantOfMillis } from '../../projections/kernel/instant.js';
import type { LedgerEvent } from '../../projections/events/ledger.js';
import type { DataOf, Recorded } from '../../projections/kernel/message.js';
import type { Context, Decider } from '../kernel/decider.js';

import { SimulatedClock } from './clock.js';
import type { Commands } from './commands.js';
import type { EventStore } from './event-store.js';
import type { Opened } from './open.js';

export type LedgerCommand =
  | { type: 'OpenLedger'; data: DataOf<LedgerEvent, 'LedgerOpened'> }
  | { type: 'RecordClockStep'; data: DataOf<LedgerEvent, 'ClockStepped'> }
  | { type: 'AcceptClock'; data: DataOf<LedgerEvent, 'ClockAccepted'> }
  | { type: 'IntroduceLogKey'; data: DataOf<LedgerEvent, 'LogKeyIntroduced'> };

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
    IntroduceLogKey: {
      says: { zh: '启用签名密钥', en: 'introduce a key of the log' },
      from: 'any',
      guards: [],
      events: (data) => [{ type: 'LogKeyIntroduced', data }],
    },
  },
};

/** Of what the ledger does by itself. */
export const systemContext = ({ region }: Opened, now: string): Context => ({
  way: 'act',
  now,
  occurredAt: now,
  precision: 'second',
  on: now.slice(0, 10),
  region,
  by: { person: null, actingAs: 'system', authMethod: 'none' },
});

/** The ledger time below which no clock counts, since somebody accepted one that was behind it; null if nobody did. */
export async function acceptedClock(store: Pick<EventStore, 'readStream'>): Promise<string | null> {
  const events = (await store.readStream(`ledger-${SELF}`)) as Recorded<LedgerEvent>[];
  const accepted = events.findLast(({ type }) => type === 'ClockAccepted');
  return accepted?.type === 'ClockAccepted' ? accepted.data.ledgerTime : null;
}

/** Each instance of a demo has a clock of its own: one that another has run ahead of goes on from the ledger's time. */
export async function followLedger({ clock, store }: Pick<Opened, 'clock' | 'store'>): Promise<void> {
  const { ledgerTime } = await store.head();
  if (clock instanceof SimulatedClock && ledgerTime !== null && clock.millis() < Date.parse(ledgerTime))
    clock.set(Date.parse(ledgerTime));
}

const WATCH_MS = 1000;
/** Looks again and again, until it is told to stop. What cannot be seen or recorded now shows in every command, too. */
function watching(look: () => Promise<void>): () => void {
  const timer = setInterval(() => void look().catch(() => undefined), WATCH_MS);
  return () => clearInterval(timer);
}
/** For a process beside the service, which watches the clock itself. */
export const keepUp = (opened: Pick<Opened, 'clock' | 'store'>): (() => void) =>
  opened.clock instanceof SimulatedClock ? watching(() => followLedger(opened)) : () => undefined;

/** A clock that is this much behind the ledger stops writing. */
export const BEHIND_MS = 5000;

/** Records jumps of the clock as they happen, and goes on once somebody has accepted a clock that is behind. */
export function watchClock(commands: Commands, opened: Opened): () => void {
  const { clock, store } = opened;
  return watching(async () => {
    await followLedger(opened);
    const step = Math.round(clock.stepped());
    const now = clock.millis();
    const { ledgerTime } = await store.head();
    if (ledgerTime !== null && now < Date.parse(ledgerTime) - BEHIND_MS) {
      const accepted = await acceptedClock(store);
      if (accepted !== null) opened.notBefore(Date.parse(accepted));
    }
    if (step === 0) return;
    const data = { byMillis: step, before: instantOfMillis(now - step), after: instantOfMillis(now) };
    const context = systemContext(opened, instantOfMillis(opened.millis()));
    await commands.send(ledgerSelf, SELF, { type: 'RecordClockStep', data }, { context, key: `step-${now}` });
  });
}
