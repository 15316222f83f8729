/** Service items: what is published is in force from a day on, and what it promised then stays known. */
import { type ItemState, itemInForce, itemRegister, stayIn } from '../../../projections/catalogue.js';
import type { CatalogueEvent, ItemVersion } from '../../../projections/events/catalogue.js';
import type { Decider, Guard } from '../../kernel/decider.js';

export type CatalogueCommand =
  | { type: 'PublishItem'; data: ItemVersion & { from: string } }
  | { type: 'EnterItem'; data: { centre: string; window?: string; from: string; document: string } }
  | {
      type: 'LeaveCentre';
      data: { centre: string; from: string; reason: string; approver?: string; document?: string };
    }
  | { type: 'AbolishItem'; data: { from: string; document: string; successor?: string } }
  | { type: 'DelegateItem'; data: { to: string; from: string; document: string } };
type Publish = ItemVersion & { from: string };

const lawNamed: Guard<ItemState, Publish> = {
  code: 'item-basis-missing',
  says: { zh: '须列明设定依据', en: 'the law that sets the item up is named' },
  basis: '行政许可法 art. 14-17',
  broken: ({ legalBasis }) => legalBasis.length === 0 && { details: {} },
};
/** The speech asks for promises of at most half of what the law allows. Limits of different units are not compared. */
const promiseHalf: Guard<ItemState, Publish> = {
  code: 'promise-over-half',
  says: {
    zh: '承诺时限超过法定时限的一半且未说明理由',
    en: 'the promise is over half of the statutory limit, without a reason',
  },
  basis: '限时办结制',
  broken: ({ statutory, promised, promiseReason }) =>
    statutory !== null &&
    promised !== null &&
    promiseReason === null &&
    statutory.unit === promised.unit &&
    promised.n * 2 > statutory.n && { details: { statutory, promised } },
};
const versionsGoOn: Guard<ItemState, Publish> = {
  code: 'item-version-overtaken',
  says: { zh: '新版本的生效日不得早于现行版本', en: 'a version does not begin before the one it replaces' },
  basis: 'register of items',
  broken: ({ from }, { versions }) => {
    const last = versions.at(-1);
    return last !== undefined && from <= last.from && { details: { from, last: last.from }, refs: [last.event] };
  },
};
const inForceThen: Guard<ItemState, { from: string }> = {
  code: 'item-not-in-force',
  says: { zh: '该事项在该日尚未生效', en: 'the item is not in force on that day' },
  basis: 'register of items',
  broken: ({ from }, state) => !itemInForce(state, from) && { details: { from } },
};

/** An entry of the day on which it leaves takes the exit back. */
const notThereYet: Guard<ItemState, { centre: string; from: string }> = {
  code: 'item-entered-already',
  says: { zh: '该事项当日已进驻该中心', en: 'the item has entered this centre already' },
  basis: 'register of items',
  broken: ({ centre, from }, state) => {
    const stay = stayIn(state, centre, from);
    return stay !== undefined && { details: { centre, from: stay.from }, refs: [stay.event] };
  },
};
const isThereThen: Guard<ItemState, { centre: string; from: string }> = {
  code: 'item-not-entered',
  says: { zh: '该事项当日未进驻该中心', en: 'the item is not in this centre on that day' },
  basis: 'register of items',
  broken: ({ centre, from }, state) => !stayIn(state, centre, from) && { details: { centre, from } },
};
/** Every item enters; not to is the exception that the government approves. */
const exitApproved: Guard<ItemState, { approver?: string; document?: string }> = {
  code: 'exit-not-approved',
  says: { zh: '退出中心须经批准并有文件', en: 'somebody approves of an exit, in a document' },
  basis: '优化营商环境条例 art. 36; 三项制度讲话（应进必进）',
  broken: ({ approver = null, document = null }) =>
    (approver === null || document === null) && { details: { approver, document } },
};

export const item: Decider<ItemState, CatalogueCommand, CatalogueEvent> = {
  ...itemRegister,
  commands: {
    PublishItem: {
      says: { zh: '公布事项版本', en: 'publish a version of the item' },
      from: ['none', 'published'],
      guards: [lawNamed, promiseHalf, versionsGoOn],
      events: (data, { versions }) => [
        {
          type: 'ItemPublished',
          data: { ...data, version: versions.length + 1 },
          effective: { from: data.from, to: null },
          legalBasis: data.legalBasis,
          classification: 'open',
        },
      ],
    },
    EnterItem: {
      says: { zh: '进驻中心', en: 'let the item enter a centre' },
      from: ['published'],
      guards: [inForceThen, notThereYet],
      events: ({ window = null, ...data }) => [
        {
          type: 'ItemEntered',
          data: { ...data, window },
          effective: { from: data.from, to: null },
          refs: [{ type: 'centre', id: data.centre, role: 'centre' }],
        },
      ],
    },
    LeaveCentre: {
      says: { zh: '退出中心', en: 'let the item leave a centre' },
      from: ['published', 'abolished'],
      guards: [isThereThen, exitApproved],
      events: ({ approver = null, document = null, ...data }) => [
        {
          type: 'ItemLeftCentre',
          data: { ...data, approver, document },
          effective: { from: data.from, to: null },
          refs: [{ type: 'centre', id: data.centre, role: 'centre' }],
          legalBasis: ['优化营商环境条例 art. 36'],
        },
      ],
    },
    AbolishItem: {
      says: { zh: '取消事项', en: 'abolish the item' },
      from: ['published'],
      guards: [inForceThen],
      events: ({ successor = null, ...data }, { versions }) => [
        {
          type: 'ItemAbolished',
          data: { ...data, successor, version: versions.length },
          effective: { from: data.from, to: null },
          refs: successor === null ? [] : [{ type: 'item', id: successor, role: 'successor' }],
        },
      ],
    },
    DelegateItem: {
      says: { zh: '下放事项', en: 'delegate the item downwards' },
      from: ['published'],
      guards: [inForceThen],
      events: (data) => [
        {
          type: 'ItemDelegated',
          data,
          effective: { from: data.from, to: null },
          refs: [{ type: 'org', id: data.to, role: 'delegate' }],
        },
      ],
    },
  },
};
