/** A thread of its own that plays a city: what each day has brought is handed over as bytes, and written meanwhile. */
import { parentPort, workerData } from 'node:worker_threads';
import { addDays } from '../../projections/kernel/instant.js';
import { Vault } from '../ledger/vault.js';
import { playCity } from '../simulation/simulate.js';
import { openWorld } from '../simulation/world.js';
import { type CityPlan, cityOf } from './city/city.js';

export interface Play {
  readonly name: string;
  readonly region: string;
  readonly plan: CityPlan;
  /** Folders of the key store that seals. */
  readonly keys: readonly string[];
}
/** Events one behind the other, the length of each, and their digests. `share` of the story is played, from 0 to 1. */
export interface Played {
  readonly bytes: Uint8Array;
  readonly lengths: readonly number[];
  readonly digests: Uint8Array;
  readonly share: number;
}

const { name, region, plan, keys } = workerData as Play;
const city = cityOf(plan);
const vault = await Vault.open(keys, false, Infinity);
const world = await openWorld({ from: city.lines[0]!.at.slice(0, 10), region, name, vault });
let told = 0;
async function tell(share: number): Promise<void> {
  const stored = await world.store.readStored(told, Infinity);
  told += stored.length;
  const played: Played = {
    bytes: Buffer.concat(stored.map(({ bytes }) => bytes)),
    lengths: stored.map(({ bytes }) => bytes.length),
    digests: Buffer.concat(stored.map(({ digest }) => digest)),
    share,
  };
  parentPort!.postMessage(played, []);
}
await playCity(city, world, (_, done) => tell(done / city.lines.length));
await world.goTo(addDays(plan.until, 1));
await tell(1);
await world.close();
