/** Who looked at what is not open to everybody, and who took it away: stream `access-<personId of who looked>`. */

/**
 * What was opened: personal fields, what is sealed to all but those who hold a grant, accounts and the access log, or
 * a whole file of whatever it holds.
 */
export const FIELD_KINDS = ['personal', 'sealed', 'administration', 'export'] as const;
export type FieldKind = (typeof FIELD_KINDS)[number];
export type ObjectRef = Readonly<{ type: string; id: string }>;

export type AccessEvent =
  /**
   * Recorded before the answer leaves. `purpose`: empty where none was given, null where nobody knows. `grant`: the
   * event that gave leave to open what is sealed. `action`: as the table of permissions names it, or another system's
   * word. `count`: how many events, rows or sheets. Persons whose fields were opened stand in `refs`.
   */
  | {
      type: 'AccessViewed';
      data: {
        object: ObjectRef;
        fields: FieldKind;
        purpose: string | null;
        grant: string | null;
        action: string | null;
        count: number;
      };
    }
  /** The log from an index (a decimal number) up to this very event, which is the last line of what was handed out. */
  | { type: 'LogExported'; data: { what: 'log' | 'backup'; from: string; purpose: string } };

export const accessEvents = {
  AccessViewed: { version: 2, zh: '查阅', en: 'looked at' },
  LogExported: { version: 1, zh: '导出账本', en: 'log exported' },
} as const satisfies Record<AccessEvent['type'], { version: number; zh: string; en: string }>;

/** Version 1 knew of personal fields only, and asked for no purpose. */
export const accessUpcasts = {
  AccessViewed: [
    ({ object, events }: { object: ObjectRef; events: number }) => ({
      object,
      fields: 'personal',
      purpose: null,
      grant: null,
      action: null,
      count: events,
    }),
  ],
};
