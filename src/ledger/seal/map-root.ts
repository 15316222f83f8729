/** The root of the map over objects as an event: stream `map-<day>`, so that no stream grows for ever. */
import type { LedgerEvent } from '../../../projections/events/ledger.js';
import { fromHex, toHex } from '../../../projections/kernel/bytes.js';
import { dayOf, instantOfMillis } from '../../../projections/kernel/instant.js';
import type { Hash } from '../../../projections/kernel/merkle.js';
import type { DataOf, Recorded } from '../../../projections/kernel/message.js';
import type { Decider } from '../../kernel/decider.js';
import type { Send } from '../commands.js';
import type { EventStore } from '../event-store.js';
import type { Opened } from '../open.js';
import { systemContext } from '../self.js';

type Roots = { readonly status: 'any' };
export type MapRootCommand = { type: 'RecordMapRoot'; data: DataOf<LedgerEvent, 'MapRootRecorded'> };
export const MAP_ROOT = 'MapRootRecorded';

export const mapRoots: Decider<Roots, MapRootCommand, LedgerEvent> = {
  category: 'map',
  initial: { status: 'any' },
  evolve: (state) => state,
  commands: {
    RecordMapRoot: {
      says: { zh: '记录对象映射的根', en: 'record the root of the map over objects' },
      from: ['any'],
      guards: [],
      events: (data) => [{ type: MAP_ROOT, data }],
    },
  },
};

export interface MapRoot {
  readonly size: number;
  readonly root: Hash;
  readonly objects: number;
}
export type RecordRoot = (root: MapRoot) => Promise<void>;
export const recordingRoots =
  (opened: Opened, send: Send): RecordRoot =>
  async ({ size, root, objects }) => {
    const now = instantOfMillis(opened.millis());
    const data = { size: String(size), root: `sha256:${toHex(root)}`, objects: String(objects) };
    const command = { type: 'RecordMapRoot', data } as const;
    await send(mapRoots, dayOf(now), command, { context: systemContext(opened, now), key: `map-${size}` });
  };

/** A root that the log tells of, by the event at `index`. */
export interface Told extends MapRoot {
  readonly index: number;
  readonly recordedAt: string;
}
const toldBy = (event: Recorded): Told => {
  const { size, root, objects } = event.data as MapRootCommand['data'];
  const hash = fromHex(root.replace('sha256:', '')) ?? new Uint8Array();
  return { index: event.index, recordedAt: event.recordedAt, size: Number(size), root: hash, objects: Number(objects) };
};
const PAGE = 500;
/** From an index on, up to another. */
export async function* rootsIn(
  store: Pick<EventStore, 'readTypes'>,
  from: number,
  to: number,
): AsyncGenerator<Told, void> {
  for (let at = from; ;) {
    const some = await store.readTypes([MAP_ROOT], at, PAGE);
    for (const event of some) {
      if (event.index >= to) return;
      yield toldBy(event);
    }
    if (some.length < PAGE) return;
    at = some.at(-1)!.index + 1;
  }
}
/** The last before an index. It is looked for backwards: there is one a minute where anything happens. */
export async function lastRoot(store: Pick<EventStore, 'readTypes'>, before: number): Promise<Told | null> {
  for (let back = 256; ; back *= 8) {
    let last: Told | null = null;
    for await (const each of rootsIn(store, Math.max(0, before - back), before)) last = each;
    if (last || back >= before) return last;
  }
}
