/**
 * Follows the log and grows the map over objects (projections/kernel/map.ts), one holder at a time, beside the sealer. Its
 * root is an event at most once a minute, and only where something else was recorded since: an idle ledger comes to rest.
 */
import type { Ref } from '../../../projections/kernel/message.js';
import { growing, NOTHING, type Page } from '../../../projections/kernel/map.js';
import { LEASE_MS } from '../../read/session.js';
import type { EventStore } from '../event-store.js';
import { SealKeys, sha256 } from './keys.js';
import { Leisure } from './leisure.js';
import { lastRoot, MAP_ROOT, type RecordRoot, type Told } from './map-root.js';
import { asKept, Gathered, KeptMap, PageUnlike, secretOf } from './objects.js';
import { SealRefused, shorter, unlike } from './refused.js';
import { Shift, type ShiftStatus } from './shift.js';
import { sameRoot } from './tree.js';

export interface Mapping {
  /** Appends the event that tells of a root. */
  readonly record: RecordRoot;
  /** The ledger's clock: Unix milliseconds. */
  readonly millis: () => number;
  /** A root at most this often; a minute unless told. */
  readonly everyMillis?: number;
}
export interface MapperSetup extends Mapping {
  readonly url: string;
  readonly store: EventStore;
  /** Of the keys of the seal: what nobody signs, nobody can be shown. */
  readonly folder: string;
  readonly leaseMillis?: number;
}
const EVERY_MS = 60_000;
const PACE_MS = 2000;
/** Events read at once, and events gathered until the map is grown by them. */
const BATCH = 250;
const EPOCH = 5000;
/** Pages that are kept in memory while there is more to come. */
const ROOM = 50_000;

export class Mapper {
  readonly map: KeptMap;
  private readonly shift: Shift;
  /** What is kept is what the log tells of. */
  private recognised = false;

  constructor(private readonly setup: MapperSetup) {
    this.shift = new Shift(setup.url, {
      lease: 'map',
      leaseMillis: setup.leaseMillis,
      paceMillis: PACE_MS,
      forget: () => {
        this.recognised = false;
      },
      step: (signal) => this.ifKey(new Leisure(signal)),
    });
    this.map = new KeptMap(this.shift.pool);
  }
  get status(): ShiftStatus {
    return this.shift.status;
  }
  start = (): void => this.shift.start();
  stop = (): Promise<void> => this.shift.stop();
  /** Once, for who has started none; where another is at work it is left to that one. */
  async mapOnce(): Promise<void> {
    await this.shift.once(10 * LEASE_MS, () => this.ifKey(new Leisure(this.shift.signal, false)));
  }
  private async ifKey(leisure: Leisure): Promise<boolean> {
    const hasKey = (await SealKeys.stamp(this.setup.folder)) > 0;
    if (hasKey) await this.step(leisure);
    return hasKey;
  }

  /** Grows the map and records its root where one is due. */
  private async step(leisure: Leisure): Promise<void> {
    const { store, record } = this.setup;
    const { next } = await store.head();
    const last = await lastRoot(store, next);
    if (!this.recognised) await this.recognise(last, next, leisure);
    if (!(await this.isDue(last, next))) return;
    await this.growTo(next, leisure);
    const epoch = leisure.ended ? null : await this.map.last();
    if (epoch?.size === next) await record(epoch);
  }
  private async isDue(last: Told | null, next: number): Promise<boolean> {
    if (next === 0) return false;
    const { store, millis, everyMillis = EVERY_MS } = this.setup;
    if (last && millis() - Date.parse(last.recordedAt) < everyMillis) return false;
    const from = last?.size ?? 0;
    const own = await store.readTypes([MAP_ROOT], from, BATCH);
    return next - from > own.length || own.length === BATCH;
  }
  /** The last root that the log tells of has to be that of the map as of its size. */
  private async recognise(last: Told | null, next: number, leisure: Leisure): Promise<void> {
    const size = (await this.map.last())?.size ?? 0;
    if (size > next) throw shorter(size, next);
    if (last) {
      // A map that is made anew stops there, too, so that proofs under this root can be given.
      await this.growTo(last.size, leisure);
      const epoch = await this.map.at(last.size);
      if (epoch && !sameRoot(epoch.root, last.root)) throw another(last);
    }
    this.recognised = true;
  }

  private async growTo(to: number, leisure: Leisure): Promise<void> {
    const pages = new Map<string, Page | null>();
    let secret: Uint8Array | null = null;
    let { epoch, size, objects, root } = (await this.map.last()) ?? NONE;
    if (epoch === 0) pages.set('', null);
    while (size < to && !leisure.ended) {
      const end = Math.min(size + EPOCH, to);
      const gathered = await this.gather(size, end, leisure);
      if (!gathered) return;
      secret ??= await secretOf(this.setup.store);
      const reading = { read: asKept(this.map, epoch), root, leisure };
      const { entries, fresh } = await gathered.entries(secret, pages, reading).catch(changed);
      const { root: now, pages: made } = await leisure.through(growing(sha256, pages, entries));
      const after = { size: end, root: Buffer.from(now), objects: objects + fresh };
      if (!(await this.map.grow(size, after, made))) throw new Error('another mapper has grown the map');
      if (pages.size > ROOM) pages.clear();
      for (const [path, page] of made) pages.set(path, page);
      ({ size, objects, root } = after);
      epoch++;
    }
  }
  private async gather(from: number, to: number, leisure: Leisure): Promise<Gathered | null> {
    const gathered = new Gathered();
    for (let at = from; at < to;) {
      const stored = await this.setup.store.readStored(at, Math.min(BATCH, to - at));
      if (stored.length === 0) throw shorter(to, at);
      for (const { index, bytes, digest } of stored) {
        if (index !== at || !digest.equals(sha256(bytes))) throw unlike(at);
        gathered.add(index, digest, (JSON.parse(bytes.toString('utf8')) as { refs: readonly Ref[] }).refs);
        at++;
      }
      await leisure.breath();
      if (leisure.ended) return null;
    }
    return gathered;
  }
}

const NONE = { epoch: 0, size: 0, objects: 0, root: Buffer.from(NOTHING) };
function changed(error: unknown): never {
  if (!(error instanceof PageUnlike)) throw error;
  throw new SealRefused(
    `对象映射的页 ${error.path} 被改动。不再记录；请运行 mingzhang verify`,
    `the page ${error.path} of the map over objects was changed. No more is recorded; run mingzhang verify`,
  );
}
const another = ({ index, size }: Told) =>
  new SealRefused(
    `事件 ${index} 所记对象映射的根与前 ${size} 个事件不符：账本或映射被改动。不再记录；请运行 mingzhang verify`,
    `the root of the map that event ${index} tells of is not that of the first ${size} events: the log or the map was changed. No more is recorded; run mingzhang verify`,
  );
