/** One holder at a time: whoever lost a lease, or gave it back, holds nobody up and changes nothing. */
import { Lease, LeaseLost } from '../../src/read/lease.js';
import { prepare } from '../../src/read/registry.js';
import { connectPool } from '../../src/read/session.js';
import { freshLedger } from '../support/server.js';

test('a lease that has run out is lost to who takes it, and one that is given back is not held by a late check', async () => {
  await using ledger = await freshLedger();
  const pool = connectPool(ledger.serviceUrl);
  try {
    await prepare(pool);
    const first = (await Lease.take(pool, 'work', 'one', 0))!; // has run out at once
    const second = (await Lease.take(pool, 'work', 'two', 60_000))!;
    expect(Number(second.token)).toBeGreaterThan(Number(first.token));
    await expect(first.check(pool)).rejects.toThrow(LeaseLost);
    await first.release(pool);
    await second.check(pool);
    expect(await Lease.take(pool, 'work', 'three', 60_000)).toBeNull();
    await second.release(pool);
    await expect(second.check(pool)).rejects.toThrow(LeaseLost);
    const third = (await Lease.take(pool, 'work', 'three', 60_000))!;
    expect(Number(third.token)).toBeGreaterThan(Number(second.token));
  } finally {
    await pool.end();
  }
});
