/** What the rules cost: a rebuild with and without them, and one more acceptance of an item that has many. */
import { performance } from 'node:perf_hooks';
import { projections } from '../dist/projections/index.js';
import { MemoryTable } from '../dist/projections/kernel/memory-table.js';
import { engine, inOrder } from '../dist/projections/kernel/projection.js';
import { CITY_ENDS } from '../dist/src/demo/city/city.js';
import { fillDemo } from '../dist/src/demo/fill.js';
import { rebuild } from '../dist/src/read/rebuild.js';
import { ITEM } from './people.mjs';
import { envelopeOf, line, median, pairs } from './lib.mjs';

const FOR_RULES = /^(verdict_.*|finding|rule_pack|placed_act|place_day|registration|deadline|region)$/;
const forRules = (p) => FOR_RULES.test(p.name) || Object.values(p.uses).some(forRules);
/** The read models that there would be without rules: those that look at nothing of theirs. */
export const withoutRules = projections.filter((p) => !forRules(p));

/** Rules on dual acceptance, entry, exemptions, and on time: they are what 0.5 is asked of; money and affairs came after. */
const OTHERS = /^verdict_(?!da_|en_|ex_|tl_|ck_|bf_|cl_)/;
const others = (p) => OTHERS.test(p.name) || Object.values(p.uses).some(others);
const withTheFirst = projections.filter((p) => !others(p) && (!forRules(p) || FOR_RULES.test(p.name)));

async function rebuilding(server) {
  const ledger = await server.ledger();
  const { opened, adminUrl, serviceUrl, keyFolders: keys } = ledger;
  const plan = { seed: 1, until: CITY_ENDS, size: 0.15 };
  const events = await fillDemo({ adminUrl, serviceUrl, keys, name: 'bench', region: 'CN-GX', plan });
  const rate = async (of) => {
    const setup = { url: opened.serviceUrl, store: opened.store, projections: of };
    const from = performance.now();
    await rebuild(setup, 'all');
    return (events * 1000) / (performance.now() - from);
  };
  const beside = async (of) =>
    pairs(
      () => rate(of),
      () => rate(withoutRules),
    );
  const [first, all] = [await beside(withTheFirst), await beside(projections)];
  await opened.close();
  const of = (what) => `rebuild with ${what}, ${events} events of the city`;
  return [
    line(of('the rules on acceptance and time'), 'the same without rules', 0.5, first),
    line(of('all rules, of money and affairs too'), 'the same without rules', 0.4, all),
  ];
}

/** Milliseconds for one more acceptance, outside and inside by turns, with `many` before it over fifty days. */
function oneMore(many) {
  const tables = new Map(inOrder(projections).map((p) => [p, new MemoryTable(p, true)]));
  const order = inOrder(projections);
  const apply = engine(order, (p) => tables.get(p));
  let index = 0;
  const say = (stream, type, data, more = {}) => {
    const event = {
      ...envelopeOf(stream, 0, `k${index}`, type, data, '2026-03-02T09:00:00.000+08:00'),
      ...more,
      index,
    };
    index++;
    const from = performance.now();
    apply(event);
    return performance.now() - from;
  };
  const item = { ...ITEM, version: 1, from: '2025-01-01' };
  say('item-A-1', 'ItemPublished', item);
  say('item-A-1', 'ItemEntered', { centre: 'centre', window: null, from: '2025-01-01', document: '目录' });
  const outside = { place: { kind: 'department-office', org: 'market' }, channel: 'department-system' };
  const accept = (n) => {
    const on = new Date(Date.UTC(2025, 6, 1) + (n % 50) * 86_400_000).toISOString().slice(0, 10);
    const data = {
      itemCode: 'A-1',
      itemVersion: 1,
      acceptanceNo: null,
      on,
      mode: 'full',
      promisedGaps: [],
      statutory: null,
      promised: null,
      centre: null,
      window: null,
    };
    return say(`matter-M-${n}`, 'MatterAccepted', data, n % 10 === 0 ? outside : {});
  };
  for (let n = 0; n < many; n++) accept(n);
  return median(Array.from({ length: 300 }, (_, n) => accept(many + n)));
}

export async function rules(server) {
  const lines = await rebuilding(server);
  oneMore(100); // warms up
  const first = oneMore(100);
  for (const many of [1000, 10_000, 100_000]) {
    const took = oneMore(many);
    const times = took / first;
    lines.push({
      what: `one more acceptance of an item that has ${many.toLocaleString('en')}`,
      yardstick: `one that has 100: ${first.toFixed(3)} ms against ${took.toFixed(3)} ms`,
      asked: 2,
      unit: '×',
      ours: times,
      reached: times <= 2,
      verdict: times <= 2 ? 'reached' : 'NOT REACHED',
    });
  }
  return lines;
}
