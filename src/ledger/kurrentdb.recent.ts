/** The events that came last, as they came: whoever follows the log closely need not read it again. */
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
    this.places.set(event.position, event.index).set(event.event.id, event.index);
    this.bytes += event.bytes.length;
    while (this.all.size > MOST || this.bytes > MOST_BYTES) {
      const { bytes, position, event: old } = this.all.get(this.first)!;
      this.bytes -= bytes.length;
      this.places.delete(position);
      this.places.delete(old.id);
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
