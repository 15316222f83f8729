/** A decider is a value, and so is each command in it: from which states, under which guards, to which events. */
import type {
  Actor,
  Channel,
  Classification,
  DataOf,
  Envelope,
  Irregularity,
  Message,
  Place,
  Precision,
  Recorded,
  Source,
} from '../../projections/kernel/message.js';
import type { LimitEvent } from '../../projections/events/time.js';
import type { SourceEvent } from '../../projections/events/sources.js';
import type { Fold, Status } from '../../projections/kernel/fold.js';

/** What is shown to people: Chinese first, English complete. */
export type Text = Readonly<{ zh: string; en: string }>;

/** `act` asks this ledger to do something and can be refused. `report` says what happened elsewhere and never is. */
export type Way = 'act' | 'report';

/** Who, when and where: from the session or the adapter, never from a body. The only clock that a command sees. */
export interface Context {
  /** What the stream is about, where the command is on its way there. */
  readonly id?: string;
  readonly way: Way;
  /** When the ledger is told. */
  readonly now: string;
  /** When it happened: `now` for an act, the source's word for a report. */
  readonly occurredAt: string;
  readonly precision: Precision;
  /** The day of `occurredAt` in the region of the ledger. */
  readonly on: string;
  /** The region whose calendar counts, such as CN-GX. */
  readonly region: string;
  readonly by: Actor;
  /** All units that he belongs to, at whichever post he is now: for what is not for those whom it is about. */
  readonly units?: readonly string[];
  readonly place?: Place;
  readonly channel?: Channel;
  readonly source?: Source;
  /** The person who handed a report over, where that is not who did it. */
  readonly reporter?: string;
}

/** A condition of law. The console shows it, an act is refused by it, a report is marked by it. */
export interface Guard<S = any, D = any, F = {}> {
  readonly code: string;
  readonly says: Text;
  /** Article of law or standard. */
  readonly basis: string;
  /** Depends on state and context alone, so that it can be shown before anything is asked. `data` is then `{}`. */
  readonly standing?: true;
  /** False, or what is wrong and the ids of the events that stand in the way. */
  readonly broken: (
    data: D,
    state: S,
    context: Context & F,
  ) => { readonly details: object; readonly refs?: readonly string[] } | false;
}

/** A stream whose fold is a fact for a decision. No such stream is a fact too: the fold's initial state. */
export interface Need {
  readonly of: Fold<any, any>;
  readonly id: string;
}
/** A thing of which there is one: whatever names it in its `refs` is found by it. */
export type Thing = Readonly<{ type: string; id: string }>;
/** Everything that names a thing, whatever its stream, folded in the order of the log. */
export interface NeedOfNaming {
  readonly of: Fold<any, any>;
  readonly naming: Thing;
}
/** Who belongs to which units: answered with {@link Belongs}. */
export interface NeedOfUnits {
  readonly unitsOf: string;
  readonly on: string;
}
export type Belongs = Readonly<{ person: string; units: readonly string[] }>;
type AnyNeed = Need | NeedOfNaming | NeedOfUnits;
export type Needs = Readonly<Record<string, AnyNeed | readonly AnyNeed[] | null>>;

/** An event as a decider words it; the shell puts the rest of the envelope around it. */
export type Draft<E extends Message> = E &
  Partial<
    Pick<
      Envelope,
      'refs' | 'effective' | 'legalBasis' | 'documents' | 'classification' | 'corrects' | 'derived' | 'causation'
    >
  >;

export interface CommandRule<S extends Status, D, E extends Message, F = {}> {
  readonly says: Text;
  /** `any`: whatever the state, as for what only sources say. */
  readonly from: readonly S['status'][] | 'any';
  readonly guards: readonly Guard<S, D, any>[];
  /** Which streams to fold before deciding; the folded states come in `context` under the same names. */
  readonly needs?: (data: D, context: Context, state: S) => Needs;
  /**
   * What an act has to itself while it is decided and appended, so that what others have said of it is all there is to
   * know. A report is never refused, and needs none.
   */
  readonly claims?: (data: D, context: Context) => readonly Thing[];
  /** Total, also where a guard is broken: a report is recorded all the same. */
  readonly events: (data: D, state: S, context: Context & F) => readonly Draft<E>[];
}

export interface Decider<
  S extends Status = any,
  C extends Message = any,
  E extends Message = any,
  F extends Record<string, object> = any,
> extends Fold<S, E> {
  /** Of all its events, also of those that every stream may have, unless they say otherwise; or of each by itself. */
  readonly classification?: Classification | ((draft: Message, state: S) => Classification);
  readonly commands: {
    readonly [T in C['type']]: CommandRule<S, DataOf<C, T>, E, T extends keyof F ? F[T] : {}>;
  };
}

/** The only way the ledger says no. Codes are stable. */
export class Refusal extends Error {
  constructor(readonly broken: readonly Irregularity[]) {
    super(broken.map((b) => b.code).join(', '));
    this.name = 'Refusal';
  }
}

export const OUT_OF_ORDER: Guard = {
  code: 'out-of-order',
  says: { zh: '当前状态下不能办理此操作', en: 'not possible in the present state' },
  basis: 'order of acts',
  broken: () => false,
};

/** A row of a source changed after it was read: the earlier report stays, and this one says what it says now. */
export type SourceCommand = { type: 'ChangeSourceRow'; data: SourceEvent['data'] };
/** A limit of whatever a stream is about has passed, or had not: from the policy that looks at what is due. */
export interface LimitSaid {
  readonly limit: string;
  readonly dueOn: string;
  readonly pass: number;
  /** The day that it is counted from. */
  readonly start: string;
}
export const limitEvent = (type: LimitEvent['type'], { limit, dueOn, pass }: LimitSaid): Draft<LimitEvent> => ({
  type,
  data: { limit, dueOn, pass },
  derived: { rule: 'limits', version: 1, by: 'deadlines' },
});
const EVERY_DECIDERS: Readonly<Record<string, CommandRule<any, any, any, any>>> = {
  ChangeSourceRow: {
    says: { zh: '来源记录变更', en: 'a row of the source changed' },
    from: 'any',
    guards: [],
    // What it was told of is found by the same names.
    events: (data: SourceEvent['data'], { said = [] }: Status, { source }: Context) => {
      const first = said.find(({ event }) => event.source?.system === source?.system && event.source?.row === data.row);
      return [{ type: 'SourceRowChanged', data, ...(first && { refs: first.event.refs }) }];
    },
  },
  PassLimit: {
    says: { zh: '时限届满', en: 'a limit passed' },
    from: 'any',
    guards: [],
    events: (data) => [limitEvent('LimitPassed', data)],
  },
  LiftLimit: {
    says: { zh: '届满撤销', en: 'a limit is lifted' },
    from: 'any',
    guards: [],
    events: (data) => [limitEvent('LimitLifted', data)],
  },
};

const ruleOf = (decider: Decider, type: string): CommandRule<any, any, any, any> => {
  const rule = [decider.commands, EVERY_DECIDERS].find((rules) => Object.hasOwn(rules, type))?.[type];
  if (!rule) throw new Error(`${decider.category} knows no command ${type}`);
  return rule as CommandRule<any, any, any, any>;
};

export const needsOf = (decider: Decider, state: Status, command: Message, context: Context): Needs =>
  ruleOf(decider, command.type).needs?.(command.data, context, state) ?? {};

/** None of a report, and of what is only tried out. */
export const claimsOf = (decider: Decider, command: Message, context: Context): readonly Thing[] =>
  context.way === 'report' ? [] : (ruleOf(decider, command.type).claims?.(command.data, context) ?? []);

const isFrom = (from: CommandRule<any, any, any>['from'], { status }: Status) =>
  from === 'any' || from.includes(status);

/** All guards that the command breaks, in their order; the order of acts first. */
export function brokenGuards(
  decider: Decider,
  state: Status,
  command: Message,
  context: Context & object,
): readonly Irregularity[] {
  const { from, guards } = ruleOf(decider, command.type);
  const { code, basis } = OUT_OF_ORDER;
  const order: Irregularity[] = isFrom(from, state)
    ? []
    : [
        {
          code,
          basis,
          details: { status: state.status, command: command.type },
          refs: state.since ? [state.since] : [],
        },
      ];
  return order.concat(
    guards.flatMap((guard) => {
      const found = guard.broken(command.data, state, context);
      return found ? [{ code: guard.code, basis: guard.basis, details: found.details, refs: found.refs ?? [] }] : [];
    }),
  );
}

/** Throws {@link Refusal} for an act that breaks a guard, with every guard it breaks; a report carries them along. */
export function decide<E extends Message>(
  decider: Decider<any, any, E, any>,
  state: Status,
  command: Message,
  context: Context & object,
): readonly (Draft<E> & { readonly irregularities: readonly Irregularity[] })[] {
  const irregularities = brokenGuards(decider, state, command, context);
  if (context.way === 'act' && irregularities.length > 0) throw new Refusal(irregularities);
  const drafts: readonly Draft<E>[] = ruleOf(decider, command.type).events(command.data, state, context);
  const { classification: of } = decider;
  return drafts.map((draft) => {
    const classification = typeof of === 'function' ? of(draft, state) : of;
    return { ...(classification && { classification }), ...draft, irregularities };
  });
}

/** What may be done from here, and what stands in the way of it now: the buttons of a console. */
export interface Next {
  readonly command: string;
  readonly says: Text;
  readonly missing: readonly (Irregularity & { readonly says: Text })[];
}
/** The commands that this state knows, for {@link next}. */
export const possible = (decider: Decider, state: Status): readonly string[] =>
  Object.entries<CommandRule<any, any, any, any>>(decider.commands)
    .filter(([, rule]) => isFrom(rule.from, state))
    .map(([command]) => command);
/** `facts`: what each of the commands needs, by its name, looked up as if nothing had been said in its data. */
export function next(
  decider: Decider,
  state: Status,
  context: Context,
  facts: Readonly<Record<string, object>>,
): readonly Next[] {
  return possible(decider, state)
    .map((command) => [command, ruleOf(decider, command)] as const)
    .map(([command, rule]) => ({
      command,
      says: rule.says,
      missing: rule.guards.flatMap((guard) => {
        const found = guard.standing === true && guard.broken({}, state, { ...context, ...facts[command] });
        if (!found) return [];
        return [
          { code: guard.code, basis: guard.basis, says: guard.says, details: found.details, refs: found.refs ?? [] },
        ];
      }),
    }));
}

export const fold = <S, E extends Message>(of: Fold<S, E>, events: readonly Recorded[], from: S = of.initial): S =>
  (events as readonly Recorded<E>[]).reduce((state, event) => of.evolve(state, event), from);
