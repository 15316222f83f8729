/** Stock of receipts (票据): printed, issued to a unit, given back, destroyed, written off. */
import { type BlockState, blockRegister } from '../../../projections/blocks.js';
import { stockOf, stockUses, type StockUses } from '../../../projections/money-uses.js';
import { receiptRegister, type ReceiptState } from '../../../projections/receipts.js';
import type { BlockEvent, MoneyApprover, ReceiptForm, Staff } from '../../../projections/events/money.js';
import {
  countOf,
  isWithin,
  MOST_NUMBERS,
  codeOfReceipt,
  numberOfReceipt,
  type Numbers,
  plusNumber,
} from '../../../projections/receipt-numbers.js';
import type { Context, Decider, Guard } from '../../kernel/decider.js';

export type BlockCommand =
  | { type: 'PrintBlock'; data: { to: string; form: ReceiptForm; printer?: string } }
  | { type: 'IssueBlock'; data: { org: string; staff?: Staff; document?: string } }
  | { type: 'ReturnReceipts'; data: Numbers & { reason: string } }
  | { type: 'DestroyReceipts'; data: Numbers & { approver?: MoneyApprover; document?: string } }
  | { type: 'WriteOffBlock'; data: { document?: string } };

const BASIS = '财政票据管理办法';
const numbersInOrder: Guard<BlockState, { to: string }> = {
  code: 'block-numbers',
  says: {
    zh: '号段应由位数相同的号码组成，末号不小于首号，最多一百万个',
    en: 'a block is numbers of one length, the last not before the first, a million at most',
  },
  basis: BASIS,
  broken: ({ to }, _, { id = '' }) => {
    const first = numberOfReceipt(id);
    const count = countOf({ first, last: to });
    return (count === 0n || count > MOST_NUMBERS) && { details: { first, last: to } };
  },
};
const printedOnce: Guard<BlockState> = {
  code: 'block-printed-already',
  says: { zh: '该号段已登记', en: 'the block is registered already' },
  basis: BASIS,
  standing: true,
  broken: (_, { block, status }) => block !== null && { details: { status }, refs: block.events.slice(0, 1) },
};
type OfStock = { readonly stock: StockUses };
/** A number is in one block: whose it is, nobody has to guess. */
const noOverlap: Guard<BlockState, { to: string }, OfStock> = {
  code: 'block-overlaps',
  says: { zh: '号段与已登记的号段重叠', en: 'some of its numbers are in another block' },
  basis: BASIS,
  broken: ({ to }, _, { stock, id = '' }) => {
    const first = numberOfReceipt(id);
    const others = Object.entries(stock.blocks).filter(
      ([name, block]) => name !== id && block.first.length === first.length && block.first <= to && first <= block.last,
    );
    return (
      others.length > 0 && {
        details: { blocks: others.map(([name]) => name) },
        refs: others.map(([, { event }]) => event),
      }
    );
  },
};
const notIssued: Guard<BlockState, { org: string }> = {
  code: 'block-issued-already',
  says: { zh: '该号段已领用', en: 'the block has been issued to a unit' },
  basis: BASIS,
  standing: true,
  broken: (_, { block }) =>
    block !== null && block.org !== null && { details: { org: block.org, issuedOn: block.issuedOn } },
};
const inBlock: Guard<BlockState, Numbers> = {
  code: 'numbers-not-in-block',
  says: { zh: '号码不在该号段内，或已退回、销毁', en: 'the numbers are not in the block, or are back already' },
  basis: BASIS,
  broken: (data, { block }) => {
    const inside = block !== null && countOf(data) > 0n && [data.first, data.last].every((n) => isWithin(n, block));
    const back = block?.back.find((each) => each.first <= data.last && data.first <= each.last);
    return (!inside || back !== undefined) && { details: { ...data }, refs: back ? [back.event] : [] };
  },
};
type OfNumbers = { readonly used: readonly ReceiptState[] };
/** So many are looked at for one return: each number is a stream of its own. */
const MOST_RETURNED = 500n;
const numbersOf = ({ first, last }: Numbers): readonly string[] => {
  const count = countOf({ first, last });
  if (count > MOST_RETURNED) return [];
  return Array.from({ length: Number(count) }, (_, n) => plusNumber(first, BigInt(n)));
};
const notTooMany: Guard<BlockState, Numbers> = {
  code: 'too-many-numbers',
  says: {
    zh: '一次最多退回 500 个号码，以便逐号核对',
    en: 'at most 500 numbers are returned at once: each is looked at',
  },
  basis: BASIS,
  broken: (data) => countOf(data) > MOST_RETURNED && { details: { count: countOf(data).toString() } },
};
/** What has been used is not given back as if it had not. */
const notUsed: Guard<BlockState, Numbers, OfNumbers> = {
  code: 'numbers-used',
  says: { zh: '其中有已使用的号码', en: 'some of the numbers have been used' },
  basis: '财政票据管理办法; 财政违法行为处罚处分条例 art. 16',
  broken: (data, _, { used }) => {
    const numbers = numbersOf(data).filter((_number, n) => used[n]?.issued != null);
    const refs = used.flatMap(({ issued }) => issued ?? []);
    return (
      numbers.length > 0 && {
        details: { numbers: numbers.slice(0, 20), count: numbers.length },
        refs: refs.slice(0, 20),
      }
    );
  },
};
const byFinance: Guard<BlockState, { approver?: MoneyApprover }> = {
  code: 'destruction-approver',
  says: { zh: '销毁票据须经财政部门核准', en: 'finance approves of a destruction' },
  basis: '财政票据管理办法; 财政违法行为处罚处分条例 art. 16',
  broken: ({ approver }, _, { way }) =>
    way === 'report' && approver?.level !== 'finance' && { details: { approver: approver ?? null } },
};

const HELD = ['printed', 'issued'] as const;
const orgRef = (org: string) => [{ type: 'org', id: org, role: 'receives' }];
const approverOf = ({ way, by }: Context, approver?: MoneyApprover): MoneyApprover =>
  way === 'act' ? { name: by.org ?? '', level: 'finance' } : (approver ?? { name: '', level: 'other' });

export const block: Decider<BlockState, BlockCommand, BlockEvent, { PrintBlock: OfStock; ReturnReceipts: OfNumbers }> =
  {
    ...blockRegister,
    commands: {
      PrintBlock: {
        says: { zh: '登记印制的号段', en: 'register a block that was printed' },
        from: 'any',
        guards: [printedOnce, numbersInOrder, noOverlap],
        needs: (_, { id = '' }) => ({ stock: { of: stockUses, naming: stockOf(id) } }),
        claims: (_, { id = '' }) => [stockOf(id)],
        events: ({ to, form, printer = null }, _, { on, id = '' }) => [
          { type: 'BlockPrinted', data: { to, form, on, printer }, refs: [{ ...stockOf(id), role: 'of' }] },
        ],
      },
      IssueBlock: {
        says: { zh: '发放号段', en: 'issue the block to a unit' },
        from: HELD,
        guards: [notIssued],
        events: ({ org, staff = null, document = null }, _, { on }) => [
          { type: 'BlockIssued', data: { org, on, to: staff, document }, refs: orgRef(org) },
        ],
      },
      ReturnReceipts: {
        says: { zh: '退回未用票据', en: 'return numbers that were not used' },
        from: ['issued'],
        guards: [inBlock, notTooMany, notUsed],
        needs: ({ first = '', last = '' }, { id = '' }) => ({
          used: numbersOf({ first, last }).map((number) => ({
            of: receiptRegister,
            id: `${codeOfReceipt(id)}-${number}`,
          })),
        }),
        events: (data, _, { on }) => [{ type: 'BlockReturned', data: { ...data, on } }],
      },
      DestroyReceipts: {
        says: { zh: '销毁票据', en: 'destroy receipts' },
        from: HELD,
        guards: [inBlock, byFinance],
        events: ({ first, last, approver, document = null }, _, context) => [
          {
            type: 'BlockDestroyed',
            data: { first, last, on: context.on, approver: approverOf(context, approver), document },
          },
        ],
      },
      WriteOffBlock: {
        says: { zh: '核销号段', en: 'write the block off' },
        from: ['issued'],
        guards: [],
        events: ({ document = null }, _, { on }) => [{ type: 'BlockWrittenOff', data: { on, document } }],
      },
    },
  };
