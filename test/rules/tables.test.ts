/** What every rule says of itself: the outcomes that clear, the parameters, and when it is looked at again. */
import { ruleOf, rules } from '../../projections/rules/index.js';

const PLACING = [
  'MatterAccepted',
  'AcceptanceCorrected',
  'ItemPublished',
  'ItemEntered',
  'ItemLeftCentre',
  'ExemptionApproved',
  'ExemptionRevoked',
];
const PASSING = ['LimitPassed', 'LimitLifted'];
const LATE = [...PASSING, 'MatterWithdrawn'];
const RECEIPTING = ['ReceiptIssued', 'ReceiptVoided', 'ReceiptRedReversed'];
const CHARGING = [
  'FeeAssessed',
  'FeeRecalculated',
  'FeeCancelled',
  ...RECEIPTING,
  'FeeItemPublished',
  'FeeItemAbolished',
];
const DEPOSITING = [...PASSING, 'PaymentReceived', 'PaymentReversed', 'RefundPaid', 'DepositMade', 'DepositReturned'];
const ENDING = ['MatterDecided', 'MatterClosed', 'MatterReopened'];

/** `clears` and `not`: tests of which the outcome clears what is found, and of which it does not. */
const expected: readonly (readonly [
  id: string,
  severity: string,
  tests: Readonly<{ clears?: string; not?: string }>,
  parameters: Readonly<Record<string, number>>,
  again: readonly string[],
])[] = [
  ['DA-01', 'red', { clears: 'exempt byGovernment', not: 'entered ratifiedLater seconded' }, {}, PLACING],
  ['DA-02', 'red', { not: 'acceptedInside enoughOutside' }, { windowDays: 90, inside: 1, outside: 1 }, PLACING],
  [
    'DA-03',
    'yellow',
    { clears: 'linked', not: 'openThen sameSubject' },
    { windowDays: 30 },
    ['MatterAccepted', 'MaterialsReceived', 'MatterLinked', 'MatterDecided', 'MatterClosed', 'MatterWithdrawn'],
  ],
  [
    'DA-04',
    'red',
    { clears: 'legacy linkedToAccepted sealed reversed', not: 'entered' },
    { lagWorkdays: 3 },
    [
      ...PASSING,
      'MatterAccepted',
      'MaterialsReceived',
      'MatterLinked',
      'LicenceIssued',
      'ItemEntered',
      'ItemLeftCentre',
      'PaymentReversed',
      'FeeAssessed',
      'PaymentNoticeIssued',
    ],
  ],
  [
    'EN-01',
    'yellow',
    { clears: 'entered', not: 'redDays' },
    { days: 30, redDays: 90 },
    [...PASSING, 'ItemEntered', 'ItemLeftCentre', 'ItemPublished'],
  ],
  ['EN-02', 'red', { not: 'enough shareReached' }, { sharePercent: 20, least: 5 }, PLACING],
  ['EX-01', 'red', { clears: 'otherInForce', not: 'ended' }, {}, PLACING],
  ['EX-02', 'yellow', { clears: 'otherCovers', not: 'inForce' }, {}, PLACING],
  [
    'EX-04',
    'red',
    { clears: 'byGovernment documented ends notBackdated' },
    {},
    ['ExemptionApproved', 'ExemptionRevoked'],
  ],
  [
    'TL-01',
    'red',
    { clears: 'inTime', not: 'withdrawnSince' },
    { workdays: 5 },
    [...LATE, 'CorrectionRequested', 'MatterAccepted', 'MatterRefused', 'MatterClosed'],
  ],
  ['TL-02', 'yellow', { clears: 'toldFirst newMaterial' }, {}, ['CorrectionRequested', 'CorrectionSubmitted']],
  ['TL-03', 'yellow', { clears: 'inTime', not: 'withdrawnSince' }, {}, [...LATE, 'MatterAccepted', ...ENDING]],
  ['TL-04', 'red', { clears: 'inTime', not: 'withdrawnSince' }, {}, [...LATE, 'MatterAccepted', ...ENDING]],
  [
    'TL-05',
    'blue',
    { clears: 'inTime', not: 'withdrawnSince' },
    {},
    [...PASSING, 'StepFinished', 'MatterClosed', 'MatterWithdrawn'],
  ],
  [
    'TL-06',
    'yellow',
    { clears: 'inTime', not: 'withdrawnSince' },
    { workdays: 10 },
    [...LATE, 'ResultDelivered', 'MatterClosed', 'MatterReopened'],
  ],
  [
    'TL-07',
    'blue',
    { clears: 'inTime', not: 'withdrawnSince' },
    { percent: 90, workdaysLeft: 1 },
    [...LATE, ...ENDING],
  ],
  [
    'TL-08',
    'red',
    { clears: 'inTime rightLevel told once' },
    {},
    ['MatterAccepted', 'AcceptanceDeemed', 'ExtensionApproved', 'ApplicantTold', 'JointHandlingOpened', 'LimitLifted'],
  ],
  ['TL-10', 'info', { clears: 'withinShare reasonGiven' }, { percent: 50 }, ['ItemPublished']],
  ['CK-01', 'red', { clears: 'special correction' }, {}, ['MatterPaused']],
  ['CK-02', 'yellow', { clears: 'told lengthTold' }, {}, ['MatterPaused', 'ApplicantTold']],
  [
    'CK-03',
    'yellow',
    { clears: 'beforeAcceptance' },
    {},
    ['MatterPaused', 'MatterAccepted', 'AcceptanceDeemed', 'LimitLifted'],
  ],
  [
    'CK-04',
    'yellow',
    { clears: 'endedInTime' },
    {},
    ['MatterPaused', ...PASSING, 'MatterResumed', 'MatterDecided', 'MatterClosed', 'MatterWithdrawn'],
  ],
  [
    'BF-01',
    'yellow',
    { not: 'afterDecision beyondLag' },
    { lagWorkdays: 1 },
    ['MatterAccepted', 'MatterDecided', 'LicenceIssued', 'ResultDelivered'],
  ],
  ['BF-02', 'yellow', { not: 'enough apart' }, { least: 10, minutes: 30, days: 3 }, ['MatterAccepted']],
  [
    'CL-01',
    'red',
    { not: 'nearDue begunAgain' },
    { nearWorkdays: 1, windowDays: 30 },
    ['MatterClosed', 'MatterReopened', 'MatterAccepted', 'MaterialsReceived', 'ExtensionApproved'],
  ],
  ['CL-02', 'red', { clears: 'reopened' }, {}, ['MatterDecided', 'MatterClosed', 'MatterReopened']],
  [
    'IN-05',
    'red',
    { clears: 'purposeGiven granted' },
    {},
    ['AccessViewed', 'LogExported', 'AccessGranted', 'AccessGrantRevoked'],
  ],
  [
    'FE-01',
    'red',
    { clears: 'online exempt collectorByLaw arrears reversed', not: 'entered' },
    {},
    [
      'ReceiptIssued',
      'PaymentReceived',
      'PaymentReversed',
      'FeeAssessed',
      'PaymentNoticeIssued',
      'FeeItemPublished',
      'FeeItemAbolished',
      'AccountApproved',
      'AccountClosed',
      'ItemPublished',
      'ItemEntered',
      'ItemLeftCentre',
      'ExemptionApproved',
      'ExemptionRevoked',
      'MaterialsReceived',
      'MatterAccepted',
    ],
  ],
  ['FE-02', 'red', { clears: 'inForce ofItem undone' }, {}, CHARGING],
  ['FE-03', 'red', { clears: 'withinRate undone' }, {}, CHARGING],
  ['FE-04', 'yellow', { clears: 'byRate waived undone' }, {}, [...CHARGING, 'FeeWaived']],
  ['FE-05', 'red', { clears: 'inForce undone' }, {}, CHARGING],
  [
    'FE-06',
    'red',
    { clears: 'requested inWriting byFinance notBackdated' },
    {},
    ['FeeWaived', 'WaiverRequested', 'FeeAssessed'],
  ],
  [
    'FE-07',
    'red',
    { clears: 'mayTakeCash', not: 'cash atWindow' },
    {},
    ['ReceiptIssued', 'FeeItemPublished', 'FeeItemAbolished'],
  ],
  [
    'FE-08',
    'red',
    { clears: 'inTime' },
    { workdays: 5 },
    [
      'PaymentReceived',
      ...PASSING,
      'ReceiptIssued',
      'ReceiptCompleted',
      'ReceiptVoided',
      'ReceiptRedReversed',
      'RemittanceMade',
      'PaymentReversed',
      'RefundPaid',
    ],
  ],
  ['FE-09', 'yellow', { clears: 'paidFirst waivedOrDeferred' }, { lagWorkdays: 1 }, [...PASSING, 'FeeAssessed']],
  ['FE-10', 'yellow', { clears: 'instalment undone' }, { days: 3 }, CHARGING],
  ['FE-11', 'red', {}, {}, ['FeeItemPublished']],
  [
    'RC-01',
    'yellow',
    { clears: 'accountedFor', not: 'writtenOff' },
    { days: 30 },
    [...PASSING, 'BlockPrinted', 'BlockIssued', 'BlockReturned', 'BlockDestroyed', 'BlockWrittenOff', 'ReceiptIssued'],
  ],
  ['RC-02', 'red', { clears: 'usedOnce' }, {}, ['ReceiptIssued']],
  ['RC-03', 'red', { clears: 'inStock ofUnit issuedByThen' }, {}, ['ReceiptIssued', 'BlockPrinted', 'BlockIssued']],
  ['RC-04', 'info', { clears: 'inOrder' }, { allowed: 2, yellowOver: 5 }, ['ReceiptIssued']],
  [
    'RC-05',
    'red',
    { clears: 'supported copiesKept asPeers' },
    { z: 3, least: 5 },
    [
      'ReceiptIssued',
      'ReceiptCompleted',
      'ReceiptVoided',
      'ReceiptRedReversed',
      'PaymentReceived',
      'PaymentReversed',
      'RefundPaid',
    ],
  ],
  [
    'RC-06',
    'yellow',
    { clears: 'writtenOff withinUse' },
    { months: 24, drawDays: 183 },
    [...PASSING, 'BlockWrittenOff', 'BlockIssued', 'BlockPrinted', 'ReceiptIssued'],
  ],
  ['RC-07', 'yellow', { clears: 'twoPeople' }, {}, ['ReceiptIssued', 'ReceiptChecked', 'ReceiptCompleted']],
  ['RM-01', 'red', { clears: 'inTime' }, { workdays: 1 }, DEPOSITING],
  ['RM-02', 'red', { clears: 'inTime whole' }, {}, DEPOSITING],
  [
    'RM-03',
    'red',
    { clears: 'approved reversed' },
    {},
    ['PaymentReceived', 'PaymentReversed', 'AccountApproved', 'AccountClosed'],
  ],
  ['RM-04', 'red', { clears: 'isDeposit isRefund' }, {}, ['BankDebitSeen', 'DepositMade', 'RefundPaid']],
  [
    'RF-01',
    'red',
    { clears: 'supported withinShare' },
    { sharePercent: 30, least: 10 },
    ['RefundPaid', 'RefundRequested', 'RefundVerified', 'RefundApproved', 'PaymentReceived', 'PaymentReversed'],
  ],
];

test('these are all of them', () => expect(rules.map(({ id }) => id)).toEqual(expected.map(([id]) => id)));
test.each(expected)('%s', (id, severity, { clears = '', not = '' }, parameters, again) => {
  const rule = ruleOf(id)!;
  const tests = Object.keys(rule.tests);
  const names = (outcome: boolean) => tests.filter((name) => rule.tests[name]!.clears === outcome).join(' ');
  expect(rule.severity).toBe(severity);
  expect([names(true), names(false)]).toEqual([clears, not]);
  expect(Object.fromEntries(Object.entries(rule.parameters).map(([name, { value }]) => [name, value]))).toEqual(
    parameters,
  );
  expect(Object.keys(rule.again)).toEqual(again);
});
