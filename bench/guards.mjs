/** What it costs to evaluate all guards of a case for everything that may be done next (a limit: 5 ms). */
import { performance } from 'node:perf_hooks';
import { caseFile } from '../dist/src/areas/accountability/case.js';
import { lead } from '../dist/src/areas/accountability/lead.js';
import { guardsOf } from '../dist/src/areas/accountability/looking-up.js';
import { recusal } from '../dist/src/areas/accountability/recusal.js';
import { limit, quantile } from './lib.mjs';

const RUNS = 400;
const WARM = 100;
const day = '2026-03-02';
const person = (n) => `person-${n}`;
const member = (n) => ({ personId: person(n), personal: {}, department: `d-${n}` });
const range = (n) => Array.from({ length: n }, (_, i) => i);
let index = 0;
const event = (stream, type, data, by) => ({
  id: `e${index}`,
  index: index++,
  stream,
  type,
  data: { ...data, guards: [] },
  occurredAt: `${day}T09:00:00.000+08:00`,
  precision: 'second',
  actor: { person: by, actingAs: 'holder', authMethod: 'session' },
});

/** A case in deliberation with as much in it as a large one has: 200 items of evidence, 60 facts, 40 points, 9 members. */
function large() {
  const of = (type, data, by = person(1)) => event('case-A', type, data, by);
  const outcome = { subject: 'accused', code: 'WARNING', conducts: ['c'], basis: ['art. 39'], law: 'now' };
  const subjects = [{ personId: 'accused', personal: {}, org: 'market' }];
  const registered = { source: 'complaint', profile: 'organ', subjects, orgs: [], allegations: [] };
  const filing = {
    profile: 'organ',
    organ: 'gov',
    subjects: ['accused'],
    conducts: [{ id: 'c', on: day, summary: '' }],
  };
  const points = range(40).map((n) => ({ id: `p${n}`, text: '辩' }));
  return [
    event('lead-A', 'LeadRegistered', registered, person(0)),
    ...range(40).map((n) => event('recusal-A', 'ConflictDeclared', { conflict: false }, person(n))),
    of('FilingProposed', { ...filing, reason: '' }),
    of('FilingApproved', { caseNo: '1' }),
    of('InvestigatorsAssigned', { members: range(4).map((n) => member(n + 10)), plan: '' }),
    ...range(200).map((n) =>
      of('EvidenceAdded', { evidence: `v${n}`, obtainedBy: [person(10), person(11)] }, person(10)),
    ),
    ...range(200).map((n) => of('EvidenceSigned', { evidence: `v${n}` }, person(11))),
    ...range(60).map((n) =>
      of('FactAsserted', { fact: `f${n}`, conduct: 'c', text: '事实', evidence: [`v${n}`, `v${n + 60}`] }),
    ),
    of('InvestigationConcluded', { proposal: [outcome] }),
    of('FactsServed', { servers: [], signed: 'signed', answerBy: day }),
    of('DefenceRecorded', { subject: 'accused', by: [], points }),
    ...points.map(({ id }) => of('DefenceAnswered', { point: id, accepted: false, reason: '' })),
    of('AdjudicationStarted', { members: [member(20), member(21)] }),
    of('AdjudicationOpinionGiven', { opinion: '', proposal: [outcome] }, person(20)),
    of('DeliberationConvened', { members: range(9).map((n) => member(n + 25)), chair: person(25), quorum: 5 }),
    ...range(9).map((n) => of('VoteCast', { position: 'for', reason: '' }, person(n + 25))),
  ];
}
export async function guards() {
  const events = large();
  const folded = new Map();
  for (const of of [lead, caseFile, recusal])
    folded.set(
      `${of.category}-A`,
      events.filter(({ stream }) => stream === `${of.category}-A`).reduce((s, e) => of.evolve(s, e), of.initial),
    );
  const fold = ({ of, id, unitsOf }) =>
    Promise.resolve(
      unitsOf === undefined ? (folded.get(`${of.category}-${id}`) ?? of.initial) : { person: unitsOf, units: ['org'] },
    );
  const now = `${day}T10:00:00.000+08:00`;
  const by = { person: person(1), actingAs: 'holder', authMethod: 'session' };
  const context = { id: 'A', way: 'act', now, occurredAt: now, precision: 'second', on: day, region: 'CN', by };
  const times = [];
  for (const run of range(WARM + RUNS)) {
    const from = performance.now();
    await guardsOf('A', events, fold, context);
    if (run >= WARM) times.push(performance.now() - from);
  }
  const what = `all guards of a case of ${events.length} events, for everything that may be done next, p95`;
  return [limit(what, 'ms', 5, quantile(times, 0.95), `median ${quantile(times, 0.5).toFixed(2)} ms`)];
}
