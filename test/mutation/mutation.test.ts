/** The mutation run finds what no test pins, and nothing else. */
import { mutate } from './mutants.js';
import { mutation, type Report, type Told } from './mutation.js';

const changes = (source: string) =>
  mutate('x.ts', source).mutants.map(({ in: name, from, to }) => `${name}: ${from} => ${to}`);

describe('changes', () => {
  test('of comparisons and of what they lead to', () =>
    expect(changes('const f = (a: number) => { if (a < 3) return 1; };')).toEqual([
      'f: a < 3 => true',
      'f: a < 3 => false',
      'f: a < 3 => a <= 3',
      'f: a < 3 => a >= 3',
      'f: 3 => 4',
      'f: 3 => (2)',
    ]));
  test('of connectives: swapped, and each side alone', () =>
    expect(changes('const f = a && !b ? 1 : 2;')).toEqual([
      'f: a && !b => true',
      'f: a && !b => false',
      'f: a && !b => (a) || (!b)',
      'f: a && !b => a',
      'f: a && !b => !b',
      'f: !b => b',
    ]));
  test('of predicates, which force what is asked of the list', () =>
    expect(changes('const f = all.some(({ on }) => on === day);')).toEqual([
      'f: on === day => true',
      'f: on === day => false',
      'f: on === day => on !== day',
    ]));
  test('of clauses: cases, members of a list of names, and what a rule looks at again', () => {
    expect(changes("function f() { switch (kind) { case 'a': return; } }")).toEqual(["f: 'a' => NaN"]);
    expect(changes("const f = new Set(['a', 'b']);")).toEqual(["f: ['a', 'b'] => ['b']", "f: ['a', 'b'] => ['a']"]);
    expect(changes('const f = { again: { A: x, ...y } };')).toEqual([
      'f: { A: x, ...y } => { ...y }',
      'f: { A: x, ...y } => { A: x }',
    ]);
  });
  test('of values that steer, and not of types', () =>
    expect(changes('const f: { a: true } = { a: true, value: 30, b: c ?? 1 };')).toEqual([
      'f: true => false',
      'f: 30 => 31',
      'f: 30 => (29)',
      'f: c ?? 1 => c',
      'f: c ?? 1 => 1',
    ]));
  test('one is on at a time, and with none of them on the text does what it did', () => {
    const { text, mutants } = mutate('x.ts', 'const f = (a) => a > 1 && a < 5;\nf', 10);
    const answers = (active: number) => {
      const on = (low: number, high: number) => active >= low && active < high;
      // oxlint-disable-next-line no-new-func -- what was written is to be run
      const f = new Function('mutation', `${text.replace(/f$/, 'return f')}`)({ on }) as (a: number) => boolean;
      return [0, 1, 2, 5, 6].map((a) => Number(f(a))).join('');
    };
    const told = Object.fromEntries(mutants.map(({ to }, n) => [to, answers(10 + n)]));
    expect(answers(-1)).toBe('00100');
    expect(told).toMatchObject({ true: '11111', 'a >= 1': '01100', 'a > 1': '00111', 'a <= 5': '00110' });
  });
});

describe('a run over a door', () => {
  let report: Report;
  const line = ({ in: name, from, to }: Told) => `${name}: ${from} => ${to}`;
  const fates = (fate: Told['fate']) => report.mutants.filter((each) => each.fate === fate).map(line);
  const listed = {
    file: 'test/mutation/fixture/door.ts',
    in: 'closes',
    from: '18',
    to: '19',
    why: 'nobody comes then',
  };
  const gone = { ...listed, to: '5' };
  beforeAll(async () => {
    report = await mutation({
      files: ['test/mutation/fixture/door.ts'],
      tests: ['test/mutation/fixture/door.cases.ts'],
      equivalents: [listed, gone],
    });
  }, 240_000);

  test('what nothing pins survives, but for what is listed', () => {
    expect(report.surviving.map(line)).toEqual([
      'closes: hour >= 18 => hour > 18',
      'closes: 18 => (17)',
      'first: kept.length === 0 => true',
      'first: hour < 9 => true',
      'first: hour < 9 => hour <= 9',
      'first: 9 => 10',
      'first: 9 => (8)',
      'first: kept[0] === 7 => true',
    ]);
    expect(report.equivalent.map(line)).toEqual(['closes: 18 => 19']);
  });
  test('what is pinned is killed, whatever was remembered before, and while files load as well', () => {
    expect(fates('killed')).toEqual(
      expect.arrayContaining([
        'opens: hour >= 8 => hour > 8',
        'opens: 8 => 9',
        'everSince: n > 1 => n >= 1',
        'first: hour < 9 => false',
        'first: kept.length === 0 => false',
      ]),
    );
    expect(fates('unreached')).toEqual([]);
  });
  test('what never ends is ended', () =>
    expect(fates('timed-out')).toEqual(expect.arrayContaining(['next: !opens(at % 24) => true'])));
  test('an entry that nothing survives for is out of date', () => expect(report.stale).toEqual([gone]));
});
