/** What policies send, where somebody else had sent it before. */
import type { Opening } from '../../src/simulation/world.js';
import { clock, openTown } from '../town.js';

const MONDAY = '2026-03-02';

test('a day is over only when all that was due on it has passed, also where somebody else sent all of it before', async () => {
  const twice: Opening['through'] =
    (send) =>
    async (...asked) => {
      await send(...asked);
      return send(...asked);
    };
  const town = await openTown(MONDAY, { through: twice });
  await town.publish('A-1', { mustEnter: false });
  const many = 510; // more than are asked for at once
  for (let n = 0; n < many; n++) {
    const received = { itemCode: 'A-1', materials: [] };
    await town.do(`R-${n}`, 'ReceiveMaterials', received, clock(MONDAY));
  }
  await town.goTo('2026-03-12');
  const told = await town.world.store.readTypes(['DayClosed', 'LimitPassed'], 0, 10_000);
  const last = (date: string) => told.findIndex(({ stream }) => stream === `day-CN-${date}`);
  const between = told.slice(last('2026-03-09') + 1, last('2026-03-10'));
  expect(between.map(({ stream }) => stream).toSorted()).toEqual(
    Array.from({ length: many }, (_, n) => `matter-R-${n}`).toSorted(),
  );
  expect(told.filter(({ type }) => type === 'LimitPassed')).toHaveLength(many);
  await town.close();
}, 120_000);
