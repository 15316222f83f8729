/** What limits are counted with (时限参数): parameters of the rules that judge them, so that packs can change them. */
import type { Parameter, Text } from './kernel/rule.js';
import type { Ruled } from './packs.js';

const LOCAL = '初始值，由地方规则包确定 initial, for a rule pack to set';
const days = (zh: string, en: string): Text => ({ zh: `${zh}（日）`, en: `${en}, days` });
const workdays = (zh: string, en: string): Text => ({ zh: `${zh}（工作日）`, en: `${en}, working days` });
const limit = <P extends string>(rule: string, parameters: Readonly<Record<P, Parameter>>): Ruled<P> => ({
  id: rule,
  parameters,
});

/** The notice of gaps, and with the same day the acceptance that counts where none was given. */
export const NOTICE = limit('TL-01', {
  workdays: {
    value: 5,
    says: workdays(
      '告知期限，逾期自收件之日起视为受理',
      'to tell of gaps, then it counts as accepted from the day of receipt',
    ),
    source: '行政许可法 art. 32(1)(4)',
    grade: 'A',
  },
});
export const DELIVERY = limit('TL-06', {
  workdays: {
    value: 10,
    says: workdays('送达期限', 'to deliver'),
    source: '行政许可法 art. 44',
    grade: 'A',
  },
});
/** From the first result on: by when an acceptance is on record. */
export const RECORD = limit('DA-04', {
  lagWorkdays: {
    value: 3,
    says: workdays('登记滞后', 'lag of the record'),
    source: LOCAL,
    grade: 'D',
  },
});
export const MARK = limit('TL-07', {
  percent: {
    value: 90,
    says: { zh: '承诺时限的比例（%）', en: 'share of the promise, %' },
    source: '榆林电子监察办法',
    grade: 'B',
    most: 100,
  },
  workdaysLeft: {
    value: 1,
    says: workdays('最迟到期前', 'at the latest before its end'),
    source: '电子监察办法（提前一个工作日）',
    grade: 'B',
  },
});
export const ENTRY = limit('EN-01', {
  days: { value: 30, says: days('进驻宽限', 'to enter'), source: LOCAL, grade: 'D' },
  redDays: { value: 90, says: days('升为红色', 'until red'), source: LOCAL, grade: 'D' },
});
/** From a payment that names what it is for, to its receipt. */
export const RECEIPTING = limit('FE-08', {
  workdays: { value: 5, says: workdays('到账后开票', 'to receipt a payment'), source: LOCAL, grade: 'D' },
});
/** From the decision or the delivery that waits for the payment: until the bank's file has told of it (T+1). */
export const GATE = limit('FE-09', {
  lagWorkdays: { value: 1, says: workdays('银行报送滞后', 'lag of the bank’s file'), source: LOCAL, grade: 'D' },
});
/** From the use of the next number. */
export const GAP = limit('RC-01', {
  days: { value: 30, says: days('断号说明', 'to account for a number'), source: LOCAL, grade: 'D' },
});
export const STOCK = limit('RC-06', {
  months: {
    value: 24,
    says: { zh: '领用后核销（月）', en: 'to write off a block, months' },
    source: '非税票据审计（超过两年未核销）',
    grade: 'B',
    most: 120,
  },
  drawDays: {
    value: 183,
    says: days('一次领用不超过的用量期间', 'of whose use a draw covers at most'),
    source: '深圳市财政局（限量领用，约半年用量）',
    grade: 'B',
  },
});
/** 日清日缴: from the day on which it was received. */
export const DEPOSIT = limit('RM-01', {
  workdays: { value: 1, says: workdays('缴存期限', 'to deposit'), source: LOCAL, grade: 'D' },
});
