/** What was looked up, for a while: after `millis` it is looked for again, so that a change elsewhere is seen. */
export class Kept<T> {
  private readonly all = new Map<string, { value: T; readAt: number }>();
  /** `most`: so many at once; beyond that all are let go of. */
  constructor(
    private readonly millis: number,
    private readonly most = 50_000,
  ) {}

  get(name: string): T | undefined {
    const kept = this.all.get(name);
    return kept && performance.now() - kept.readAt < this.millis ? kept.value : undefined;
  }
  set(name: string, value: T): void {
    if (this.all.size > this.most) this.all.clear();
    this.all.set(name, { value, readAt: performance.now() });
  }
  delete(name: string): void {
    this.all.delete(name);
  }
  clear(): void {
    this.all.clear();
  }
}
