/** 收费: what was charged against the register of fee items, its rates and its waivers. */
import { sumFen } from '../kernel/money.js';
import { addDays } from '../kernel/instant.js';
import { idOf, type Recorded } from '../kernel/message.js';
import type { Look } from '../kernel/projection.js';
import { NOTHING_KNOWN, rule, type Verdict } from '../kernel/rule.js';
import { fees } from '../fees.js';
import { feeItemOn } from '../money-limits.js';
import { feeItems } from '../tariffs.js';
import {
  byRate,
  type Charge,
  CHARGED,
  type Charged,
  chargeOf,
  chargesIn,
  notJudged,
  onCharging,
  parts,
} from './charges.js';

const UNDONE = { zh: '已撤销、作废或冲红', en: 'cancelled, voided or taken back', clears: true } as const;
/** A charge that is wrong, unless it was undone. */
const wrong = (
  { about, evidence, undone }: Charge,
  more: Pick<Verdict, 'severity' | 'tested'> & Partial<Verdict>,
): Verdict => ({
  result: undone ? 'cleared' : 'violation',
  certain: true,
  about,
  evidence,
  missing: [],
  ...more,
  tested: { ...more.tested, undone },
});
/** Where none is in force: the version that its abolition ended before a day. */
const abolishedBy = ({ feeItem, on }: Charge, { feeItems: rows }: Charged) =>
  rows.range('byFeeItem', [feeItem]).findLast(({ until }) => until <= on);

export const offCatalogue = rule({
  id: 'FE-02',
  version: 1,
  title: { zh: '清单外收费', en: 'charged for what is in no register' },
  definition: {
    zh: '核定或未经核定即开票的收费，其收费项目当日没有公布的有效标准，或该标准不适用于所办事项。已取消的项目按 FE-05 判断。',
    en: 'A fee was assessed, or receipted without an assessment, for a fee item of which no published version was in force on that day, or not for the item of the matter. What had been abolished is judged by FE-05.',
  },
  basis: '优化营商环境条例 art. 25; 财政违法行为处罚处分条例 art. 3(1)',
  severity: 'red',
  parameters: {},
  tests: {
    inForce: { zh: '收费项目当日有效', en: 'the fee item was in force', clears: true },
    ofItem: { zh: '适用于所办事项', en: 'it may be charged for the item', clears: true },
    undone: UNDONE,
  },
  uses: CHARGED,
  again: onCharging(),
  judge: (subject, look) => {
    const charge = chargeOf(subject, look);
    if (!charge) return null;
    const version = feeItemOn(look.feeItems, charge.feeItem, charge.on);
    if (!version && abolishedBy(charge, look)) return null;
    const { itemCode } = charge.about;
    if (version && (itemCode === null || version.items.includes(itemCode))) return null;
    const tested = version ? { inForce: true, ofItem: false } : { inForce: false };
    return wrong(charge, { severity: 'red', tested, details: { feeItem: charge.feeItem, fen: String(charge.fen) } });
  },
});

export const overRate = rule({
  id: 'FE-03',
  version: 1,
  title: { zh: '超标收费', en: 'charged more than the rate' },
  definition: {
    zh: '核定或开票金额多于当日有效标准乘以数量。允许分期的，各期合并计算。当日没有有效标准或数量不明的无法判断。',
    en: 'What was assessed, or receipted, is more than the rate in force on that day times the quantity. Parts of what may be paid in parts are taken together. Without a rate in force or a quantity it cannot be judged.',
  },
  basis: '行政许可法 art. 75; 财政违法行为处罚处分条例 art. 3(2)',
  severity: 'red',
  parameters: {},
  tests: {
    withinRate: { zh: '不多于标准', en: 'not more than the rate says', clears: true },
    undone: UNDONE,
  },
  uses: CHARGED,
  again: onCharging(),
  judge: (subject, look) => {
    const charge = chargeOf(subject, look);
    if (!charge) return null;
    const { version, due, missing } = byRate(charge, look);
    if (!version) return notJudged(charge, 'red', missing);
    const all = parts(charge, version.instalments, look);
    if (all === null) return null;
    const assessed = all.reduce((sum, each) => sum + each.fen, 0n);
    const lines = all.flatMap((each) => look.receiptLines.range('byFee', [each.subject.slice('fee/'.length)]));
    const live = lines.filter((line) => line.live);
    const receipted = sumFen(live.map(({ amountFen }) => amountFen));
    if (assessed <= due && receipted <= due) return null;
    const issued = receipted > due ? live.map(({ receipt }) => look.receipts.get(receipt)!.issued[0]!) : [];
    return wrong(charge, {
      severity: 'red',
      evidence: [...new Set([...all.flatMap(({ evidence }) => evidence), ...issued])],
      tested: { withinRate: false },
      details: { assessedFen: String(assessed), receiptedFen: String(receipted), byRateFen: String(due) },
    });
  },
});

export const underCollected = rule({
  id: 'FE-04',
  version: 1,
  title: { zh: '少收漏收', en: 'charged less than the rate' },
  definition: {
    zh: '核定金额少于当日有效标准乘以数量，而没有财政批准、金额足够的减免。允许分期的，各期齐全后合并计算。',
    en: 'What was assessed is less than the rate in force on that day times the quantity, and finance has not approved a waiver of so much. Parts of what may be paid in parts are taken together once all are there.',
  },
  basis: '财政违法行为处罚处分条例 art. 3(4)',
  severity: 'yellow',
  parameters: {},
  tests: {
    byRate: { zh: '不少于标准', en: 'not less than the rate says', clears: true },
    waived: { zh: '财政批准的减免足以抵扣', en: 'finance has waived so much', clears: true },
    undone: UNDONE,
  },
  uses: CHARGED,
  again: onCharging('FeeWaived'),
  judge: (subject, look) => {
    const charge = chargeOf(subject, look);
    if (!charge) return null;
    if (!subject.startsWith('fee/')) return null;
    const { version, due, missing } = byRate(charge, look);
    if (!version) return notJudged(charge, 'yellow', missing);
    const all = parts(charge, version.instalments, look);
    const { instalment } = charge;
    if (all === null || (instalment !== null && version.instalments && all.length < instalment.of)) return null;
    const short = due - all.reduce((sum, each) => sum + each.fen, 0n);
    if (short <= 0n) return null;
    const granted = all.flatMap((each) => look.fees.get(each.subject.slice('fee/'.length))!.waivers);
    const less = granted.filter(({ kind, approver }) => kind !== 'defer' && approver.level === 'finance');
    const waived = sumFen(less.map(({ amountFen }) => amountFen)) >= short;
    const found = wrong(charge, {
      severity: 'yellow',
      evidence: all.flatMap(({ evidence }) => evidence),
      tested: { byRate: false, waived },
      details: { byRateFen: String(due), shortFen: String(short) },
    });
    return waived ? { ...found, result: 'cleared' } : found;
  },
});

export const afterAbolition = rule({
  id: 'FE-05',
  version: 1,
  title: { zh: '取消仍收', en: 'charged after the abolition' },
  definition: {
    zh: '收费项目自取消之日起仍核定收费，或未经核定即开票收费。取消之前核定的，之后缴纳不在此列。',
    en: 'From the day of its abolition on a fee item was still assessed, or receipted without an assessment. What had been assessed before may be paid after it.',
  },
  basis: '财政违法行为处罚处分条例 art. 3(3)',
  severity: 'red',
  parameters: {},
  tests: { inForce: { zh: '收费项目当日有效', en: 'the fee item was in force', clears: true }, undone: UNDONE },
  uses: CHARGED,
  again: onCharging(),
  judge: (subject, look) => {
    const charge = chargeOf(subject, look);
    if (!charge) return null;
    const gone = abolishedBy(charge, look);
    if (!gone || feeItemOn(look.feeItems, charge.feeItem, charge.on)) return null;
    const evidence = [...charge.evidence, gone.abolished!];
    return wrong(charge, {
      severity: 'red',
      evidence,
      tested: { inForce: false },
      details: { abolishedFrom: gone.until },
    });
  },
});

const waiversOf = (event: Recorded, look: Look<{ fees: typeof fees }>) => {
  const fee = idOf('fee')(event);
  return (look.fees.get(fee)?.waivers ?? []).map((waiver) => `${fee} ${waiver.event}`);
};
export const irregularWaiver = rule({
  id: 'FE-06',
  version: 1,
  title: { zh: '违规减免', en: 'irregular waiver' },
  definition: {
    zh: '减免缓没有缴款人书面申请，或不由财政部门批准，或批准日早于申请日。只知有申请而不知是否书面的无法判断。',
    en: 'A fee was waived, reduced or deferred without the payer’s written request, not by finance, or before it was asked for. Where it is known that he asked, and not whether in writing, it cannot be judged.',
  },
  basis: '非税收入管理（减免缓须书面申请、财政批准）; 财政违法行为处罚处分条例 art. 3(4)',
  severity: 'red',
  parameters: {},
  tests: {
    requested: { zh: '缴款人已申请', en: 'the payer asked for it', clears: true },
    inWriting: { zh: '申请为书面', en: 'in writing', clears: true },
    byFinance: { zh: '由财政部门批准', en: 'finance approved it', clears: true },
    notBackdated: { zh: '批准不早于申请', en: 'not approved before it was asked for', clears: true },
  },
  uses: { fees },
  again: {
    FeeWaived: waiversOf,
    WaiverRequested: waiversOf,
    FeeAssessed: waiversOf,
  },
  judge: (subject, look) => {
    const cut = subject.lastIndexOf(' ');
    const row = look.fees.get(subject.slice(0, cut));
    const waiver = row?.waivers.find(({ event }) => event === subject.slice(cut + 1));
    if (!waiver) return null;
    const { requestedOn, decidedOn, written, approver, request, event, kind, amountFen } = waiver;
    const tested = {
      requested: requestedOn !== null,
      ...(written !== null && { inWriting: written }),
      byFinance: approver.level === 'finance',
      ...(requestedOn !== null && { notBackdated: requestedOn <= decidedOn }),
    };
    const bad = Object.values(tested).includes(false);
    const result = bad ? 'violation' : written === null ? 'undetermined' : 'cleared';
    const { matterId, itemCode, org, placeKind, centre } = row!;
    return {
      result,
      certain: true,
      severity: 'red',
      about: { on: decidedOn, matterId, itemCode, org, placeKind, centre },
      evidence: [...(request === null ? [] : [request]), event],
      tested,
      missing: result === 'undetermined' ? ['request'] : [],
      details: { kind, amountFen },
    };
  },
});

export const splitFee = rule({
  id: 'FE-10',
  version: 1,
  title: { zh: '拆分收费', en: 'split fee' },
  definition: {
    zh: '同一办件同一收费项目在期间内收费两次以上。按规定分期、前一次已撤销的除外。没有办件的无法判断。',
    en: 'In one matter the same fee item was charged more than once within the days set. Not so where it may be paid in parts, or where the earlier charge was undone. Without a matter it cannot be judged.',
  },
  basis: '收费目录清单; 审计（拆分收费测试）',
  severity: 'yellow',
  parameters: {
    days: {
      value: 3,
      says: { zh: '期间（日）', en: 'window, days' },
      source: '初始值，由地方规则包确定 initial, for a rule pack to set',
      grade: 'D',
    },
  },
  tests: {
    instalment: { zh: '按规定分期', en: 'paid in parts, as it may be', clears: true },
    undone: UNDONE,
  },
  uses: CHARGED,
  again: onCharging(),
  judge: (subject, look, parameters) => {
    const charge = chargeOf(subject, look);
    if (!charge) return null;
    const { on, feeItem, about } = charge;
    if (about.matterId === null) return notJudged(charge, 'yellow', ['matter']);
    const { days } = parameters(on);
    const before = chargesIn(about.matterId, feeItem, addDays(on, -days), on, look).filter(
      (other) => other.on < on || other.subject < subject,
    );
    if (before.length === 0) return null;
    const standing = before.filter(({ undone }) => !undone);
    const inParts = feeItemOn(look.feeItems, feeItem, on)?.instalments === true;
    const instalment = inParts && charge.instalment !== null;
    const undone = charge.undone || standing.length === 0;
    const other = [...standing, ...before][0]!;
    return {
      result: instalment || undone ? 'cleared' : 'violation',
      certain: true,
      severity: 'yellow',
      about,
      evidence: [other.evidence[0]!, charge.evidence[0]!],
      tested: { instalment, undone },
      missing: [],
      details: { other: other.subject, days: other.on },
    };
  },
});

export const bundledFee = rule({
  id: 'FE-11',
  version: 1,
  title: { zh: '搭车收费', en: 'bundled fee' },
  definition: {
    zh: '缴款人在办件前后又向与办理单位有关联的协会或中介缴费。账本没有关联关系登记，每个执收单位均列为无法判断。',
    en: 'Around his matter the payer also pays an association or intermediary that is affiliated to the unit. The ledger has no register of affiliations: of each unit that charges it says that this cannot be judged.',
  },
  basis: '优化营商环境条例 art. 71; 淮北收费管理（不得搭车收费）',
  severity: 'red',
  parameters: {},
  tests: {},
  uses: { feeItems },
  again: { FeeItemPublished: (event: Recorded<any>) => event.data.org as string },
  judge: (org, look) => {
    const first = look.feeItems.range('byOrg', [org])[0];
    if (!first) return null; // its source took back what it charged
    return {
      result: 'undetermined',
      certain: true,
      severity: 'red',
      about: { ...NOTHING_KNOWN, on: first.from, org },
      evidence: [first.event],
      tested: {},
      missing: ['affiliations'],
    };
  },
});
