/** What goes wrong in a city: crashes in the middle of work, deliveries twice, late batches, and a week without policies. */
import { addDays } from '../../projections/kernel/instant.js';
import type { Line } from '../demo/city/script.js';
import { dice } from '../demo/city/days.js';
import { Conflict } from '../ledger/event-store.js';
import type { Send } from '../ledger/commands.js';

/** The process died; whatever had been sent stays. */
export class Crash extends Error {
  constructor() {
    super('crashed, as was asked for');
    this.name = 'Crash';
  }
}
const OFTEN = 0.03;

/** Between policies and the log: dies before or after a command, sends it twice, or meets somebody else's write. */
export function breaking(seed: number): (send: Send) => Send {
  const { next } = dice(seed);
  return (send) =>
    async (...asked) => {
      const chance = next();
      if (chance < OFTEN) throw new Crash();
      if (chance < 2 * OFTEN) throw new Conflict(asked[1], 0, 1);
      const answer = await send(...asked);
      if (chance < 3 * OFTEN) throw new Crash();
      return chance < 4 * OFTEN ? await send(...asked) : answer;
    };
}
/** Again and again until it gets through: what is owed stays owed. */
export async function untilDone(work: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (!(error instanceof Crash || error instanceof Conflict)) throw error;
    }
  }
}

const EVENING = 'T20:30:00.000+08:00';
/** Some reports arrive with the evening's batch, in another order between their systems; some rows are sent again. */
export function disturbed(lines: readonly Line[], seed: number): readonly Line[] {
  const { next } = dice(seed);
  const lastOfDay = new Map<string, number>();
  lines.forEach(({ id, at }, n) => lastOfDay.set(`${id} ${at.slice(0, 10)}`, n));
  return lines
    .flatMap((line, n) => {
      const day = line.at.slice(0, 10);
      const mayWait = line.report && line.category === 'matter' && lastOfDay.get(`${line.id} ${day}`) === n;
      const arrived =
        mayWait && line.at < `${day}${EVENING}` && next() < 0.3 ? { ...line, at: `${day}${EVENING}` } : line;
      return line.report && next() < 0.1 ? [arrived, arrived] : [arrived];
    })
    .toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}
/** A week of working days in which nobody closes a day. */
export const withoutPolicies = (from: string) => (day: string) => day >= from && day < addDays(from, 7);
