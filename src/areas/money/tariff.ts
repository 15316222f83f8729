/** The register of fee items (收费项目): what is charged, by which rate and law, from a day on. */
import type { FeeItemVersion, TariffEvent } from '../../../projections/events/money.js';
import { fen } from '../../../projections/kernel/money.js';
import { tariffInForce, tariffRegister, type TariffState } from '../../../projections/tariffs.js';
import type { Decider, Guard } from '../../kernel/decider.js';

type Publish = FeeItemVersion & { from: string; document: string };
export type TariffCommand =
  | { type: 'PublishFeeItem'; data: Publish }
  | { type: 'AbolishFeeItem'; data: { from: string; document: string; successor?: string } };

const lawNamed: Guard<TariffState, Publish> = {
  code: 'fee-basis-missing',
  says: { zh: '收费须有法律、行政法规依据', en: 'a fee rests on a law or an administrative regulation' },
  basis: '行政许可法 art. 58; 优化营商环境条例 art. 25',
  broken: ({ legalBasis }) => legalBasis.length === 0 && { details: {} },
};
const versionsGoOn: Guard<TariffState, Publish> = {
  code: 'fee-item-version-overtaken',
  says: { zh: '新标准的生效日不得早于现行标准', en: 'a version does not begin before the one it replaces' },
  basis: '收费目录清单',
  broken: ({ from }, { versions }) => {
    const last = versions.at(-1);
    return last !== undefined && from <= last.from && { details: { from, last: last.from }, refs: [last.event] };
  },
};
const sharesAddUp: Guard<TariffState, Publish> = {
  code: 'shares-not-whole',
  says: { zh: '各级分成之和应为 100%，每级只列一次', en: 'the shares of the levels, each named once, are the whole' },
  basis: '预算法 art. 56',
  broken: ({ shares }) => {
    const sum = shares.reduce((n, { percent }) => n + percent, 0);
    return (sum !== 100 || new Set(shares.map(({ level }) => level)).size !== shares.length) && { details: { sum } };
  },
};
const rateInOrder: Guard<TariffState, Publish> = {
  code: 'rate-bounds-crossed',
  says: { zh: '最低收费不得高于最高收费', en: 'the least is not more than the most' },
  basis: '收费目录清单',
  broken: ({ rate: { leastFen, mostFen } }) =>
    leastFen !== null && mostFen !== null && fen(leastFen) > fen(mostFen) && { details: { leastFen, mostFen } },
};
/** One that its source took back is not among them: their numbers are not their count. */
const lastOf = (versions: TariffState['versions']): number => versions.at(-1)?.version ?? 0;
const inForceThen: Guard<TariffState, { from: string }> = {
  code: 'fee-item-not-in-force',
  says: { zh: '该收费项目在该日不在有效期内', en: 'the fee item is not in force on that day' },
  basis: '行政许可法 art. 59',
  broken: ({ from }, state) => !tariffInForce(state, from) && { details: { from } },
};

export const tariff: Decider<TariffState, TariffCommand, TariffEvent> = {
  ...tariffRegister,
  commands: {
    PublishFeeItem: {
      says: { zh: '公布收费项目', en: 'publish a version of the fee item' },
      from: ['none', 'published'],
      guards: [lawNamed, versionsGoOn, sharesAddUp, rateInOrder],
      events: (data, { versions }) => [
        {
          type: 'FeeItemPublished',
          data: { ...data, version: lastOf(versions) + 1 },
          effective: { from: data.from, to: null },
          legalBasis: data.legalBasis,
          classification: 'open',
          refs: data.items.map((id) => ({ type: 'item', id, role: 'charged for' })),
        },
      ],
    },
    AbolishFeeItem: {
      says: { zh: '取消收费项目', en: 'abolish the fee item' },
      from: ['published'],
      guards: [inForceThen],
      events: ({ successor = null, ...data }, { versions }) => [
        {
          type: 'FeeItemAbolished',
          data: { ...data, successor, version: lastOf(versions) },
          effective: { from: data.from, to: null },
          legalBasis: [data.document],
          classification: 'open',
          refs: successor === null ? [] : [{ type: 'tariff', id: successor, role: 'successor' }],
        },
      ],
    },
  },
};
