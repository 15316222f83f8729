/** 体外循环: what came to a result, or was paid for, and was never accepted as far as the ledger knows. */
import { itemVersions } from '../catalogue.js';
import { deadlines } from '../deadlines.js';
import { isThere, itemEntries } from '../entries.js';
import { fees } from '../fees.js';
import { idIn, idOf, type Recorded } from '../kernel/message.js';
import type { Look } from '../kernel/projection.js';
import { NOTHING_KNOWN, rule, type Values, type Verdict } from '../kernel/rule.js';
import { RECORD } from '../limit-parameters.js';
import { type MatterCard, matterCards } from '../matter-cards.js';
import { assessedFor, chargedFor } from '../money-limits.js';
import { paidByCode, paidForMatter } from '../money-near.js';
import { type PaymentRow, payments } from '../payments.js';
import { firstResult } from '../story.js';
import { departmentOn } from './department.js';

const USED = { matterCards, itemVersions, itemEntries, deadlines, payments, fees } as const;
type Used = Look<typeof USED>;
type Keys = string | readonly string[];
const PAYMENT = 'payment/';

const lagOf = (stream: string, look: Used) => look.deadlines.get(stream)?.limits['acceptance-record'];
const named = (rows: readonly PaymentRow[]) => rows.map(({ payment }) => `${PAYMENT}${payment}`);
const paidFor = (matterId: string, look: Used) => [
  ...paidForMatter(matterId, look),
  ...look.fees.range('byMatter', [matterId]).flatMap(({ payCode }) => paidByCode(payCode, look)),
];
/** The matter, and what was paid for it; or the payment. */
const ofStream = (event: Recorded, look: Used): Keys => [
  ...[idIn('matter')(event)].flat().flatMap((id) => [id, ...named(paidFor(id, look))]),
  ...[idIn('payment')(event)].flat().map((id) => `${PAYMENT}${id}`),
];
const ofFee = (event: Recorded, look: Used): Keys =>
  assessedFor([{ fee: idOf('fee')(event) }], look.fees).flatMap(({ payCode }) => named(paidByCode(payCode, look)));
/** Matters of an item, and payments for it. */
function ofItem(event: Recorded, look: Used): Keys {
  const item = idOf('item')(event);
  const matters = look.matterCards.range('byItem', [item]).map(({ matterId }) => matterId);
  const paid = [
    ...look.payments.range('byItem', [item]),
    ...matters.flatMap((id) => paidForMatter(id, look)),
    ...look.fees.range('byItem', [item]).flatMap(({ payCode }) => paidByCode(payCode, look)),
  ];
  return [...matters, ...new Set(named(paid))];
}

export const shadowHandling = rule({
  id: RECORD.id,
  version: 1,
  title: { zh: '体外循环', en: 'handled outside the ledger' },
  definition: {
    zh: '已进驻事项有决定、证件、送达或到账，而账本中到滞后期满仍没有受理登记。进驻之前发出的旧证和核定的欠费、与已受理办件关联的补换证、涉密件、已冲正的除外。用印登记和档案尚未接入，不作判断依据。',
    en: 'An entered item came to a decision, a certificate, a delivery or a payment, and by the end of the lag no acceptance was on record. Not so for certificates and fees from before the entry, reprints linked to a matter that was accepted, sealed matters, and what went back at the bank. Seal logs and archives are not taken in, and not judged from.',
  },
  basis: '优化营商环境条例 art. 37; 三项制度讲话',
  severity: 'red',
  parameters: RECORD.parameters,
  tests: {
    entered: { zh: '事项当时已进驻', en: 'the item had entered by then', clears: false },
    legacy: {
      zh: '证件生效或收费核定早于进驻',
      en: 'the certificate, or the fee, is from before the entry',
      clears: true,
    },
    linkedToAccepted: { zh: '与已受理办件关联', en: 'linked to a matter that was accepted', clears: true },
    sealed: { zh: '涉密', en: 'sealed', clears: true },
    reversed: { zh: '已冲正', en: 'the payment went back at the bank', clears: true },
  },
  uses: USED,
  again: {
    LimitPassed: ofStream,
    LimitLifted: ofStream,
    MatterAccepted: ofStream,
    MaterialsReceived: ofStream,
    MatterLinked: ofStream,
    LicenceIssued: ofStream,
    ItemEntered: ofItem,
    ItemLeftCentre: ofItem,
    PaymentReversed: ofStream,
    FeeAssessed: ofFee,
    PaymentNoticeIssued: ofFee,
  },
  judge: (subject, look, parameters) =>
    subject.startsWith(PAYMENT)
      ? judgePayment(subject.slice(PAYMENT.length), look, parameters)
      : judgeMatter(subject, look, parameters),
});

const isLinked = (card: MatterCard | undefined, look: Used) =>
  card?.story.links.some(({ to }) => look.matterCards.get(to)?.story.accepted) === true;

function judgeMatter(id: string, look: Used, parameters: (on: string) => Values): Verdict | null {
  const limit = lagOf(`matter-${id}`, look);
  if (limit?.passed == null) return null;
  const card = look.matterCards.get(id)!;
  const result = firstResult(card.story)!;
  parameters(limit.start); // by which its last day was counted
  const { itemCode, story, placeKind, centre } = card;
  const evidence = [result.event, limit.passed];
  const known = { certain: true, severity: 'red', evidence } as const;
  const about = { ...NOTHING_KNOWN, on: result.on, matterId: id, itemCode, placeKind, centre };
  if (itemCode === null) return { ...known, about, result: 'undetermined', tested: {}, missing: ['item'] };
  const stays = look.itemEntries.range('byItem', [itemCode]);
  const entered = stays.some((stay) => isThere(stay, result.on));
  const valid = story.certificates.map(({ validFrom }) => validFrom).filter((day) => day !== null);
  const tested = {
    entered,
    legacy: entered && valid.some((day) => !stays.some((stay) => isThere(stay, day))),
    linkedToAccepted: isLinked(card, look),
    sealed: story.certificates.some(({ sealed }) => sealed),
  };
  const cleared = !tested.entered || tested.legacy || tested.linkedToAccepted || tested.sealed;
  const org = departmentOn(look.itemVersions, itemCode, result.on);
  return { ...known, about: { ...about, org }, tested, missing: [], result: cleared ? 'cleared' : 'violation' };
}

/** Of a matter that is found by its own result nothing more is said. */
function judgePayment(id: string, look: Used, parameters: (on: string) => Values): Verdict | null {
  const limit = lagOf(`payment-${id}`, look);
  const row = look.payments.get(id);
  if (!row || limit?.passed == null) return null;
  const { matter, item, fee } = chargedFor(row, look);
  if (lagOf(`matter-${matter}`, look)?.passed != null) return null;
  parameters(limit.start); // by which its last day was counted
  const { on, org, placeKind, payer, event, reversed } = row;
  const known = { certain: true, severity: 'red', evidence: [event, limit.passed] } as const;
  const about = { ...NOTHING_KNOWN, on, org, placeKind, matterId: matter, itemCode: item };
  const missing = [...(item === null ? ['item'] : []), ...(matter === null && payer === null ? ['payer'] : [])];
  if (missing.length > 0) return { ...known, about, result: 'undetermined', tested: {}, missing };
  const stays = look.itemEntries.range('byItem', [item]);
  const entered = stays.some((stay) => isThere(stay, on));
  const tested = {
    entered,
    legacy: fee !== undefined && !stays.some((stay) => isThere(stay, fee.on)),
    linkedToAccepted: isLinked(look.matterCards.get(String(matter)), look),
    reversed: reversed !== null,
  };
  const cleared = !tested.entered || tested.legacy || tested.linkedToAccepted || tested.reversed;
  const unit = departmentOn(look.itemVersions, item, on);
  return { ...known, about: { ...about, org: unit }, tested, missing, result: cleared ? 'cleared' : 'violation' };
}
