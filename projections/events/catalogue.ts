/** The register of service items (事项): stream `item-<code>`. */
import type { Limit } from '../kernel/clock.js';

/** A version of an item as it is in force from a day on. */
export interface ItemVersion {
  readonly name: string;
  readonly department: string;
  readonly level: 'city' | 'county' | 'township';
  readonly legalBasis: readonly string[];
  /** 法定时限; null where the law sets none. */
  readonly statutory: Limit | null;
  /** 承诺时限: at most half of the statutory one, unless a reason is recorded. */
  readonly promised: Limit | null;
  readonly promiseReason: string | null;
  readonly materials: readonly Readonly<{ code: string; name: string; required: boolean }>[];
  /** `workdays`: how long a step may take, where that is laid down. */
  readonly steps: readonly Readonly<{ code: string; name: string; workdays?: number }>[];
  /** It has to be accepted in the centre. */
  readonly mustEnter: boolean;
}

export type CatalogueEvent =
  /** A version of the item comes into force on this day; earlier ones stay known. */
  | { type: 'ItemPublished'; data: ItemVersion & { version: number; from: string } }
  /** 进驻: from this day the item is accepted in this centre. */
  | { type: 'ItemEntered'; data: { centre: string; window: string | null; from: string; document: string } }
  /** 退出: from this day the item is not accepted in this centre any more. By whose approval, null: nobody is named. */
  | {
      type: 'ItemLeftCentre';
      data: { centre: string; from: string; reason: string; approver: string | null; document: string | null };
    }
  /** 取消: from this day nothing is accepted under it; the successor, if any, goes on. */
  | { type: 'ItemAbolished'; data: { from: string; document: string; successor: string | null; version: number } }
  /** 下放: from this day this department of a lower level decides. */
  | { type: 'ItemDelegated'; data: { to: string; from: string; document: string } };

export const catalogueEvents = {
  ItemPublished: { version: 1, zh: '事项公布', en: 'item published' },
  ItemEntered: { version: 1, zh: '事项进驻中心', en: 'item entered the centre' },
  ItemLeftCentre: { version: 1, zh: '事项退出中心', en: 'item left the centre' },
  ItemAbolished: { version: 1, zh: '事项取消', en: 'item abolished' },
  ItemDelegated: { version: 1, zh: '事项下放', en: 'item delegated downwards' },
} as const satisfies Record<CatalogueEvent['type'], { version: number; zh: string; en: string }>;
