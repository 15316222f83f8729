/** What people decide of pairs, breaks and months, and what reconciliation makes of it. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { breaks, type BreakRow } from '../../projections/breaks.js';
import { matchDays, type MatchDay } from '../../projections/matches.js';
import { periods } from '../../projections/reconciliation.js';
import { moneyBreak } from '../../src/areas/money/break.js';
import { matches, pairing, period } from '../../src/areas/money/reconciliation.js';
import type { Decider } from '../../src/kernel/decider.js';
import { Refusal } from '../../src/kernel/decider.js';
import type { World } from '../../src/simulation/world.js';
import { given } from '../given.js';
import {
  assess,
  clock,
  closeWorlds,
  codes,
  issue,
  late,
  month,
  pay,
  registers,
  rows,
  type Say,
  tell,
  told,
} from './on-the-log.js';

afterEach(closeWorlds);

describe('what people decide', () => {
  const by = (person: string, org?: string) => ({ by: { person, ...(org && { org }) } });
  const act = (world: World, decider: Decider, id: string, type: string, data: object, who: object) =>
    world.say({ decider, id, type, data, at: `2024-08-15T23:5${clock.minute++ % 10}:59.999+08:00`, ...who });
  const refusal = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    return error instanceof Refusal ? error.broken.map(({ code }) => code) : error;
  };
  const acting = async (lines: readonly Say[]) => {
    const world = await told(lines);
    clock.minute = 0;
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
    clock.minute = 0;
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
    clock.minute = 0;
    await world.reconcile('2024-08-17');
    const sign = (type: string, data: object, person: string) =>
      world.say({ decider: period, id, type, data, at: `2024-08-17T10:0${clock.minute++}:00+08:00`, by: { person } });
    await sign('SignForUnit', { balanceFen: '500' }, 'u');
    expect(await refusal(sign('SignForUnit', {}, 'v'))).toEqual(['signed-already']);
    expect(await refusal(sign('SignForFinance', {}, 'u'))).toEqual(['signed-for-another-party']);
    expect(await refusal(sign('SignForBank', { balanceFen: '501' }, 'b'))).toEqual(['balances-differ']);
    await sign('SignForBank', { balanceFen: '500' }, 'b');
    await sign('SignForFinance', {}, 'f');
    await world.shelf.catchUp();
    expect(world.shelf.table(periods).get(id)).toMatchObject({ status: 'certified', outdated: [] });
    clock.minute = 900;
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

describe('what is matched', () => {
  const of = { step: 'receipted-paid', pass: 1, org: 'org-1', day: '2024-07-23' } as const;
  type Pairs = readonly (readonly [string | readonly string[], string | readonly string[], string])[];
  const make = (...pairs: Pairs) => ({ type: 'MakeMatches', data: { ...of, pairs } });
  const unmake = (...pairs: Pairs) => ({ type: 'UnmakeMatches', data: { ...of, pairs } });
  const made = (...pairs: Pairs) => ({ type: 'MatchesMade' as const, data: { ...of, pairs } });
  const unmade = (...pairs: Pairs) => ({ type: 'MatchesUnmade' as const, data: { ...of, pairs } });
  const [one, two] = [['a', 'x', '1'] as const, ['b', 'y', '2'] as const];
  test('is matched once, in whatever order it is told, and unmade only where it was', () => {
    given(matches).when(make(two, one)).then(made(two, one));
    given(matches, made(one)).when(make(two)).then(made(two));
    given(matches, made(one, two)).when(unmake(one)).then(unmade(one));
    given(matches, made(one, two), unmade(one)).when(make(one)).then(made(one));
  });
  test.each([
    ['the same left side', [one, ['a', 'y', '1']]],
    ['the same right side', [one, ['b', 'x', '1']]],
    ['the same right side, not beside it', [one, two, ['c', 'x', '1']]],
    ['one of several', [one, [['c', 'a'], 'z', '1']]],
    ['one of several twice', [['a', ['z', 'z'], '1']]],
  ] as [string, Pairs][])('is not matched twice by one command: %s', (_, pairs) =>
    given(matches)
      .when(make(...pairs))
      .thenRefused(['matched-already']),
  );
  test('is not matched, nor unmade, against what stands, and no more than a thousand at once', () => {
    given(matches, made(one))
      .when(make(['a', 'y', '1']))
      .thenRefused(['matched-already', 'e0']);
    given(matches, made(one))
      .when(make(['b', ['w', 'x'], '1']))
      .thenRefused(['matched-already', 'e0']);
    given(matches, made(one)).when(unmake(one, two)).thenRefused(['not-matched', 'e0']);
    const many = Array.from({ length: 1001 }, (_, n) => [`l${10_000 + n}`, `r${10_000 + n}`, '1'] as const);
    given(matches)
      .when(make(...many.slice(1)))
      .then(made(...many.slice(1)));
    given(matches)
      .when(make(...many))
      .thenRefused(['too-many-pairs']);
  });
});
