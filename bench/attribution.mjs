/** What attribution costs: matters held against LA1 to LA12, beside merely folding their histories. */
import { performance } from 'node:perf_hooks';
import { attribution as attribute } from '../dist/projections/attribution.js';
import { postRegister } from '../dist/projections/centres.js';
import { current } from '../dist/projections/events/index.js';
import { matterRegister } from '../dist/projections/matters.js';
import { accepted, envelopeOf, line, pairs } from './lib.mjs';

const MATTERS = 20_000;
const FULL = 100_000;
const holder = { post: 'desk', org: 'market' };
const opinion = (role, opinion_, proposes, received) => ({
  step: role,
  name: null,
  role,
  opinion: opinion_,
  text: null,
  proposes,
  received,
});
const NOBODY = { event: null, evident: null, by: [], applicant: false, basis: '复议决定', document: null };

/** Eleven events or more; of five matters one went well, one was late, and three were found wrong in different ways. */
function historyOf(n) {
  const stream = `matter-M-${n}`;
  const kind = n % 5;
  const events = [];
  const say = (type, data, day, person) => {
    const at = `2026-03-${String(day).padStart(2, '0')}T09:${String(events.length).padStart(2, '0')}:00.000+08:00`;
    const id = `${n}-${events.length}`;
    const actor = { person, post: 'desk', org: 'market', actingAs: 'holder', authMethod: 'session' };
    events.push({
      ...ENVELOPE,
      id,
      stream,
      type,
      data,
      occurredAt: at,
      recordedAt: at,
      actor,
      index: 20 * n + events.length,
    });
    return id;
  };
  say(
    'MaterialsReceived',
    { itemCode: 'SP-001', itemVersion: 1, receiptNo: null, materials: [], applicant: null, holder },
    2,
    'clerk',
  );
  say('MatterAccepted', accepted(stream), 2, 'clerk');
  say('HandOverOffered', { to: holder, reason: '转部门', step: null }, 3, 'clerk');
  say('HandOverAccepted', { holder, before: null }, 3, 'wei');
  say('StepStarted', { step: 'undertaker', name: null }, 3, 'wei');
  const draft = say('StepFinished', opinion('undertaker', 'approve', kind === 2 ? 'denied' : 'granted', []), 4, 'wei');
  say('StepStarted', { step: 'reviewer', name: null }, 4, 'meng');
  const turned = kind === 2 ? 'change' : 'approve';
  const review = say('StepFinished', opinion('reviewer', turned, 'granted', [draft]), 5, 'meng');
  if (kind === 1) say('LimitPassed', { limit: 'statutory', dueOn: '2026-03-05', pass: 1 }, 6, null);
  const decided = {
    outcome: 'granted',
    on: '2026-03-06',
    reasons: null,
    remedies: null,
    opinions: [draft, review],
    role: 'approver',
  };
  const decision = say('MatterDecided', decided, 6, 'tan');
  say('LicenceIssued', { certificateNo: `C-${n}`, name: null, validFrom: null, validTo: null }, 7, 'wei');
  say('ResultDelivered', { mode: 'window' }, 8, 'clerk');
  say('MatterClosed', { kind: 'certificate-issued', reason: null }, 9, 'clerk');
  if (kind >= 2)
    say(
      'FaultFound',
      { ...NOBODY, kind: 'wrong-outcome', event: decision, ought: 'denied', evident: kind === 3 || null },
      20,
      'gan',
    );
  return { id: `M-${n}`, events };
}
// What is the same in all envelopes is there once, so that a hundred thousand histories fit into memory.
const ENVELOPE = envelopeOf('matter-M', 0, 'k');

const posting = (staff, from) => ({
  staff: { personId: staff, personal: {} },
  staffKind: 'established',
  from,
  to: null,
});
const DESK = postRegister.evolve(postRegister.initial, {
  type: 'StaffPosted',
  data: posting('wei', '2025-01-01'),
  id: 'p',
});

/** `size`: how many matters. */
export async function attribution(_server, { full = false, size = full ? FULL : MATTERS } = {}) {
  const histories = Array.from({ length: size }, (_, n) => historyOf(n));
  const events = histories.reduce((sum, each) => sum + each.events.length, 0);
  const posts = new Map([['desk', DESK]]);
  let seen = 0;
  const rate = (work) => () => {
    const from = performance.now();
    for (const each of histories) seen += work(each);
    return (size * 1000) / (performance.now() - from);
  };
  const fold = ({ events: all }) =>
    all.reduce((state, event) => matterRegister.evolve(state, current(event)), matterRegister.initial).opinions.length;
  const found = await pairs(
    rate(({ id, events: all }) => attribute(id, all, posts).subjects.length),
    rate(fold),
  );
  if (seen === 0) throw new Error('nothing was attributed');
  const what = `attribution of ${size.toLocaleString('en')} matters with ${events.toLocaleString('en')} events`;
  return [line(what, 'merely folding their histories', 0.3, found)];
}
