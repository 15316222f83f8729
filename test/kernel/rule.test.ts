/** Verdicts of a rule as rows, and what they owe to their findings. */
import { MemoryTable } from '../../projections/kernel/memory-table.js';
import type { Recorded } from '../../projections/kernel/message.js';
import { foldInto, lookOf, type Row } from '../../projections/kernel/projection.js';
import { rule, type Verdict, type VerdictRow, verdicts } from '../../projections/kernel/rule.js';
import { packs } from '../../projections/packs.js';
import { log } from '../given.js';

const about = { on: '2024-03-04', matterId: null, itemCode: null, org: 'market', placeKind: null, centre: null };
const says = (result: Verdict['result'], more: Partial<Verdict> = {}): Verdict => ({
  result,
  certain: true,
  severity: 'red',
  about,
  evidence: ['e'],
  tested: { inside: false },
  missing: [],
  ...more,
});
const text = { zh: '', en: '' };
let next: Verdict | null = null;
const table = verdicts(
  rule({
    id: 'XX-01',
    version: 1,
    title: text,
    definition: text,
    basis: '',
    severity: 'red',
    parameters: {},
    tests: {},
    uses: {},
    again: { Happened: () => 's' },
    judge: (_subject, _look, parameters) => {
      if (next) parameters('2024-03-04');
      return next;
    },
  }),
  packs,
  (_rule, on) => ({ days: Number(on.slice(-2)) }),
);

function stage() {
  const rows = new MemoryTable(table);
  let n = 0;
  const tell = (type: string, data: object, stream = 's') => {
    const [event] = log({ type, data, stream });
    foldInto(
      table,
      rows,
      lookOf(table, (of) => new MemoryTable(of)),
      { ...event!, id: `e${n}`, index: n++ } as Recorded,
    );
    return rows.get('s') as VerdictRow | undefined;
  };
  return {
    judged: (verdict: Verdict | null) => {
      next = verdict;
      return tell('Happened', {});
    },
    finding: (type: string, more: object = {}) =>
      tell(type, { rule: 'XX-01', subject: 's', severity: 'red', certain: true, ...more }, 'finding-f1'),
  };
}
const state = (row: Row | undefined) => row && [row['result'], row['owes'], row['finding'], row['since']];

test('the whole row, as it is first found', () =>
  expect(stage().judged(says('violation', { details: { n: 1 } }))).toEqual({
    subject: 's',
    result: 'violation',
    certain: true,
    severity: 'red',
    evidence: ['e'],
    tested: { inside: false },
    missing: [],
    ...about,
    details: { n: 1 },
    by: null,
    parameters: { days: 4 },
    since: 'e0',
    told: null,
    finding: null,
    owes: 'raise',
  }));

test('found, told, changed, told again: it owes what its finding does not tell yet', () => {
  const { judged, finding } = stage();
  expect(state(judged(says('violation')))).toEqual(['violation', 'raise', null, 'e0']);
  expect(state(judged(says('violation')))).toEqual(['violation', 'raise', null, 'e0']);
  const raised = finding('FindingRaised');
  expect(state(raised)).toEqual(['violation', null, 'f1', 'e0']);
  expect(raised!.told).toEqual({ finding: 'f1', live: true, severity: 'red', certain: true });
  expect(state(judged(says('violation', { details: { n: 2 } })))).toEqual(['violation', null, 'f1', 'e3']);
  expect(state(judged(says('violation', { severity: 'yellow' })))).toEqual(['violation', 'revise', 'f1', 'e4']);
  expect(state(finding('FindingRevised', { severity: 'yellow' }))).toEqual(['violation', null, 'f1', 'e4']);
  expect(state(judged(says('violation', { severity: 'yellow', certain: false })))).toEqual([
    'violation',
    'revise',
    'f1',
    'e6',
  ]);
  expect(state(finding('FindingRevised', { severity: 'yellow', certain: false }))).toEqual([
    'violation',
    null,
    'f1',
    'e6',
  ]);
  expect(state(judged(says('cleared')))).toEqual(['cleared', 'withdraw', 'f1', 'e8']);
  const ended = finding('FindingWithdrawn');
  expect(state(ended)).toEqual(['cleared', null, 'f1', 'e8']);
  expect(ended!.told).toMatchObject({ live: false, severity: 'yellow' });
  expect(state(judged(says('violation')))).toEqual(['violation', 'raise', 'f1', 'e10']);
});

test('what cannot be told, or is cleared, owes nothing that was never told', () => {
  const { judged } = stage();
  expect(state(judged(says('undetermined')))).toEqual(['undetermined', null, null, 'e0']);
  expect(state(judged(says('cleared')))).toEqual(['cleared', null, null, 'e1']);
  expect(judged(null)).toBeUndefined();
  expect(judged(says('superseded', { by: 't' }))).toBeUndefined();
});

test('nothing to say any more: a finding that was told is cleared, and then withdrawn', () => {
  const { judged, finding } = stage();
  judged(says('violation', { details: { n: 1 }, tested: { inside: true }, missing: ['place'], certain: false }));
  finding('FindingRaised', { certain: false });
  expect(judged(null)).toMatchObject({
    result: 'cleared',
    certain: true,
    tested: {},
    missing: [],
    details: {},
    by: null,
    owes: 'withdraw',
    org: 'market',
  });
});

test('part of another: its finding is superseded, and undetermined withdraws', () => {
  const { judged, finding } = stage();
  judged(says('violation'));
  finding('FindingRaised');
  expect(judged(says('undetermined'))).toMatchObject({ owes: 'withdraw' });
  expect(judged(says('superseded', { by: 't' }))).toMatchObject({ result: 'superseded', by: 't', owes: 'supersede' });
  expect(finding('FindingSuperseded')).toMatchObject({ owes: null, told: { live: false } });
});

test('findings of other rules, and of what has no verdict here, change nothing', () => {
  const { judged, finding } = stage();
  for (const type of ['FindingRaised', 'FindingRevised', 'FindingWithdrawn', 'FindingSuperseded'])
    expect(finding(type)).toBeUndefined();
  judged(says('violation'));
  expect(finding('FindingRaised', { rule: 'YY-01' })).toMatchObject({ told: null });
  expect(finding('FindingWithdrawn')).toMatchObject({ told: null, owes: 'raise' });
});

test('has a table of its own name', () => expect(table.name).toBe('verdict_xx_01'));
