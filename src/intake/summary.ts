/** The account of an import: every event of the source is in it exactly once. */
import type { Problem } from './records.js';
import type { Translated } from './translate.js';

/** What became of a report: `changed`, `deleted` where the source's row is not what it was when it was read before, or gone. */
export type Outcome = 'recorded' | 'unchanged' | 'changed' | 'deleted' | Problem;

export interface Tally {
  read: number;
  recorded: number;
  unchanged: number;
  changed: number;
  deleted: number;
  ignored: number;
  rejected: number;
  /** Of an earlier, broken off run, whose checkpoint says that they were done. */
  skipped: number;
}
const none = (): Tally => ({
  read: 0,
  recorded: 0,
  unchanged: 0,
  changed: 0,
  deleted: 0,
  ignored: 0,
  rejected: 0,
  skipped: 0,
});

/** A row that was not taken, as it is listed. */
export interface Reject {
  readonly line: number;
  readonly case: string | null;
  readonly event: string | null;
  readonly activity: string | null;
  readonly field: string;
  readonly reason: string;
  readonly detail?: string;
  readonly zh: string;
  readonly en: string;
}
export interface Summary {
  /** Digest of the file, and name of the batch. */
  readonly batch: string;
  readonly dryRun: boolean;
  readonly cases: number;
  readonly events: Tally;
  /** By activity as the source names it; '' for events that could not be read so far. */
  readonly activities: Readonly<Record<string, Tally>>;
  /** What the cases say of themselves, by attribute. */
  readonly facts: Readonly<Record<string, Tally>>;
  /** Reports that follow from others, such as inferred changes of holder. */
  readonly inferred: Tally;
  /** Why the mapping left events out, and how many. */
  readonly ignored: Readonly<Record<string, number>>;
  /** Where the rejected are listed; null where there are none. */
  readonly rejects: string | null;
  /** The first few of them. */
  readonly rejected: readonly Reject[];
  /** What stopped the reading before the end of the file; null where nothing did. */
  readonly stopped: Readonly<{ zh: string; en: string }> | null;
  readonly seconds: number;
}

const MAX_ACTIVITIES = 10_000;
const OTHERS = '…';

/** Counts as the import goes on. A name beyond ten thousand is counted under `…`. */
export function accounts() {
  const events = none();
  const inferred = none();
  const activities = new Map<string, Tally>();
  const facts = new Map<string, Tally>();
  const ignored = new Map<string, number>();
  let cases = 0;

  const of = (table: Map<string, Tally>, name: string): Tally => {
    const key = table.has(name) || table.size < MAX_ACTIVITIES ? name : OTHERS;
    const tally = table.get(key) ?? none();
    table.set(key, tally);
    return tally;
  };
  const add = (tallies: readonly Tally[], what: keyof Tally) => tallies.forEach((tally) => tally[what]++);
  const ofEvent = (activity: string | null) => [events, of(activities, activity ?? '')];

  return {
    /** Whatever needs no report: read, ignored, rejected. */
    seen({ kind, activity, ignored: reason, rejected, problems }: Translated) {
      if (kind === 'end') cases++;
      else {
        add(ofEvent(activity), 'read');
        if (rejected) add(ofEvent(activity), 'rejected');
        if (reason !== undefined) {
          add(ofEvent(activity), 'ignored');
          ignored.set(reason, (ignored.get(reason) ?? 0) + 1);
        }
      }
      for (const { field } of problems) add([of(facts, field.replace(/^case:/, ''))], 'rejected');
    },
    /** The event of a case that an earlier run has done. */
    skipped: ({ kind, activity, ignored: reason, rejected }: Translated) => {
      if (kind !== 'end' && !rejected && reason === undefined) add(ofEvent(activity), 'skipped');
    },
    answered(key: string, activity: string | null, outcome: Outcome) {
      const what = typeof outcome === 'string' ? outcome : 'rejected';
      const separator = key.indexOf(':');
      const name = key.slice(separator + 1);
      if (key.startsWith('event:')) add(ofEvent(activity), what);
      else if (key.startsWith('fact:')) add([of(facts, name)], what);
      else add([inferred], what);
    },
    read: () => events.read,
    cases: () => cases,
    summary: () => ({
      cases,
      events,
      activities: Object.fromEntries(activities),
      facts: Object.fromEntries(facts),
      inferred,
      ignored: Object.fromEntries(ignored),
    }),
  };
}
