/** Whom a unit's affair is about, too: the units that somebody belongs to, by the registers of accounts and of posts. */
import { accountRegister } from '../../projections/accounts.js';
import { unitsOn } from '../../projections/belonging.js';
import { postRegister } from '../../projections/centres.js';
import type { Fold } from '../../projections/kernel/fold.js';
import type { Belongs } from '../kernel/decider.js';
import type { EventStore } from './event-store.js';

type Log = Pick<EventStore, 'readTypes'>;
const PAGE = 1000;

/** Posts by whoever was ever sent to them, or covered there: found in the log once, and gone on from there. */
class Stations {
  private readonly posts = new Map<string, Set<string>>();
  private next = 0;
  private reading: Promise<void> | null = null;
  constructor(private readonly log: Log) {}

  async of(person: string, fresh: boolean): Promise<readonly string[]> {
    if (fresh || this.reading === null)
      this.reading = (this.reading ?? Promise.resolve()).catch(() => undefined).then(() => this.read());
    await this.reading;
    return [...(this.posts.get(person) ?? [])];
  }
  private async read(): Promise<void> {
    for (;;) {
      const events = await this.log.readTypes(['StaffPosted', 'CoverStarted'], this.next, PAGE);
      for (const { data, stream, index } of events) {
        const { staff, cover } = data as { staff?: { personId: string }; cover?: { personId: string } };
        const person = (staff ?? cover)!.personId;
        const known = this.posts.get(person);
        if (known) known.add(stream.slice('post-'.length));
        else this.posts.set(person, new Set([stream.slice('post-'.length)]));
        this.next = index + 1;
      }
      if (events.length < PAGE) return;
    }
  }
}
const known = new WeakMap<Log, Stations>();

/** `look` folds a stream; `fresh`: with whatever was appended since. */
export async function belongingTo(
  log: Log,
  look: <S>(of: Fold<S, any>, id: string) => Promise<S>,
  { person, on, fresh }: { readonly person: string; readonly on: string; readonly fresh: boolean },
): Promise<Belongs> {
  const stations = known.get(log) ?? new Stations(log);
  known.set(log, stations);
  const posts = await stations.of(person, fresh);
  const [account, ...at] = await Promise.all([
    look(accountRegister, person),
    ...posts.map((post) => look(postRegister, post)),
  ]);
  return { person, units: unitsOn(person, on, account, at as never) };
}
