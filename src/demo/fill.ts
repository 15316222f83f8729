/** The demo ledger: a city that has been played to the end of its story, written into an empty log at once. */
import { addDays } from '../../projections/kernel/instant.js';
import { fillLog, type Read } from '../ledger/backup.js';
import type { MemoryStore } from '../ledger/memory.store.js';
import type { Vault } from '../ledger/vault.js';
import { playCity } from '../simulation/simulate.js';
import { openWorld } from '../simulation/world.js';
import { type CityPlan, cityOf } from './city/city.js';

export interface Filling {
  readonly adminUrl: string;
  readonly vault: Vault;
  readonly name: string;
  readonly region: string;
  readonly plan: CityPlan;
}
const PAGE = 1000;
/** Playing takes about so much of the time; writing the rest. */
const PLAYING = 0.85;

/** A log that was played, for {@link fillLog}. */
export async function* batches(store: MemoryStore): AsyncGenerator<readonly Read[]> {
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

/** All of it or nothing. `progress`: from 0 to 1. Throws LedgerNotEmpty. */
export async function fillDemo(filling: Filling, progress: (share: number) => void = () => undefined): Promise<number> {
  const { adminUrl, vault, name, region, plan } = filling;
  const city = cityOf(plan);
  const world = await openWorld({ from: city.lines[0]!.at.slice(0, 10), region, name, vault });
  await playCity(city, world, (_, done) => progress((PLAYING * done) / city.lines.length));
  await world.goTo(addDays(plan.until, 1));
  const { next } = await world.store.head();
  await fillLog(adminUrl, batches(world.store), (done) => progress(PLAYING + ((1 - PLAYING) * done) / next));
  await world.close();
  return next;
}
