/** What the log holds: messages, and the envelope around each. Field by field in docs/events.md. */

export type Message = Readonly<{ type: string; data: object }>;
export type DataOf<M extends Message, T extends M['type']> = Extract<M, { type: T }>['data'];

/** A guard that a report has broken, with its article of law and the events (ids) that stand in the way. */
export type Irregularity = Readonly<{ code: string; basis: string; details: object; refs: readonly string[] }>;

/** A thing that an event is about; `role` says how (subject, item, window, handler …). Histories are read by it. */
export type Ref = Readonly<{ type: string; id: string; role: string }>;

/** Where an act was done: a fact, never a verdict. Whether a hall or a point was approved is looked up by the rule. */
export const PLACE_KINDS = [
  'centre-window',
  'self-service',
  'special-hall',
  'village-point',
  'on-site-session',
  'department-office',
  'other',
  'unknown',
] as const;
export type PlaceKind = (typeof PLACE_KINDS)[number];
export type Place = Readonly<{ kind: PlaceKind; window?: string; org?: string }>;
export const CHANNELS = ['window', 'online-platform', 'department-system', 'phone', 'mail', 'relay'] as const;
export type Channel = (typeof CHANNELS)[number];

export const PRECISIONS = ['second', 'minute', 'day', 'unknown'] as const;
export type Precision = (typeof PRECISIONS)[number];

/** Who did it. `person` is a vault id; a report may not know its post or organisation. */
export type Actor = Readonly<{
  person: string | null;
  post?: string;
  org?: string;
  actingAs: 'holder' | 'cover' | 'system' | 'unknown';
  authMethod: 'token' | 'session' | 'adapter' | 'policy' | 'none';
}>;

/**
 * Where a report came from. `registeredAt`: when that system was told; `digest`: of the raw row, keyed; `reason`: why
 * a person registers it afterwards (补录).
 */
export type Source = Readonly<{
  system: string;
  batch: string;
  row: string;
  registeredAt: string | null;
  digest?: string;
  reason?: string;
}>;

export type Document = Readonly<{ id: string; digest: string; pages?: number }>;
export const CLASSIFICATIONS = ['open', 'internal', 'sensitive', 'sealed'] as const;
export type Classification = (typeof CLASSIFICATIONS)[number];

/** A value sealed under its person's key (AES-256-GCM); the commitment shows that an opened value is the recorded one. */
export type Sealed = Readonly<{ sealed: string; commitment: string }>;
/** Someone whose fields are personal: `personal` holds plain values in a command and {@link Sealed} ones in the log. */
export type PersonRef<F extends string = string> = Readonly<{
  personId: string;
  personal: Readonly<Partial<Record<F, string | Sealed>>>;
}>;

/** The stored envelope, exactly as its canonical bytes spell it. Absent means not known or not applicable. */
export interface Envelope {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly version: number;
  /** When it happened, RFC 3339 with the offset that its source wrote. */
  readonly occurredAt: string;
  readonly precision: Precision;
  /** When this ledger was told; never goes back within a stream. */
  readonly recordedAt: string;
  /** Registry facts: in force on [from, to), dates; `to` null means until changed. */
  readonly effective?: { readonly from: string; readonly to: string | null };
  readonly actor: Actor;
  readonly place?: Place;
  readonly channel?: Channel;
  readonly refs: readonly Ref[];
  readonly source?: Source;
  readonly irregularities: readonly Irregularity[];
  readonly derived?: { readonly rule: string; readonly version: number; readonly by: string };
  readonly corrects?: { readonly event: string; readonly reason: string; readonly approver: string };
  readonly legalBasis: readonly string[];
  readonly documents: readonly Document[];
  readonly classification: Classification;
  readonly commandId: string;
  readonly fingerprint: string;
  /** The streams that the deciding facts were folded from and their revisions (-1: no such stream). */
  readonly facts: Readonly<Record<string, number>>;
  /** The highest index among those facts, as a decimal string; null where nothing was looked up. */
  readonly factsAsOf: string | null;
  readonly correlation: string;
  readonly causation: string | null;
  readonly data: object;
  /** 16 random bytes, so that the digest of a guessable event cannot be guessed. */
  readonly salt: string;
}

/** An event as the log gives it back. `index` is its place in the log: 0, 1, 2 … without gaps. */
export type Recorded<E extends Message = Message> = Omit<Envelope, 'type' | 'data'> & E & { readonly index: number };

/** What a stream is about: the id behind its category. */
export const idOf =
  (category: string) =>
  ({ stream }: { readonly stream: string }): string =>
    stream.slice(category.length + 1);
/** As {@link idOf}, and nothing of the streams of other categories: limits pass in all of them. */
export const idIn =
  (category: string) =>
  (of: { readonly stream: string }): string | readonly string[] =>
    of.stream.startsWith(`${category}-`) ? idOf(category)(of) : [];
