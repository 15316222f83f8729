/** Reconciliation on the log: what is recorded, that a second run adds nothing, and that the order of files does not matter. */
import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { replay } from '../../projections/kernel/memory-table.js';
import { breaks, type BreakRow } from '../../projections/breaks.js';
import { matchDays, type MatchDay } from '../../projections/matches.js';
import { pairTold, type ToldPair } from '../../projections/events/reconciliation.js';
import type { Recorded } from '../../projections/kernel/message.js';
import { MATCHING } from '../../projections/reconcile/parameters.js';
import {
  periods,
  reconciliationRuns,
  residuePages,
  type RunRow,
  tieOuts,
  type TieOutRow,
} from '../../projections/reconciliation.js';
import { credit, deposit, payment, voucher } from '../../src/areas/money/bank.js';
import { block } from '../../src/areas/money/block.js';
import { fee } from '../../src/areas/money/fee.js';
import { payee } from '../../src/areas/money/payee.js';
import { receipt } from '../../src/areas/money/receipt.js';
import { moneyBreak } from '../../src/areas/money/break.js';
import { pairing, period } from '../../src/areas/money/reconciliation.js';
import { tariff } from '../../src/areas/money/tariff.js';
import { pack } from '../../src/areas/supervision/pack.js';
import type { Decider } from '../../src/kernel/decider.js';
import { Refusal } from '../../src/kernel/decider.js';
import { runOwed } from '../../src/ledger/reconciling.js';
import { type Opening, openWorld, type World } from '../../src/simulation/world.js';
import { version } from '../money.js';

const FROM = '2024-07-01';
type Say = Readonly<{ decider: Decider; id: string; type: string; data: object; on: string }>;
const say = (decider: Decider, id: string, type: string, data: object, on: string): Say => ({
  decider,
  id,
  type,
  data,
  on,
});

const registers: readonly Say[] = [
  say(tariff, 'F-1', 'PublishFeeItem', version, FROM),
  say(payee, '622', 'ApproveAccount', { name: '专户', bank: '农行', kind: 'centre', document: '文', from: FROM }, FROM),
  say(block, '45-0001', 'PrintBlock', { to: '0900', form: 'electronic' }, FROM),
  say(block, '45-0001', 'IssueBlock', { org: 'org-1' }, FROM),
];
const assess = (n: number, on: string, amountFen: string) =>
  say(fee, `f-${n}`, 'AssessFee', { feeItem: 'F-1', quantity: '10', amountFen, org: 'org-1' }, on);
const issue = (n: number, on: string, amountFen: string, more: object = {}) =>
  say(
    receipt,
    `45-${String(n).padStart(4, '0')}`,
    'IssueReceipt',
    {
      org: 'org-1',
      kind: 'direct',
      form: 'electronic',
      payChannel: 'bank',
      payCode: `P-${n}`,
      lines: [{ fee: `f-${n}`, feeItem: 'F-1', quantity: '10', amountFen }],
      amountFen,
      ...more,
    },
    on,
  );
const pay = (n: number, on: string, amountFen: string, more: object = {}) =>
  say(
    payment,
    `622-${n}`,
    'ReceivePayment',
    { account: '622', bankRef: String(n), channel: 'bank', payCode: `P-${n}`, amountFen, ...more },
    on,
  );
const lineFor = (matterId: string, amountFen: string) => [{ matterId, feeItem: 'F-1', quantity: '10', amountFen }];
const putIn = (id: string, day: string, on: string, amountFen: string) =>
  say(deposit, id, 'MakeDeposit', { account: '622', day, amountFen, to: 'treasury' }, on);
const take = (id: string, of: string, on: string, amountFen: string) =>
  say(
    credit,
    id,
    'CreditTreasury',
    { deposit: of, org: 'org-1', feeItem: 'F-1', level: 'city', subject: version.subject, amountFen },
    on,
  );

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});
let minute = 0;
/** All of it told on one day, one a minute, in this order. */
async function told(lines: readonly Say[], day = '2024-08-15'): Promise<World> {
  const world = await openWorld({ from: FROM });
  worlds.push(world);
  await world.goTo(day);
  minute = 0;
  await tell(world, lines, day);
  return world;
}
async function tell(world: World, lines: readonly Say[], day = '2024-08-15') {
  for (const { decider, id, type, data, on } of lines) {
    const [h, m] = [Math.floor(minute / 60) % 24, minute++ % 60];
    const at = `${day}T${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}:00.000+08:00`;
    const key = `${type} ${id} ${JSON.stringify(data)}`;
    const report = { system: 's', occurredAt: `${on}T10:00:00+08:00` };
    await world.say({ decider, id, type, data, at, key, report });
  }
}
const rows = <T>(world: World, of: any) => world.shelf.table(of).rows() as unknown as T[];
const codes = (world: World) =>
  rows<BreakRow>(world, breaks)
    .filter(({ stands }) => stands)
    .map(({ code, subject, severity }) => `${code} ${subject} ${severity}`)
    .toSorted();
/** All that reconciliation comes to, without when it was recorded. */
function outcome(world: World) {
  const pairs = rows<MatchDay>(world, matchDays).map(({ id, pairs: all }) => [
    id,
    all.map((pair) => JSON.stringify(pair)).toSorted(),
  ]);
  const cells = rows<TieOutRow>(world, tieOuts).map((row) => JSON.stringify({ ...row, event: '' }));
  const residues = rows<{ page: string; residues: object[] }>(world, residuePages).map(({ page, residues: all }) => [
    page,
    all,
  ]);
  return { breaks: codes(world), pairs: pairs.toSorted(), cells: cells.toSorted(), residues: residues.toSorted() };
}
const head = async (world: World) => (await world.store.head()).next;

const month: readonly Say[] = [
  ...registers,
  assess(1, '2024-07-22', '1500'),
  issue(1, '2024-07-22', '1500'),
  pay(1, '2024-07-23', '1500'),
  putIn('d-1', '2024-07-23', '2024-07-24', '1500'),
  take('c-1', 'd-1', '2024-07-25', '1500'),
  assess(2, '2024-07-30', '2500'),
  issue(2, '2024-07-30', '2500'),
  assess(3, '2024-07-05', '900'),
  issue(3, '2024-07-05', '900'),
];
const late: readonly Say[] = [pay(3, '2024-07-05', '900'), putIn('d-3', '2024-07-05', '2024-07-08', '900')];

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
      minute = 0;
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

describe('what people decide', () => {
  const by = (person: string, org?: string) => ({ by: { person, ...(org && { org }) } });
  const act = (world: World, decider: Decider, id: string, type: string, data: object, who: object) =>
    world.say({ decider, id, type, data, at: `2024-08-15T23:5${minute++ % 10}:59.999+08:00`, ...who });
  const refusal = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    return error instanceof Refusal ? error.broken.map(({ code }) => code) : error;
  };
  const acting = async (lines: readonly Say[]) => {
    const world = await told(lines);
    minute = 0;
    return world;
  };

  test('two people match what no pass matches, and take apart what one did', async () => {
    const world = await acting([
      ...registers,
      assess(1, '2024-07-22', '1500'),
      issue(1, '2024-07-22', '1500'),
      pay(9, '2024-07-23', '1500', { payCode: undefined }),
    ]);
    await world.reconcile('2024-08-15');
    await world.shelf.catchUp();
    expect(codes(world)).toEqual(['BK-04 45-0001 red', 'BK-07 622-9 red', 'BK-09 622|2024-07-23 red']);
    const data = {
      step: 'receipted-paid',
      kind: 'together',
      left: ['45-0001'],
      right: ['622-9'],
      reason: '付款人漏填码',
    };
    await act(world, pairing, 'p-1', 'ProposePairing', data, by('a'));
    expect(await refusal(act(world, pairing, 'p-1', 'ApprovePairing', {}, by('a')))).toEqual(['pairing-second-person']);
    expect(await world.reconcile('2024-08-15')).toMatchObject({ made: 0 });
    await act(world, pairing, 'p-1', 'ApprovePairing', {}, by('b'));
    expect(await world.reconcile('2024-08-15')).toMatchObject({ made: 1, cleared: 2 });
    await world.shelf.catchUp();
    expect(rows<MatchDay>(world, matchDays).filter(({ pass }) => pass === 5)).toMatchObject([
      { org: 'org-1', count: 1 },
    ]);
    await act(world, pairing, 'p-1', 'EndPairing', { reason: '有误' }, by('b'));
    expect(await world.reconcile('2024-08-15')).toMatchObject({ unmade: 1, opened: 2 });

    const apart = { step: 'assessed-receipted', kind: 'apart', left: ['f-1'], right: ['45-0001#0'], reason: '错开' };
    await act(world, pairing, 'p-2', 'ProposePairing', apart, by('a'));
    await act(world, pairing, 'p-2', 'ApprovePairing', {}, by('b'));
    expect(await world.reconcile('2024-08-15')).toMatchObject({ unmade: 1, made: 0 });
    await world.shelf.catchUp();
    expect(codes(world)).toContain('BK-02 45-0001#0 yellow');
  });

  test('the life of a break: explained, rejected, put right, and closed only when it shows no more', async () => {
    const world = await acting(month);
    await world.reconcile('2024-07-31');
    await world.shelf.catchUp();
    const [row] = rows<BreakRow>(world, breaks);
    const id = row!.break;
    expect(row).toMatchObject({ status: 'open', openedOn: '2024-07-31', explainBy: '2024-08-07', fen: '900' });
    const on = (type: string, data: object, who: object) => act(world, moneyBreak, id, type, data, who);
    const explain = { explanation: '等待银行回单' };
    expect(await refusal(on('ExplainBreak', explain, by('u', 'org-2')))).toEqual(['break-of-another-unit']);
    await on('ExplainBreak', explain, by('u', 'org-1'));
    expect(await refusal(on('AcceptExplanation', { reason: 'x' }, by('u', 'org-1')))).toEqual([
      'explanation-judged-by-its-author',
    ]);
    await on('RejectExplanation', { reason: '无凭证' }, by('f'));
    expect(await refusal(on('CloseBreak', { reason: 'x' }, by('f')))).toContain('out-of-order');
    await on('RectifyBreak', { how: '已补缴' }, by('u', 'org-1'));
    expect(await refusal(on('CloseBreak', { reason: 'x' }, by('f')))).toEqual(['break-still-stands']);
    await world.shelf.catchUp();
    expect(rows<BreakRow>(world, breaks)[0]).toMatchObject({
      status: 'rectified',
      stands: true,
      explainedOn: '2024-08-15',
    });
    const events = await world.store.readStream(`break-${id}`);
    expect(events.find(({ type }) => type === 'BreakExplained')!.data).toMatchObject({ inTime: false });
    minute = 0;
    const next = '2024-08-16';
    await world.goTo(next);
    await tell(world, [pay(3, '2024-07-05', '900')], next);
    await world.reconcile(next);
    await world.shelf.catchUp();
    expect(rows<BreakRow>(world, breaks).find((one) => one.break === id)).toMatchObject({
      status: 'rectified',
      stands: false,
      explanation: '等待银行回单',
      clearedOn: next,
    });
    await world.say({
      decider: moneyBreak,
      id,
      type: 'CloseBreak',
      data: { reason: '已到账' },
      at: `${next}T23:00:00+08:00`,
    });
    await world.shelf.catchUp();
    expect(rows<BreakRow>(world, breaks).find((one) => one.break === id)).toMatchObject({
      status: 'closed',
      reason: '已到账',
    });
  });

  test('a month is signed for by unit, bank and finance, once it is over; what comes to something else is signed for anew', async () => {
    const world = await acting(month);
    const id = 'org-1-2024-07';
    expect(await refusal(act(world, period, id, 'SignForUnit', {}, by('u')))).toContain('out-of-order');
    await world.reconcile('2024-07-30');
    expect(await refusal(act(world, period, id, 'SignForUnit', {}, by('u')))).toEqual(['month-not-over']);
    await tell(world, [pay(2, '2024-07-31', '2500')], '2024-08-16');
    await world.goTo('2024-08-17');
    minute = 0;
    await world.reconcile('2024-08-17');
    const sign = (type: string, data: object, person: string) =>
      world.say({ decider: period, id, type, data, at: `2024-08-17T10:0${minute++}:00+08:00`, by: { person } });
    await sign('SignForUnit', { balanceFen: '500' }, 'u');
    expect(await refusal(sign('SignForUnit', {}, 'v'))).toEqual(['signed-already']);
    expect(await refusal(sign('SignForFinance', {}, 'u'))).toEqual(['signed-for-another-party']);
    expect(await refusal(sign('SignForBank', { balanceFen: '501' }, 'b'))).toEqual(['balances-differ']);
    await sign('SignForBank', { balanceFen: '500' }, 'b');
    await sign('SignForFinance', {}, 'f');
    await world.shelf.catchUp();
    expect(world.shelf.table(periods).get(id)).toMatchObject({ status: 'certified', outdated: [] });
    minute = 900;
    await tell(world, late, '2024-08-17');
    await world.reconcile('2024-08-17');
    await world.shelf.catchUp();
    expect(world.shelf.table(periods).get(id)).toMatchObject({
      status: 'reconciled',
      signatures: [],
      outdated: [{ party: 'unit' }, { party: 'bank' }, { party: 'finance' }],
    });
  });
});
