/** Wakes whoever waits for something to be new. */
export class Wake {
  private waiting: (() => void)[] = [];

  next(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }
  all(): void {
    const woken = this.waiting;
    this.waiting = [];
    for (const wake of woken) wake();
  }
  /** Until woken, until `millis` have passed, or until `signal`. */
  static async orAfter(woken: Promise<void>, millis: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return;
    let timer: NodeJS.Timeout | undefined;
    let stop: (() => void) | undefined;
    const otherwise = new Promise<void>((resolve) => {
      stop = resolve;
      timer = setTimeout(resolve, millis);
      signal?.addEventListener('abort', resolve as () => void, { once: true });
    });
    await Promise.race([woken, otherwise]);
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop!);
  }
}
