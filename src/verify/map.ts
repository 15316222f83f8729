/**
 * The map over objects, made again from the events: every root that the log tells of, every epoch that is kept, and every
 * page of it. In memory are the events of one epoch and some pages; the rest is looked up where it was compared before.
 */
import { equal, type Hash } from '../../projections/kernel/merkle.js';
import { grown, NOTHING, type Page, pageBytes, pageIn } from '../../projections/kernel/map.js';
import type { Ref } from '../../projections/kernel/message.js';
import type { EventStore } from '../ledger/event-store.js';
import { sha256 } from '../ledger/seal/keys.js';
import { rootsIn, type Told } from '../ledger/seal/map-root.js';
import { asKept, type Epoch, Gathered, type KeptMap, PageUnlike, secretOf } from '../ledger/seal/objects.js';
import type { Report } from './report.js';

export interface MapVerifying {
  readonly store: Pick<EventStore, 'readStored' | 'readTypes'>;
  readonly map: KeptMap;
  readonly report: Report;
  /** What was verified before ends here. */
  readonly from: number;
  /** Events that there are. */
  readonly next: number;
  readonly told?: (done: number, of: number) => void;
}
const PAGE = 1000;
/** Events whose objects are gathered before the map grows, and pages that are kept in memory. */
const MOST_GATHERED = 10_000;
const ROOM = 50_000;
const nodeAt = (path: string, epoch: number) => `映射页 map page ${path === '' ? '/' : path} @ ${epoch}`;
const NOWHERE: Epoch = { epoch: 0, size: 0, root: Buffer.from(NOTHING), objects: 0 };

class Pass {
  private readonly pages = new Map<string, Page | null>();
  /** Became others since the last epoch that is kept. */
  private touched = new Map<string, Page>();
  /** What stands in the place of pages that are kept otherwise. */
  private readonly instead = new Map<string, Page | null>();
  private gathered = new Gathered();
  private secret: Uint8Array | null = null;
  private root: Hash;
  private objects: number;
  private size: number;
  readonly counts = { roots: 0, epochs: 0, pages: 0 };

  constructor(
    private readonly of: MapVerifying,
    private kept: Epoch,
  ) {
    ({ root: this.root, objects: this.objects, size: this.size } = kept);
    if (kept.epoch === 0) this.pages.set('', null);
  }

  /** Pages as of the last epoch that is kept, but those that were found to be wrong. */
  private readonly read = async (paths: readonly string[]): Promise<ReadonlyMap<string, Page>> => {
    const known = new Map(await asKept(this.of.map, this.kept.epoch)(paths));
    for (const path of paths) {
      const other = this.touched.get(path) ?? this.instead.get(path);
      if (other) known.set(path, other);
      else if (other === null) known.delete(path);
    }
    return known;
  };

  /** Reads events, up to a size. */
  async upTo(size: number): Promise<void> {
    const { store, from, next, told } = this.of;
    while (this.size < size) {
      const stored = await store.readStored(this.size, Math.min(PAGE, size - this.size));
      if (stored.length === 0) break; // the pass over the bytes has said so
      for (const { index, digest, bytes } of stored)
        this.gathered.add(index, digest, (JSON.parse(bytes.toString('utf8')) as { refs: readonly Ref[] }).refs);
      this.size = stored.at(-1)!.index + 1;
      if (this.gathered.size >= MOST_GATHERED) await this.grow();
      told?.(this.size - from, next - from);
    }
    await this.grow();
  }
  private async grow(): Promise<void> {
    if (this.gathered.size === 0) return;
    this.secret ??= await secretOf(this.of.store);
    // What was verified before is not read again: it has to lead to the root from which this begins.
    const reading = { read: this.read, root: this.of.from > 0 ? this.root : null };
    const { entries, fresh } = await this.gathered.entries(this.secret, this.pages, reading);
    this.gathered = new Gathered();
    const { root, pages } = grown(sha256, this.pages, entries);
    this.root = root;
    this.objects += fresh;
    if (this.pages.size > ROOM) this.pages.clear();
    for (const [path, page] of pages) {
      this.pages.set(path, page);
      this.touched.set(path, page);
    }
  }

  /** What an event says is the root as of what has been read. */
  told({ index, root, objects }: Told): void {
    this.counts.roots++;
    if (equal(root, this.root) && objects === this.objects) return;
    this.of.report.wrong({
      code: 'map-root',
      place: `事件 event ${index}`,
      zh: '所记对象映射的根与重算的不符',
      en: 'the root of the map that it tells of is not the one that the events make',
    });
  }
  async epoch(epoch: Epoch): Promise<void> {
    const { report, map } = this.of;
    const before = this.kept.epoch;
    this.counts.epochs++;
    if (epoch.epoch !== before + 1 || !equal(epoch.root, this.root) || epoch.objects !== this.objects)
      report.wrong({
        code: 'map-epoch',
        place: `映射 map ${epoch.epoch}（${epoch.size}）`,
        zh: epoch.epoch === before + 1 ? '根或对象数与重算的不符' : `其前缺少 ${before + 1}`,
        en:
          epoch.epoch === before + 1
            ? 'its root or its objects are not those that the events make'
            : `${before + 1} is missing before it`,
      });
    for (const { path, page } of await map.pagesOf(epoch.epoch)) {
      const should = this.touched.get(path);
      this.touched.delete(path);
      this.counts.pages++;
      if (should && page.equals(pageBytes(should))) this.instead.delete(path);
      else await this.wrongPage(path, epoch.epoch, should);
    }
    for (const [path, should] of this.touched) await this.wrongPage(path, epoch.epoch, should, '缺失', 'is missing');
    this.touched = new Map();
    this.kept = epoch;
  }
  private async wrongPage(
    path: string,
    epoch: number,
    should?: Page,
    zh = '被改动',
    en = 'was changed',
  ): Promise<void> {
    const place = nodeAt(path, epoch);
    if (should) this.of.report.wrong({ code: 'map-page', place, zh, en });
    else this.of.report.wrong({ code: 'map-page', place, zh: '多出', en: 'is there, and no event makes it' });
    this.instead.set(path, should ?? (await this.before(path)));
  }
  private async before(path: string): Promise<Page | null> {
    const known = this.pages.get(path) ?? this.instead.get(path);
    if (known !== undefined) return known;
    const [row] = await this.of.map.pages([path], this.kept.epoch);
    return row ? pageIn(row.page) : null;
  }
}

/** What comes next of two sequences is asked for without taking it. */
async function ahead<T>(of: AsyncGenerator<T, void>) {
  let now = (await of.next()).value ?? null;
  return {
    get now() {
      return now;
    },
    async move() {
      now = (await of.next()).value ?? null;
    },
  };
}
async function* epochsOf(map: KeptMap, after: number): AsyncGenerator<Epoch, void> {
  for (let last = after; ;) {
    const some = await map.epochs(last, 500);
    yield* some;
    if (some.length < 500) return;
    last = some.at(-1)!.epoch;
  }
}

async function pass(of: MapVerifying): Promise<Pass['counts'] & { last: Told | null; keptTo: number }> {
  const { store, map, report, from, next } = of;
  const start = (from > 0 ? await map.upTo(from) : null) ?? NOWHERE;
  const run = new Pass(of, start);
  const [epochs, roots] = [await ahead(epochsOf(map, start.epoch)), await ahead(rootsIn(store, start.size, next))];
  let [size, keptTo] = [start.size, start.size];
  let last: Told | null = null;
  for (;;) {
    const [epoch, told]: [Epoch | null, Told | null] = [epochs.now, roots.now];
    if (told && (told.size > told.index || (told.size < size && told.size >= start.size))) {
      report.wrong({
        code: 'map-root',
        place: `事件 event ${told.index}`,
        zh: `所记映射不可能计入 ${told.size} 个事件`,
        en: `a map of ${told.size} events cannot be told of here`,
      });
      await roots.move();
      continue;
    }
    if (told && told.size < start.size) {
      await roots.move(); // it was recorded late, and verified before
      continue;
    }
    if (!epoch && !told) break;
    size = Math.min(epoch?.size ?? Infinity, told?.size ?? Infinity);
    if (size > next) {
      report.wrong({
        code: 'map-epoch',
        place: `映射 map ${epoch!.epoch}`,
        zh: '计入的事件不在',
        en: 'counts events that are not there',
      });
      break;
    }
    await run.upTo(size);
    if (told?.size === size) {
      run.told(told);
      last = told;
      await roots.move();
    }
    // Of one size there may be several roots, and they are looked at before the epoch is behind.
    if (epoch?.size === size && roots.now?.size !== size) {
      await run.epoch(epoch);
      keptTo = size;
      await epochs.move();
    }
  }
  return { ...run.counts, last, keptTo };
}

/** Nothing is to be found wrong with the events themselves before. Answers how much the last root that was made again counts. */
export async function verifyMap(of: MapVerifying): Promise<{ size: number } | null> {
  const { report, map } = of;
  let done: Awaited<ReturnType<typeof pass>>;
  try {
    done = await pass(of);
  } catch (error) {
    if (!(error instanceof PageUnlike)) throw error;
    const place = nodeAt(error.path, (await map.last())?.epoch ?? 0);
    report.wrong({ code: 'map-page', place, zh: '与其根不符', en: 'is not what its root says' });
    return null;
  }
  const stray = await map.stray();
  if (stray)
    report.wrong({
      code: 'map-page',
      place: nodeAt(stray.path, stray.epoch),
      zh: '多出：没有这样的一次',
      en: 'is of an epoch that is not there',
    });
  const { roots, epochs, pages, last, keptTo } = done;
  if (roots + epochs === 0 && of.from === 0) {
    report.notChecked(
      '逐对象是否齐全：尚未记录对象映射的根',
      'that of each object all events are told: no root of the map over objects is recorded',
    );
    return null;
  }
  if (last && last.size > keptTo)
    report.undecided(
      `对象映射的页只到 ${keptTo}，而事件 ${last.index} 所记的根计入 ${last.size} 个事件；服务运行时会补齐`,
      `the pages of the map end at ${keptTo}, and the root that event ${last.index} tells of counts ${last.size} events; a service that runs makes them again`,
    );
  report.checked(
    'map',
    roots,
    `${roots} 个对象映射的根（重算），${pages} 页`,
    `${roots} roots of the map over objects, made again; ${pages} of its pages`,
  );
  return last && { size: last.size };
}
