/** Where a worker begins: it takes its orders, then loads everything under the eyes of the loader. */
import { register } from 'node:module';

process.once('message', async (orders) => {
  register('./loader.mjs', import.meta.url, { data: orders });
  const { work } = await import('./worker.ts');
  await work(orders);
});
