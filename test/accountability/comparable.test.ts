/** What came of comparable conduct: of the same kind in the same track, the heaviest of each, and not of a few. */
import { expect, test } from '@jest/globals';
import { comparables, comparison, LEAST_COMPARED } from '../../projections/accountability/comparable.js';
import { openOffice } from '../office.js';

test('outcomes are counted by kind and track, with their affairs; what was revoked is none', async () => {
  const office = await openOffice('2024-01-02');
  const { town } = office;
  const of = (code: string) => ({ allegations: [{ code, text: '反映' }] });
  const late = ['A', 'B', 'C', 'D', 'E'];
  for (const id of [...late, 'F']) await office.register(id, '2024-01-02', of('late'));
  await office.register('G', '2024-01-02', of('dual'));
  for (const id of [...late, 'G']) await office.propose(id, '2024-01-03');
  await office.decide('G', '2024-01-10', 'DISMISSAL');
  for (const id of late) await office.decide(id, '2024-01-10', id === 'A' ? 'WARNING' : 'CRITICISM');
  const light = { subject: office.who['accused'], code: 'TALK_REMIND', reason: '轻微' };
  await office.lead('F', 'GiveLightOutcome', '2024-01-11', light, 'leader');
  await town.world.settle();
  const rows = () => [...late, 'F', 'G'].flatMap((id) => town.world.shelf.table(comparables).get(`${id} late`) ?? []);
  expect(comparison('late', rows() as never)).toMatchObject({
    n: 6,
    outcomes: [
      { code: 'WARNING', zh: '警告', count: 1, of: ['A'] },
      { code: 'CRITICISM', count: 4, of: ['B', 'C', 'D', 'E'] },
      { code: 'TALK_REMIND', count: 1, of: ['F'] },
    ],
  });
  await office.case('A', 'TakeRevocation', '2024-02-20', { review: 'e' }, 'head');
  await office.case('B', 'TakeRevocation', '2024-02-20', { review: 'e' }, 'head');
  await town.world.settle();
  expect(rows()).toHaveLength(4);
  expect(comparison('late', rows() as never)).toEqual({ allegation: 'late', n: 4, outcomes: [] });
  expect(LEAST_COMPARED).toBe(5);
  await town.close();
});
