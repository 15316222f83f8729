/** Rule packs (规则参数): the parameters that rules judge by, each from a day on. */
import type { PackEvent } from './events/findings.js';
import type { Fold, Status } from './kernel/fold.js';
import { idOf } from './kernel/message.js';
import { type Look, projection, type Uses } from './kernel/projection.js';
import { type Grade, type Parameter, type Rule, type Values, verdicts, type VerdictTable } from './kernel/rule.js';

type Proposed = Readonly<{
  pack: string;
  values: Values;
  ruleVersion: number | null;
  from: string;
  source: string;
  grade: Grade;
  by: string | null;
  event: string;
}>;
export type PackState = Status & {
  readonly status: 'none' | 'proposed' | 'adopted';
  readonly proposed: Proposed | null;
  /** What was adopted, in that order. */
  readonly adopted: readonly Readonly<{ pack: string; from: string; values: Values; event: string }>[];
};
/** The packs of one rule: stream `pack-<rule id>`. */
export const packRegister: Fold<PackState, PackEvent> = {
  category: 'pack',
  initial: { status: 'none', proposed: null, adopted: [] },
  evolve: (state, { type, data, id: event, actor }) => {
    const before = state.adopted.length > 0 ? 'adopted' : 'none';
    switch (type) {
      case 'RulePackProposed':
        return { ...state, status: 'proposed', since: event, proposed: { ...data, by: actor.person, event } };
      case 'RulePackAdopted':
        return {
          status: 'adopted',
          since: event,
          proposed: null,
          adopted: [...state.adopted, { pack: data.pack, from: data.from, values: data.values, event }],
        };
      case 'RulePackDeclined':
        return { ...state, status: before, since: event, proposed: null };
      default:
        return state;
    }
  },
};

export type PackRow = {
  /** `<rule> <first day>` */
  id: string;
  rule: string;
  pack: string;
  from: string;
  values: Values;
  ruleVersion: number | null;
  source: string;
  grade: Grade;
};
export const packs = projection<PackEvent>()<PackRow>({
  name: 'rule_pack',
  version: 1,
  key: 'id',
  columns: {
    id: 'text',
    rule: 'text',
    pack: 'text',
    from: 'date',
    values: 'jsonb',
    ruleVersion: 'int',
    source: 'text',
    grade: 'text',
  },
  indexes: { byRule: ['rule', 'from'] },
  uses: {},
  on: {
    RulePackAdopted: {
      keys: (event) => `${idOf('pack')(event)} ${event.data.from}`,
      fold: (_row, event, _look, id) => {
        const { pack, from, values, ruleVersion, source, grade } = event.data;
        return { id, rule: idOf('pack')(event), pack, from, values, ruleVersion, source, grade };
      },
    },
  },
});

/** The version of a rule that speaks: the first, until two people have adopted another. */
export const speaking = (adopted: readonly PackRow[], rule: string): number =>
  adopted.reduce((n, row) => (row.rule === rule && row.ruleVersion !== null ? Math.max(n, row.ruleVersion) : n), 1);

/** A rule as far as its parameters go. */
export type Ruled<P extends string = string> = Readonly<{ id: string; parameters: Readonly<Record<P, Parameter>> }>;

/**
 * What a rule judges an act of this day by: what the packs that had begun say, the latest first, else what the rule
 * says itself. A pack leaves alone what it does not name, and what the rule does not know any more.
 */
export function valuesOn<P extends string>(
  { id, parameters }: Ruled<P>,
  on: string,
  look: Look<Uses>[string],
): Values<P> {
  const begun = (look.range('byRule', [id]) as readonly PackRow[]).filter(({ from }) => from <= on);
  return valuesOf(parameters, begun);
}
/** What rules say themselves: it is asked for with every judgement, and nearly always all that there is. */
const itself = new WeakMap<Ruled['parameters'], Values>();
/** `packs`: of one rule, by their first days. */
export function valuesOf<P extends string>(
  parameters: Ruled<P>['parameters'],
  packs: readonly Pick<PackRow, 'values'>[],
): Values<P> {
  const known = packs.length === 0 ? itself.get(parameters) : undefined;
  if (known) return known as Values<P>;
  const values = Object.fromEntries(
    Object.entries<Parameter>(parameters).map(([name, { value }]) => [
      name,
      packs.findLast(({ values }) => values[name] !== undefined)?.values[name] ?? value,
    ]),
  ) as Values<P>;
  if (packs.length === 0) itself.set(parameters, values);
  return values;
}
/** The same, of the stream of the packs of a rule, for deciders. */
export function valuesIn<P extends string>({ parameters }: Ruled<P>, { adopted }: PackState, on: string): Values<P> {
  const begun = adopted.filter(({ from }) => from <= on).toSorted((a, b) => (a.from < b.from ? -1 : 1));
  return valuesOf(parameters, begun);
}
export const verdictsOf = (r: Rule): VerdictTable => verdicts(r, packs, valuesOn);
