/** The closing of a day among 60,000 open matters: what it touches, how long it takes, and what people feel of it. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { addDays, startOfDay } from '../dist/projections/kernel/instant.js';
import { policies } from '../dist/src/areas/supervision/supervision.policy.js';
import { entries } from '../dist/src/read/registry.js';
import { Rows } from '../dist/src/read/rows.js';
import { paged, selection } from '../dist/src/read/select.js';
import { fresh, load, most, receive } from './day-people.mjs';
import { BEGINS, isWorked, noticeDue, plant, REGION } from './day-plan.mjs';
import { limit, median, quantile } from './lib.mjs';

const MATTERS = 60_000;
const PAIRS = 9;
const QUIET_MS = 6000;
/** Received in each quiet time and left alone, so that days to come deem something accepted. */
const LEFT = 50;
const sleep = (millis) => new Promise((done) => setTimeout(done, millis));

/** The service in a process of its own. `today` is what its clock was last set to. */
async function start(ledger, data, today) {
  const { name, serviceUrl } = ledger.opened;
  const opening = { name, mode: 'demo', region: REGION, serviceUrl, keyFolders: [join(data, 'keys', name)] };
  const setting = JSON.stringify({ opening, millis: startOfDay(today) + 10_000 });
  const child = fork(new URL('day-service.mjs', import.meta.url), [setting]);
  const [{ url, headers }] = await once(child, 'message');
  let asked = 0;
  const ask = (what, more = {}) =>
    new Promise((resolve) => {
      const n = asked++;
      const hear = ({ n: of, answer }) => {
        if (of !== n) return;
        child.off('message', hear);
        resolve(answer);
      };
      child.on('message', hear).send({ n, what, ...more });
    });
  return {
    url,
    headers,
    today,
    held: () => ask('held'),
    async goTo(day) {
      this.today = day;
      await ask('goTo', { millis: startOfDay(day) + 10_000 });
    },
    stop: () => ask('stop'),
  };
}

/** What the log says of closings, with the moment at which it was seen here. */
function watching(store, from) {
  const ending = new AbortController();
  const seen = { closed: new Map(), passed: [], deemed: 0, told: 0, last: { index: -1, at: 0 } };
  const run = (async () => {
    for await (const events of store.subscribe(from, ending.signal)) {
      const at = performance.now();
      for (const { index, type, stream, data } of events) {
        if (type === 'DayClosed') seen.closed.set(data.date, at);
        else if (type === 'LimitPassed') seen.passed.push({ stream, limit: data.limit, dueOn: data.dueOn, at });
        else if (type === 'AcceptanceDeemed') seen.deemed++;
        else if (stream.startsWith('finding-')) seen.told++;
        else continue;
        seen.last = { index, at };
      }
    }
  })();
  return {
    seen,
    stop: async () => {
      ending.abort();
      await run;
    },
  };
}

/** Until the day before is closed and nothing is owed for it. */
async function settled(at, rows, seen) {
  const closed = addDays(at.today, -1);
  const owing = async () => {
    for (const policy of policies) {
      const where = policy.where({ closed, packs: [] });
      const how = { limit: 1, order: Object.keys(where) };
      if ((await rows.find(policy.of, where, how)).rows.length > 0) return true;
    }
    return false;
  };
  for (; ; await sleep(100)) {
    if (!seen.closed.has(closed)) continue;
    const { index } = seen.last;
    if ((await rows.position()) >= index && !(await owing()) && seen.last.index === index) return seen.last.at;
  }
}

const p99 = (took) =>
  quantile(
    took.map(({ millis }) => millis),
    0.99,
  );

/** What a run works with: the service, somebody who reads its tables and its log, and people's connections. */
async function scene(server) {
  const ledger = await server.ledger(undefined, { mode: 'demo' });
  const { events, due } = await plant(ledger, MATTERS);
  const at = await start(ledger, server.data, addDays(BEGINS, 5));
  const rows = await Rows.open(ledger.serviceUrl, ledger.opened.store);
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const watch = watching(ledger.opened.store, events);
  const { seen } = watch;
  return {
    ledger,
    due,
    at,
    rows,
    agent,
    seen,
    settled: () => settled(at, rows, seen),
    even: async () => rows.until(String((await ledger.opened.store.head()).next - 1), 60_000),
    close: async () => {
      await watch.stop();
      agent.destroy();
      await at.stop();
      await rows.close();
      await ledger.opened.close();
    },
  };
}

/** What people feel while nothing is closed. */
async function quiet({ at, agent, due, even }, rate, millis = QUIET_MS) {
  await at.held();
  const people = load(at, agent, rate);
  for (let n = 0; n < LEFT; n++) await receive(at, agent, fresh());
  due.add(noticeDue(at.today), LEFT);
  await sleep(millis);
  const took = await people.stop();
  const held = await at.held();
  await even();
  return { took, held };
}
/** What they feel from the first day closed until nothing is owed: `to` begins, and the days before it are over. */
async function closing({ at, agent, due, seen, settled: until, even }, to, rate) {
  const [from, before] = [at.today, { ...seen, passed: seen.passed.length }];
  await at.held();
  await at.goTo(to);
  const people = rate > 0 ? load(at, agent, rate) : null;
  const done = await until();
  const held = await at.held();
  const begun = seen.closed.get(from);
  const took = (await people?.stop())?.filter(({ since }) => since >= begun && since <= done) ?? [];
  const passed = seen.passed.slice(before.passed);
  const days = [addDays(from, -1), addDays(to, -1)];
  await even();
  return {
    took,
    held,
    passed,
    due: due.between(...days),
    wrong: passed.filter(({ dueOn }) => dueOn <= days[0] || dueOn > days[1]).length,
    deemed: seen.deemed - before.deemed,
    told: seen.told - before.told,
    passing: (passed.at(-1)?.at ?? begun) - begun,
    all: done - begun,
  };
}
/** The next day that was worked is the last that is over; days off before it are closed, which brings nothing. */
async function nextWorked(on) {
  const { at, settled: until } = on;
  while (!isWorked(at.today)) {
    await at.goTo(addDays(at.today, 1));
    await until();
  }
  return addDays(at.today, 1);
}

/** Rows of the table of what is due that PostgreSQL has read and written, and how often it went through all of it. */
async function touched(client) {
  await client.query('select pg_stat_force_next_flush(), pg_stat_clear_snapshot()');
  await sleep(1500); // a session tells what it did once a second
  const { rows } = await client.query(
    `select coalesce(sum(seq_tup_read), 0)::int as scanned, coalesce(sum(idx_tup_fetch), 0)::int as fetched,
            coalesce(sum(n_tup_ins), 0)::int as written
     from pg_stat_user_tables where schemaname = 'read' and relname like 'deadline_v%'`,
  );
  return rows[0];
}
/** Rows that the questions of policies look at in vain, by name of the policy: none, where an index knows the answer. */
async function inVain(client, closed) {
  const found = [];
  const source = new DataSource({ type: 'postgres', url: client.url, installExtensions: false });
  await source.initialize();
  try {
    const all = (await entries(client)).filter(({ state }) => state === 'serving');
    for (const policy of policies) {
      const entry = all.find(({ name }) => name === policy.of.name);
      const where = policy.where({ closed, packs: [] });
      const how = { limit: 500, order: Object.keys(where) };
      const [text, values] = paged(selection(source, entry, where), entry, how)
        .select('t."row"', 'row')
        .getQueryAndParameters();
      const { rows } = await client.query(`explain (analyze, format json) ${text}`, values);
      const removed = [...JSON.stringify(rows).matchAll(/"Rows Removed by [^"]*":(\d+)/g)].map(([, n]) => Number(n));
      const sum = removed.reduce((a, b) => a + b, 0);
      if (sum > 0) found.push({ name: policy.name, sum });
    }
  } finally {
    await source.destroy();
  }
  return found;
}

/** One closing without anybody else: everything that is read and written belongs to it. */
async function alone(on) {
  const client = new Client({ connectionString: on.ledger.adminUrl });
  await client.connect();
  client.url = on.ledger.adminUrl;
  try {
    const to = await nextWorked(on);
    const before = await touched(client);
    const found = await closing(on, to, 0);
    const after = await touched(client);
    const streams = new Set(found.passed.map(({ stream }) => stream)).size;
    const of = (name) => after[name] - before[name];
    return {
      ...found,
      streams,
      scanned: of('scanned'),
      fetched: of('fetched'),
      written: of('written'),
      vain: await inVain(client, addDays(on.at.today, -1)),
    };
  } finally {
    await client.end();
  }
}

const short = (found) =>
  `${found.passed.length} of ${found.due} limits passed in ${Math.round(found.passing)} ms, ${found.told} events of findings, ` +
  `${found.deemed} deemed, all in ${Math.round(found.all)} ms`;

export async function day(server) {
  const on = await scene(server);
  try {
    await on.settled();
    const rate = (await most(on.at, on.agent)) / 2;
    await on.even();
    const usual = await quiet(on, rate);
    const month = await closing(on, addDays(on.at.today, 31), rate);
    console.error(
      `a month: ${short(month)}, p99 ${p99(usual.took)} → ${p99(month.took)}, held ${JSON.stringify(month.held)}`,
    );
    const one = await alone(on);
    console.error(`alone: ${short(one)}, ${JSON.stringify({ ...one, passed: 0 })}`);
    const pairs = [];
    for (let n = 0; n < PAIRS; n++) {
      // Both as long, and each first by turns: what else is going on at the machine is the same for both.
      const to = await nextWorked(on);
      const last = pairs.at(-1)?.during.all ?? QUIET_MS;
      const first = n % 2 ? null : await quiet(on, rate, last);
      const during = await closing(on, to, rate);
      const before = first ?? (await quiet(on, rate, during.all));
      pairs.push({ before, during, ratio: p99(during.took) / p99(before.took) });
      console.error(
        `p99 ${p99(before.took).toFixed(1)} → ${p99(during.took).toFixed(1)} = ${pairs.at(-1).ratio.toFixed(2)}, ${short(during)}, held p99 ${before.held.p99.toFixed()} → ${during.held.p99.toFixed()}, max ${before.held.max.toFixed()} → ${during.held.max.toFixed()}`,
      );
    }
    return lines(rate, usual, month, one, pairs);
  } finally {
    await on.close();
  }
}

function lines(rate, usual, month, one, pairs) {
  const all = [month, one, ...pairs.map(({ during }) => during)];
  const missed = all.reduce((sum, { passed, due, wrong }) => sum + Math.abs(passed.length - due) + wrong, 0);
  const ratios = pairs.map(({ ratio }) => ratio);
  const of = (which, what) => median(pairs.map((pair) => what(pair[which])));
  const told = (took) => `${p99(took).toFixed(1)} ms`;
  return [
    {
      ...limit('commands while a day is closed, p99', '×', 2, median(ratios)),
      yardstick: `their usual p99, ${Math.round(rate)} commands a second: ${of('before', ({ took }) => p99(took)).toFixed(1)} ms against ${of('during', ({ took }) => p99(took)).toFixed(1)} ms`,
      note: `${ratios.map((ratio) => ratio.toFixed(2)).join(' ')}`,
    },
    {
      ...limit('commands while a month is caught up with, p99', '×', 2, p99(month.took) / p99(usual.took)),
      yardstick: `their usual p99 before: ${told(usual.took)} against ${told(month.took)}`,
      note: short(month),
    },
    {
      ...limit('limits passed and not due, or due and not passed', '', 0, missed),
      yardstick: `what was planted: ${all.reduce((sum, { due }) => sum + due, 0)} on ${all.length - 1 + 31} days`,
    },
    {
      ...limit(
        `rows of ${MATTERS.toLocaleString('en')} that a closing reads, for each stream that is due`,
        '',
        10,
        one.fetched / one.streams,
      ),
      yardstick: `${one.streams} streams due; ${one.written} versions written`,
    },
    limit('rows of it that are read by going through all of it', '', 0, one.scanned),
    {
      ...limit(
        'rows that policies look at in vain when they ask what is owed',
        '',
        100,
        one.vain.reduce((sum, each) => sum + each.sum, 0),
      ),
      note: one.vain.map(({ name, sum }) => `${name}: ${sum}`).join(),
    },
    {
      // A policy takes a quarter of the time at most, and people ask for the same two cores.
      ...limit(
        'from the end of a day to the last limit passed, p50',
        '×',
        8,
        of('during', ({ passing }) => passing) / one.passing,
      ),
      yardstick: `the same while nobody works: ${short(of('during', ({ passing }) => passing))} against ${short(one.passing)}`,
    },
  ];
}
