/** Reconciliation on the log: what is recorded, that a second run adds nothing, and that the order of files does not matter. */
import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { replay } from '../../projections/kernel/memory-table.js';
import { breaks, type BreakRow } from '../../projections/breaks.js';
import { matchDays, type MatchDay } from '../../projections/matches.js';
import { pairTold, type ToldPair } from '../../projections/events/reconciliation.js';
import type { Recorded } from '../../projections/kernel/message.js';
import { MATCHING } from '../../projections/reconcile/parameters.js';
import { reconciliationRuns, type RunRow, tieOuts, type TieOutRow } from '../../projections/reconciliation.js';
import { payment, voucher } from '../../src/areas/money/bank.js';
import { pack } from '../../src/areas/supervision/pack.js';
import { runOwed } from '../../src/ledger/reconciling.js';
import { type Opening, openWorld, type World } from '../../src/simulation/world.js';
import {
  assess,
  clock,
  closeWorlds,
  codes,
  FROM,
  head,
  issue,
  late,
  lineFor,
  month,
  outcome,
  pay,
  putIn,
  registers,
  rows,
  type Say,
  say,
  take,
  tell,
  told,
  worlds,
} from './on-the-log.js';

afterEach(closeWorlds);

describe('a run', () => {
  test('records matches by step, pass, unit and day, each month’s identities, and breaks; a second adds nothing', async () => {
    const world = await told(month);
    const ran = await world.reconcile('2024-07-31');
    expect(ran).toMatchObject({
      made: 6,
      unmade: 0,
      opened: 1,
      periods: 1,
      inputs: { paid: { rows: 1, fen: '1500' } },
    });
    await world.shelf.catchUp();
    const days = rows<MatchDay>(world, matchDays).map(({ id }) => id);
    expect(days.toSorted()).toEqual([
      'assessed-receipted.1.org-1.2024-07-05',
      'assessed-receipted.1.org-1.2024-07-22',
      'assessed-receipted.1.org-1.2024-07-30',
      'deposited-credited.1._.2024-07-25',
      'paid-deposited.1._.2024-07-24',
      'receipted-paid.1.org-1.2024-07-23',
    ]);
    expect(codes(world)).toEqual(['BK-04 45-0003 red']);
    const [cell] = rows<TieOutRow>(world, tieOuts);
    expect(cell).toMatchObject({
      org: 'org-1',
      feeItem: 'F-1',
      month: '2024-07',
      assessedFen: '4900',
      issuedFen: '4900',
    });
    const step = cell!.steps.find((one) => one.step === 'receipted-paid')!;
    expect(step).toEqual({
      step: 'receipted-paid',
      leftFen: '4900',
      rightFen: '1500',
      differenceFen: '3400',
      residueFen: '3400',
      byKind: { unpaid: '3400' },
      residues: 2,
    });
    const before = await head(world);
    expect(await world.reconcile('2024-07-31')).toMatchObject({ recorded: 0, made: 0, opened: 0, periods: 0 });
    expect(await head(world)).toBe(before);
  });

  test('a late file changes what is told now; as of the day before, all is as it was known then', async () => {
    const world = await told(month);
    await world.reconcile('2024-07-31');
    const known = (await head(world)) - 1;
    await tell(world, late);
    const ran = await world.reconcile('2024-08-15');
    expect(ran).toMatchObject({ made: 2, unmade: 0, cleared: 1 });
    await world.shelf.catchUp();
    expect(codes(world)).toEqual(['BK-04 45-0002 red', 'BK-11 d-3 yellow']);
    const table = replay([breaks, tieOuts], await world.store.readAll(0, 10_000));
    const standing = (table(breaks).rows(known) as BreakRow[]).filter(({ stands }) => stands);
    expect(standing.map(({ code, subject }) => `${code} ${subject}`)).toEqual(['BK-04 45-0003']);
    const paidFen = (asOf?: number) =>
      (table(tieOuts).rows(asOf) as TieOutRow[]).map(({ steps }) => steps.map(({ rightFen }) => rightFen));
    expect(paidFen(known)).toEqual([['4900', '1500', '1500', '1500']]);
    expect(paidFen()).toEqual([['4900', '2400', '2400', '1500']]);
  });

  test('a reversed payment unmakes its match, and the break is there again', async () => {
    const world = await told(month);
    await world.reconcile('2024-07-31');
    await tell(world, [say(payment, '622-1', 'ReversePayment', { reason: '退票' }, '2024-07-29')]);
    const ran = await world.reconcile('2024-08-15');
    expect(ran.unmade).toBeGreaterThan(0);
    await world.shelf.catchUp();
    expect(codes(world)).toContain('BK-04 45-0001 red');
    expect(rows<MatchDay>(world, matchDays).some(({ id }) => id.startsWith('receipted-paid'))).toBe(false);
  });

  test('of a unit’s day only the pair that has gone is unmade', async () => {
    const fee = (n: number) => [
      assess(n, '2024-07-22', '1500'),
      issue(n, '2024-07-22', '1500'),
      pay(n, '2024-07-23', '1500'),
    ];
    const world = await told([...registers, ...fee(1), ...fee(2), ...fee(3)]);
    await world.reconcile('2024-07-31');
    const paid = async () => {
      await world.shelf.catchUp();
      const day = rows<MatchDay>(world, matchDays).find(({ step }) => step === 'receipted-paid');
      return day!.pairs.map(({ left, right }) => [...left, ...right]);
    };
    expect(await paid()).toEqual([1, 2, 3].map((n) => [`45-000${n}`, `622-${n}`]));
    await tell(world, [say(payment, '622-2', 'ReversePayment', { reason: '退票' }, '2024-07-29')]);
    expect(await world.reconcile('2024-08-15')).toMatchObject({ unmade: 1, made: 0 });
    expect(await paid()).toEqual([1, 3].map((n) => [`45-000${n}`, `622-${n}`]));
    // On the day before it went back, it was there.
    expect(await world.reconcile('2024-07-28')).toMatchObject({ unmade: 0, made: 1 });
    expect((await paid()).toSorted()).toEqual([1, 2, 3].map((n) => [`45-000${n}`, `622-${n}`]));
  });

  test('of any order of the same rows, reconciled on the way or only once, the same comes out', async () => {
    const days = ['2024-07-01', '2024-07-02', '2024-07-03', '2024-07-31', '2024-08-01'];
    const line = fc.record({
      n: fc.integer({ min: 1, max: 8 }),
      what: fc.constantFrom('fee', 'receipt', 'paid', 'cash', 'deposit', 'credit', 'voucher'),
      on: fc.constantFrom(...days),
      fen: fc.constantFrom('100', '200', '300'),
    });
    const sayOf = ({ n, what, on, fen }: { n: number; what: string; on: string; fen: string }): Say => {
      if (what === 'fee') return assess(n, on, fen);
      if (what === 'receipt') return issue(n, on, fen);
      if (what === 'paid') return pay(n, on, fen);
      if (what === 'cash') return pay(n + 100, on, fen, { payCode: undefined, org: 'org-1' });
      if (what === 'deposit') return putIn(`d-${n}`, on, on, fen);
      if (what === 'credit') return take(`c-${n}`, `d-${n}`, on, fen);
      return say(voucher, `org-1-${n}`, 'PostVoucher', { org: 'org-1', side: 'collected', amountFen: fen }, on);
    };
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(line, { maxLength: 25, selector: ({ n, what }) => `${what} ${n}` }),
        fc.infiniteStream(fc.nat()),
        fc.nat({ max: 25 }),
        async (lines, dice, cut) => {
          const all = lines.map(sayOf);
          const other = all
            .map((one) => [dice.next().value as number, one] as const)
            .toSorted(([a], [b]) => a - b)
            .map(([, one]) => one);
          const [a, b] = [await told([...registers, ...all]), await told([...registers, ...other.slice(0, cut)])];
          await a.reconcile('2024-08-15');
          await b.reconcile('2024-08-14');
          await tell(b, other.slice(cut));
          await b.reconcile('2024-08-15');
          await a.shelf.catchUp();
          await b.shelf.catchUp();
          expect(outcome(b)).toEqual(outcome(a));
          expect(await b.reconcile('2024-08-15')).toMatchObject({ recorded: 0 });
          // Control totals: every difference is the sum of its residues.
          for (const { steps } of rows<TieOutRow>(a, tieOuts))
            for (const one of steps) expect(one.residueFen).toBe(one.differenceFen);
        },
      ),
      { numRuns: process.env.MINGZHANG_LONG === '1' ? 300 : 15 },
    );
  });
});

describe('the run of a day that is over', () => {
  const last = (world: World) => world.shelf.table(reconciliationRuns).get('CN') as RunRow | undefined;
  test('is told once also where nothing came out, and owed until it is', async () => {
    const world = await told(registers);
    expect(await world.reconcile('2024-08-15')).toMatchObject({ recorded: 1, made: 0, opened: 0, periods: 0 });
    await world.shelf.catchUp();
    expect(await runOwed(world.shelf, 'CN', '2024-08-15')).toBe(false);
    expect(await runOwed(world.shelf, 'CN', '2024-08-16')).toBe(true);
    expect(await world.reconcile('2024-08-15')).toMatchObject({ recorded: 0 });
    expect(await world.reconcile('2024-08-14')).toMatchObject({ recorded: 0 });
  });
  test('is made again where it was broken off, and says what it comes to as if it had not been', async () => {
    let broken = 0;
    const through: Opening['through'] =
      (send) =>
      async (...asked) => {
        const [, , { type }] = asked;
        if (broken < 3 && ['ReconcilePeriod', 'OpenBreak', 'RecordRun'][broken] === type) {
          broken++;
          throw new Error('broken off');
        }
        return send(...asked);
      };
    const again = async (work: () => Promise<unknown>): Promise<void> => {
      await work().catch(() => again(work));
    };
    const closing = async (opening: Partial<Opening>) => {
      const world = await openWorld({ from: FROM, ...opening });
      worlds.push(world);
      await world.goTo('2024-07-30');
      clock.minute = 0;
      await tell(world, month, '2024-07-30');
      await world.goTo('2024-08-01');
      await world.shelf.catchUp();
      return world;
    };
    const [whole, mended] = [await closing({}), await closing({ through, again })];
    expect(broken).toBe(3);
    expect(last(whole)).toMatchObject({ on: '2024-07-31', made: 6 });
    expect(last(mended)).toMatchObject({ on: '2024-07-31' });
    expect(outcome(mended)).toEqual(outcome(whole));
  });
});

describe('what matching goes by', () => {
  test('is what a pack says that was in force on the day that is reconciled, and the run tells it', async () => {
    const world = await told([
      ...registers,
      issue(1, '2024-08-01', '1500', { payCode: undefined, lines: lineFor('m-1', '1500') }),
      pay(1, '2024-08-07', '1500', { payCode: undefined, matterId: 'm-1' }),
      issue(2, '2024-08-01', '1500', { payCode: undefined, lines: lineFor('m-2', '1500') }),
      pay(2, '2024-08-01', '1499', { payCode: undefined, matterId: 'm-2' }),
    ]);
    const data = { rule: MATCHING.id, source: '文', grade: 'B', reason: '试行' };
    const adopt = async (name: string, values: object, from: string) => {
      const propose = { ...data, pack: name, values, from };
      const at = '2024-08-15T20:00:00.000+08:00';
      const by = (person: string) => ({ by: { person } });
      await world.say({ decider: pack, id: MATCHING.id, type: 'ProposePack', data: propose, at, ...by('a') });
      const adopted = { reason: '同意' };
      await world.say({ decider: pack, id: MATCHING.id, type: 'AdoptPack', data: adopted, at, ...by('b') });
    };
    await adopt('P-1', { windowDays: 4 }, '2024-08-16');
    await adopt('P-2', { toleranceFen: 1 }, '2024-08-20');
    await expect(adopt('P-3', { toleranceFen: 10_001 }, '2024-08-21')).rejects.toThrow('rule-parameter-unknown');
    const known = { id: 'reconciliation-1', windowDays: 2, toleranceFen: 0, mostMembers: 40, mostSteps: 20_000 };
    expect(await world.reconcile('2024-08-15')).toMatchObject({ made: 0, pack: known });
    expect(await world.reconcile('2024-08-16')).toMatchObject({
      made: 1,
      pack: { ...known, id: 'P-1', windowDays: 4 },
    });
    const both = { ...known, id: 'P-2', windowDays: 4, toleranceFen: 1 };
    expect(await world.reconcile('2024-08-20')).toMatchObject({ made: 1, unmade: 0, pack: both });
    await world.shelf.catchUp();
    expect(codes(world)).toContain('BK-06 45-0002 red'); // the fen that was tolerated
    expect(await world.reconcile('2024-08-19')).toMatchObject({ made: 0, unmade: 1, pack: { id: 'P-1' } });
  });
});

test('matches that were told with the names of their members are what they were', async () => {
  const world = await told(month);
  await world.reconcile('2024-07-31');
  const events = await world.store.readAll(0, 10_000);
  const old = events.map((event): Recorded => {
    if (event.type !== 'MatchesMade') return event;
    const { pairs, ...rest } = event.data as { pairs: readonly ToldPair[] };
    return { ...event, version: 1, data: { ...rest, pairs: pairs.map(pairTold) } };
  });
  expect(old.filter(({ version: written, type }) => type === 'MatchesMade' && written === 1)).not.toEqual([]);
  const of = (log: readonly Recorded[]) => replay([matchDays], log)(matchDays).rows();
  expect(of(old)).toEqual(of(events));
});
