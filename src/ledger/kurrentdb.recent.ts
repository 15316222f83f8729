/**
 * The events that came last, as they came: whoever follows the log closely need not read it again. And those that this
 * instance has sent and not met in the log yet: whoever meets what he has said himself need not read it.
 */
import type { Sealed } from './event-store.js';
import type { Followed } from './kurrentdb.follower.js';

const MOST = 8192;
const MOST_BYTES = 32 * 1024 * 1024;

export class Recent {
  private readonly all = new Map<number, Followed>();
  private readonly places = new Map<bigint | string, number>();
  private bytes = 0;
  private first = 0;

  add(event: Followed): void {
    if (this.all.size === 0) this.first = event.index;
    this.all.set(event.index, event);
    this.places.set(event.position, event.index).set(event.words.id, event.index);
    this.bytes += event.bytes.length;
    while (this.all.size > MOST || this.bytes > MOST_BYTES) {
      const { bytes, position, words } = this.all.get(this.first)!;
      this.bytes -= bytes.length;
      this.places.delete(position);
      this.places.delete(words.id);
      this.all.delete(this.first++);
    }
  }
  /** Of the event of this id, or that stands at this position. */
  indexOf = (of: string | bigint): number | undefined => this.places.get(of);
  get = (index: number): Followed | undefined => this.all.get(index);
  /** So many events from an index on, if all of them are here. */
  stretch(from: number, count: number): Followed[] | null {
    if (count <= 0 || !this.all.has(from) || !this.all.has(from + count - 1)) return null;
    return Array.from({ length: count }, (_, n) => this.all.get(from + n)!);
  }
}

export class Sent {
  private readonly all = new Map<string, Sealed>();
  private bytes = 0;

  /** `id`: to the engine. */
  add(id: string, event: Sealed): void {
    this.take(id);
    this.all.set(id, event);
    this.bytes += event.bytes.length;
    while (this.all.size > MOST || this.bytes > MOST_BYTES) this.take(this.all.keys().next().value!);
  }
  take = (id: string): Sealed | undefined => {
    const event = this.all.get(id);
    if (event && this.all.delete(id)) this.bytes -= event.bytes.length;
    return event;
  };
}
