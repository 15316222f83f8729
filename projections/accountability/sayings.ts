/** What was served, decided and changed, and which facts were found, in the order in which it was (AC-04, AC-05). */
import type { AccountabilityEvent } from '../events/accountability.js';
import { happenedOn, startOf } from '../kernel/instant.js';
import { idOf, type Recorded } from '../kernel/message.js';
import { type Look, projection } from '../kernel/projection.js';
import { caseCards } from './cards.js';
import { isSanction, type Outcome, ranksOf } from './outcomes.js';

export type SayingRow = {
  event: string;
  affair: string;
  /** A fact that was found, or outcomes; what is served is what was proposed last. */
  what: 'fact' | 'proposed' | 'served' | 'decided' | 'review';
  fact: string | null;
  at: string;
  on: string;
  /** Its place in the log, where two are of one instant. */
  n: number;
  /** By person. */
  ranks: Readonly<Record<string, number>>;
};
const WHAT: Readonly<Record<string, SayingRow['what']>> = {
  FactAsserted: 'fact',
  InvestigationConcluded: 'proposed',
  FactsServed: 'served',
  DecisionMade: 'decided',
  DecisionChanged: 'decided',
  ReviewDecided: 'review',
  AppealDecided: 'review',
};
const USED = { caseCards } as const;
const outcomesIn = (data: object): readonly Outcome[] => {
  const { outcomes, proposal } = data as { outcomes?: readonly Outcome[]; proposal?: readonly Outcome[] };
  return outcomes ?? proposal ?? [];
};

export const SAYING: readonly string[] = Object.keys(WHAT);
export const sayings = projection<AccountabilityEvent>()<SayingRow>({
  name: 'accountability_saying',
  version: 1,
  key: 'event',
  columns: {
    event: 'text',
    affair: 'text',
    what: 'text',
    fact: 'text',
    at: 'timestamptz',
    on: 'date',
    n: 'int',
    ranks: 'jsonb',
  },
  indexes: { byAffair: ['affair'] },
  grows: true,
  uses: {},
  on: Object.fromEntries(
    SAYING.map((type) => [
      type,
      {
        keys: ({ id }: Recorded) => id,
        fold: (_row: SayingRow | undefined, event: Recorded): SayingRow => {
          const outcomes = outcomesIn(event.data);
          return {
            event: event.id,
            affair: event.stream.slice(event.stream.indexOf('-') + 1),
            what: WHAT[event.type]!,
            fact: event.type === 'FactAsserted' ? (event.data as { fact: string }).fact : null,
            at: startOf(event.occurredAt, event.precision),
            on: happenedOn(event),
            n: event.index,
            ranks: ranksOf(outcomes),
          };
        },
      },
    ]),
  ) as never,
});

/** A sanction of one organ for one conduct. `subject` is not known of what another organ did. */
type Sanction = Readonly<{
  organ: string;
  affair: string | null;
  subject: string | null;
  code: string;
  event: string;
  on: string;
}>;
export type ConductRow = { conduct: string; sanctions: readonly Sanction[] };
/** The conducts of a case, and of what is decided in it. */
export const conductsOf = (event: Recorded, look: Look<typeof USED>): readonly string[] => {
  const row = look.caseCards.get(idOf('case')(event));
  const said = (event.data as { outcomes?: readonly Outcome[] }).outcomes ?? [];
  return [...new Set([...row!.state.conducts.map(({ id }) => id), ...said.flatMap((one) => one.conducts)])];
};
/** What a case gives for a conduct now, in place of what it gave. */
function given(row: ConductRow | undefined, event: Recorded, look: Look<typeof USED>, conduct: string): ConductRow {
  const affair = idOf('case')(event);
  const organ = look.caseCards.get(affair)?.organ ?? event.actor.org ?? '';
  const said = (event.data as { outcomes?: readonly Outcome[] }).outcomes ?? [];
  const now = said
    .filter((one) => isSanction(one) && one.conducts.includes(conduct))
    .map(({ subject, code }) => ({ organ, affair, subject, code, event: event.id, on: happenedOn(event) }));
  return { conduct, sanctions: [...(row?.sanctions ?? []).filter((one) => one.affair !== affair), ...now] };
}
export const conductRows = projection<AccountabilityEvent>()<ConductRow, typeof USED>({
  name: 'accountability_conduct',
  version: 1,
  key: 'conduct',
  columns: { conduct: 'text', sanctions: 'jsonb' },
  uses: USED,
  on: {
    DecisionMade: { keys: conductsOf, fold: given },
    DecisionChanged: { keys: conductsOf, fold: given },
    DecisionRevoked: { keys: conductsOf, fold: given },
    SanctionReported: {
      keys: idOf('conduct'),
      fold: (row, event, _look, conduct) => {
        const { organ, code, on } = event.data;
        const one = { organ, affair: null, subject: null, code, event: event.id, on };
        return isSanction({ code })
          ? { conduct, sanctions: [...(row?.sanctions ?? []), one] }
          : (row ?? { conduct, sanctions: [] });
      },
    },
  },
});
