import { missedDays } from '../../src/progress.js';

test('missed days are told when they begin, every five seconds, and when they are over; one day that ends is not', () => {
  const told: string[] = [];
  let now = 0;
  const tell = missedDays(
    (text) => told.push(text.replace(/[^\d-]+/g, ' ').trim()),
    () => now,
  );
  for (const left of [1, 0, 1, 0]) tell({ closed: '2026-03-01', left });
  expect(told).toEqual([]);
  tell({ closed: '2026-03-01', left: 30 });
  now = 4999;
  tell({ closed: '2026-03-02', left: 29 });
  now = 5000;
  tell({ closed: '2026-03-03', left: 28 });
  tell({ closed: '2026-03-30', left: 1 });
  tell({ closed: '2026-03-31', left: 0 });
  expect(told.map((text) => [...new Set(text.split(' '))])).toEqual([
    ['2026-03-01', '30'],
    ['2026-03-03', '28'],
    ['2026-03-31'],
  ]);
  tell({ closed: '2026-04-01', left: 1 });
  tell({ closed: '2026-04-01', left: 0 });
  expect(told).toHaveLength(3);
});
