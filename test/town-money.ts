/** The till of the town: fee items, accounts, receipts and what banks tell, each in a line, all of it reported. */
import type { VerdictRow } from '../projections/kernel/rule.js';
import { credit, debit, deposit, payment } from '../src/areas/money/bank.js';
import { block } from '../src/areas/money/block.js';
import { fee } from '../src/areas/money/fee.js';
import { payee } from '../src/areas/money/payee.js';
import { receipt } from '../src/areas/money/receipt.js';
import { refund } from '../src/areas/money/refund.js';
import { remittance } from '../src/areas/money/remittance.js';
import { tariff } from '../src/areas/money/tariff.js';
import type { Decider } from '../src/kernel/decider.js';
import type { Said } from '../src/simulation/world.js';
import { clock, openTown, type Town } from './town.js';
import { version } from './money.js';

export const WINDOW = { kind: 'centre-window', window: '1', org: 'centre' } as const;
export const OFFICE = { kind: 'department-office', org: 'market' } as const;
export const somebody = (value: string, personal: object = {}) => ({ identifier: { kind: 'p', value }, personal });
export const payer = (value: string) => ({ kind: 'person', ...somebody(value) });
type More = Partial<Said> & { told?: string };

export function tillOf(town: Town) {
  let last = '';
  /** It happened on `on`, at nine unless it says when, and is told then, or when `told` says. */
  const report = (decider: Decider, id: string, type: string, data: object, on: string, more: More = {}) => {
    const { told, report: said, ...rest } = more;
    const occurredAt = on.length === 10 ? clock(on) : on;
    const at = [last, occurredAt, told ?? ''].toSorted().at(-1)!;
    last = at;
    const how = { system: 'bank', occurredAt, registeredAt: occurredAt, ...said };
    return town.say({ decider, id, type, data, at, place: WINDOW, by: { org: 'market' }, ...rest, report: how });
  };
  const till = {
    report,
    /** Whatever else is told of the town meanwhile, time goes on. */
    now: (at: string) => (last = at),
    publish: (code: string, on: string, data: object = {}, more: More = {}) =>
      report(
        tariff,
        code,
        'PublishFeeItem',
        { ...version, org: 'market', gate: 'none', rate: { ...version.rate, fen: '100' }, from: on, ...data },
        on,
        more,
      ),
    abolish: (code: string, from: string, on = from) =>
      report(tariff, code, 'AbolishFeeItem', { from, document: '财综9号' }, on),
    approve: (account: string, from: string, data: object = {}, more: More = {}) =>
      report(
        payee,
        account,
        'ApproveAccount',
        { name: '集中收费户', bank: '银行', kind: 'centre', org: 'market', document: '文', from, ...data },
        from,
        more,
      ),
    shut: (account: string, from: string, more: More = {}) =>
      report(payee, account, 'CloseAccount', { from, document: '文', reason: '清理' }, from, more),
    /** Ten units of F-1 at one yuan for item A-1. */
    assess: (id: string, on: string, data: object = {}, more: More = {}) =>
      report(fee, id, 'AssessFee', { itemCode: 'A-1', feeItem: 'F-1', quantity: '10', ...data }, on, more),
    fee: (id: string, type: string, data: object, on: string, more: More = {}) => report(fee, id, type, data, on, more),
    notice: (id: string, payCode: string, on: string) => report(fee, id, 'IssueNotice', { payCode }, on),
    block: async (id: string, to: string, on: string, org = 'market', more: More = {}) => {
      await report(block, id, 'PrintBlock', { to, form: 'paper' }, on, more);
      return report(block, id, 'IssueBlock', { org }, on, more);
    },
    stock: (id: string, type: string, data: object, on: string, more: More = {}) =>
      report(block, id, type, data, on, more),
    issue: (id: string, on: string, data: object = {}, more: More = {}) => {
      const { lines = [{}], ...rest } = data as { lines?: readonly object[] };
      const line = { feeItem: 'F-1', quantity: '10', amountFen: '1000', itemCode: 'A-1' };
      return report(
        receipt,
        id,
        'IssueReceipt',
        {
          kind: 'direct',
          form: 'paper',
          payChannel: 'bank',
          lines: lines.map((each) => ({ ...line, ...each })),
          amountFen: '1000',
          org: 'market',
          handler: somebody('h'),
          checker: somebody('c'),
          ...rest,
        },
        on,
        more,
      );
    },
    /** The n-th number of block 45-0001. */
    use: (n: number, on = '2024-03-05', data: object = {}, more: More = {}): ReturnType<typeof report> =>
      till.issue(`45-${String(n).padStart(4, '0')}`, on, { block: '45-0001', ...data }, more),
    receipt: (id: string, type: string, data: object, on: string, more: More = {}) =>
      report(receipt, id, type, data, on, more),
    remit: (id: string, data: object, on: string, more: More = {}) =>
      report(
        remittance,
        id,
        'MakeRemittance',
        { window: '1', day: on, receipts: [], amountFen: '1000', ...data },
        on,
        more,
      ),
    pay: (id: string, on: string, data: object = {}, more: More = {}) =>
      report(
        payment,
        id,
        'ReceivePayment',
        { account: 'acc', bankRef: id, channel: 'bank', amountFen: '1000', org: 'market', ...data },
        on,
        more,
      ),
    reverse: (id: string, on: string, more: More = {}) =>
      report(payment, id, 'ReversePayment', { reason: '退票' }, on, more),
    deposit: (id: string, day: string, on: string, data: object = {}, more: More = {}) =>
      report(deposit, id, 'MakeDeposit', { account: 'acc', day, amountFen: '1000', to: 'treasury', ...data }, on, more),
    returned: (id: string, on: string, more: More = {}) =>
      report(deposit, id, 'ReturnDeposit', { reason: '退回' }, on, more),
    debit: (id: string, on: string, data: object = {}, more: More = {}) =>
      report(
        debit,
        id,
        'SeeDebit',
        { account: 'acc', bankRef: id, kind: 'unknown', amountFen: '500', ...data },
        on,
        more,
      ),
    credit: (id: string, on: string, data: object) =>
      report(credit, id, 'CreditTreasury', { level: 'city', subject: '1', amountFen: '1000', ...data }, on),
    refund: (id: string, type: string, data: object, on: string, more: More = {}) =>
      report(refund, id, type, data, on, more),
  };
  return till;
}
export type Till = ReturnType<typeof tillOf>;
/** Subject, severity and status of what a rule has found. */
export const foundBy = async (town: Town, rule: string) =>
  (await town.found(rule)).map(
    ({ subject, severity, status, certain }) => `${subject} ${severity}${certain ? '' : '?'} ${status}`,
  );
/** What the verdict of a rule rests on. */
export async function verdictIn(town: Town, rule: string, subject: string) {
  const { result, tested, missing, details } = (await town.verdict(rule, subject)) as VerdictRow;
  return { result, tested, missing, details };
}
/** A town whose item A-1 is in the centre from 4 March on, with the account acc, and F-1 charged, from the first day on. */
export async function openShop(): Promise<{ town: Town; till: Till }> {
  const town = await openTown('2024-03-01');
  const till = tillOf(town);
  await town.publish('A-1');
  await town.enter('A-1', '2024-03-04');
  await till.approve('acc', '2024-03-01');
  await till.publish('F-1', '2024-03-01');
  return { town, till };
}
