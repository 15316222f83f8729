/** The streams of an affair, folded as they are now, for reads that decide nothing. */
import { type Affair } from '../../../projections/accountability/contents.js';
import { evaluate, GUARDS } from '../../../projections/accountability/guards.js';
import { isBrought } from '../../../projections/accountability/guard-inputs.js';
import type { Evaluated } from '../../../projections/events/accountability.js';
import { barred } from '../../../projections/accountability/recusal.js';
import { wordsOf } from '../../../projections/accountability/missing.js';
import {
  CAPACITIES,
  type GuardId,
  type Machine,
  MACHINES,
  type State,
  stepsFrom,
} from '../../../projections/accountability/table.js';
import type { Recorded } from '../../../projections/kernel/message.js';
import { type Context, type Need, type NeedOfUnits, type Needs, Refusal } from '../../kernel/decider.js';
import { caseFile } from './case.js';
import { lead } from './lead.js';
import { recusal } from './recusal.js';
import { review } from './review.js';
import { affairNeeds, affairOf, askingOf, guardIdsOf, type Given } from './steps.js';

/** How a stream is folded. */
export type Fold = (need: Need | NeedOfUnits) => Promise<object>;
export const DECIDERS = { lead, case: caseFile, review } as const;

async function resolved(needs: Needs, fold: Fold): Promise<Given> {
  const all = Object.entries(needs).map(async ([name, need]) => {
    if (need === null) return [name, null];
    const found = Array.isArray(need)
      ? await Promise.all(need.map((one) => fold(one as Need)))
      : await fold(need as Need);
    return [name, found];
  });
  return Object.fromEntries(await Promise.all(all)) as Given;
}
export const affairNow = async (id: string, fold: Fold): Promise<Affair> =>
  affairOf(id, null, null, await resolved(affairNeeds(id, null), fold));

/** As these events leave it. */
export function affairOfEvents(id: string, events: readonly Recorded[]): Affair {
  const states = Object.values({ ...DECIDERS, recusal }).map((of): [string, object] => {
    const mine = events.filter(({ stream }) => stream === `${of.category}-${id}`);
    return [
      of.category,
      mine.reduce((state, event) => of.evolve(state as never, event as never), of.initial as object),
    ];
  });
  return affairOf(id, null, null, Object.fromEntries(states) as Given);
}
/** Who may look: whoever has declared, and has no conflict. Throws Refusal, as an act would be refused. */
export function mustBeClear(affair: Affair, person: string): void {
  const why = barred(affair.recusal, person);
  if (why === null) return;
  const { code, basis, mend } = GUARDS.G3;
  throw new Refusal([
    { code, basis, details: { guard: 'G3', missing: [wordsOf(`${why}:${person}`)], mend }, refs: [] },
  ]);
}

const NOT_FILED: ReadonlySet<string> = new Set(['none', 'filing-returned', 'not-filed']);
/** About whoever asks, and not about the affair. */
const OF_THE_ASKER: ReadonlySet<string> = new Set(['G2', 'G3', 'G11', 'CAPACITY', 'UNINVOLVED']);
/** What may be done from here with one of the three, evaluated now. */
async function steps(machine: Machine, id: string, fold: Fold, context: Context) {
  const decider = DECIDERS[machine];
  const state = await fold({ of: decider, id });
  const { status } = state as { status: string };
  // Once there is a case, nothing goes on with its lead.
  const filed = machine === 'lead' && !NOT_FILED.has(((await fold({ of: caseFile, id })) as { status: string }).status);
  const from = filed ? [] : stepsFrom(machine, status);
  return {
    status,
    all: await Promise.all(
      from.map(async ([command, step]) => {
        const commands = decider.commands as Readonly<Record<string, { needs?: (...of: any[]) => Needs }>>;
        const needs = commands[command]!.needs!({}, { ...context, id }, state);
        const asking = askingOf(machine, command, {}, state, { ...context, id, ...(await resolved(needs, fold)) });
        const guards = guardIdsOf(step).map((guard) => ({
          guard,
          brought: isBrought(guard, command, step),
          missing: evaluate(guard, asking).missing,
        }));
        return { command, step, guards };
      }),
    ),
  };
}
/** Where it stands, and what may be done next: to what, by whom, with what signed, under which guards. */
export async function nextOf(machine: Machine, id: string, fold: Fold, context: Context) {
  const { status, all } = await steps(machine, id, fold, context);
  const states: Readonly<Record<string, State>> = MACHINES[machine].states;
  return {
    status,
    says: states[status],
    next: all.map(({ command, step: { says, to, acts, signed = [] }, guards }) => ({
      command,
      says,
      to,
      acts: { capacity: acts, ...CAPACITIES[acts] },
      signed,
      missing: guards.flatMap(({ guard, brought, missing }) =>
        brought ? [] : missing.map((one) => ({ guard, basis: GUARDS[guard].basis, ...wordsOf(one) })),
      ),
      asks: guards.flatMap(({ guard, brought }) => (brought && guard !== 'FIT' ? [guard] : [])),
    })),
  };
}

const STANDINGS = {
  met: { zh: '已满足', en: 'met' },
  unmet: { zh: '未满足', en: 'unmet' },
  asked: { zh: '随办理提出', en: 'comes with the command' },
  'not-due': { zh: '尚未到期', en: 'not yet due' },
} as const;
type Words = ReturnType<typeof wordsOf>;
type Evaluation = Readonly<{ event: string; type: string; at: string; version: number; missing: readonly Words[] }>;
type Told = Readonly<{ guards?: readonly Evaluated[] }>;
/** All guards of an affair: as they were evaluated, and as they stand for what may be done next. */
export async function guardsOf(id: string, events: readonly Recorded[], fold: Fold, context: Context) {
  const machines = await Promise.all((['lead', 'case', 'review'] as const).map((one) => steps(one, id, fold, context)));
  const next = machines.flatMap(({ all }) => all);
  const evaluations = new Map<string, Evaluation[]>();
  for (const { id: event, type, occurredAt: at, data } of events)
    for (const { guard, version, missing } of (data as Told).guards ?? []) {
      const told = { event, type, at, version, missing: missing.map(wordsOf) };
      const known = evaluations.get(guard);
      if (known) known.push(told);
      else evaluations.set(guard, [told]);
    }
  return Object.entries(GUARDS).map(([guard, { code, says, basis, mend }]) => {
    const evaluated = evaluations.get(guard) ?? [];
    const now = next.flatMap(({ command, step, guards }) =>
      guards
        .filter((one) => one.guard === (guard as GuardId))
        .map(({ brought, missing }) => ({
          command,
          says: step.says,
          brought,
          missing: brought ? [] : missing.map(wordsOf),
        })),
    );
    const open = now.filter(({ brought }) => !brought && !OF_THE_ASKER.has(guard));
    // A step that waits is unmet, whatever was met before; where nothing is asked of it now, what was counts.
    const standing = open.some(({ missing }) => missing.length > 0)
      ? 'unmet'
      : evaluated.some(({ missing }) => missing.length > 0)
        ? 'unmet'
        : evaluated.length > 0 || open.length > 0
          ? 'met'
          : now.length > 0
            ? 'asked'
            : 'not-due';
    return { guard, code, says, basis, mend, standing: { code: standing, ...STANDINGS[standing] }, now, evaluated };
  });
}
