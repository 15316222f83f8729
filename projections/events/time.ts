/** The passing of time: a day that is over, in `day-<region>-<date>`, and what has passed with it, in any stream. */
import type { Due } from './matters.js';

export type DayEvent =
  /** A day is over in a region: limits whose last day it was have passed. */
  { type: 'DayClosed'; data: { region: string; date: string } };

export type LimitEvent =
  /** A limit has passed without what it was for; `pass` counts how often, for it may have been lifted since. */
  | { type: 'LimitPassed'; data: { limit: string; dueOn: string; pass: number } }
  /** A later fact shows that it was kept, or had not been reached. */
  | { type: 'LimitLifted'; data: { limit: string; dueOn: string; pass: number } };

/** In the stream of a matter, together with the limit that passed (Licensing Law art. 32(4)). */
export type DeemedEvent =
  /** Counts as accepted from the day of receipt, for no gap was told in time. */
  { type: 'AcceptanceDeemed'; data: { on: string; statutory: Due | null; promised: Due | null } };

export const timeEvents = {
  DayClosed: { version: 1, zh: '日终', en: 'day closed' },
  LimitPassed: { version: 1, zh: '时限届满', en: 'limit passed' },
  LimitLifted: { version: 1, zh: '届满撤销', en: 'limit lifted' },
  AcceptanceDeemed: { version: 1, zh: '视为受理', en: 'deemed accepted' },
} as const satisfies Record<(DayEvent | LimitEvent | DeemedEvent)['type'], { version: number; zh: string; en: string }>;
