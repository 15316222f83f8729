/**
 * Everything that the log says of one thing, as one file that needs nothing else: lines of JSON, each event with its
 * bytes and its proof, the head that they are under with the signatures of log and witnesses, and how many there are at
 * the beginning and at the end. What a line holds is told in docs/proof.md.
 */
import { createHash } from 'node:crypto';
import type { Envelope, Recorded } from '../../../projections/kernel/message.js';
import { toBase64 } from '../../../projections/kernel/bytes.js';
import { keyText } from '../../../projections/kernel/note.js';
import { openingsOf, personsIn } from '../envelope.js';
import type { EventStore, Stored } from '../event-store.js';
import type { Vault } from '../vault.js';
import { readOrNull, SealKeys } from './keys.js';
import { Seal } from './seal.js';

export interface Of {
  readonly type: string;
  readonly id: string;
}
export interface EvidenceOf {
  readonly ledger: string;
  readonly mode: 'demo' | 'real';
  readonly store: EventStore;
  readonly vault: Vault;
  readonly seal: Seal;
  /** Whether an event may be shown to whoever asks. */
  readonly shows: (event: Pick<Envelope, 'classification' | 'stream'>) => boolean;
  /** Whether sealed fields are opened for him. */
  readonly opens: boolean;
}
export interface Evidence {
  readonly text: string;
  readonly events: number;
  /** Whose fields were opened. */
  readonly persons: readonly string[];
}
/** Registers that a matter's events rest on; more than so many events of them are named and left out. */
const MOST_REGISTERED = 2000;

/** Null where nothing about it is sealed yet. */
export async function evidenceOf(of: EvidenceOf, subject: Of): Promise<Evidence | null> {
  const { store, seal, opens, shows } = of;
  const last = await seal.tree.last();
  if (!last) return null;
  const all = await store.readRefs(subject.type, subject.id);
  const about = all.filter(({ index }) => index < last.size);
  if (about.length === 0) return null;
  const { registered, left } = await registersOf(store, about, last.size);
  const kept = new Set(about.map(({ index }) => index));
  const lines: string[] = [];
  const persons = new Set<string>();
  let [opened, withheld] = [0, 0];
  for (const event of [...about, ...registered.filter(({ index }) => !kept.has(index))].toSorted(
    (a, b) => a.index - b.index,
  )) {
    const isAbout = kept.has(event.index);
    const [stored] = await store.readStored(event.index, 1);
    const proof = (await seal.tree.inclusion(event.index, last.size)).map(toBase64);
    const shown = shows(event);
    if (!shown) withheld++;
    lines.push(eventLine(stored!, isAbout ? 'about' : 'register', proof, shown));
    if (!shown || !opens || !isAbout) continue;
    for (const opening of await openingsOf(of.vault, event.id, event.data)) {
      lines.push(JSON.stringify({ open: { index: String(event.index), ...opening } }));
      opened++;
    }
    for (const person of await personsIn(event.data)) persons.add(person);
  }
  const keys = await SealKeys.open(seal.folder);
  const head = {
    mingzhang: 'evidence',
    version: 1,
    ledger: of.ledger,
    mode: of.mode,
    subject,
    size: String(last.size),
    about: String(about.length),
    registers: String(lines.length - opened - about.length),
    opened: String(opened),
    withheld: String(withheld),
    unsealed: String(all.length - about.length),
    left,
    complete: 'claimed',
    keys: keys?.signers.map(({ key }) => keyText(key)) ?? [],
    policy: await readOrNull(Seal.policyPath(seal.folder)),
  };
  return {
    text: closed([JSON.stringify(head), ...lines, JSON.stringify({ head: await seal.tree.whole(last) })]),
    events: about.length,
    persons: [...persons],
  };
}
function eventLine(
  { index, digest, bytes }: Stored,
  role: 'about' | 'register',
  proof: string[],
  shown: boolean,
): string {
  const start = `{"index":"${index}","role":"${role}","proof":${JSON.stringify(proof)}`;
  return shown
    ? `${start},"event":${bytes.toString('utf8')}}`
    : `${start},"withheld":"sha256:${digest.toString('hex')}"}`;
}
/** The last line counts the others and has their digest, so that a file that was cut off or added to is none. */
function closed(lines: readonly string[]): string {
  const text = `${lines.join('\n')}\n`;
  const digest = createHash('sha256').update(text).digest('hex');
  return `${text}{"end":{"lines":"${lines.length}","digest":"sha256:${digest}"}}\n`;
}

/** The streams that deciding facts came from, whole: what an item, a window, a calendar was known to be. */
async function registersOf(store: EventStore, about: readonly Recorded[], size: number) {
  const own = new Set(about.map(({ stream }) => stream));
  const streams = new Set(
    about.flatMap(({ facts }) => Object.entries(facts).flatMap(([name, at]) => (at >= 0 ? [name] : []))),
  );
  const registered: Recorded[] = [];
  const left: string[] = [];
  for (const stream of [...streams].filter((name) => !own.has(name)).toSorted()) {
    // Accounts, grants and identities are nobody's business here.
    if (/^(account|access|identity)-/.test(stream)) continue;
    const events = (await store.readStream(stream)).filter(({ index }) => index < size);
    if (registered.length + events.length > MOST_REGISTERED) left.push(stream);
    else registered.push(...events);
  }
  return { registered, left };
}
