/** An affair of accountability in memory: pure deciders over streams that are kept by name, as the ledger would fold them. */
import { createHash } from 'node:crypto';
import type { Envelope, Irregularity, Message, Recorded } from '../projections/kernel/message.js';
import {
  type Context,
  decide,
  type Decider,
  type Need,
  type NeedOfUnits,
  needsOf,
  Refusal,
  type Way,
} from '../src/kernel/decider.js';
import { caseFile } from '../src/areas/accountability/case.js';
import { documentFor } from '../src/areas/accountability/document.js';
import { lead } from '../src/areas/accountability/lead.js';
import { recusal } from '../src/areas/accountability/recusal.js';
import { authority, conduct, reporter } from '../src/areas/accountability/registers.js';
import { review } from '../src/areas/accountability/review.js';
import { finding } from '../src/areas/supervision/finding.js';
import { pack } from '../src/areas/supervision/pack.js';
import { calendarYear } from '../src/areas/calendar/calendar.js';

export const document = documentFor((text) => `sha256:${createHash('sha256').update(text).digest('hex')}`);
export const deciders = {
  lead,
  case: caseFile,
  review,
  recusal,
  document,
  conduct,
  authority,
  reporter,
  finding,
  pack,
  calendarYear,
};
export type Name = keyof typeof deciders;
export const member = (person: string, department = `dept-${person}`) => ({
  personId: person,
  personal: {},
  department,
});

export interface Said {
  readonly refused: readonly Irregularity[] | null;
  readonly events: readonly Recorded[];
  /** What the guards of the refusal say is missing: `G3: declaration:p-1`. */
  readonly missing: readonly string[];
}
export function affairs() {
  const streams = new Map<string, { state: any; revision: number; decider: Decider }>();
  const log: Recorded[] = [];
  let on = '2024-03-01';
  const stateOf = (of: { category: string; initial: any }, id: string) =>
    streams.get(`${of.category}-${id}`)?.state ?? of.initial;
  const units = new Map<string, readonly string[]>();
  const resolve = (need: Need | NeedOfUnits | readonly Need[] | null): unknown => {
    if (need === null) return null;
    if ('unitsOf' in need) return { person: need.unitsOf, units: units.get(need.unitsOf) ?? [] };
    return Array.isArray(need) ? need.map(resolve) : stateOf((need as Need).of, (need as Need).id);
  };
  function record(decider: Decider, id: string, drafts: readonly any[], context: Context): Recorded[] {
    const stream = `${decider.category}-${id}`;
    return drafts.map((draft) => {
      const known = streams.get(stream) ?? { state: decider.initial, revision: -1, decider };
      const index = log.length;
      const event = {
        id: `e${index}`,
        stream,
        revision: known.revision + 1,
        version: 1,
        occurredAt: context.occurredAt,
        precision: 'second',
        recordedAt: context.now,
        actor: context.by,
        refs: [],
        legalBasis: [],
        documents: [],
        classification: 'internal',
        facts: {},
        index,
        ...draft,
      } as Recorded & Envelope;
      log.push(event);
      streams.set(stream, { state: decider.evolve(known.state, event), revision: event.revision, decider });
      return event;
    });
  }
  function contextOf(id: string, person: string | null, way: Way): Context {
    const now = `${on}T09:00:00.000+08:00`;
    const by = { person, org: 'discipline', actingAs: 'holder', authMethod: 'session' } as const;
    return { id, way, now, occurredAt: now, precision: 'second', on, region: 'CN', by };
  }
  const contextWith = (decider: Decider, id: string, command: Message, person: string | null, way: Way) => {
    const context = contextOf(id, person, way);
    const needs = needsOf(decider, stateOf(decider, id), command, context);
    const facts = Object.fromEntries(Object.entries(needs).map(([name, need]) => [name, resolve(need as never)]));
    return { ...context, ...facts };
  };
  function say(name: Name, id: string, type: string, data: object, person: string | null, way: Way = 'act'): Said {
    const decider = deciders[name] as Decider;
    const command = { type, data };
    const context = contextWith(decider, id, command, person, way);
    try {
      const drafts = decide(decider, stateOf(decider, id), command, context);
      return { refused: null, events: record(decider, id, drafts, context), missing: [] };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const missing = error.broken.flatMap(({ code, details }) => {
        const { guard = code, missing: all = [] } = details as {
          guard?: string;
          missing?: { code: string; of: string }[];
        };
        return all.length === 0
          ? [code]
          : all.map((one) => `${guard}: ${one.code}${one.of === null ? '' : `:${one.of}`}`);
      });
      return { refused: error.broken, events: [], missing };
    }
  }
  return {
    log,
    say,
    /** Folds an event of another log. */
    take: (event: Recorded) => {
      const [category = ''] = event.stream.split('-');
      const decider = Object.values(deciders).find((one) => one.category === category) as Decider;
      const id = event.stream.slice(category.length + 1);
      const state = decider.evolve(stateOf(decider, id), event);
      streams.set(event.stream, { state, revision: event.revision, decider });
      log.push(event);
    },
    contextWith,
    /** Which units somebody belongs to from now on. */
    belongs: (person: string, ...of: string[]) => void units.set(person, of),
    /** Says it, and throws what it was refused for. */
    must: (name: Name, id: string, type: string, data: object, person: string | null): Recorded => {
      const said = say(name, id, type, data, person);
      if (said.refused) throw new Error(`${type} by ${person}: ${said.missing.join(', ')}`);
      return said.events[0]!;
    },
    state: (name: Name, id: string) => stateOf(deciders[name], id) as any,
    get on() {
      return on;
    },
    goTo: (day: string) => {
      on = day;
    },
  };
}
export type Affairs = ReturnType<typeof affairs>;

/** Who is there: an accused clerk, and people with one part each. */
export const WHO = {
  accused: 'accused',
  registrar: 'registrar',
  leader: 'leader',
  head: 'head',
  inquirers: ['inq-1', 'inq-2'],
  investigators: ['inv-1', 'inv-2'],
  adjudicators: ['adj-1', 'adj-2'],
  panel: ['head', 'mem-1', 'mem-2'],
  reviewers: ['rev-1', 'rev-2'],
  personnel: 'personnel',
} as const;
const EVERYBODY = [
  ...new Set([
    WHO.registrar,
    WHO.leader,
    WHO.head,
    ...WHO.inquirers,
    ...WHO.investigators,
    ...WHO.adjudicators,
    ...WHO.panel,
    ...WHO.reviewers,
    WHO.personnel,
  ]),
];
export const outcome = (code: string, more: object = {}) => ({
  subject: WHO.accused,
  code,
  conducts: ['c-1'],
  basis: ['政务处分法 art. 39'],
  law: 'now',
  ...more,
});
export const REGISTERED = {
  source: 'complaint',
  profile: 'organ',
  subjects: [{ personId: WHO.accused, personal: {}, org: 'market' }],
  orgs: ['market'],
  allegations: [{ code: 'dual-acceptance', text: '窗口外受理' }],
};
const CONDUCT = { id: 'c-1', on: '2024-01-10', summary: '两头受理' };
const factor = { kind: 'totp', shownAt: '2024-03-01T09:00:00.000+08:00' };

/** One path through the table, step by step; each may be asked for on its own after the ones before. */
export function story(at: Affairs, id = 'A-1') {
  const sign = (kind: string, as: string, persons: readonly string[]) => {
    const doc = `${id}.${kind}`;
    for (const person of persons)
      at.must('document', doc, 'SignDocument', { digest: at.state('document', doc).digest, as, factor }, person);
  };
  const draft = (kind: string, person: string) => {
    const doc = `${id}.${kind}`;
    const known = at.state('document', doc).version > 0;
    at.must('document', doc, known ? 'ReviseDocument' : 'DraftDocument', known ? { reason: '再作' } : {}, person);
  };
  const of = (type: string, data: object, person: string) => at.must('case', id, type, data, person);
  const steps = {
    register: () => {
      at.must('lead', id, 'RegisterLead', REGISTERED, WHO.registrar);
      for (const person of [...EVERYBODY, 'triager'])
        at.must('recusal', id, 'DeclareConflict', { conflict: false }, person);
    },
    triage: () => {
      at.must('lead', id, 'ProposeTriage', { route: 'verify', reasons: '反映具体' }, 'triager');
      draft('triage-opinion', 'triager');
      sign('triage-opinion', 'officer', ['triager']);
      sign('triage-opinion', 'approver', [WHO.leader]);
    },
    verify: () => {
      const team = WHO.inquirers.map((one) => member(one));
      at.must('lead', id, 'StartVerification', { team, plan: '核实方案' }, WHO.leader);
      draft('inquiry-plan', WHO.inquirers[0]);
      sign('inquiry-plan', 'approver', [WHO.leader]);
    },
    propose: () =>
      of(
        'ProposeFiling',
        { profile: 'organ', organ: 'gov', subjects: [WHO.accused], conducts: [CONDUCT], reason: '涉嫌违规' },
        WHO.inquirers[0],
      ),
    file: () => {
      at.must(
        'authority',
        WHO.accused,
        'SetAuthority',
        { organ: 'gov', level: 'county', standing: 'ordinary', from: '2020-01-01', document: '文' },
        'registrar-of-authority',
      );
      at.must('conduct', 'c-1', 'ClaimConduct', { case: id, organ: 'gov' }, WHO.registrar);
      draft('filing-report', WHO.inquirers[0]);
      sign('filing-report', 'head', [WHO.head]);
      of('ApproveFiling', { caseNo: '立〔2024〕1号' }, WHO.head);
    },
    assign: () =>
      of('AssignInvestigators', { members: WHO.investigators.map((one) => member(one)), plan: '方案' }, WHO.head),
    investigate: (evidence = 'v-1', fact = 'f-1') => {
      const obtainedBy = [...WHO.investigators];
      const digest = `sha256:${'0'.repeat(64)}`;
      of('AddEvidence', { evidence, kind: 'document', digest, obtainedFrom: '窗口', obtainedBy }, 'inv-1');
      of('SignEvidence', { evidence }, 'inv-2');
      of('AssertFact', { fact, conduct: 'c-1', text: '在窗口外受理', evidence: [evidence] }, 'inv-1');
    },
    conclude: (code = 'WARNING') =>
      of('ConcludeInvestigation', { proposal: [outcome(code)], noInterference: true }, 'inv-1'),
    serve: () => {
      for (const kind of ['findings-report', 'facts-notice']) {
        draft(kind, 'inv-1');
        sign(kind, 'investigator', WHO.investigators);
      }
      of('ServeFacts', { servers: [...WHO.investigators], signed: 'signed', answerBy: '2099-01-01' }, 'inv-1');
    },
    defend: () => {
      const points = [{ id: `d-${at.log.length}`, text: '系领导安排' }];
      of('RecordDefence', { subject: WHO.accused, by: [...WHO.investigators], points }, 'inv-1');
      of('AnswerDefence', { point: points[0]!.id, accepted: false, reason: '无证据' }, 'inv-1');
    },
    adjudicate: () => of('StartAdjudication', { members: WHO.adjudicators.map((one) => member(one)) }, WHO.head),
    opine: (code = 'WARNING') => {
      of('GiveAdjudicationOpinion', { opinion: '同意', proposal: [outcome(code)] }, 'adj-1');
      draft('adjudication-opinion', 'adj-1');
      sign('adjudication-opinion', 'adjudicator', WHO.adjudicators);
    },
    convene: () => {
      const members = WHO.panel.map((one) => member(one));
      of('ConveneDeliberation', { members, chair: 'mem-1', quorum: 2 }, WHO.head);
    },
    vote: () => {
      of('CastVote', { position: 'for', reason: '事实清楚' }, 'head');
      of('CastVote', { position: 'for', reason: '同意' }, 'mem-1');
      of('CastVote', { position: 'dissent', reason: '偏重' }, 'mem-2');
      draft('minutes', 'adj-1');
      sign('minutes', 'member', WHO.panel);
      sign('minutes', 'chair', ['mem-1']);
    },
    decide: (code = 'WARNING', more: object = {}) =>
      of(
        'Decide',
        {
          outcomes: [outcome(code)],
          documentNo: '处〔2024〕1号',
          seal: '县政府',
          remedy: { route: '向本机关申请复核', days: 30 },
          noInterference: true,
          ...more,
        },
        WHO.head,
      ),
    announce: () => {
      draft('decision', 'adj-1');
      sign('decision', 'head', [WHO.head]);
      of('ServeDecision', { servers: ['inv-1', 'inv-2'], announced: '单位范围', signed: 'refused' }, WHO.registrar);
    },
    execute: () => {
      draft('service-record', 'inv-1');
      sign('service-record', 'server', ['inv-1', 'inv-2']);
      of('StartExecution', { plan: '存档' }, WHO.personnel);
    },
  };
  return { ...steps, sign, draft, of, id };
}
export const PATH = [
  'register',
  'triage',
  'verify',
  'propose',
  'file',
  'assign',
  'investigate',
  'conclude',
  'serve',
  'defend',
  'adjudicate',
  'opine',
  'convene',
  'vote',
  'decide',
  'announce',
  'execute',
] as const;
export type Stop = (typeof PATH)[number];
/** Everything up to and with a step. */
export function until(stop: Stop, at = affairs()) {
  const tale = story(at);
  for (const step of PATH) {
    tale[step]();
    if (step === stop) break;
  }
  return { at, tale };
}
