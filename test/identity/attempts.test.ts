/** Guessing, as two instances over one database see it. Time passes by moving what the database has written down. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Pool } from 'pg';
import { Attempts, FREE, LONGEST_SECONDS, networkOf, type Subject } from '../../src/identity/attempts.js';
import { freshLedger, type FreshLedger } from '../support/server.js';

let ledger: FreshLedger;
let pools: [Pool, Pool];
let here: Attempts;
let there: Attempts;
const vault = { macOfLedger: (purpose: string, text: string) => `mac(${purpose},${text.length})${hash(text)}` };
const hash = (text: string) => [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003, 7);
beforeAll(async () => {
  ledger = await freshLedger();
  pools = [new Pool({ connectionString: ledger.serviceUrl }), new Pool({ connectionString: ledger.serviceUrl })];
  [here, there] = [new Attempts(pools[0], vault), new Attempts(pools[1], vault)];
});
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await ledger.close();
});
beforeEach(() => pools[0].query('delete from identity.attempts'));

const account: Subject = { kind: 'account', value: 'li.jiancha' };
const address: Subject = { kind: 'address', value: '10.1.2.3' };
const PASS = `update identity.attempts set last_at = last_at - $1 * interval '1 second',
  blocked_until = blocked_until - $1 * interval '1 second'`;
const pass = (seconds: number) => pools[0].query(PASS, [seconds]);
const failures = async () =>
  (await pools[0].query<{ failures: number }>('select failures from identity.attempts')).rows.map(
    (row) => row.failures,
  );

/** One of an own transaction, in which no time passes but by `pass`. */
async function inOneMoment(work: (still: Attempts, pass: (seconds: number) => Promise<unknown>) => Promise<void>) {
  const client = await pools[0].connect();
  try {
    await client.query('begin');
    await work(new Attempts(client as unknown as Pool, vault), (seconds) => client.query(PASS, [seconds]));
  } finally {
    await client.query('rollback');
    client.release();
  }
}
/** Fails so often that the next failure is followed by a wait of minutes, which does not end while a test runs. */
async function failOften(): Promise<void> {
  for (let n = 0; n < FREE.account + 8; n++) {
    expect(await here.mayTry(account)).toBe(0);
    await pass(600);
  }
}

describe('who fails waits, longer each time', () => {
  test.each([
    [account, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, LONGEST_SECONDS, LONGEST_SECONDS]],
    // One is forgotten every five minutes, so the wait of an address does not grow beyond that.
    [address, [1, 2, 4, 8, 16, 32, 64, 128, 256, 256, 256, 256]],
  ] as const)('%j: some are free, then it doubles', (subject, waits) =>
    inOneMoment(async (still, pass) => {
      for (let n = 0; n < FREE[subject.kind]; n++) expect(await still.mayTry(subject)).toBe(0);
      for (const wait of waits) {
        expect(await still.mayTry(subject)).toBe(wait);
        await pass(wait - 0.5);
        expect(await still.mayTry(subject)).toBe(1);
        await pass(0.5);
        expect(await still.mayTry(subject)).toBe(0);
      }
    }),
  );

  test('also at the other instance, and a try that was not made does not count', async () => {
    await failOften();
    expect(await here.mayTry(account)).toBe(0);
    const counted = await failures();
    for (let n = 0; n < 20; n++) expect(await there.mayTry(account)).toBeGreaterThan(100);
    expect(await failures()).toEqual(counted);
  });

  test('of a hundred at once, at two instances, only one is made', async () => {
    await failOften();
    const waits = await Promise.all(Array.from({ length: 100 }, (_, n) => (n % 2 ? here : there).mayTry(account)));
    expect(waits.filter((wait) => wait === 0)).toHaveLength(1);
  });
});

describe('who comes in', () => {
  test('starts anew', async () => {
    for (let n = 0; n < FREE.account; n++) await here.mayTry(account);
    await there.succeeded(account);
    expect(await failures()).toEqual([]);
    expect(await here.mayTry(account)).toBe(0);
  });
  test('buys no guesses at others with an account of his own', () =>
    inOneMoment(async (still, pass) => {
      for (let n = 0; n < FREE.address; n++) await still.mayTry(address); // all of them failed
      const guessed: number[] = [];
      for (let n = 0; n < 4; n++) {
        await pass(await still.mayTry(address));
        expect(await still.mayTry(address)).toBe(0);
        await still.succeeded(address);
        guessed.push(await still.mayTry(address)); // a guess at somebody else
        guessed.push(await still.mayTry(address));
      }
      expect(guessed).toEqual([0, 2, 0, 4, 0, 8, 0, 16]);
    }));
});

describe('what is kept', () => {
  test('failures are forgotten one by one, and not put off by new ones', async () => {
    for (let n = 0; n < 3; n++) await here.mayTry(account);
    await pass(3000);
    await here.mayTry(account);
    expect(await failures()).toEqual([4]);
    await pass(700); // more than an hour since the first
    await here.mayTry(account);
    expect(await failures()).toEqual([4]);
    await pass(36_000);
    await here.mayTry(account);
    expect(await failures()).toEqual([1]);
  });
  test('an office of which somebody mistypes every ten minutes is never kept waiting', async () => {
    for (let n = 0; n < 100; n++) {
      expect(await here.mayTry(address)).toBe(0);
      await pass(600);
    }
  });
  test('neither login nor address, and nothing for longer than a day', async () => {
    await here.mayTry(account);
    await here.mayTry(address);
    const { rows } = await pools[0].query<{ row: string }>('select a::text as row from identity.attempts a');
    expect(rows).toHaveLength(2);
    for (const { row } of rows) expect(row).not.toMatch(/jiancha|10\.1\.2/);
    await pass(80_000);
    await here.forget();
    expect(await failures()).toHaveLength(2);
    await pass(10_000);
    await there.forget();
    expect(await failures()).toEqual([]);
  });
  test.each([
    ['10.1.2.3', '10.1.2.3'],
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:DB8:0:0:ffff:1:2:3', '2001:db8:0:0::/64'],
    ['2001:db8:0:1::1', '2001:db8:0:1::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
  ])('%s counts as %s', (of, network) => expect(networkOf(of)).toBe(network));
});
