/** Two instances of a demo, each with a simulated clock of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instantOfMillis, startOfDay } from '../../projections/kernel/instant.js';
import { day } from '../../src/areas/calendar/day.js';
import type { Decider } from '../../src/kernel/decider.js';
import { SimulatedClock } from '../../src/ledger/clock.js';
import { sending } from '../../src/ledger/commands.js';
import { ClockBehind } from '../../src/ledger/event-store.js';
import { openLedger } from '../../src/ledger/open.js';
import { followLedger, ledgerSelf, SELF, systemContext } from '../../src/ledger/self.js';
import { freshLedger } from '../support/server.js';

test('a simulated clock that another instance has run ahead of goes on from the ledger; none goes back', async () => {
  await using ledger = await freshLedger();
  const folder = await mkdtemp(join(tmpdir(), 'mingzhang-clock-'));
  const open = (hour: number) =>
    openLedger({
      name: 'demo',
      mode: 'demo',
      serviceUrl: ledger.serviceUrl,
      keyFolders: [folder],
      clock: new SimulatedClock(startOfDay('2026-04-01') + hour * 3_600_000),
    });
  const [behind, ahead] = [await open(9), await open(12)];
  const say = (of: typeof ahead, decider: Decider, id: string, type: string, data: object) => {
    const context = systemContext(of, instantOfMillis(of.millis()));
    return sending(of)(decider, id, { type, data }, { context, key: type });
  };
  const close = () => say(behind, day, 'CN-GX-2026-03-31', 'CloseDay', { region: 'CN-GX', date: '2026-03-31' });
  try {
    await say(ahead, ledgerSelf, SELF, 'OpenLedger', { name: 'demo', mode: 'demo', region: 'CN-GX' });
    await expect(close()).rejects.toThrow(ClockBehind);
    await followLedger(behind);
    await followLedger(ahead);
    expect(behind.millis()).toBe(startOfDay('2026-04-01') + 12 * 3_600_000);
    expect(ahead.millis()).toBe(behind.millis());
    expect(await close()).toMatchObject({ index: 1 });
  } finally {
    await behind.close();
    await ahead.close();
    await rm(folder, { recursive: true });
  }
});
