/** Accountability over random sequences of commands, by random people: what the law forbids never comes about. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { canonical } from '../../projections/kernel/canonical.js';
import type { Recorded } from '../../projections/kernel/message.js';
import { contentOf, holdersOf } from '../../projections/accountability/contents.js';
import { evaluate, again } from '../../projections/accountability/guards.js';
import {
  isFirstForm,
  OUTCOME_CODES,
  type Outcome,
  rankOf,
  OUTCOMES,
} from '../../projections/accountability/outcomes.js';
import {
  type Capacity,
  DOCUMENTS,
  documentId,
  type DocumentKind,
  type GuardId,
  type Machine,
  MACHINE_NAMES,
  MACHINES,
  stepsFrom,
  type Transition,
} from '../../projections/accountability/table.js';
import type { Evaluated } from '../../projections/events/accountability.js';
import { reaches } from '../../src/kernel/permissions.js';
import { showsEvent } from '../../src/kernel/classes.js';
import { affairOf, askingOf } from '../../src/areas/accountability/steps.js';
import { affairs, type Affairs, deciders, member, PATH, REGISTERED, until } from '../affair.js';

const LONG = process.env['MINGZHANG_LONG'] === '1';
const RUNS = LONG ? 10_000 : 150;
const ID = 'A-1';
/** By their parts in the story, which random hands mix up. */
const PEOPLE = [
  'registrar',
  'head',
  'inv-1',
  'inv-2',
  'adj-1',
  'adj-2',
  'mem-1',
  'mem-2',
  'rev-1',
  'rev-2',
  'leader',
  'personnel',
  'accused',
] as const;
const FACTOR = { kind: 'totp', shownAt: '2024-03-01T09:00:00.000+08:00' };
const DIGEST = `sha256:${'0'.repeat(64)}`;

/** Numbers that a step is made from, so that a failing sequence shrinks. */
type Dice = Readonly<{ pick: number; who: number; twist: number; days: number }>;
const dice = fc.record({ pick: fc.nat(997), who: fc.nat(997), twist: fc.nat(997), days: fc.nat(40) });

const outcome = (n: number) => ({
  subject: 'accused',
  code: n % 3 === 0 ? OUTCOME_CODES[n % OUTCOME_CODES.length]! : n % 2 === 0 ? 'WARNING' : 'CRITICISM',
  conducts: ['c-1'],
  basis: n % 17 === 0 ? [] : ['art. 39'],
  law: 'now',
});
/** Two or three people in a row, of the same part of the list mostly, so that there are often different ones. */
const people = ({ who, twist }: Dice, base: number) => {
  const first = twist % 5 === 0 ? who : base;
  return Array.from({ length: twist % 7 === 0 ? 1 : 2 }, (_, n) => member(PEOPLE[(first + n) % PEOPLE.length]!));
};
const names = (d: Dice, base: number) => people(d, base).map(({ personId }) => personId);

/** What a command says; now and then something that no guard lets pass. */
function dataFor(command: string, d: Dice, at: Affairs): object {
  const of = at.state('case', ID);
  const review = at.state('review', ID);
  const { twist } = d;
  const n = at.log.length;
  const investigators = of.investigators.map(({ person }: any) => person).slice(0, twist % 9 === 0 ? 1 : 2);
  const answered = new Set<string>(of.answers.map((one: any) => one.point));
  const points = of.defences.flatMap((one: any) => one.points.map(({ id }: any) => id));
  const point = points.find((id: string) => !answered.has(id)) ?? points.at(-1) ?? 'd';
  const evidence = of.evidence.at(-1)?.id ?? 'v';
  const clearing = { scope: d.who % 4 === 0 ? 'person' : 'public', harmScope: 'unit', means: '会议' };
  const changes = twist % 3;
  const all: Readonly<Record<string, object>> = {
    RegisterLead: REGISTERED,
    ProposeTriage: { route: 'verify', reasons: '可查' },
    RouteLead: { toUnit: twist % 3 === 0 ? 'market' : 'bureau', replyBy: '2024-06-01', reason: '属地' },
    ReportOutcome: { outcome: '已处理' },
    CloseLead: { category: 'unfounded', reason: '不实', harm: twist % 2 === 0 },
    ReopenLead: { newEvidence: '新证据' },
    StartInquiry: { officers: people(d, 2), questions: '问' },
    StartVerification: { team: people(d, 2), plan: '方案' },
    RecordAnswer: { answer: '答' },
    TakeStatement: {
      subject: 'accused',
      by: at.state('lead', ID).inquirers.map((one: any) => one.person),
      statement: '述',
    },
    ReportVerification: { report: '报告', category: 'file' },
    GiveLightOutcome: { subject: 'accused', code: outcome(twist).code, reason: '轻微' },
    ClearName: clearing,
    ClearNameInCase: clearing,
    ClearNameInReview: clearing,
    ProposeFiling: {
      profile: twist % 11 === 0 ? 'adm' : 'organ',
      organ: 'gov',
      subjects: ['accused'],
      conducts: [{ id: 'c-1', on: '2024-01-10', summary: '受理' }],
      reason: '涉嫌',
    },
    RejectFiling: { reason: '不符', harm: twist % 2 === 0 },
    ApproveFiling: { caseNo: '1' },
    AssignInvestigators: { members: people(d, 2), plan: '方案' },
    AddEvidence: {
      evidence: `v-${n}`,
      kind: 'document',
      digest: DIGEST,
      obtainedFrom: '窗口',
      obtainedBy: investigators,
    },
    SignEvidence: { evidence: of.evidence.find(({ signed }: any) => signed.length < 2)?.id ?? evidence },
    ExcludeEvidence: { evidence, reason: '非法' },
    AssertFact: { fact: `f-${n}`, conduct: 'c-1', text: '事实', evidence: twist % 6 === 0 ? [] : [evidence] },
    SuspendInvestigation: { ground: 'force-majeure', reason: '灾' },
    ConcludeInvestigation: { proposal: [outcome(twist)], noInterference: twist % 13 !== 0 },
    ServeFacts: { servers: investigators, signed: 'refused', answerBy: twist % 8 === 0 ? at.on : '2024-12-31' },
    RecordDefence: {
      subject: 'accused',
      by: investigators,
      points: twist % 2 === 0 ? [] : [{ id: `d-${n}`, text: '辩' }],
    },
    AnswerDefence: { point, accepted: twist % 20 === 0, reason: '理由' },
    StartAdjudication: { members: people(d, 4) },
    GiveAdjudicationOpinion: { opinion: '意见', proposal: [outcome(twist)] },
    ConveneDeliberation: { members: [...people(d, 6), member('head')], chair: 'mem-1', quorum: 2 },
    CastVote: { position: twist % 5 === 0 ? 'dissent' : 'for', reason: '理由' },
    Decide: {
      outcomes: [outcome(twist)],
      documentNo: '1',
      seal: '印',
      remedy: { route: '复核', days: twist % 12 === 0 ? 0 : 30 },
      noInterference: true,
    },
    ServeDecision: { servers: names(d, 2), announced: '本单位', signed: 'signed' },
    StartExecution: { plan: '归档' },
    RecordExecution: { what: 'personnel-file', document: '档' },
    StartPeriod: { from: of.decision?.on ?? at.on, months: 6, to: '2024-09-01' },
    EndPeriod: { conduct: '良好', newViolation: false },
    ReopenCase: { by: 'superior', document: '令', reason: '错误' },
    TakeChange: { review: review.result?.event ?? 'r', outcomes: review.result?.outcomes ?? [] },
    TakeRevocation: { review: review.result?.event ?? 'r' },
    CancelCase: { reason: '不成立', unitNotified: '函', harm: twist % 2 === 0 },
    RequestReview: { subject: 'accused', decision: of.decision?.event ?? 'e', grounds: '过重', receivedOn: at.on },
    AssignReviewers: { members: people(d, 8) },
    DecideReview: {
      result: ['uphold', 'change', 'revoke'][changes]!,
      ground: ['sound', 'improper', 'facts-unclear'][changes]!,
      outcomes: changes === 1 ? [outcome(twist)] : [],
      reason: '理由',
    },
    Appeal: { organ: 'province', grounds: '仍重', receivedOn: at.on },
    TransferLead: { to: 'bureau', receipt: '单', reason: '无权' },
    TransferCase: { to: 'bureau', receipt: '单', reason: '无权' },
  };
  return command === 'DecideAppeal' ? all['DecideReview']! : (all[command] ?? { reason: '理由' });
}
const whole = (at: Affairs) =>
  affairOf(ID, null, null, {
    lead: at.state('lead', ID),
    case: at.state('case', ID),
    review: at.state('review', ID),
    recusal: at.state('recusal', ID),
  });
const hasVoted = (at: Affairs, person: string) =>
  at.state('case', ID).votes.some(({ member: one }: { member: string }) => one === person);
/** Somebody whose part it is, mostly. */
function actorFor(machine: Machine, step: Transition, d: Dice, at: Affairs): string {
  const holders = holdersOf(step.acts, whole(at)) ?? [];
  if (d.who % 8 === 0) return PEOPLE[d.who % PEOPLE.length]!;
  const left = step.event === 'VoteCast' ? holders.filter((one) => !hasVoted(at, one)) : holders;
  if (left.length > 0) return left[d.who % left.length]!;
  if (step.acts === 'approver') return 'leader';
  return step.acts === 'head' || step.acts === 'higher' || machine === 'review' ? 'head' : 'registrar';
}
/** Everything that a step wants signed is drafted, brought up to date mostly, and signed by whoever has to. */
function paperwork(step: Transition, at: Affairs, stale: boolean): void {
  for (const kind of step.signed ?? []) {
    const id = documentId(ID, kind);
    at.say('document', id, 'DraftDocument', {}, 'adj-1');
    if (!stale) at.say('document', id, 'ReviseDocument', { reason: '更新' }, 'adj-1');
    for (const as of Object.keys(DOCUMENTS[kind].signs) as Capacity[])
      for (const person of holdersOf(as, whole(at)) ?? ['head'])
        at.say('document', id, 'SignDocument', { digest: at.state('document', id).digest, as, factor: FACTOR }, person);
  }
}
/** A finding that was upheld, of which nothing has come yet. */
function upheld(): Affairs {
  const at = affairs();
  const about = { on: at.on, matterId: null, itemCode: null, org: 'market', placeKind: null, centre: null };
  const judged = { severity: 'red', certain: true, evidence: [], tested: {}, parameters: {}, details: {} };
  at.must('finding', ID, 'RaiseFinding', { rule: 'DA-01', subject: 'x', ruleVersion: 1, about, ...judged }, null);
  at.must('finding', ID, 'UpholdFinding', { reason: '属实' }, 'inspector');
  return at;
}
/** The beginning of the story, as far as the dice say; the rest is random. */
const begin = ({ pick, twist }: Dice): Affairs =>
  twist % 16 === 0 ? upheld() : until(twist % 4 === 0 ? 'register' : PATH[pick % PATH.length]!).at;

/** What leads away from a decision is done one time in eight, so that most sequences get somewhere. */
const AWAY =
  /^(Transfer|Close|Route|Hold|Cancel|Reject|Return|GiveLight|Suspend|ClearName|ReportOutcome|StartInquiry|Supplement)/;
/** What leads to a decision, and through a review; half of the sequences keep to it mostly, so that many are decided. */
const ONWARD =
  /^(Conclude|Serve|RecordDefence|AnswerDefence|StartAdjudication|GiveAdj|Convene|CastVote|Decide|StartExec|StartPeriod|EndPeriod|RequestReview|AssignReviewers|Take|Appeal|AssertFact|ReopenCase)/;
function play(sequence: readonly Dice[]): Affairs {
  const at = begin(sequence[0]!);
  const onward = sequence[0]!.days % 2 === 0;
  let day = Date.parse('2024-03-01');
  for (const d of sequence) {
    if (d.days === 35)
      for (const machine of MACHINE_NAMES)
        at.say(machine, ID, 'PassLimit', { limit: 'x', dueOn: at.on, pass: 1, start: at.on }, null);
    if (d.days > 36) day += d.days * 86_400_000;
    at.goTo(new Date(day).toISOString().slice(0, 10));
    const person = PEOPLE[d.who % PEOPLE.length]!;
    const filed = !['none', 'filing-returned'].includes(at.state('case', ID).status);
    const options = MACHINE_NAMES.filter((machine) => machine !== 'lead' || !filed || d.twist % 9 === 0)
      .flatMap((machine) =>
        stepsFrom(machine, at.state(machine, ID).status as string).map(([command, step]) => ({
          machine,
          command,
          step,
        })),
      )
      .filter(({ command }) => d.twist % 8 === 0 || (onward ? ONWARD.test(command) : !AWAY.test(command)));
    const chosen = options[d.pick % (options.length + (d.days % 3 === 0 ? 4 : 0))];
    if (!chosen) {
      const conflict = d.twist % 12 === 0;
      const filing = at.state('case', ID).status === 'filing-proposed';
      if (filing) at.say('conduct', 'c-1', 'ClaimConduct', { case: ID, organ: 'gov' }, 'registrar');
      if (d.pick % 4 === 0)
        at.say(
          'recusal',
          ID,
          'RuleRecusal',
          { person, result: d.twist % 9 === 0 ? 'recused' : 'stays', reason: '理由' },
          'head',
        );
      else if (d.pick % 4 === 1) at.say('conduct', 'c-1', 'ClaimConduct', { case: ID, organ: 'gov' }, 'registrar');
      else if (d.pick % 4 === 2) at.say('recusal', ID, 'DeclareConflict', { conflict, grounds: 'interest' }, person);
      else for (const one of PEOPLE) at.say('recusal', ID, 'DeclareConflict', { conflict: false }, one);
      continue;
    }
    if (d.twist % 4 !== 0) paperwork(chosen.step, at, d.twist % 5 === 1);
    if (chosen.command === 'ApproveFiling' && d.twist % 4 !== 0)
      at.say('conduct', 'c-1', 'ClaimConduct', { case: ID, organ: 'gov' }, 'registrar');
    const actor = actorFor(chosen.machine, chosen.step, d, at);
    at.say(chosen.machine, ID, chosen.command, dataFor(chosen.command, d, at), actor);
  }
  return at;
}

const typed = (log: readonly Recorded[], ...types: readonly string[]) => log.filter(({ type }) => types.includes(type));
const dataOf = (event: Recorded) => event.data as any;
function checkLaw(log: readonly Recorded[]): void {
  // No outcome above an admonition without facts served since the investigation ended; none of it from a lead.
  for (const event of typed(log, 'DecisionMade')) {
    const before = log.filter(({ index }) => index < event.index);
    const heavy = rankOf(dataOf(event).outcomes as Outcome[]) > OUTCOMES.ADMONITION.rank;
    const last = typed(before, 'FactsServed', 'InvestigationConcluded').at(-1);
    if (heavy) expect(last?.type).toBe('FactsServed');
    expect(typed(before, 'DeliberationConvened').length).toBeGreaterThan(0);
  }
  for (const event of typed(log, 'LightOutcomeGiven')) expect(isFirstForm(dataOf(event).code)).toBe(true);
  // Nobody is two of those who investigate, adjudicate and review.
  const named = (...types: string[]) =>
    typed(log, ...types).flatMap((event) => dataOf(event).members.map((one: any) => one.personId));
  const did = (...types: string[]) => typed(log, ...types).flatMap(({ actor }) => actor.person ?? []);
  const parts = [
    [...named('InvestigatorsAssigned'), ...did('EvidenceAdded', 'FactAsserted', 'InvestigationConcluded')],
    [...named('AdjudicationStarted', 'DeliberationConvened'), ...did('AdjudicationOpinionGiven', 'VoteCast')],
    [...named('ReviewersAssigned'), ...did('ReviewDecided', 'AppealDecided')],
  ].map((all) => new Set<string>(all));
  for (const [n, one] of parts.entries())
    for (const other of parts.slice(n + 1)) expect([...one].filter((person) => other.has(person))).toEqual([]);
  // No rank rises without a fact that is new since it was served or decided; a review finds none.
  let said: number | null = null;
  let proposed = 0;
  let fresh = false;
  for (const { type, data } of log) {
    const { outcomes, proposal } = data as { outcomes?: readonly Outcome[]; proposal?: readonly Outcome[] };
    const rank = rankOf(outcomes ?? proposal ?? []);
    if (type === 'FactAsserted') fresh = true;
    if (said !== null && /^(InvestigationConcluded|DecisionMade|DecisionChanged)$/.test(type) && !fresh)
      expect(rank).toBeLessThanOrEqual(said);
    if (said !== null && /^(ReviewDecided|AppealDecided)$/.test(type)) expect(rank).toBeLessThanOrEqual(said);
    if (type === 'InvestigationConcluded') proposed = rank;
    if (type === 'FactsServed') [said, fresh] = [proposed, false];
    if (type === 'DecisionMade' || type === 'DecisionChanged') [said, fresh] = [rank, false];
  }
  // Somebody recused does nothing from then on.
  const recused = new Set<string>();
  for (const { type, data, actor, stream } of log) {
    if (type === 'RecusalRuled') recused[(data as any).result === 'recused' ? 'add' : 'delete']((data as any).person);
    if (type === 'ConflictDeclared' && !(data as any).conflict) continue;
    if (/^(lead|case|document)-/.test(stream) && type !== 'LeadRegistered' && actor.person !== null)
      expect(recused.has(actor.person!)).toBe(false);
  }
}
function checkSignatures(log: readonly Recorded[]): void {
  for (const event of typed(log, 'DocumentSigned')) {
    const version = log.findLast(
      ({ index, stream, type }) => index < event.index && stream === event.stream && type !== 'DocumentSigned',
    );
    const text = canonical(dataOf(version!).content);
    expect(dataOf(event).digest).toBe(`sha256:${createHash('sha256').update(text).digest('hex')}`);
  }
}
function checkSecrecy(log: readonly Recorded[]): void {
  for (const event of log.filter(({ stream }) => !/^(authority|calendar|finding)-/.test(stream)))
    expect(showsEvent(event, [], '2024-03-01')).toBe(false);
  const of = { thing: `case/${ID}`, parties: [], barred: ['accused', 'market'] };
  expect(reaches('uninvolved', { person: 'accused', org: 'discipline' }, of)).toBe(false);
  expect(reaches('uninvolved', { person: 'head', org: 'market' }, of)).toBe(false);
  expect(reaches('uninvolved', { person: 'head', org: 'discipline' }, of)).toBe(true);
}
/** From the log alone: each guard is evaluated again on the states as they were, and comes to what was recorded. */
function checkGuards(log: readonly Recorded[]): void {
  const at = affairs();
  for (const event of log) {
    const { guards = [], ...data } = event.data as { guards?: readonly Evaluated[] };
    const machine = MACHINE_NAMES.find((one) => event.stream === `${one}-${ID}`);
    if (machine && guards.length > 0) {
      at.goTo(event.occurredAt.slice(0, 10));
      const [command] = Object.entries<Transition>(MACHINES[machine].steps).find(
        ([, step]) => step.event === event.type,
      )!;
      const context = at.contextWith(
        deciders[machine] as never,
        ID,
        { type: command, data },
        event.actor.person,
        'act',
      );
      const asking = askingOf(machine, command, data, at.state(machine, ID) as object, context);
      for (const one of guards) {
        expect(evaluate(one.guard as GuardId, asking)).toEqual(one);
        expect(again(one)).toEqual(one.missing);
        expect(one.missing).toEqual([]); // an act
      }
    }
    const [id, kind = ''] = event.stream.slice('document-'.length).split('.');
    if (event.type === 'DocumentSigned' && id === ID) {
      const now = contentOf(kind as DocumentKind, whole(at));
      expect(canonical(at.state('document', `${ID}.${kind}`).content)).toBe(canonical(now));
    }
    at.take(event);
    for (const one of MACHINE_NAMES) reached.add(`${one} ${at.state(one, ID).status}`);
  }
}

const reached = new Set<string>();
test(
  `over ${RUNS} random sequences: law, signatures, secrecy, and guards from the log`,
  () => {
    fc.assert(
      fc.property(fc.array(dice, { minLength: 20, maxLength: 80 }), (sequence) => {
        const { log } = play(sequence);
        checkLaw(log);
        checkSignatures(log);
        checkSecrecy(log);
        checkGuards(log);
      }),
      { numRuns: RUNS, seed: 20260301, endOnFailure: true },
    );
    // The sequences get somewhere: the long run to every state that there is.
    const all = MACHINE_NAMES.flatMap((one) => Object.keys(MACHINES[one].states).map((status) => `${one} ${status}`));
    const far = ['case investigating', 'case facts-served', 'case decided', 'case effect-period', 'review decided'];
    expect((LONG ? all : far).filter((state) => !reached.has(state))).toEqual([]);
  },
  LONG ? 3_600_000 : 120_000,
);
