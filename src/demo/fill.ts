/** The demo ledger: a city that is played to the end of its story, written and read into tables while it is. */
import { Worker } from 'node:worker_threads';
import type { Client } from 'pg';
import { projections } from '../../projections/index.js';
import { fillLog, type Read } from '../ledger/backup.js';
import { type EventStore, type Stored, StoredBytes } from '../ledger/event-store.js';
import { Wake } from '../ledger/wake.js';
import { rebuild } from '../read/rebuild.js';
import { entries, prepare } from '../read/registry.js';
import { quote } from '../read/tables.js';
import type { Play, Played } from './play.js';

export interface Filling extends Play {
  readonly adminUrl: string;
  readonly serviceUrl: string;
}
const PAGE = 1000;

/** A log that was played, for {@link fillLog}. */
export async function* batches(store: Pick<EventStore, 'readStored'>): AsyncGenerator<readonly Read[]> {
  for (let from = 0; ; from += PAGE) {
    const stored = await store.readStored(from, PAGE);
    if (stored.length === 0) return;
    yield stored.map(({ index, digest, bytes }) => ({
      index,
      digest,
      bytes,
      envelope: JSON.parse(bytes.toString('utf8')) as Read['envelope'],
    }));
  }
}

/** A log that is read while it is played: a page is there once it is full, or once all has been played. */
class Growing {
  private readonly stored: Stored[] = [];
  private readonly news = new Wake();
  private ended: 'whole' | Error | null = null;
  private share = 0;

  constructor(worker: Worker) {
    worker.on('message', (played: Played) => this.add(played));
    worker.once('error', (error) => this.end(error));
    worker.once('exit', (code) => this.end(code === 0 ? 'whole' : new Error(`playing ended with ${code}`)));
  }
  private add({ bytes, lengths, digests, share }: Played): void {
    const [texts, hashes] = [bytes, digests].map((of) => Buffer.from(of.buffer, of.byteOffset, of.length));
    let at = 0;
    for (const [n, length] of lengths.entries()) {
      const digest = hashes!.subarray(n * 32, (n + 1) * 32);
      this.stored.push(new StoredBytes(this.stored.length, digest, texts!.subarray(at, (at += length))));
    }
    this.share = share;
    this.news.all();
  }
  private end(how: 'whole' | Error): void {
    this.ended ??= how;
    this.news.all();
  }
  async readStored(from: number, limit: number): Promise<Stored[]> {
    while (this.ended === null && this.stored.length < from + limit) await this.news.next();
    if (this.ended instanceof Error) throw this.ended;
    return this.stored.slice(from, from + limit);
  }
  /** How many there are; while it grows nobody knows how many there will be. */
  get next(): number {
    return this.ended === 'whole' ? this.stored.length : Infinity;
  }
  /** The share of the story that the events up to one tell. */
  shareAt(index: number): number {
    return this.stored.length === 0 ? 0 : (this.share * index) / this.stored.length;
  }
}

/** A city is mostly garbage that dies young. */
const YOUNG = { maxYoungGenerationSizeMb: 96 };
/** What is left to do when the last event has been folded: indexes, mostly. */
const FOLDED = 0.95;

/**
 * The log all of it or nothing; tables serve once it is there. One at a time, with {@link forgetRows} before it.
 * `progress`: from 0 to 1. Throws LedgerNotEmpty.
 */
export async function fillDemo(filling: Filling, progress: (share: number) => void = () => undefined): Promise<number> {
  const { adminUrl, serviceUrl, ...workerData } = filling;
  const worker = new Worker(new URL('./play.js', import.meta.url), { workerData, resourceLimits: YOUNG });
  const log = new Growing(worker);
  const written = fillLog(adminUrl, batches(log));
  const ending = new AbortController();
  written.catch(() => ending.abort());
  const store = {
    head: async () => ({ next: log.next, ledgerTime: null }),
    readStored: async (from: number, limit: number) => {
      const page = await log.readStored(from, limit);
      progress(FOLDED * log.shareAt(from));
      if (page.length === 0) await written; // before anybody is shown a row
      return page;
    },
  } as Pick<EventStore, 'head' | 'readStored'> as EventStore;
  try {
    await Promise.all([written, rebuild({ url: serviceUrl, store, projections }, 'missing', ending.signal)]);
    return log.next;
  } finally {
    await worker.terminate();
  }
}

/** Of an empty log there are no rows: those that are there are of a city that was never played to its end. */
export async function forgetRows(client: Client): Promise<void> {
  await prepare(client);
  for (const { table, checkpoint } of await entries(client))
    if (checkpoint > 0)
      await client.query(`drop table read.${quote(table)}; delete from read.tables where "table" = '${table}'`);
}
