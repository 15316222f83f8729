/** A person's data are put beyond reading, or may not be: stream `erasure-<personId>`. */

export type ErasureEvent =
  /** What is known of the person may not be erased while a case needs it. `hold`: the id of this event. */
  | { type: 'LegalHoldPlaced'; data: { reason: string; document: string } }
  | { type: 'LegalHoldLifted'; data: { hold: string; reason: string } }
  /** Somebody asks for it, on the ground of the person's own application (个人信息保护法 art. 47). */
  | { type: 'ErasureRequested'; data: { reason: string; document: string } }
  /** By two people, neither of whom asked for it. */
  | { type: 'ErasureApproved'; data: { request: string; reason: string } }
  /** The key and every name that led to it are destroyed in all copies of the key store; the sealed bytes stay. */
  | { type: 'PersonErased'; data: { request: string; approvers: readonly string[]; copies: number } };

export const erasureEvents = {
  LegalHoldPlaced: { version: 1, zh: '保全', en: 'legal hold placed' },
  LegalHoldLifted: { version: 1, zh: '解除保全', en: 'legal hold lifted' },
  ErasureRequested: { version: 1, zh: '申请删除个人信息', en: 'erasure requested' },
  ErasureApproved: { version: 1, zh: '批准删除个人信息', en: 'erasure approved' },
  PersonErased: { version: 1, zh: '个人信息已删除', en: 'person erased' },
} as const satisfies Record<ErasureEvent['type'], { version: number; zh: string; en: string }>;
