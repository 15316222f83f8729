/** What waits for somebody among 100,000 leads and 20,000 cases, with guards evaluated now (a limit: 50 ms). */
import { performance } from 'node:perf_hooks';
import { comparables } from '../dist/projections/accountability/comparable.js';
import { involvements } from '../dist/projections/accountability/involved.js';
import { docketHolders } from '../dist/projections/docket.js';
import { inOrder } from '../dist/projections/kernel/projection.js';
import { docketOf } from '../dist/src/areas/accountability/docket.controller.js';
import { fillLog } from '../dist/src/ledger/backup.js';
import { sealEnvelope } from '../dist/src/ledger/envelope.js';
import { rebuild } from '../dist/src/read/rebuild.js';
import { Reader } from '../dist/src/read/reader.js';
import { Rows } from '../dist/src/read/rows.js';
import { limit, quantile, sealed } from './lib.mjs';

const OFFICERS = 200;
/** So many of them are asked; they have declared in what comes first, so that its guards are evaluated. */
const ASKED = 20;
const FIRST = 15;
const CALLS = 200;
const WARM = 20;
const officer = (n) => `00000000-0000-8000-8000-${String(n % OFFICERS).padStart(12, '0')}`;
const member = (n) => ({ personId: officer(n), personal: {}, department: `d-${n % OFFICERS}` });
const dayAfter = (year, month, days) => new Date(Date.UTC(year, month, 5 + days)).toISOString().slice(0, 10);
/** Cases that go on are of up to five hundred days: a fifth of them is due before the leads are. */
const day = (n, goesOn) => (goesOn ? dayAfter(2025, 3, (n / 4) % 500) : dayAfter(2026, 0, n % 40));

/** One lead in five is open; one in five has a case, and one in four of those goes on, with two who investigate. */
function affair(n, cases) {
  const on = day(n, n < cases && n % 4 === 0);
  const at = `${on}T09:00:00.000+08:00`;
  const of = (category, revision, type, data) => [
    `${category}-B-${n}`,
    sealed(`${category}-B-${n}`, revision, `${type}${revision}`, type, { guards: [], ...data }, at),
  ];
  const registered = {
    source: 'complaint',
    profile: 'organ',
    subjects: [],
    orgs: [`u-${n % 40}`],
    allegations: [{ code: 'improper', text: '' }],
  };
  const lead = of('lead', 0, 'LeadRegistered', registered);
  const declared = (people) =>
    people.map((who, k) => {
      const [stream, event] = of('recusal', k, 'ConflictDeclared', { conflict: false });
      return [stream, by(event, officer(who))];
    });
  const isFirst = n % 40 === 0 && n < cases + 40 * FIRST;
  if (n >= cases)
    return n % 5 === 0
      ? [lead, ...declared(isFirst ? Array.from({ length: ASKED }, (_, who) => who) : [])]
      : [lead, of('lead', 1, 'LeadClosed', { category: 'unfounded', reason: '失实', harm: false })];
  const conducts = [{ id: `c-${n}`, on, summary: '' }];
  const filing = [
    lead,
    of('case', 0, 'FilingProposed', { profile: 'organ', organ: 'gov', subjects: ['x'], conducts, reason: '' }),
    of('case', 1, 'FilingApproved', { caseNo: `${n}` }),
  ];
  if (n % 4 !== 0) return [...filing, of('case', 2, 'CaseCancelled', { reason: '', unitNotified: 'u', harm: false })];
  const [one, two] = [n / 4, n / 4 + 1];
  return [
    ...filing,
    of('case', 2, 'InvestigatorsAssigned', { members: [member(one), member(two)], plan: '' }),
    ...declared([one, two]),
  ];
}
/** The same event by somebody else. */
const by = ({ envelope }, person) => sealEnvelope({ ...envelope, actor: { ...envelope.actor, person } });

/** All of it as a log that was written elsewhere, in batches for {@link fillLog}. */
function* batches(leads, cases) {
  let batch = [];
  let index = 0;
  for (let n = 0; n < leads; n++) {
    for (const [, event] of affair(n, cases)) batch.push({ index: index++, ...event });
    if (batch.length < 1000) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}
export async function docket(server, { full }) {
  const [leads, cases] = full ? [100_000, 20_000] : [5_000, 1_000];
  const { opened, serviceUrl, adminUrl } = await server.ledger();
  await fillLog(adminUrl, batches(leads, cases));
  await rebuild(
    { url: serviceUrl, store: opened.store, projections: inOrder([docketHolders, comparables, involvements]) },
    'all',
  );
  const rows = await Rows.open(serviceUrl, opened.store);
  const reader = new Reader({ execute: ({ ask }) => ask(rows) }, rows);
  const now = '2026-03-02T10:00:00.000+08:00';
  const times = [];
  let shown = 0;
  let ready = 0;
  for (let n = 0; n < WARM + CALLS; n++) {
    const person = { person: officer(n % ASKED), actingAs: 'holder', authMethod: 'session' };
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
      ready += items.filter(({ conflict }) => conflict === null).length;
    }
  }
  await rows.close();
  const of = [shown, ready].map((all) => Math.round(all / CALLS));
  const what = `a docket of ${of[0]}, with the guards of ${of[1]}, among ${leads.toLocaleString('en')} leads and ${cases.toLocaleString('en')} cases, p95`;
  return [limit(what, 'ms', 50, quantile(times, 0.95), `median ${quantile(times, 0.5).toFixed(2)} ms`)];
}
