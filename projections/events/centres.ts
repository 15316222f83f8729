/** Centres with their windows (`centre-<id>`), and the posts in them (`post-<id>`): who stands where, with which powers. */
import type { PersonRef } from '../kernel/message.js';

/** 编制, 聘用, 临时, 二层单位: the last two are not what a window should be staffed with. */
export const STAFF_KINDS = ['established', 'contract', 'temporary', 'subordinate-unit'] as const;
export type StaffKind = (typeof STAFF_KINDS)[number];

/** Why somebody covers a post: 请假, 公出, 培训, or its holder is not there and nobody had been told. */
export const COVER_REASONS = ['leave', 'duty-elsewhere', 'training', 'unannounced'] as const;
export type CoverReason = (typeof COVER_REASONS)[number];

/** 受理权, 即办权, 协调权, 督办权: the four powers of whoever is responsible at a window. */
export const POWERS = ['accept', 'instant-decide', 'coordinate', 'supervise'] as const;
export type Power = (typeof POWERS)[number];

export type CentreEvent =
  /** A service centre (政务服务中心), its region by ISO 3166-2 or below. */
  | { type: 'CentreRegistered'; data: { name: string; region: string; from: string } }
  | { type: 'WindowOpened'; data: { window: string; name: string; org: string | null; from: string } }
  | { type: 'WindowClosed'; data: { window: string; from: string; reason: string } };

export type PostEvent =
  /** A post of a unit; at a window of a centre, or in the unit's own office. */
  | {
      type: 'PostCreated';
      data: { name: string; org: string; centre: string | null; window: string | null; from: string };
    }
  | { type: 'PostRetired'; data: { from: string; reason: string } }
  /** 派驻: on the days [from, to) this person stands at the post. */
  | {
      type: 'StaffPosted';
      data: {
        staff: PersonRef<'name'>;
        staffKind: StaffKind;
        from: string;
        to: string | null;
        document: string | null;
      };
    }
  /** Called back, and why: the posting ends with the day before `from`. */
  | { type: 'StaffReturned'; data: { staff: PersonRef; from: string; reason: string } }
  /** 顶岗 (AB岗): on the days [from, to) B, who covers, has the duties and powers of A, who is posted here. */
  | {
      type: 'CoverStarted';
      data: {
        holder: PersonRef;
        cover: PersonRef<'name'>;
        reason: CoverReason;
        from: string;
        to: string | null;
        document: string | null;
      };
    }
  /** A is back, or somebody else covers: the cover ends with the day before `from`. */
  | { type: 'CoverEnded'; data: { cover: PersonRef; from: string } }
  /** 授权: on the days [from, to) the post has these powers; `items` null: for all of its unit's. */
  | {
      type: 'PowersGranted';
      data: {
        powers: readonly Power[];
        items: readonly string[] | null;
        document: string;
        from: string;
        to: string | null;
      };
    }
  | { type: 'PowersRevoked'; data: { powers: readonly Power[]; document: string; from: string } };

export const centreEvents = {
  CentreRegistered: { version: 1, zh: '登记服务中心', en: 'centre registered' },
  WindowOpened: { version: 1, zh: '窗口启用', en: 'window opened' },
  WindowClosed: { version: 1, zh: '窗口停用', en: 'window closed' },
  PostCreated: { version: 1, zh: '设立岗位', en: 'post created' },
  PostRetired: { version: 1, zh: '撤销岗位', en: 'post retired' },
  StaffPosted: { version: 1, zh: '人员派驻', en: 'staff posted' },
  StaffReturned: { version: 1, zh: '人员退回', en: 'staff returned' },
  CoverStarted: { version: 1, zh: '顶岗开始', en: 'cover started' },
  CoverEnded: { version: 1, zh: '顶岗结束', en: 'cover ended' },
  PowersGranted: { version: 1, zh: '窗口授权', en: 'powers granted' },
  PowersRevoked: { version: 1, zh: '撤回授权', en: 'powers revoked' },
} as const satisfies Record<(CentreEvent | PostEvent)['type'], { version: number; zh: string; en: string }>;
