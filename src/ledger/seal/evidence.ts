/**
 * Everything that the log says of one thing, as one file that needs nothing else: lines of JSON, each event with its
 * bytes and its proof, the head that they are under with the signatures of log and witnesses, and how many there are at
 * the beginning and at the end. What a line holds is told in docs/proof.md.
 */
import { createHash } from 'node:crypto';
import type { Envelope, Recorded } from '../../../projections/kernel/message.js';
import { toBase64 } from '../../../projections/kernel/bytes.js';
import { blindOf, keyOf, type Page, proveEntry } from '../../../projections/kernel/map.js';
import { keyText } from '../../../projections/kernel/note.js';
import { openingsOf, personsIn } from '../envelope.js';
import { type EventStore, parse, type Stored } from '../event-store.js';
import type { Vault } from '../vault.js';
import { readOrNull, SealKeys, sha256 } from './keys.js';
import { lastRoot } from './map-root.js';
import { asKept, loadWays, secretOf } from './objects.js';
import { Seal } from './seal.js';
import { verifiedIn } from './verified.js';

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
  const complete = await completeness(of, subject, last.size);
  const roles = new Map<number, Role>(registered.map(({ index }) => [index, 'register']));
  for (const { index } of complete ? [complete.told] : []) roles.set(index, 'root');
  for (const { index } of about) roles.set(index, 'about');
  const lines: string[] = [];
  const persons = new Set<string>();
  let [opened, withheld, registers] = [0, 0, 0];
  for (const [index, role] of [...roles].toSorted(([a], [b]) => a - b)) {
    const [stored] = await store.readStored(index, 1);
    const event = parse(stored!.bytes, index);
    const isAbout = role === 'about';
    const proof = (await seal.tree.inclusion(index, last.size)).map(toBase64);
    // Whoever knew the salt of the first event could guess what others' entries of the map are of.
    const shown = shows(event) && index > 0;
    if (!shown) withheld++;
    if (role === 'register') registers++;
    lines.push(eventLine(stored!, role, proof, shown));
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
    registers: String(registers),
    opened: String(opened),
    withheld: String(withheld),
    unsealed: String(all.length - about.length),
    left,
    complete: complete && { root: String(complete.told.index), size: String(complete.told.size) },
    recomputed: complete && (await recomputedBy(seal.folder, complete.told.size)),
    keys: keys?.signers.map(({ key }) => keyText(key)) ?? [],
    policy: await readOrNull(Seal.policyPath(seal.folder)),
  };
  return {
    text: closed([
      JSON.stringify(head),
      ...lines,
      ...(complete ? [complete.line] : []),
      JSON.stringify({ head: await seal.tree.whole(last) }),
    ]),
    events: about.length,
    persons: [...persons],
  };
}
type Role = 'about' | 'register' | 'root';
/** The last root of the map over objects under the head, and that it has all events of the subject; null where there is none. */
async function completeness({ store, seal }: EvidenceOf, subject: Of, size: number) {
  const told = await lastRoot(store, size);
  const epoch = told && (await seal.map.at(told.size));
  if (!epoch) return null;
  const blind = blindOf(sha256, await secretOf(store), subject);
  const key = keyOf(sha256, blind, subject);
  const pages = new Map<string, Page | null>();
  await loadWays(pages, [key], { read: asKept(seal.map, epoch.epoch), root: null });
  const { at, siblings } = proveEntry(sha256, pages, key);
  const entry = at && { key: toBase64(at.key), count: String(at.count), chain: toBase64(at.chain) };
  const line = JSON.stringify({
    complete: { root: String(told.index), blind: toBase64(blind), at: entry, siblings: siblings.map(toBase64) },
  });
  return { told, line };
}
/** By whom, and when, roots up to this one were made again from the events: what this machine remembers of it. */
async function recomputedBy(folder: string, size: number) {
  const verified = await verifiedIn(folder);
  return verified?.map && verified.map.size >= size ? { by: 'mingzhang verify', at: verified.at } : null;
}

function eventLine({ index, digest, bytes }: Stored, role: Role, proof: string[], shown: boolean): string {
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
