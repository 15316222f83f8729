/** DQ-01 and DQ-02: files whose sums are not those of their rows, and such as are not whole. Monday 4 March. */
import { statement } from '../../src/areas/money/reconciliation.js';
import { openTown, type Town } from '../town.js';
import { foundBy, tillOf, type Till } from '../town-money.js';

let town: Town;
let till: Till;
beforeEach(async () => {
  town = await openTown('2024-03-01');
  till = tillOf(town);
});
afterEach(() => town.close());
const take = (id: string, differenceFen: string | null, more: object = {}, on = '2024-03-04') =>
  till.report(
    statement,
    id,
    'LoadStatement',
    {
      account: '4501',
      statement: id,
      format: 'csv',
      from: on,
      to: on,
      rows: 3,
      rejected: 0,
      creditsFen: '100',
      debitsFen: '0',
      openingFen: null,
      closingFen: null,
      differenceFen,
      ...more,
    },
    on,
  );
const again = async (id: string, after: object, row?: string) => {
  const [event] = await town.world.store.readStream(`statement-${id}`);
  const data = { row: row ?? event!.source!.row, before: {}, after };
  return till.report(statement, id, 'ChangeSourceRow', data, '2024-03-05');
};

test.each([
  ['0', 'cleared', []],
  ['1', 'violation', ['S-1 yellow open']],
  ['-1', 'violation', ['S-1 yellow open']],
  [null, 'undetermined', []],
])('a difference of %s', async (differenceFen, result, found) => {
  const event = await take('S-1', differenceFen);
  expect(await foundBy(town, 'DQ-01')).toEqual(found);
  const verdict = await town.verdict('DQ-01', 'S-1');
  expect(verdict!['tested']).toEqual(result === 'undetermined' ? {} : { addsUp: result === 'cleared' });
  expect(verdict).toMatchObject({
    result,
    on: '2024-03-04',
    evidence: [event],
    missing: result === 'undetermined' ? ['balances'] : [],
    details: { account: '4501', statement: 'S-1', rows: 3, rejected: 0, differenceFen },
  });
});
test.each([
  [
    'rows that were told before',
    '0',
    { missing: 2, missingNames: ['payment 4501-1', 'debit 4501-2'] },
    { whole: false, taken: true },
  ],
  ['rows that were not taken, and nothing tells of', null, { rejected: 1 }, { whole: true, taken: false }],
  ['rows that were not taken, and balances tell of', '-5', { rejected: 1 }, { whole: true, taken: true }],
  ['no rows', null, {}, { whole: true, taken: true }],
])('without %s', async (_name, differenceFen, more, tested) => {
  const event = await take('S-1', differenceFen, more);
  const found = !(tested.whole && tested.taken);
  expect(await foundBy(town, 'DQ-02')).toEqual(found ? ['S-1 yellow open'] : []);
  const { missing = 0, missingNames: names = [] } = more as { missing?: number; missingNames?: string[] };
  const details = { account: '4501', statement: 'S-1', rows: 3, missing, missingRows: names.join(' ') };
  const result = found ? 'violation' : 'cleared';
  expect(await town.verdict('DQ-02', 'S-1')).toMatchObject({
    result,
    on: '2024-03-04',
    evidence: [event],
    tested,
    details,
  });
  const [loaded] = await town.world.store.readStream('statement-S-1');
  const marks = loaded!.irregularities.filter(({ code }) => code === 'statement-rows-missing');
  expect(marks).toMatchObject(missing === 0 ? [] : [{ details: { missing, rows: names } }]);
});
test('rows that are there again, or were taken back, are missing no more', async () => {
  await take('S-1', '0', { missing: 2, missingNames: ['payment 4501-1', 'payment 4501-2'] });
  await again('S-1', { missing: '1', 'missingNames.0': 'payment 4501-3', 'missingNames.1': null });
  expect(await town.verdict('DQ-02', 'S-1')).toMatchObject({ details: { missing: 1, missingRows: 'payment 4501-3' } });
  await again('S-1', { missing: '0' });
  expect(await foundBy(town, 'DQ-02')).toEqual(['S-1 yellow withdrawn']);
});
test('one that is read again by a mapping that was put right is withdrawn; another row is not meant', async () => {
  await take('S-1', '5');
  await again('S-1', { differenceFen: '0', account: 'x' }, 'another row');
  expect(await foundBy(town, 'DQ-01')).toEqual(['S-1 yellow open']);
  await again('S-1', { rejected: '0', creditsFen: '105', differenceFen: '0', account: 'x' });
  expect(await foundBy(town, 'DQ-01')).toEqual(['S-1 yellow withdrawn']);
  expect(await town.verdict('DQ-01', 'S-1')).toMatchObject({ details: { account: '4501', rejected: 0 } });
});
test('what is told anew of a statement that nobody took is no matter', async () => {
  await take('S-1', '0');
  const data = { row: 'r', before: {}, after: { differenceFen: '1' } };
  await till.report(statement, 'S-2', 'ChangeSourceRow', data, '2024-03-05');
  expect(await town.verdict('DQ-01', 'S-2')).toBeUndefined();
  expect(await town.verdict('DQ-02', 'S-2')).toBeUndefined();
});
