/** Both clocks of a matter (法定时限, 承诺时限): what they are counted from, and how they stand. */
import type { Due, MatterEvent } from './events/matters.js';
import { clock, type Clock, type Extension, lastDay, type Limit, type Moment, type Pause } from './kernel/clock.js';
import type { Recorded } from './kernel/message.js';
import { calendarIds, calendarOfYears, type CalendarYear, type CountedOut } from './kernel/workdays.js';

/** What the clocks of a matter are counted from, as its events tell it. */
export interface ClockFacts {
  /** Whose calendar counts; null before acceptance. */
  readonly region: string | null;
  readonly start: Moment | null;
  /** The day of receipt, where no gap was told in time: the clocks run from there (Licensing Law art. 32(4)). */
  readonly deemed: string | null;
  /** The day of an acceptance that was made. */
  readonly accepted: string | null;
  readonly statutory: Limit | null;
  readonly promised: Limit | null;
  readonly pauses: readonly Pause[];
  readonly extensions: readonly Extension[];
  readonly joint: boolean;
  /** The decision, or what ended the matter without one. */
  readonly end: Moment | null;
}
export const NO_CLOCKS: ClockFacts = {
  region: null,
  start: null,
  deemed: null,
  accepted: null,
  statutory: null,
  promised: null,
  pauses: [],
  extensions: [],
  joint: false,
  end: null,
};

const momentOf = ({ occurredAt, precision }: Recorded): Moment =>
  precision === 'day' ? occurredAt.slice(0, 10) : occurredAt;
const withLast = <T>(all: readonly T[], change: (last: T) => T): readonly T[] =>
  all.length === 0 ? all : [...all.slice(0, -1), change(all.at(-1)!)];

const limitsOf = (known: ClockFacts, { statutory, promised }: { statutory: Due | null; promised: Due | null }) => ({
  region: statutory?.region ?? promised?.region ?? known.region,
  statutory: statutory?.limit ?? known.statutory,
  promised: promised?.limit ?? known.promised,
});

export function clockFacts(facts: ClockFacts, event: Recorded<MatterEvent>): ClockFacts {
  switch (event.type) {
    case 'MatterAccepted': {
      if (facts.accepted !== null) return facts; // the first acceptance starts the clocks
      const { on } = event.data;
      return { ...facts, ...limitsOf(facts, event.data), accepted: on, start: facts.deemed ?? on };
    }
    case 'AcceptanceDeemed': {
      const { on } = event.data;
      return { ...facts, ...limitsOf(facts, event.data), deemed: on, start: on };
    }
    case 'LimitLifted':
      return event.data.limit === 'notice' ? { ...facts, deemed: null, start: facts.accepted } : facts;
    case 'MatterPaused': {
      const { kind, declaredEnd, told } = event.data;
      const pause = { event: event.id, kind, from: momentOf(event), to: null, declaredEnd, told: told !== null };
      return { ...facts, pauses: [...facts.pauses, pause] };
    }
    case 'MatterResumed':
      return { ...facts, pauses: withLast(facts.pauses, (last) => ({ ...last, to: last.to ?? momentOf(event) })) };
    case 'ExtensionApproved': {
      const { limit, level, told } = event.data;
      const extension = { event: event.id, limit, approved: momentOf(event), level, told: told !== null };
      return { ...facts, extensions: [...facts.extensions, extension] };
    }
    case 'ApplicantTold':
      return event.data.about === 'pause'
        ? { ...facts, pauses: withLast(facts.pauses, (last) => ({ ...last, told: true })) }
        : { ...facts, extensions: withLast(facts.extensions, (last) => ({ ...last, told: true })) };
    case 'JointHandlingOpened':
      return { ...facts, joint: true };
    case 'MatterDecided':
    case 'MatterWithdrawn':
    case 'MatterClosed':
      return facts.end === null ? { ...facts, end: momentOf(event) } : facts;
    case 'MatterReopened':
      return { ...facts, end: null };
    default:
      return facts;
  }
}

/** Names of the calendar years that the clocks can hang on, up to a day and a year beyond it. */
export const yearsOf = ({ region, start }: ClockFacts, on: string): readonly string[] =>
  region === null || start === null
    ? []
    : calendarIds(region, Number(start.slice(0, 4)), Math.max(Number(start.slice(0, 4)), Number(on.slice(0, 4))) + 1);

const inputOf = (facts: ClockFacts, limit: Limit | null, years: readonly CalendarYear[], asOf: string) => {
  const { region, start, accepted, pauses, extensions, joint, end } = facts;
  if (limit === null || start === null || region === null) return null;
  return {
    start,
    ...(accepted !== null && accepted > start && { accepted }),
    limit,
    calendar: calendarOfYears(region, years),
    pauses,
    extensions,
    extendedBy: joint ? ('government-head' as const) : ('organ-head' as const),
    end,
    asOf: asOf < start ? start : asOf,
  };
};

/** A clock is null where there is no such limit, or the matter is not accepted. `asOf`: a day. */
export function clocksOf(
  facts: ClockFacts,
  years: readonly CalendarYear[],
  asOf: string,
): Readonly<{ statutory: Clock | null; promised: Clock | null }> {
  const count = (limit: Limit | null): Clock | null => {
    const input = inputOf(facts, limit, years, asOf);
    return input && clock(input);
  };
  return { statutory: count(facts.statutory), promised: count(facts.promised) };
}
/** The last day of a limit of the matter, likewise. */
export function lastDayOf(
  facts: ClockFacts,
  limit: Limit | null,
  years: readonly CalendarYear[],
  asOf: string,
): CountedOut | null {
  const input = inputOf(facts, limit, years, asOf);
  return input && lastDay(input);
}
