/** An item as a registrar publishes it; from which day on, a test says. */
const days = (n: number) => ({ n, unit: 'working-day' }) as const;
export const ITEM = {
  name: '食品经营许可',
  department: 'market',
  level: 'city' as const,
  legalBasis: ['食品安全法 art. 35'],
  statutory: days(20),
  promised: days(10),
  promiseReason: null,
  materials: [],
  steps: [],
  mustEnter: true,
};
