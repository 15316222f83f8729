/** What any stream may hold that a source system fills. */

/** The values of a row by the path of each, as text; null where the row did not have it. Nothing personal. */
export type SourceRow = Readonly<Record<string, string | null>>;

export type SourceEvent =
  /** A row of a source is not what it was when it was first read; `after` is null where it was deleted. */
  { type: 'SourceRowChanged'; data: { row: string; before: SourceRow | null; after: SourceRow | null } };

export const sourceEvents = {
  SourceRowChanged: { version: 1, zh: '来源记录变更', en: 'source row changed' },
} as const satisfies Record<SourceEvent['type'], { version: number; zh: string; en: string }>;
