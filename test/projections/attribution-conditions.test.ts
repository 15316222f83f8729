/** Each condition by itself: whether it holds, is recorded otherwise (false) or not recorded (null), and by which events. */
import { describe, expect, test } from '@jest/globals';
import { attribution } from '../../projections/attribution.js';
import { casesOf, type DecisionCase } from '../../projections/attribution-cases.js';
import { type ConditionName, conditionOf } from '../../projections/attribution-conditions.js';
import { courseOf } from '../../projections/attribution-course.js';
import { attributionRegister } from '../../projections/attribution-settled.js';
import { log } from '../given.js';
import {
  by,
  decision,
  draft,
  fault,
  opinion,
  ought,
  reported,
  review,
  type Said,
  say,
  suggested,
  told,
} from './said.js';

const broken = fault({ kind: 'procedure-broken' });
const tested = (name: ConditionName, events: readonly Said[]) => {
  const [one] = casesOf(courseOf('M', log(...(events as never[]))), new Map());
  const { holds, events: by } = conditionOf(name).test(one as DecisionCase);
  return [holds, ...by];
};
const licence = (who: string | null) => say('licence', '03-11', who, 'LicenceIssued', { certificateNo: '1' });
const deviated = (data: object = {}) => fault({ kind: 'otherwise-than-approved', event: 'licence', ...data });
const whole = { role: 'approver' };
const unknown = [decision('granted', whole, 'tan', reported), broken];
const some = [opinion('o', '03-04', 'x', null), ...unknown];
const other = [opinion('o', '03-04', 'x', 'undertaker', { opinion: 'approve' }), ...unknown];
const dissent = (of: object = {}) => review({ opinion: 'dissent', ...of });

const CASES: readonly (readonly [
  name: ConditionName,
  what: string,
  events: readonly Said[],
  expected: readonly unknown[],
])[] = [
  ['wrong', 'its procedure', [decision(), broken], [false]],
  ['atFault', 'its procedure', [decision(), broken], [true, 'fault']],
  ['atFault', 'its outcome', [decision(), ought('denied')], [true, 'fault']],
  ['atFault', 'an act after it', [decision(), licence('wei'), deviated()], [false]],
  ['drafted', 'none', [decision(), broken], [false]],
  ['drafted', 'nobody knows', unknown, [null]],
  ['drafted', 'nobody knows, of an opinion without a role', some, [null]],
  ['drafted', 'one', other, [true, 'o']],
  ['draftWrong', 'none', [decision(), ought('denied')], [false]],
  ['draftWrong', 'yes', [draft(), decision(), ought('denied')], [true, 'draft']],
  ['draftWrong', 'no', [draft(), decision('denied'), ought('granted')], [false, 'draft']],
  ['draftWrong', 'what would have been right is not known', [draft(), decision('denied'), fault()], [null, 'draft']],
  ['draftWrong', 'nothing says that it was', [draft(), decision(), broken], [null, 'draft']],
  ['draftRight', 'none', [decision(), ought('denied')], [false]],
  ['draftFollowed', 'none', [decision(), ought('denied')], [false]],
  ['draftFollowed', 'turned by the review', [draft(), dissent(), decision(), ought('denied')], [false, 'review']],
  [
    'draftFollowed',
    'by the review alone',
    [draft(), review(), decision('denied'), fault()],
    [false, 'draft', 'review', 'decision'],
  ],
  [
    'draftFollowed',
    'nobody is known',
    [draft({}), decision('granted', {}, null), fault()],
    [true, 'draft', 'decision'],
  ],
  [
    'draftFollowed',
    'two of whom nobody is known',
    [opinion('d', '03-04', null, 'undertaker'), decision('granted', {}, null), fault()],
    [true, 'd', 'decision'],
  ],
  ['reviewTurned', 'none', [draft(), decision(), fault()], [false]],
  [
    'reviewTurned',
    'proposes the same',
    [draft(), review({ proposes: 'granted' }), decision(), fault()],
    [false, 'review'],
  ],
  [
    'reviewTurned',
    'proposes, against what is not known',
    [draft({ opinion: 'change' }), review({ proposes: 'denied' }), decision(), fault()],
    [false, 'review'],
  ],
  ['reviewTurned', 'agrees', [draft({ proposes: 'denied' }), review(), decision(), fault()], [false, 'review']],
  ['reviewFollowed', 'none', [draft(), decision(), fault()], [false]],
  [
    'reviewFollowed',
    'no',
    [draft(), review({ proposes: 'denied' }), decision(), fault()],
    [false, 'review', 'decision'],
  ],
  [
    'reviewFollowed',
    'its own view is not known, for it saw no draft',
    [draft(), review({ received: [] }), decision(), fault()],
    [null, 'review', 'decision'],
  ],
  ['reviewFollowed', 'of one without a draft', [review(), decision(), fault()], [null, 'review', 'decision']],
  ['adviceRight', 'none', [decision(), ought('denied')], [false]],
  [
    'adviceRight',
    'the review, not the draft',
    [draft(), review({ opinion: 'change', proposes: 'denied' }), decision(), ought('denied')],
    [true, 'draft', 'review'],
  ],
  [
    'adviceRight',
    'the draft where there is no review',
    [draft(), decision('denied'), ought('granted')],
    [true, 'draft'],
  ],
  [
    'adviceRight',
    'against a right draft',
    [draft(), dissent(), decision('denied'), ought('granted')],
    [false, 'draft', 'review'],
  ],
  [
    'adviceRight',
    'agrees with what is not known',
    [draft({ opinion: 'dissent' }), review(), decision(), ought('denied')],
    [null, 'draft', 'review'],
  ],
  [
    'adviceRight',
    'agrees, and saw no draft',
    [draft(), review({ received: [] }), decision(), ought('denied')],
    [null, 'draft', 'review'],
  ],
  ['adviceTurned', 'none', [decision(), ought('denied')], [false]],
  ['adviceTurned', 'no', [draft(), review(), decision(), ought('denied')], [false, 'review', 'decision']],
  [
    'adviceTurned',
    'went on with the draft',
    [draft(), dissent(), decision(), ought('denied')],
    [true, 'review', 'decision'],
  ],
  [
    'adviceTurned',
    'what it wanted is not known',
    [draft(), dissent(), decision('denied'), fault()],
    [null, 'review', 'decision'],
  ],
  [
    'adviceTurned',
    'agrees with what it did not see',
    [draft(), review({ received: [] }), decision(), fault()],
    [null, 'review', 'decision'],
  ],
  ['deceived', 'no draft', [decision(), fault({ kind: 'falsified' }), ought('denied')], [false, 'fault']],
  ['evident', 'said not to be', [draft(), decision(), ought('denied', { evident: false })], [false, 'fault']],
  ['evident', 'nobody said', [draft(), decision(), ought('denied')], [null]],
  [
    'evident',
    'what one says counts',
    [draft(), decision(), ought('denied'), fault({ evident: true }, 'f2')],
    [true, 'f2'],
  ],
  [
    'evident',
    'not to whom it did not reach',
    [draft(), review({ received: [] }), decision(), ought('denied', { evident: true })],
    [false, 'fault', 'review'],
  ],
  [
    'evident',
    'to whom it did reach',
    [draft(), review(), decision(), ought('denied', { evident: true })],
    [true, 'fault'],
  ],
  ['deviated', 'no', [decision(), ought('denied')], [false, 'decision']],
  ['deviated', 'yes', [decision(), licence('wei'), deviated()], [true, 'decision', 'fault']],
  [
    'byUndertaker',
    'the approver, who drafted it, too',
    [opinion('d', '03-04', 'tan', 'undertaker'), decision(), licence('tan'), deviated()],
    [false],
  ],
  [
    'byUndertaker',
    'a stranger',
    [
      say('h', '03-01', 'tan', 'HolderAssigned', { holder: { personId: 'luo' }, step: null }),
      decision(),
      licence('su'),
      deviated(),
    ],
    [false],
  ],
  [
    'byUndertaker',
    'somebody not known, who is not whoever held it',
    [
      say('h', '03-01', 'tan', 'HolderAssigned', { holder: { org: 'x' }, step: null }),
      decision(),
      licence(null),
      deviated(),
    ],
    [null],
  ],
  [
    'byUndertaker',
    'the decision itself is no act',
    [draft(), decision('granted', {}, 'wei'), deviated({ event: 'decision' })],
    [null],
  ],
  [
    'byUndertaker',
    'by whom another fault names',
    [draft(), decision(), ought('denied', { by: [by('wei')] }), { ...deviated({ event: null }), id: 'f2' }],
    [null],
  ],
  ['reviewerDecided', 'not known who', [decision('granted', {}, null), broken], [null, 'decision']],
  ['reviewerDecided', 'another', [review(), decision(), broken], [false, 'decision', 'review']],
  ['unsent', 'nobody knows', unknown, [null]],
  ['unsent', 'there was a draft, and no approval', other, [true]],
  ['byApprover', 'by the role', unknown, [true, 'decision']],
  ['byApprover', 'not known who', [decision('granted', {}, null), broken], [null, 'decision']],
  ['byApprover', 'the reviewer', [review(), decision('granted', {}, 'meng'), broken], [null, 'decision']],
  ['byApprover', 'the undertaker', [draft(), decision('granted', {}, 'wei'), broken], [false, 'decision']],
  ['instructed', 'no', [decision(), ought('denied')], [false]],
  ['asInstructed', 'by nobody', [decision(), ought('denied')], [false]],
  ['several', 'one', [decision(), ought('denied', { by: [by('wei')] })], [false, 'fault']],
  ['several', 'two', [decision(), ought('denied', { by: [by('wei'), by('luo')] }), fault({}, 'f2')], [true, 'fault']],
  [
    'several',
    'one who is known',
    [decision(), ought('denied', { by: [by('wei'), { person: null, post: 'p', org: null, manner: null }] })],
    [false, 'fault'],
  ],
  ['mannersKnown', 'nobody named', [decision(), ought('denied')], [false]],
];

describe('conditions', () => {
  test.each(CASES)('%s: %s', (name, _what, events, expected) => expect(tested(name, events)).toEqual(expected));
});

describe('what a suggestion says', () => {
  test('whole', () => {
    const around = { actor: { person: 'tan', actingAs: 'cover', authMethod: 'session' } };
    const events = [draft(), review(), decision('granted', {}, 'tan', around), ought('denied', { evident: true })];
    const party = { post: 'wei-post', org: 'market', cover: false };
    expect(told(...events)).toEqual([
      {
        subject: 'decision',
        about: 'decision',
        limit: null,
        dueOn: null,
        found: ['fault'],
        suggestions: [
          {
            pattern: 'LA3',
            says: {
              zh: '承办意见错误，审核、批准应当发现而未纠正',
              en: 'a wrong draft that should have been seen, and passed',
            },
            events: ['fault', 'draft', 'review', 'decision'],
            persons: [
              { role: 'undertaker', degree: 'DIRECT', personId: 'wei', ...party },
              { role: 'reviewer', degree: 'MAIN_LEADER', personId: 'meng', ...party, post: 'meng-post' },
              { role: 'approver', degree: 'IMPORTANT_LEADER', personId: 'tan', post: null, org: null, cover: true },
            ],
            dissenters: [],
          },
        ],
        near: [
          {
            pattern: 'LA1',
            says: { zh: '承办人隐瞒、弄虚作假', en: 'the undertaker deceived the others' },
            events: ['fault', 'draft', 'review', 'decision'],
            missing: [
              {
                condition: 'deceived',
                holds: false,
                says: { zh: '承办人隐瞒或者弄虚作假', en: 'the undertaker concealed or falsified something' },
                needs: expect.anything(),
              },
            ],
          },
        ],
        apart: null,
      },
    ]);
  });
  test('near by what holds, and not by what does not', () => {
    const sent = opinion('sent', '03-06', 'tan', 'approver');
    const [one] = told(draft(), review(), sent, decision('granted', { role: 'reviewer' }, 'meng'), broken);
    expect(one!.near.map(({ pattern, events }) => [pattern, ...events])).toEqual([
      ['LA5', 'fault', 'decision', 'review'],
    ]);
  });
  test('people of whom nobody knows who they are stand in it each, and LA11 names only who is named', () => {
    const strangers = [opinion('d', '03-04', null, 'undertaker'), opinion('r', '03-05', null, 'reviewer')];
    const rest = [decision('granted', {}, null), ought('denied', { evident: true })];
    expect(suggested(...strangers, ...rest).LA3).toHaveLength(3);
    const stranger = { person: null, post: 'p', org: null, manner: 'intent' };
    const named = ought('denied', { by: [by('wei', 'intent'), by('luo', 'intent'), stranger] });
    expect(suggested(draft(), strangers[1]!, decision(), named).LA11).toEqual(['undertaker DIRECT wei']);
  });
  test('an instructor by his post', () => {
    const from = { person: null, post: 'deputy', org: 'city' };
    const instruction = say('i', '03-03', 'wei', 'InstructionRecorded', {
      kind: 'instruction',
      by: from,
      wants: 'granted',
      text: 'x',
    });
    const [one] = told(instruction, draft(), decision(), ought('denied'));
    expect(one!.suggestions[0]!.persons).toEqual([
      { role: 'instructor', degree: 'DIRECT', personId: null, post: 'deputy', org: 'city', cover: false },
    ]);
  });
});

describe('what is found of a decision', () => {
  const above = say('above', '04-01', 'tan', 'DecisionChangedAbove', {
    decision: 'decision',
    to: 'denied',
    superior: 'city',
    head: null,
  });
  const turned = [draft({ proposes: 'denied' }), review({ opinion: 'change', proposes: 'granted' }), decision()];
  test('it ought to have been as the superior has it, or not given where it was taken back', () => {
    expect(suggested(...turned, above)).toHaveProperty('LA4');
    expect(suggested(...turned, say('revoked', '04-01', 'tan', 'LicenceRevoked', {}))).toHaveProperty('LA4');
    expect(suggested(...turned, ought('denied'), fault({}, 'f2'))).toHaveProperty('LA4');
  });
  test('a fault of the decision is none of the change above it, and leaves the change standing', () => {
    expect(told(...turned, above, broken).map(({ subject, found }) => [subject, found])).toEqual([
      ['decision', ['above', 'fault']],
    ]);
  });
  test('one of two faults is withdrawn', () => {
    const withdrawn = say('w', '06-01', 'gan', 'FaultWithdrawn', { fault: 'f2', reason: 'x' });
    expect(told(...turned, ought('denied'), fault({}, 'f2'), withdrawn)[0]!.found).toEqual(['fault']);
  });
  test('a step that ended without an opinion is no draft', () => {
    const silent = opinion('s', '03-04', 'wei', 'undertaker', { opinion: null as never });
    expect(suggested(silent, decision(), broken)).toHaveProperty('LA7');
  });
  test('as known: what is later in the log is not told yet', () => {
    const events = log(...([...turned, ought('denied')] as never[]));
    expect(attribution('M', events.slice(0, -1), new Map()).subjects).toEqual([]);
    expect(attribution('M', [], new Map())).toEqual({ matterId: 'M', subjects: [] });
  });
});

describe('what becomes of suggestions', () => {
  test('of each the last word, whatever else is told in the stream', () => {
    const settled = (type: string, pattern: string, subject = 'decision') => ({
      type,
      data: { subject, pattern, reason: pattern, asOf: '1', events: [], persons: [] },
    });
    const events = log(
      settled('SuggestionAdopted', 'LA4') as never,
      settled('SuggestionRejected', 'LA8') as never,
      settled('SuggestionAdopted', 'LA4', 'other') as never,
      settled('SuggestionRejected', 'LA4') as never,
      { type: 'SourceRowChanged', data: { row: 'r', before: null, after: null } } as never,
    );
    const state = events.reduce(
      (before, event) => attributionRegister.evolve(before, event as never),
      attributionRegister.initial,
    );
    expect(state).toMatchObject({ status: 'settled', since: 'e3' });
    expect(
      state.settled.map(({ event, subject, pattern, adopted, by }) => [event, subject, pattern, adopted, by]),
    ).toEqual([
      ['e1', 'decision', 'LA8', false, 'person-1'],
      ['e2', 'other', 'LA4', true, 'person-1'],
      ['e3', 'decision', 'LA4', false, 'person-1'],
    ]);
  });
});
