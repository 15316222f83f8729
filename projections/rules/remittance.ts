/** 缴存: money that was not deposited in time or in whole, went into an account that nobody approved, or out of one. */
import { deadlines } from '../deadlines.js';
import { idIn, idOf, type Recorded } from '../kernel/message.js';
import type { Look } from '../kernel/projection.js';
import { NOTHING_KNOWN, rule, type Text, type Verdict } from '../kernel/rule.js';
import { DEPOSIT } from '../limit-parameters.js';
import { depositLimit } from '../money-limits.js';
import { accountDayOf, MONEY } from '../money-touched.js';
import { depositBreak, wrongAccount } from '../money-near.js';
import type { Ruled } from '../packs.js';
import { payees } from '../payees.js';
import { deposits } from '../deposits.js';
import { debits, payments } from '../payments.js';
import { refunds } from '../refunds.js';

const DEPOSITED = { ...MONEY, deadlines } as const;
type Deposited = Look<typeof DEPOSITED>;
const limitsOf = (event: Recorded, look: Deposited) =>
  [idIn('payee')(event)]
    .flat()
    .flatMap((account) =>
      Object.keys(look.deadlines.get(`payee-${account}`)!.limits).map(
        (name) => `${account} ${name.slice(depositLimit('').length)}`,
      ),
    );
const dayOf = (event: Recorded, look: Deposited) => accountDayOf(event, look as never) ?? [];

interface Late {
  readonly id: string;
  readonly title: Text;
  readonly definition: Text;
  readonly basis: string;
  readonly tests: Readonly<Record<string, Text & { clears: boolean }>>;
  readonly parameters: Ruled['parameters'];
  /** Whether it speaks of a day of which so much is known. */
  readonly short: boolean;
}
/** Of one account and day whose money should have been deposited in whole by the end of the limit. */
const lateDeposit = ({ short, ...of }: Late) =>
  rule({
    ...of,
    version: 1,
    severity: 'red',
    uses: DEPOSITED,
    again: {
      LimitPassed: limitsOf,
      LimitLifted: limitsOf,
      PaymentReceived: dayOf,
      PaymentReversed: dayOf,
      RefundPaid: dayOf,
      DepositMade: dayOf,
      DepositReturned: dayOf,
    },
    judge: (subject, look, parameters): Verdict | null => {
      const [account, day] = [subject.slice(0, -11), subject.slice(-10)];
      const limit = look.deadlines.get(`payee-${account}`)?.limits[depositLimit(day)];
      if (limit?.passed == null) return null;
      const row = look.accountDays.get(subject)!;
      const gap = depositBreak(row, look.payees.get(account));
      if ((gap?.code === 'BK-10') !== short) return null;
      parameters(day); // by which its last day was counted
      const missing = gap?.fen ?? 0;
      return {
        result: 'violation',
        certain: true,
        severity: 'red',
        about: { ...NOTHING_KNOWN, on: day, org: row.org },
        evidence: [...row.sample, ...row.deposits.map(({ event }) => event), limit.passed].slice(0, 20),
        tested: { inTime: false, ...(short && { whole: false }) },
        missing: [],
        details: {
          break: gap ? `${gap.code} ${account}|${day}` : null,
          account,
          due: limit.due,
          depositedOn: row.coveredOn,
          missingFen: String(missing),
        },
      };
    },
  });
export const lateRemittance = lateDeposit({
  id: DEPOSIT.id,
  title: { zh: '滞缴', en: 'deposited late' },
  definition: {
    zh: '批准账户一日到账（减冲正和退付）在缴存期限内没有缴存（BK-09），或期满后才缴足。',
    en: 'What an approved account received on a day, less what went back, was not deposited within the limit (BK-09), or in whole only after it.',
  },
  basis: '预算法 art. 56; 财政违法行为处罚处分条例 art. 4(2); 违反收支两条线管理规定行政处分暂行规定 art. 14',
  parameters: DEPOSIT.parameters,
  tests: { inTime: { zh: '期限内缴足', en: 'deposited in whole within the limit', clears: true } },
  short: false,
});
export const shortRemittance = lateDeposit({
  id: 'RM-02',
  title: { zh: '少缴截留', en: 'deposited too little' },
  definition: {
    zh: '缴存期限届满，批准账户一日到账减冲正和退付，多于当日已缴存的合计（BK-10）。期限按 RM-01。',
    en: 'When the limit is over, what an approved account received on a day, less what went back, is more than what of it was deposited (BK-10). The limit is that of RM-01.',
  },
  basis: '财政违法行为处罚处分条例 art. 4(2); 违反收支两条线管理规定行政处分暂行规定 art. 16',
  parameters: {},
  tests: {
    inTime: { zh: '期限内缴足', en: 'deposited in whole within the limit', clears: true },
    whole: { zh: '缴存不少于到账', en: 'not less than was received', clears: true },
  },
  short: true,
});

const APPROVED = { payments, payees } as const;
const intoAccount = (event: Recorded<any>, look: Look<typeof APPROVED>) => {
  const account = idOf('payee')(event);
  return look.payments.range('byAccount', [account, event.data.from], [account]).map(({ payment }) => payment);
};
export const transitAccount = rule({
  id: 'RM-03',
  version: 1,
  title: { zh: '过渡户', en: 'an account that nobody approved' },
  definition: {
    zh: '款项进入当日未经财政批准的账户（BK-08）。已冲正的除外。',
    en: 'Money came into an account that finance had not approved for that day (BK-08). Not so where it went back at the bank.',
  },
  basis: '财政违法行为处罚处分条例 art. 11; 违反收支两条线管理规定行政处分暂行规定 art. 15; 非税收入账户管理',
  severity: 'red',
  parameters: {},
  tests: {
    approved: { zh: '账户当日经批准', en: 'the account was approved on that day', clears: true },
    reversed: { zh: '已冲正', en: 'it went back at the bank', clears: true },
  },
  uses: APPROVED,
  again: {
    PaymentReceived: idOf('payment'),
    PaymentReversed: idOf('payment'),
    AccountApproved: intoAccount,
    CollectionAccountClosed: intoAccount,
  },
  judge: (id, look) => {
    const row = look.payments.get(id);
    if (!row) return null;
    const { on, org, matterId, itemCode, placeKind, account, event, reversed, amountFen } = row;
    const standing = { ...row, reversedOn: null };
    if (!wrongAccount(standing, look.payees.get(account))) return null;
    return {
      result: reversed === null ? 'violation' : 'cleared',
      certain: true,
      severity: 'red',
      about: { on, org, matterId, itemCode, placeKind, centre: null },
      evidence: [event],
      tested: { approved: false, reversed: reversed !== null },
      missing: [],
      details: { break: `BK-08 ${id}`, account, amountFen },
    };
  },
});

const SPENT = { debits, deposits, refunds } as const;
type Spent = Look<typeof SPENT>;
const byReference = (account: string | null, bankRef: string | null, look: Spent) =>
  look.debits.range('byBankRef', [account, bankRef]).map(({ debit }) => debit);
export const spentFromCollections = rule({
  id: 'RM-04',
  version: 1,
  title: { zh: '坐支迹象', en: 'signs of spending from collections' },
  definition: {
    zh: '收款账户的支出既非缴存、退付，也非银行费用，须由人核查。业务号与缴存或退付相同的除外。',
    en: 'Money left a collection account and was neither a deposit nor a refund nor the bank’s fee: a human has to look. Not so where its reference is that of a deposit or of a refund.',
  },
  basis: '财政违法行为处罚处分条例 art. 4(3); 违反收支两条线管理规定行政处分暂行规定 art. 16',
  severity: 'red',
  parameters: {},
  tests: {
    isDeposit: { zh: '业务号与缴存相同', en: 'a deposit has its reference', clears: true },
    isRefund: { zh: '业务号与退付相同', en: 'a refund has its reference', clears: true },
  },
  uses: SPENT,
  again: {
    BankDebitSeen: idOf('debit'),
    DepositMade: (event, look) => {
      const { account, bankRef } = look.deposits.get(idOf('deposit')(event))!;
      return byReference(account, bankRef, look);
    },
    RefundPaid: (event, look) => {
      const { account, bankRef } = look.refunds.get(idOf('refund')(event))!;
      return byReference(account, bankRef, look);
    },
  },
  judge: (id, look) => {
    const row = look.debits.get(id);
    if (row?.kind !== 'unknown') return null;
    const { account, bankRef, on, event, amountFen, purpose } = row;
    const tested = {
      isDeposit: look.deposits.range('byBankRef', [account, bankRef]).length > 0,
      isRefund: look.refunds.range('byBankRef', [account, bankRef]).length > 0,
    };
    return {
      result: tested.isDeposit || tested.isRefund ? 'cleared' : 'violation',
      certain: false,
      severity: 'red',
      about: { ...NOTHING_KNOWN, on },
      evidence: [event],
      tested,
      missing: [],
      details: { account, amountFen, purpose },
    };
  },
});
