/** Findings that were upheld, and what has become of each: a lead, or none by two people (AC-07). */
import type { LeadEvent } from '../events/accountability.js';
import type { FindingEvent } from '../events/findings.js';
import type { calendarYears } from '../calendar.js';
import type { FindingRow, findings } from '../findings.js';
import { dueOf } from '../kernel/clock.js';
import { happenedOn } from '../kernel/instant.js';
import { idOf } from '../kernel/message.js';
import { type Look, projection } from '../kernel/projection.js';
import { calendarIds, calendarOfYears } from '../kernel/workdays.js';
import type { Limits } from '../limits.js';
import { type packs, type Ruled, valuesOn } from '../packs.js';
import { STEP_LIMITS } from './limits.js';
import { shareOf } from './runs.js';

export const LEADING: Ruled<'workdays'> = {
  id: 'AC-07',
  parameters: {
    workdays: {
      value: 5,
      says: {
        zh: '认定后登记线索或说明不作线索（工作日）',
        en: 'to register a lead, or to say why none, working days',
      },
      source: '产品初始值 initial',
      grade: 'D',
    },
  },
};

export type UpheldRow = {
  finding: string;
  upheldOn: string | null;
  /** The event that upheld it. */
  event: string | null;
  /** What came of it, and when that was: the first. */
  answer: string | null;
  answeredOn: string | null;
};
type Row = UpheldRow | undefined;
const answered = (row: Row, finding: string, event: { id: string; on: string }): UpheldRow => {
  const known = row ?? { finding, upheldOn: null, event: null, answer: null, answeredOn: null };
  const sooner = known.answeredOn === null || event.on < known.answeredOn;
  return sooner ? { ...known, answer: event.id, answeredOn: event.on } : known;
};
export const upheldFindings = projection<FindingEvent | LeadEvent>()<UpheldRow>({
  name: 'accountability_upheld',
  version: 1,
  key: 'finding',
  columns: { finding: 'text', upheldOn: 'date', event: 'text', answer: 'text', answeredOn: 'date' },
  indexes: { byAnswer: ['answeredOn', 'upheldOn'] },
  uses: {},
  on: {
    FindingUpheld: {
      keys: idOf('finding'),
      fold: (row, event, _look, finding) => ({
        finding,
        upheldOn: happenedOn(event),
        event: event.id,
        answer: row?.answer ?? null,
        answeredOn: row?.answeredOn ?? null,
      }),
    },
    LeadRegistered: {
      keys: ({ data }) => (data.source === 'finding' && data.reference !== undefined ? data.reference : []),
      fold: (row, event, _look, finding) => answered(row, finding, { id: event.id, on: happenedOn(event) }),
    },
    NoLeadConfirmed: {
      keys: idOf('lead'),
      fold: (row, event, _look, finding) => answered(row, finding, { id: event.id, on: happenedOn(event) }),
    },
  },
});

type Used = {
  calendarYears: typeof calendarYears;
  packs: typeof packs;
  findings: typeof findings;
  upheldFindings: typeof upheldFindings;
};
const isRed = (row: FindingRow | undefined): boolean => row?.status === 'upheld' && row.severity === 'red';
/** A red finding that holds becomes a lead within some working days. */
export function upheldLimits(finding: string, region: string, look: Look<Used>): Limits {
  const { upheldOn = null, event = null, answeredOn = null } = look.upheldFindings.get(finding) ?? {};
  if (upheldOn === null || event === null || !isRed(look.findings.get(finding))) return {};
  const year = Number(upheldOn.slice(0, 4));
  const years = calendarIds(region, year, year + 1).flatMap((id) => look.calendarYears.get(id) ?? []);
  const n = valuesOn(LEADING, upheldOn, look.packs).workdays;
  const calendar = calendarOfYears(region, years);
  const { due } = dueOf(upheldOn, { n, unit: 'working-day' }, calendar);
  const run = { start: upheldOn, from: event, doneOn: answeredOn };
  // Whoever registers leads is reminded before, as of the limits of affairs.
  const percent = valuesOn(STEP_LIMITS, upheldOn, look.packs)['markPercent']!;
  const mark = shareOf(percent, n, 'working-day', upheldOn, due, calendar);
  return { ...(mark > upheldOn && mark < due && { 'lead/mark': { ...run, due: mark } }), lead: { ...run, due } };
}
