/** What has to be recorded so that the log tells what reconciliation comes to: nothing where it does already. Pure. */
import { type BreakRow, said } from '../breaks.js';
import {
  type BreakFound,
  MOST_NAMED,
  MOST_PAIRS,
  MOST_RESIDUES,
  type Pair,
  type ResidueLine,
  type RunEvent,
  tell,
  type TiedCell,
  type ToldPair,
} from '../events/reconciliation.js';
import { canonical } from '../kernel/canonical.js';
import type { Message } from '../kernel/message.js';
import { compareText } from '../kernel/ordered.js';
import { addWorkdays, type Calendar } from '../kernel/workdays.js';
import { type MatchDay, matchDays } from '../matches.js';
import {
  reconciliationRuns,
  type ResiduePage,
  residuePages,
  type RunRow,
  type TieOutRow,
  tieOuts,
} from '../reconciliation.js';
import { breaks } from '../breaks.js';
import { total } from './books.js';
import type { Break } from './break-types.js';
import { EXPLAIN_DAYS } from './parameters.js';
import { inputsOf, type Reconciliation } from './reconcile.js';
import { type Step, STEPS } from './relations.js';
import type { Match, Matched } from './match.js';
import { toldOf } from './pairs.js';
import type { Identity, Residue, TieOut } from './tie-out.js';

/** What the log tells so far. */
export interface Told {
  readonly matchDays: readonly MatchDay[];
  readonly breaks: readonly BreakRow[];
  readonly tieOuts: readonly TieOutRow[];
  readonly residuePages: readonly ResiduePage[];
  readonly runs: readonly Pick<RunRow, 'region' | 'on'>[];
}
export const TOLD_TABLES = {
  matchDays,
  breaks,
  tieOuts,
  residuePages,
  runs: reconciliationRuns,
} as const satisfies Record<keyof Told, unknown>;

export interface At {
  readonly on: string;
  /** The last index that the rows know. */
  readonly asOf: string;
  readonly region: string;
  readonly calendar: Calendar;
  /** A name made from parts, the same for the same parts for ever. */
  readonly named: (...parts: readonly string[]) => string;
}
export interface Planned {
  readonly category: 'matches' | 'reconciliation' | 'break' | 'reconciling';
  readonly id: string;
  /** May be made only when it is asked for. */
  readonly command: Message;
  /** How much it says, in pairs: one, if left out. */
  readonly weight?: number;
}
export interface Plan {
  /** In the order in which they are to be sent; those of one stream one after the other. */
  readonly commands: readonly Planned[];
  readonly run: RunEvent['data'];
}

const text = (fen: number): string => String(fen);
const SAFE = /^[A-Za-z0-9][\w-]{0,39}$/;
/** A unit's name as a part of a stream's. */
const partOf = (org: string | null, { named }: Pick<At, 'named'>): string =>
  org === null ? '_' : SAFE.test(org) ? org : named('unit', org);
export const periodName = (org: string | null, month: string, at: Pick<At, 'named'>): string =>
  `${partOf(org, at)}-${month}`;

type Day = Omit<MatchDay, 'count' | 'pairs'> & { readonly matches: Match[] };
/** By stream. */
function wantedDays(step: Step, matches: readonly Match[], at: Pick<At, 'named'>): Map<string, Day> {
  const days = new Map<string, Day>();
  let last: Day | undefined; // nearly always the next one is of the same
  for (const one of matches) {
    const { pass, org, on: day } = one;
    if (!(last?.day === day && last.org === org && last.pass === pass)) {
      const id = `${step}.${pass}.${partOf(org, at)}.${day}`;
      last = days.get(id);
      if (!last) days.set(id, (last = { id, step, pass, org, day, matches: [] }));
    }
    last.matches.push(one);
  }
  return days;
}
const inParts = <T>(all: readonly T[], most: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / most) }, (_, n) => all.slice(n * most, (n + 1) * most));
const listed = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((id, n) => id === b[n]);
const tells = (pair: Pair, one: Match | undefined) =>
  one !== undefined &&
  listed(pair.left, one.left) &&
  listed(pair.right, one.right) &&
  Number(pair.leftFen) === one.leftFen &&
  Number(pair.rightFen) === one.rightFen;

/** Pairs that are not matched any more, and matches that no pair tells of yet. */
function apart(before: readonly Pair[], now: readonly Match[]): readonly [readonly Pair[], readonly Match[]] {
  if (before.length === 0 || now.length === 0) return [before, now];
  // Nearly always nothing has changed, and they are told in the order in which they are found.
  if (before.length === now.length && before.every((pair, n) => tells(pair, now[n]))) return [[], []];
  const [nows, befores] = [toldOf(now).map((pair) => canonical(pair)), before.map((pair) => canonical(tell(pair)))];
  const [nowKeys, beforeKeys] = [new Set(nows), new Set(befores)];
  return [before.filter((_, n) => !nowKeys.has(befores[n]!)), now.filter((_, n) => !beforeKeys.has(nows[n]!))];
}

/** What the log does not tell yet of a step's matches. Pairs are made when their turn comes: there may be millions. */
export function matching(
  step: Step,
  { matches }: Pick<Matched, 'matches'>,
  told: readonly MatchDay[],
  at: Pick<At, 'named'>,
) {
  const wanted = wantedDays(step, matches, at);
  const standing = new Map(told.filter((row) => row.step === step).map((row) => [row.id, row]));
  const commands: Planned[] = [];
  let [made, unmade] = [0, 0];
  for (const id of [...new Set([...wanted.keys(), ...standing.keys()])].sort(compareText)) {
    const [day, row] = [wanted.get(id), standing.get(id)];
    const { pass, org, day: of } = (day ?? row)!;
    const [gone, come] = apart(row?.pairs ?? [], day?.matches ?? []);
    const say = <T>(type: string, all: readonly T[], pairs: (part: readonly T[]) => readonly ToldPair[]) => {
      for (const part of inParts(all, MOST_PAIRS))
        commands.push({
          category: 'matches',
          id,
          weight: part.length,
          get command() {
            return { type, data: { step, pass, org, day: of, pairs: pairs(part) } };
          },
        });
    };
    say('UnmakeMatches', gone, (part) => part.map(tell));
    say('MakeMatches', come, toldOf);
    made += come.length;
    unmade += gone.length;
  }
  return { commands, made, unmade };
}

const tiedStep = ({ step, leftFen, rightFen, differenceFen, residueFen, byKind, residues }: Identity) => ({
  step,
  leftFen: text(leftFen),
  rightFen: text(rightFen),
  differenceFen: text(differenceFen),
  residueFen: text(residueFen),
  byKind: Object.fromEntries(
    Object.entries(byKind)
      .sort(([a], [b]) => compareText(a, b))
      .map(([kind, fen]) => [kind, text(fen)]),
  ),
  residues,
});
const tiedCell = ({ identities, ...of }: TieOut): TiedCell => ({
  feeItem: of.feeItem,
  assessedFen: text(of.assessedFen),
  waivedFen: text(of.waivedFen),
  cancelledFen: text(of.cancelledFen),
  issuedFen: text(of.issuedFen),
  voidFen: text(of.voidFen),
  redFen: text(of.redFen),
  refundedFen: text(of.refundedFen),
  steps: Object.values(identities).map(tiedStep),
});
const residueLine = ({ feeItem, step, kind, left, right, fen }: Residue): ResidueLine => ({
  feeItem,
  step,
  kind,
  left,
  right,
  fen: text(fen),
});

interface Month {
  readonly org: string | null;
  readonly month: string;
  readonly cells: TiedCell[];
  readonly residues: ResidueLine[];
}
function months(at: At) {
  const all = new Map<string, Month>();
  return {
    all,
    of(org: string | null, month: string): Month {
      const period = periodName(org, month, at);
      let known = all.get(period);
      if (!known) all.set(period, (known = { org, month, cells: [], residues: [] }));
      return known;
    },
  };
}
/** Cells without any money in them are no cells. */
const isEmpty = ({ steps, assessedFen, issuedFen, refundedFen }: TiedCell) =>
  [assessedFen, issuedFen, refundedFen].every((sum) => sum === '0') &&
  steps.every(({ leftFen, rightFen, residues }) => leftFen === '0' && rightFen === '0' && residues === 0);
const asText = ({ cells, residues }: Month | undefined = { org: null, month: '', cells: [], residues: [] }) =>
  canonical([cells, residues]);

function periods({ cells, residues }: Reconciliation, told: Told, at: At): readonly Planned[] {
  const [wanted, standing] = [months(at), months(at)];
  for (const cell of cells) {
    const tied = tiedCell(cell);
    if (!isEmpty(tied)) wanted.of(cell.org, cell.month).cells.push(tied);
  }
  for (const residue of residues) wanted.of(residue.org, residue.month).residues.push(residueLine(residue));
  for (const { org, month, feeItem, steps, ...of } of told.tieOuts) {
    const { assessedFen, waivedFen, cancelledFen, issuedFen, voidFen, redFen, refundedFen } = of;
    const sums = { assessedFen, waivedFen, cancelledFen, issuedFen, voidFen, redFen, refundedFen };
    standing.of(org, month).cells.push({ feeItem, ...sums, steps });
  }
  for (const page of [...told.residuePages].sort((a, b) => a.part - b.part))
    standing.of(page.org, page.month).residues.push(...page.residues);
  for (const { cells: of, residues: lines } of [...wanted.all.values(), ...standing.all.values()]) {
    of.sort((a, b) => compareText(a.feeItem ?? '', b.feeItem ?? ''));
    const texts = new Map(lines.map((line) => [line, canonical(line)]));
    lines.sort((a, b) => compareText(texts.get(a)!, texts.get(b)!));
  }
  const names = [...new Set([...wanted.all.keys(), ...standing.all.keys()])].sort(compareText);
  return names.flatMap((id) => {
    const now = wanted.all.get(id);
    if (asText(now) === asText(standing.all.get(id))) return [];
    const { org, month } = (now ?? standing.all.get(id))!;
    const lines = inParts(now?.residues ?? [], MOST_RESIDUES);
    const parts = Math.max(1, lines.length);
    return Array.from({ length: parts }, (_, part): Planned => {
      const of = { org, month, on: at.on, asOf: at.asOf, part, parts };
      const data = { ...of, cells: part === 0 ? (now?.cells ?? []) : [], residues: lines[part] ?? [] };
      return { category: 'reconciliation', id, command: { type: 'ReconcilePeriod', data } };
    });
  });
}

const few = (ids: readonly string[]) => ids.slice(0, MOST_NAMED);
function foundOf(one: Break): BreakFound {
  const { fen, left, right, details } = one;
  const many = Math.max(left.length, right.length) > MOST_NAMED;
  const counts = many ? { leftRows: left.length, rightRows: right.length } : {};
  return said({ ...one, fen: text(fen), left: few(left), right: few(right), details: { ...details, ...counts } });
}
const saysSame = (row: BreakRow, found: BreakFound) =>
  (Object.keys(found) as (keyof BreakFound)[]).every((name) => canonical(row[name]) === canonical(found[name]));

function breaking({ breaks: found, pack }: Reconciliation, told: readonly BreakRow[], at: At) {
  const rows = new Map(told.map((row) => [row.break, row]));
  const commands: Planned[] = [];
  let [opened, revised, cleared] = [0, 0, 0];
  const { on } = at;
  const explainBy = addWorkdays(on, pack.ages?.['explainDays'] ?? EXPLAIN_DAYS, at.calendar).due;
  const say = (id: string, type: string, data: object) =>
    commands.push({ category: 'break', id, command: { type, data } });
  for (const one of found) {
    const id = at.named('break', one.code, one.subject);
    const data = foundOf(one);
    const row = rows.get(id);
    rows.delete(id);
    if (!row?.stands) opened += say(id, 'OpenBreak', { ...data, on, explainBy }) && 1;
    else if (!saysSame(row, data)) revised += say(id, 'ReviseBreak', { ...data, on }) && 1;
  }
  for (const row of rows.values()) if (row.stands) cleared += say(row.break, 'ClearBreak', { on }) && 1;
  return { commands, opened, revised, cleared };
}

/** Matches that are recorded already, and how many that was. */
export type Recorded = Readonly<{ step: Step; made: number; unmade: number }>;
export function planOf(found: Reconciliation, told: Told, at: At, before?: Recorded): Plan {
  const steps = (Object.keys(STEPS) as Step[]).map((step) =>
    step === before?.step ? { commands: [], ...before } : matching(step, found.relations[step], told.matchDays, at),
  );
  const tied = periods(found, told, at);
  const broken = breaking(found, told.breaks, at);
  const run: RunEvent['data'] = {
    on: at.on,
    asOf: at.asOf,
    pack: found.pack,
    inputs: inputsOf(found.books),
    made: total(steps, ({ made }) => made),
    unmade: total(steps, ({ unmade }) => unmade),
    opened: broken.opened,
    revised: broken.revised,
    cleared: broken.cleared,
    periods: tied.length,
    suggested: total(Object.values(found.relations), ({ suggestions }) => suggestions.length),
  };
  const commands = [...steps.flatMap((step) => step.commands), ...tied, ...broken.commands];
  // A day is told once also where nothing came out: until then its run is owed.
  const isNew = told.runs.every(({ region, on }) => region !== at.region || on < at.on);
  if (isNew || commands.length > 0 || run.made + run.unmade > 0)
    commands.push({ category: 'reconciling', id: at.region, command: { type: 'RecordRun', data: run } });
  return { commands, run };
}
