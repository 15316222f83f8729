/** Events of money as deciders' tests begin with them, and facts folded from them. */
import { blockRegister } from '../projections/blocks.js';
import type { BlockEvent, FeeEvent, ReceiptEvent, TariffEvent } from '../projections/events/money.js';
import { feeRegister } from '../projections/fees.js';
import type { Fold } from '../projections/kernel/fold.js';
import type { Envelope, Message } from '../projections/kernel/message.js';
import { feeUses, redUses } from '../projections/money-uses.js';
import { tariffRegister } from '../projections/tariffs.js';
import { fold } from '../src/kernel/decider.js';
import { log } from './given.js';

export const rate = { kind: 'per-unit', unit: '平方米', fen: '150', leastFen: null, mostFen: null } as const;
export const version = {
  name: '占道费',
  org: 'org-1',
  items: ['A-1'],
  rate,
  legalBasis: ['城市道路管理条例 art. 37'],
  subject: '103042702',
  shares: [{ level: 'city', percent: 100 }],
  gate: 'decision',
  waivable: true,
  instalments: false,
  cash: false,
  collectorByLaw: false,
  from: '2024-01-01',
  document: '桂价费1号',
} as const;
export const published: TariffEvent = { type: 'FeeItemPublished', data: { ...version, version: 1 } };
export const abolished: TariffEvent = {
  type: 'FeeItemAbolished',
  data: { from: '2024-02-01', document: '财综9号', successor: null, version: 1 },
};
/** A fact: what a stream of these events folds into. */
export const fact = <S, E extends Message>(of: Fold<S, E>, stream: string, ...events: readonly E[]): S =>
  fold(
    of as never,
    log(...events).map((event) => ({ ...event, stream })),
  ) as S;
type Told = Message & Partial<Omit<Envelope, 'type' | 'data'>>;
/** What everything that names a thing folds into: events by the streams that they are in; their ids are u0, u1, … */
export const naming = <S>(of: Fold<S, any>, ...events: readonly (readonly [stream: string, event: Told])[]): S =>
  fold(of, log(...events.map(([stream, event], n) => ({ ...event, stream, id: `u${n}` }))) as never);
export const tariffs = (...events: TariffEvent[]) => fact(tariffRegister, 'tariff-F-1', ...events);

export const assessed = (more: object = {}): FeeEvent => ({
  type: 'FeeAssessed',
  data: {
    matterId: null,
    itemCode: null,
    feeItem: 'F-1',
    feeItemVersion: 1,
    org: 'org-1',
    rate,
    quantity: '10',
    amountFen: '1500',
    on: '2024-03-01',
    payer: null,
    instalment: null,
    ...more,
  },
});

export const printed: BlockEvent = {
  type: 'BlockPrinted',
  data: { to: '0100', form: 'paper', on: '2024-01-01', printer: null },
};
export const issuedTo = (org: string): BlockEvent => ({
  type: 'BlockIssued',
  data: { org, on: '2024-01-02', to: null, document: null },
});
export const stock = (...events: BlockEvent[]) => fact(blockRegister, 'block-4501-0001', ...events);

export const line = { fee: 'f-1', feeItem: 'F-1', quantity: '10', amountFen: '1500' };
export const use = {
  kind: 'direct',
  form: 'paper',
  payChannel: 'bank',
  block: '4501-0001',
  lines: [line],
  amountFen: '1500',
};
export const receiptFacts = {
  id: '4501-0007',
  block: stock(printed, issuedTo('org-1')),
  fees: [fact(feeRegister, 'fee-f-1', assessed())],
  tariffs: [tariffs(published)],
  receipted: [naming(feeUses)],
  reds: naming(redUses),
};
export const issued = (more: object = {}): ReceiptEvent => ({
  type: 'ReceiptIssued',
  data: {
    org: 'org-1',
    kind: 'direct',
    form: 'paper',
    notice: false,
    payCode: null,
    payChannel: 'bank',
    lines: [{ ...line, matterId: null, itemCode: null }],
    amountFen: '1500',
    payer: null,
    handler: { personId: 'person-1', personal: {} },
    checker: null,
    on: '2024-03-01',
    centre: null,
    window: null,
    remittance: null,
    ...more,
  },
});

export const received = (more: object = {}) =>
  ({
    type: 'PaymentReceived',
    data: {
      account: '622',
      bankRef: 'r1',
      channel: 'bank',
      payCode: null,
      remittance: null,
      org: null,
      matterId: null,
      itemCode: null,
      amountFen: '1500',
      on: '2024-03-01',
      payer: null,
      fromAccount: { personId: 'acct-1', personal: {} },
      ...more,
    },
  }) as const;
