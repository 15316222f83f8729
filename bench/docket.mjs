/** What waits for somebody among 100,000 leads and 20,000 cases, with guards evaluated now (a limit: 50 ms). */
import { performance } from 'node:perf_hooks';
import { docket as docketRows } from '../dist/projections/docket.js';
import { affairActs, standings } from '../dist/projections/accountability/acts.js';
import { inOrder } from '../dist/projections/kernel/projection.js';
import { docketOf } from '../dist/src/areas/accountability/docket.controller.js';
import { sealEnvelope } from '../dist/src/ledger/envelope.js';
import { rebuild } from '../dist/src/read/rebuild.js';
import { Rows } from '../dist/src/read/rows.js';
import { limit, quantile, sealed } from './lib.mjs';

const OFFICERS = 200;
const CALLS = 200;
const WARM = 20;
const officer = (n) => `00000000-0000-8000-8000-${String(n % OFFICERS).padStart(12, '0')}`;
const member = (n) => ({ personId: officer(n), personal: {}, department: `d-${n % OFFICERS}` });
const day = (n) => new Date(Date.UTC(2026, 0, 5 + (n % 40))).toISOString().slice(0, 10);

/** One lead in five is open; one in five has a case, and one in four of those goes on, with two who investigate. */
function affair(n, cases) {
  const at = `${day(n)}T09:00:00.000+08:00`;
  const of = (category, revision, type, data) => [
    `${category}-B-${n}`,
    sealed(`${category}-B-${n}`, revision, `${type}${revision}`, type, { guards: [], ...data }, at),
  ];
  const registered = { source: 'complaint', profile: 'organ', subjects: [], orgs: [`u-${n % 40}`], allegations: [] };
  const lead = of('lead', 0, 'LeadRegistered', registered);
  if (n >= cases)
    return n % 5 === 0
      ? [lead]
      : [lead, of('lead', 1, 'LeadClosed', { category: 'unfounded', reason: '失实', harm: false })];
  const conducts = [{ id: `c-${n}`, on: day(n), summary: '' }];
  const filing = [
    lead,
    of('case', 0, 'FilingProposed', { profile: 'organ', organ: 'gov', subjects: ['x'], conducts, reason: '' }),
    of('case', 1, 'FilingApproved', { caseNo: `${n}` }),
  ];
  if (n % 4 !== 0) return [...filing, of('case', 2, 'CaseCancelled', { reason: '', unitNotified: 'u', harm: false })];
  const [one, two] = [n / 4, n / 4 + 1];
  const declared = [one, two].map((who, k) => {
    const [stream, event] = of('recusal', k, 'ConflictDeclared', { conflict: false });
    return [stream, by(event, officer(who))];
  });
  return [
    ...filing,
    of('case', 2, 'InvestigatorsAssigned', { members: [member(one), member(two)], plan: '' }),
    ...declared,
  ];
}
/** The same event by somebody else. */
const by = ({ envelope }, person) => sealEnvelope({ ...envelope, actor: { ...envelope.actor, person } });

async function grow(store, leads, cases) {
  let next = 0;
  await Promise.all(
    Array.from({ length: 64 }, async () => {
      while (next < leads)
        for (const [stream, event] of affair(next++, cases))
          await store.append({ stream, expected: event.envelope.revision - 1, unchanged: {}, events: [event] });
    }),
  );
}
export async function docket(server, { full }) {
  const [leads, cases] = full ? [100_000, 20_000] : [5_000, 1_000];
  const { opened, serviceUrl } = await server.ledger();
  await grow(opened.store, leads, cases);
  await rebuild(
    { url: serviceUrl, store: opened.store, projections: inOrder([docketRows, affairActs, standings]) },
    'all',
  );
  const reader = await Rows.open(serviceUrl, opened.store);
  const now = '2026-03-02T10:00:00.000+08:00';
  const times = [];
  let shown = 0;
  for (let n = 0; n < WARM + CALLS; n++) {
    const person = { person: officer(n), actingAs: 'holder', authMethod: 'session' };
    const context = {
      way: 'act',
      now,
      occurredAt: now,
      precision: 'second',
      on: now.slice(0, 10),
      region: 'CN',
      by: person,
    };
    const from = performance.now();
    const { items } = await docketOf({ reader, opened }, { context, roles: ['inspector'] });
    if (n >= WARM) {
      times.push(performance.now() - from);
      shown += items.length;
    }
  }
  await reader.close();
  const what = `a docket of ${Math.round(shown / CALLS)} among ${leads.toLocaleString('en')} leads and ${cases.toLocaleString('en')} cases, p95`;
  return [limit(what, 'ms', 50, quantile(times, 0.95), `median ${quantile(times, 0.5).toFixed(2)} ms`)];
}
