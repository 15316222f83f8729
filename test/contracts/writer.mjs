// A writer in a process of its own, to be killed or stopped: appends to streams of its own and prints what is acknowledged.
// usage: node writer.mjs URL NAME WRITERS [EVENTSTORE_URL LEDGER]; prints "stream revision after" a line, after each acknowledgement.
import { PostgresStore } from '../../dist/src/ledger/postgres.store.js';
import { sealEnvelope } from '../../dist/src/ledger/envelope.js';
import { uuidOf } from '../../dist/src/ledger/identity.js';

const [url, name, writers, eventStoreUrl, ledger] = process.argv.slice(2);
const store = eventStoreUrl
  ? await (await import('../../dist/src/ledger/kurrentdb.store.js')).KurrentStore.open(eventStoreUrl, url, ledger)
  : new PostgresStore(url);
process.stdout.write('ready\n');

async function write(n) {
  for (let revision = 0; ; revision++) {
    const stream = `${name}-${n}-${Math.floor(revision / 10)}`;
    const at = revision % 10;
    const event = sealEnvelope({
      id: uuidOf(stream, at),
      stream,
      revision: at,
      type: 'Noted',
      version: 1,
      occurredAt: '2026-01-01T08:00:00+08:00',
      precision: 'second',
      recordedAt: new Date().toISOString(),
      actor: { person: null, actingAs: 'system', authMethod: 'none' },
      refs: [],
      irregularities: [],
      legalBasis: [],
      documents: [],
      classification: 'open',
      commandId: uuidOf(stream, at),
      fingerprint: 'sha256:0',
      facts: {},
      factsAsOf: null,
      correlation: stream,
      causation: null,
      data: { text: 'x'.repeat(500) },
      salt: 'AAAA',
    });
    const { after } = await store.append({ stream, expected: at - 1, unchanged: {}, events: [event] });
    process.stdout.write(`${stream} ${at} ${after}\n`);
  }
}
await Promise.all(Array.from({ length: Number(writers) }, (_, n) => write(n)));
