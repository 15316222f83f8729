/** Rows of a simulation: who looks at them beside somebody else, as policies do, sees each event folded once. */
import { expect, test } from '@jest/globals';
import type { DayEvent } from '../../projections/events/time.js';
import { projection } from '../../projections/kernel/projection.js';
import { MemoryShelf } from '../../src/simulation/shelf.js';
import { openWorld } from '../../src/simulation/world.js';

const daysClosed = projection<DayEvent>()<{ region: string; days: number }>({
  name: 'days_closed',
  version: 1,
  key: 'region',
  columns: { region: 'text', days: 'int' },
  uses: {},
  on: {
    DayClosed: {
      keys: ({ data }) => data.region,
      fold: (row, _event, _look, region) => ({ region, days: (row?.days ?? 0) + 1 }),
    },
  },
});

test('three who look at once fold what is new once', async () => {
  const world = await openWorld({ from: '2025-03-03' });
  try {
    const shelf = new MemoryShelf(world.store, [daysClosed]);
    const look = () => Promise.all([shelf.catchUp(), shelf.catchUp(), shelf.catchUp()]);
    await world.goTo('2025-03-06');
    await look();
    await world.goTo('2025-03-08');
    await look();
    expect(shelf.table(daysClosed).rows()).toEqual([{ region: 'CN', days: 5 }]);
  } finally {
    await world.close();
  }
});
