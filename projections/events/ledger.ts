/** What the ledger says of itself: stream `ledger-self`. */

export type LedgerEvent =
  /** The first event of every ledger. Only a demo's clock may be simulated; a real one never holds demo facts. */
  | { type: 'LedgerOpened'; data: { name: string; mode: 'demo' | 'real'; region: string } }
  /** The system's clock jumped while the service ran; negative is backwards. */
  | { type: 'ClockStepped'; data: { byMillis: number; before: string; after: string } }
  /** Someone looked at a clock that is behind the last event, and accepts it: ledger time stands still until it is passed. */
  | { type: 'ClockAccepted'; data: { clock: string; ledgerTime: string; reason: string } }
  /**
   * A key that signs the log from here on, as a verifier key (C2SP signed-note). `endorsement`: a note in which the key
   * that it replaces names it; null for the first one, and where the one before may be in other hands.
   */
  | {
      type: 'LogKeyIntroduced';
      data: { origin: string; key: string; replaces: string | null; endorsement: string | null; reason: string };
    }
  /**
   * Stream `map-<day>`: root of the map over objects as of `size` events, and how many objects there are. What every
   * `verify` computes again; with it a file of evidence can be shown to hold all that refers to its object.
   */
  | { type: 'MapRootRecorded'; data: { size: string; root: string; objects: string } }
  /**
   * Stream `claim-<type>-<id>`: this stream has the thing to itself until another claims it. Of what may not race (what
   * is owed, a payment, a pay code, the numbers of a kind of receipt), whoever claims it has seen all that was said of it.
   */
  | { type: 'ThingClaimed'; data: { by: string } };

export const ledgerEvents = {
  LedgerOpened: { version: 1, zh: '账本启用', en: 'ledger opened' },
  ClockStepped: { version: 1, zh: '时钟跳变', en: 'clock stepped' },
  ThingClaimed: { version: 1, zh: '占用登记', en: 'thing claimed' },
  ClockAccepted: { version: 1, zh: '时钟已确认', en: 'clock accepted' },
  MapRootRecorded: { version: 1, zh: '对象映射根已记录', en: 'root of the object map recorded' },
  LogKeyIntroduced: { version: 1, zh: '签名密钥启用', en: 'key of the log introduced' },
} as const satisfies Record<LedgerEvent['type'], { version: number; zh: string; en: string }>;
