import { describe, expect, test } from '@jest/globals';
import { calendarRegister } from '../../projections/calendar.js';
import { itemRegister } from '../../projections/catalogue.js';
import type { MatterEvent } from '../../projections/events/matters.js';
import { matterHistory } from '../../projections/history.js';
import { postRegister } from '../../projections/centres.js';
import { matter } from '../../src/areas/matters/matter.js';
import { decide, fold } from '../../src/kernel/decider.js';
import { context, given, log } from '../given.js';
import { ITEM } from '../support/item.js';

const wd = (n: number) => ({ n, unit: 'working-day' }) as const;
const item = {
  ...itemRegister.initial,
  status: 'published' as const,
  versions: [
    {
      version: 1,
      from: '2024-01-01',
      event: 'i0',
      ...ITEM,
    },
  ],
};
const year2024 = { ...calendarRegister.initial, status: 'gazetted' as const, region: 'CN', year: 2024, gazetted: true };
const facts = { item, years: [year2024, { ...year2024, region: 'CN-GX' }] };

const received: MatterEvent = {
  type: 'MaterialsReceived',
  data: { itemCode: 'A-1', itemVersion: 1, receiptNo: 'r1', materials: [], applicant: null, holder: { org: 'org-1' } },
};
const accepted: MatterEvent = {
  type: 'MatterAccepted',
  data: {
    itemCode: 'A-1',
    itemVersion: 1,
    acceptanceNo: null,
    on: '2024-03-01',
    mode: 'full',
    promisedGaps: [],
    statutory: null,
    promised: null,
    centre: null,
    window: null,
  },
};
const decided: MatterEvent = {
  type: 'MatterDecided',
  data: { outcome: 'granted', on: '2024-03-08', reasons: null, remedies: null, opinions: [] },
};
const gap = { code: 'm1' };
const checked: MatterEvent = { type: 'MaterialsChecked', data: { gaps: [gap], itemVersion: 1 } };
const asked: MatterEvent = {
  type: 'CorrectionRequested',
  data: { gaps: [gap], deadlineOn: null, servedBy: 'online', noticeNo: null },
};
const submitted: MatterEvent = { type: 'CorrectionSubmitted', data: { materials: [gap] } };
const offer: MatterEvent = { type: 'HandOverOffered', data: { to: { org: 'org-2' }, reason: '职责', step: null } };
const accept = { type: 'AcceptMatter', data: {} };

describe('acceptance', () => {
  test('counts both limits out from the calendar that is known', () =>
    given(matter, received)
      .when(accept, facts)
      .thenMatches({
        type: 'MatterAccepted',
        data: {
          itemVersion: 1,
          on: '2024-03-01',
          statutory: { limit: wd(20), from: '2024-03-01', on: '2024-03-29' },
          promised: { limit: wd(10), from: '2024-03-01', on: '2024-03-15', provisional: false },
        },
      }));
  test('beyond the calendar that is known a due day is provisional', () =>
    given(matter, received)
      .when(accept, { item, years: [] })
      .thenMatches({ type: 'MatterAccepted', data: { promised: { on: '2024-03-15', provisional: true } } }));
  test('happens once: an act is refused, a report is recorded and marked, both with the first one', () => {
    given(matter, received, accepted).when(accept, facts).thenRefused(['already-accepted', 'e1']);
    given(matter, received, accepted).when(accept, facts, 'report').thenMarked(['already-accepted', 'e1']);
    given(matter, received, accepted, decided).when(accept, facts).thenRefused(['already-accepted', 'e1']);
  });
  test('needs an item in force; a report of an unknown one is marked', () => {
    given(matter, received).when(accept, { item: null, years: [] }).thenRefused(['item-not-in-force']);
    given(matter).when(accept, { item: null, years: [] }, 'report').thenMarked(['item-not-in-force']);
    given(matter, received)
      .when(accept, { ...facts, on: '2023-12-31' })
      .thenRefused(['item-not-in-force']);
  });
  test('at a window needs the power of its post on that day, for that item', () => {
    const window = { place: { kind: 'centre-window' } } as const;
    const grant = (more: object = {}) => ({
      ...postRegister.initial,
      status: 'created' as const,
      since: 'p0',
      postings: [{ personId: 'person-1', from: '2024-01-01', to: null, event: 'p1' }],
      grants: [{ power: 'accept', items: null, from: '2024-01-01', to: null, event: 'g', ...more }],
    });
    const at = (post: object | null) => given(matter, received).when(accept, { ...facts, ...window, post });
    at(grant()).thenMatches({ type: 'MatterAccepted' });
    at(null).thenRefused(['power-missing']);
    at(grant({ power: 'supervise' })).thenRefused(['power-missing', 'p0']);
    at(grant({ items: ['other'] })).thenRefused(['power-missing', 'p0']);
    at(grant({ from: '2024-03-02' })).thenRefused(['power-missing', 'p0']);
    at(grant({ to: '2024-03-01' })).thenRefused(['power-missing', 'p0']);
    at(grant({ to: '2024-03-02' })).thenMatches({ type: 'MatterAccepted' });
  });
  test('at a window is for who is posted there on that day, or covers', () => {
    const at = (more: Partial<typeof postRegister.initial>, actingAs: 'holder' | 'cover' | 'unknown' = 'holder') =>
      given(matter, received).when(accept, {
        ...facts,
        place: { kind: 'centre-window' },
        by: { ...context.by, actingAs },
        post: {
          ...postRegister.initial,
          status: 'created',
          grants: [{ power: 'accept', items: null, from: '2024-01-01', to: null, event: 'g' }],
          ...more,
        },
      });
    const posting = (personId: string, from = '2024-01-01', to: string | null = null) => ({
      personId,
      from,
      to,
      event: 'p',
    });
    at({ postings: [posting('person-1')] }).thenMatches({ type: 'MatterAccepted' });
    at({ postings: [posting('person-1', '2024-03-01', '2024-03-02')] }).thenMatches({ type: 'MatterAccepted' });
    at({ postings: [posting('person-1', '2024-03-02')] }).thenRefused(['not-at-the-post']);
    at({ postings: [posting('person-1', '2024-01-01', '2024-03-01')] }).thenRefused(['not-at-the-post']);
    at({ postings: [posting('person-2')] }).thenRefused(['not-at-the-post']);
    at({ postings: [posting('person-2')] }, 'unknown').thenMatches({ type: 'MatterAccepted' });

    const cover = (from: string, to: string | null) => ({ ...posting('person-1', from, to), holder: 'person-2' });
    const covered = (from: string, to: string | null) =>
      ({ postings: [posting('person-2')], covers: [cover(from, to)] }) as const;
    at(covered('2024-03-01', '2024-03-02'), 'cover').thenMatches({ type: 'MatterAccepted' });
    at(covered('2024-03-01', '2024-03-02'), 'holder').thenRefused(['not-at-the-post']);
    at(covered('2024-03-02', null), 'cover').thenRefused(['not-at-the-post']);
    at(covered('2024-02-01', '2024-03-01'), 'cover').thenRefused(['not-at-the-post']);
    at({ postings: [posting('person-1')] }, 'cover').thenRefused(['not-at-the-post']);
    at({ ...covered('2024-02-01', null), postings: [posting('person-2', '2024-01-01', '2024-03-01')] }, 'cover') //
      .thenRefused(['not-at-the-post']);
  });
  test('needs all materials, or a promise for the gaps', () => {
    given(matter, received, checked).when(accept, facts).thenRefused(['materials-incomplete']);
    given(matter, received, checked)
      .when({ type: 'AcceptMatter', data: { mode: 'gaps-promised' } }, facts)
      .thenMatches({ type: 'MatterAccepted' });
    given(matter, received, asked, submitted).when(accept, facts).thenMatches({ type: 'MatterAccepted' });
  });
  test('gaps are told once', () =>
    given(matter, received, asked, submitted)
      .when({ type: 'RequestCorrection', data: { gaps: [], servedBy: 'online' } })
      .thenRefused(['correction-asked-twice', 'e1']));
  test('a refusal tells of remedies', () =>
    given(matter, received)
      .when({ type: 'RefuseMatter', data: { reasons: 'x' } })
      .thenRefused(['remedies-missing']));
});

describe('hand-over', () => {
  const take = { type: 'AcceptHandOver', data: {} };
  const other = { by: { ...context.by, org: 'org-2', post: 'post-2' } };
  test('the other side takes it, and holds it from there', () => {
    given(matter, received, offer)
      .when(take, other)
      .thenMatches({ type: 'HandOverAccepted', data: { holder: { org: 'org-2' }, before: { org: 'org-1' } } });
    given(matter, received, offer).when(take).thenRefused(['not-the-other-side', 'e1']);
  });
  test('only one at a time, and only what was offered', () => {
    given(matter, received, offer)
      .when({ type: 'OfferHandOver', data: { to: { org: 'org-3' }, reason: 'x' } })
      .thenRefused(['already-offered', 'e1']);
    given(matter, received).when(take).thenRefused(['nothing-offered']);
    given(matter, received)
      .when({ type: 'ReturnHandOver', data: { reason: 'x' } })
      .thenRefused(['nothing-handed-over']);
  });
});

describe('decision and what interrupts it', () => {
  const open = given(matter, received, accepted);
  test('a denial has reasons and remedies', () =>
    open.when({ type: 'DecideMatter', data: { outcome: 'denied' } }).thenRefused(['denial-without-reasons']));
  test('a pause is told and declared', () =>
    open.when({ type: 'PauseMatter', data: { kind: 'test', reason: 'x' } }).thenRefused(['pause-not-told']));
  test('an extension was asked for, and the head approves it', () =>
    open
      .when({ type: 'ApproveExtension', data: { level: 'unit' } })
      .thenRefused(['extension-not-requested'], ['extension-level']));
  test('two visit a site', () =>
    open
      .when({ type: 'VisitSite', data: { visitors: [{ personId: 'a' }, { personId: 'a' }], findings: 'x' } })
      .thenRefused(['visited-alone']));
  test('only members give joint opinions', () =>
    open.when({ type: 'GiveJointOpinion', data: { org: 'org-1', opinion: 'approve' } }).thenRefused(['not-a-member']));
  test('a unit gives its own opinion, and others only report it', () => {
    const joint: MatterEvent = {
      type: 'JointHandlingOpened',
      data: { lead: 'org-1', members: [{ org: 'org-2', dueOn: null }] },
    };
    const opinion = { type: 'GiveJointOpinion', data: { org: 'org-2', opinion: 'approve' } };
    given(matter, received, accepted, joint).when(opinion).thenRefused(['not-the-unit-itself']);
    given(matter, received, accepted, joint).when(opinion, {}, 'report').thenMarked(['not-the-unit-itself']);
  });
  test('after a decision nothing is decided again, but a report of it is recorded', () => {
    const decide = { type: 'DecideMatter', data: { outcome: 'granted' } };
    given(matter, received, accepted, decided).when(decide).thenRefused(['out-of-order', 'e2']);
    given(matter, received, accepted, decided).when(decide, {}, 'report').thenMarked(['out-of-order', 'e2']);
  });
});

describe('what tells who was responsible', () => {
  const open = given(matter, received, accepted);
  const person = (personId: string) => ({ personId, personal: {} });
  const step = { step: 'review', role: 'reviewer', opinion: 'reject' };
  test('an opinion names what was before it; a report says no more than it knows', () => {
    const draft: MatterEvent = {
      type: 'StepFinished',
      data: { step: 'draft', name: null, role: 'undertaker', opinion: 'approve', text: null },
    };
    const after = given(matter, received, accepted, draft);
    const said = { name: null, text: null, ...step };
    const finish = (data: object) => ({ type: 'FinishStep', data: { ...step, ...data } });
    const finished = (data: object) => ({ type: 'StepFinished', data: { ...said, ...data } });
    after.when(finish({ proposes: 'denied' })).then(finished({ proposes: 'denied', received: ['e2'] }));
    after.when(finish({ received: [] })).then(finished({ received: [] }));
    after.when(finish({}), {}, 'report').then(finished({}));
    after
      .when({ type: 'FinishStep', data: { step: 'x' } })
      .thenMatches({ type: 'StepFinished', data: { opinion: null } });
  });
  test('each member votes once, and a different opinion has its reason', () => {
    const vote = (who: string, position: string, reason?: string) => ({ person: person(who), position, reason });
    const meet = (...votes: object[]) => ({ type: 'RecordDeliberation', data: { proposal: 'granted', votes } });
    open.when(meet(vote('a', 'for'), vote('a', 'against'))).thenRefused(['voted-twice'], ['dissent-without-reason']);
    open.when(meet(vote('a', 'for'), vote('b', 'against', '缺件'), vote('c', 'abstain'))).thenMatches({
      type: 'MatterDeliberated',
      data: { chair: null, proposal: 'granted', minutes: null },
    });
  });
  test('a fault is about what was decided, and sealed; a superior changes what was decided', () => {
    const wrong = { type: 'RecordFault', data: { kind: 'wrong-outcome', ought: 'denied', basis: '复议决定' } };
    open.when(wrong).thenRefused(['nothing-decided']);
    open.when({ type: 'RecordFault', data: { kind: 'falsified', basis: '检查' } }).thenMatches({ type: 'FaultFound' });
    const after = fold(matter, log(received, accepted, decided));
    const drafts = [wrong, { type: 'WithdrawFault', data: { fault: 'e9', reason: '查无' } }].flatMap((command) =>
      decide(matter, after, command, context),
    );
    expect(drafts.map(({ classification }) => classification)).toEqual(['sealed', 'sealed']);
    expect(drafts[0]!.data).toMatchObject({ event: 'e2', ought: 'denied', by: [], applicant: false, evident: null });
    const above = { type: 'RecordChangeAbove', data: { to: 'granted', superior: 'city', reason: '复议' } };
    open.when(above).thenRefused(['out-of-order', 'e1']);
    given(matter, received, accepted, decided)
      .when(above)
      .thenMatches({ type: 'DecisionChangedAbove', data: { decision: 'e2', head: null } });
  });
  test('whoever finds a fault becomes no party of the matter', () => {
    const sealed = { type: 'FaultFound', data: {}, classification: 'sealed', actor: { ...context.by, org: 'office' } };
    const { parties } = fold(matter, log(received, sealed as never));
    expect(parties).toEqual(['org-1']);
  });
});

describe('history', () => {
  const at = (occurredAt: string) => ({ stream: 'matter-m1', occurredAt, recordedAt: occurredAt });
  const events = log(
    { ...received, ...at('2024-03-01T09:00:00+08:00') },
    { ...accepted, ...at('2024-03-02T09:00:00+08:00') },
    { ...decided, ...at('2024-03-08T09:00:00+08:00') },
    { ...offer, ...at('2024-03-04T09:00:00+08:00'), recordedAt: '2024-03-10T09:00:00+08:00' },
  );
  test('follows what happened; what came in late shows both of its places', () => {
    const { entries, state } = matterHistory('m1', events);
    expect(entries.map(({ type, recordedPlace, late, idleDays }) => [type, recordedPlace, late, idleDays])).toEqual([
      ['MaterialsReceived', 0, false, 0],
      ['MatterAccepted', 1, false, 1],
      ['HandOverOffered', 3, true, 2],
      ['MatterDecided', 2, false, 4],
    ]);
    expect(entries.map(({ status }) => status)).toEqual(['received', 'accepted', 'accepted', 'decided']);
    expect(state.status).toBe('decided');
    expect(entries[2]!.changed.map(({ member }) => member)).toEqual(['offer']);
  });
  test('as it was on a day, as it is known now', () =>
    expect(matterHistory('m1', events, '2024-03-05').entries.map(({ type }) => type)).toEqual([
      'MaterialsReceived',
      'MatterAccepted',
      'HandOverOffered',
    ]));
});
