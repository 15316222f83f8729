/** What reconciliation holds does not grow with the rows that have their other side. */
import { expect, test } from '@jest/globals';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { calendarOfYears } from '../../projections/kernel/workdays.js';
import { Line } from '../../projections/reconcile/lines.js';
import { packOn } from '../../projections/reconcile/parameters.js';
import { payments } from '../../projections/payments.js';
import { receipts } from '../../projections/receipts.js';
import { deciders } from '../../src/areas/index.js';
import type { Send } from '../../src/ledger/commands.js';
import { reconcilePaid, type Reconciling, type RowsAt } from '../../src/ledger/reconciling.js';
import { decodeUtf8 } from '../../src/read/copied.js';
import { lineOf } from '../../src/read/tables.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const held = () => {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1e6;
};

const ON = '2026-12-31';
const receipt = (n: number) => ({
  receipt: `4501-${String(n).padStart(10, '0')}`,
  payCode: `P-${n}`,
  amountFen: String(1000 + (n % 900)),
  on: `2026-01-${String(1 + (n % 28)).padStart(2, '0')}`,
  org: `U${n % 40}`,
  notice: false,
  remittance: null,
  payment: null,
  completedOn: null,
  endedOn: null,
  withdrawn: null,
});
const payment = (n: number) => {
  const { payCode, amountFen, on, org } = receipt(n);
  const none = { matterId: null, payer: null, remittance: null, reversedOn: null, withdrawn: null };
  return { payment: `622-${String(n).padStart(10, '0')}`, payCode, amountFen, on, org, account: '622', ...none };
};
const CHUNK = 1000;
/** So many receipts, all paid but these; made as they are read, so that nobody holds them but who keeps them. */
function rowsOf(size: number, unpaid: ReadonlySet<number>): RowsAt & { readonly mostAsked: () => number } {
  let most = 0;
  const rowOf = (of: object) => (of === receipts ? receipt : payment);
  return {
    mostAsked: () => most,
    each: () => Promise.resolve(),
    some: (_of, keys) => {
      most = Math.max(most, keys.length);
      const near = { kind: 'direct', payer: null, lines: [] };
      return Promise.resolve(keys.map((name) => ({ ...receipt(Number(name.slice(5))), ...near })));
    },
    lines: async (of, members, take) => {
      const line = new Line(members.length, decodeUtf8);
      for (let from = 0; from < size; from += CHUNK) {
        const ns = Array.from({ length: Math.min(CHUNK, size - from) }, (_, n) => from + n);
        const there = ns.filter((n) => of !== payments || !unpaid.has(n));
        const bytes = Buffer.from(there.map((n) => lineOf(rowOf(of)(n), members)).join(''));
        for (let at = 0; at < bytes.length; take(line)) at = line.read(bytes, at);
        await new Promise(setImmediate);
      }
    },
  };
}
const by = { person: null, actingAs: 'system', authMethod: 'policy' } as const;
const now = `${ON}T23:00:00.000+08:00`;
const context = { way: 'act', now, occurredAt: now, precision: 'second', on: ON, region: 'CN', by } as const;
const calendar = calendarOfYears('CN', []);
const reconciling = (rows: RowsAt, send: Send) => {
  const work: Reconciling = { rows, deciders, send, context, on: ON, asOf: 0 };
  return reconcilePaid(work, packOn(ON, []), calendar);
};
const pairsIn = ({ data }: { readonly data: unknown }) => (data as { pairs: readonly unknown[] }).pairs.length;
const answer = { revision: 0, index: 0, after: '0' };

/** What is held once all is read and matched, and the first pairs are on their way. */
async function heldBy(size: number): Promise<{ readonly megabytes: number; readonly matches: number }> {
  let megabytes = 0;
  const { matches } = await reconciling(rowsOf(size, new Set([1, 2])), () => {
    if (megabytes === 0) megabytes = held();
    return Promise.resolve(answer);
  });
  return { megabytes, matches };
}
/** The less of two: what is left over from before is sometimes let go of only while something is measured. */
async function leastHeldBy(size: number): Promise<{ readonly megabytes: number; readonly matches: number }> {
  const [one, other] = [await heldBy(size), await heldBy(size)];
  return { matches: one.matches, megabytes: Math.min(one.megabytes, other.megabytes) };
}
test('ten times the rows, and hardly more is held', async () => {
  await heldBy(1000);
  const before = held();
  const [few, many] = [await leastHeldBy(20_000), await leastHeldBy(200_000)];
  expect([few.matches, many.matches]).toEqual([19_998, 199_998]);
  expect(few.megabytes - before).toBeLessThan(24);
  // 180,000 more, each of which would be some 250 bytes, or 45 MB, if it were held; the rest is what the process does besides.
  expect(many.megabytes - few.megabytes).toBeLessThan(12);
});

test('pairs wait until those before them are written, and of receipts that are open a page is read at a time', async () => {
  const unpaid = new Set(Array.from({ length: 2500 }, (_, n) => n * 3));
  const rows = rowsOf(60_000, unpaid);
  let [underWay, most, pairs] = [0, 0, 0];
  const waiting: (() => void)[] = [];
  const { matches, over, said } = await reconciling(rows, async (_decider, _id, command) => {
    const count = pairsIn(command);
    [underWay, pairs] = [underWay + count, pairs + count];
    most = Math.max(most, underWay);
    // Nobody is answered before all that is let go on is on its way.
    await new Promise<void>((go) => waiting.push(go) && setImmediate(() => setImmediate(() => waiting.pop()?.())));
    underWay -= count;
    return answer;
  });
  expect([matches, pairs, said.made, over.left.length]).toEqual([57_500, 57_500, 57_500, 2500]);
  expect(most).toBeGreaterThan(8000);
  expect(most).toBeLessThanOrEqual(16_384);
  expect(rows.mostAsked()).toBe(1000);
});
