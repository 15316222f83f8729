/** Events that say nothing, for tests of what keeps and proves them. */
import { sealEnvelope } from '../../src/ledger/envelope.js';
import type { EventStore } from '../../src/ledger/event-store.js';

export function noted(n: number) {
  const at = new Date().toISOString();
  return sealEnvelope({
    id: `00000000-0000-8000-8000-${String(n).padStart(12, '0')}`,
    stream: `note-${n}`,
    revision: 0,
    type: 'Noted',
    version: 1,
    occurredAt: at,
    precision: 'second',
    recordedAt: at,
    actor: { person: null, actingAs: 'system', authMethod: 'none' },
    refs: [{ type: 'note', id: String(n), role: 'subject' }],
    irregularities: [],
    legalBasis: [],
    documents: [],
    classification: 'internal',
    commandId: 'c',
    fingerprint: 'f',
    facts: {},
    factsAsOf: null,
    correlation: 'c',
    causation: null,
    data: { n },
    salt: '',
  });
}
/** Each in a stream of its own. */
export const writeNotes = (store: EventStore, from: number, count: number) =>
  Promise.all(
    Array.from({ length: count }, (_, k) =>
      store.append({ stream: `note-${from + k}`, expected: -1, unchanged: {}, events: [noted(from + k)] }),
    ),
  );
