/** Who looked at what is not open to everybody: stream `access-<personId of who looked>`. */

export type AccessEvent =
  /** Personal fields of everything that refers to an object were opened; recorded before the answer leaves. */
  {
    type: 'AccessViewed';
    data: { object: Readonly<{ type: string; id: string }>; fields: 'personal'; events: number };
  };

export const accessEvents = {
  AccessViewed: { version: 1, zh: '查看个人信息', en: 'personal data viewed' },
} as const satisfies Record<AccessEvent['type'], { version: number; zh: string; en: string }>;
