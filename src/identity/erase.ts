/** A person is erased: the event first, then every copy of the key and every name that led to it; and a paper that says so. */
import { instantOfMillis } from '../../projections/kernel/instant.js';
import { proofText } from '../../projections/kernel/note.js';
import { erasure } from '../areas/identity/erasure.js';
import type { Commands } from '../ledger/commands.js';
import type { Opened } from '../ledger/open.js';
import type { Seal } from '../ledger/seal/seal.js';
import { systemContext } from '../ledger/self.js';

export interface Certificate {
  readonly certificate: 'purge';
  readonly ledger: string;
  readonly person: string;
  /** Of the event that says so. */
  readonly event: Readonly<{ index: string; id: string; digest: string; recordedAt: string }>;
  readonly approvers: readonly string[];
  /** Of each copy of the key store: whether a key was there, and how many names led to it. */
  readonly copies: readonly Readonly<{ folder: string; key: boolean; names: number }>[];
  /** Events in which something of the person stays, sealed, that nobody can open any more. */
  readonly sealedIn: number;
  /** That the event is under a signed head, as a C2SP tlog-proof; null while it is not sealed. */
  readonly proof: string | null;
}

/**
 * Throws Refusal where it is held or not approved by two. Broken off, it is gone on with by being asked again: the event
 * is there once, and what is destroyed already stays so.
 */
export async function erasePerson(
  { opened, commands, seal }: { readonly opened: Opened; readonly commands: Commands; readonly seal: Seal },
  person: string,
): Promise<Certificate> {
  const { vault, store } = opened;
  const context = systemContext(opened, instantOfMillis(opened.millis()));
  const data = { copies: vault.copies };
  await commands.send(erasure, person, { type: 'ErasePerson', data }, { context, key: `erase-${person}` });
  const events = await store.readStream(`erasure-${person}`);
  const event = events.find(({ type }) => type === 'PersonErased')!;
  const copies = await vault.erase(person);
  const [stored] = await store.readStored(event.index, 1);
  const last = await seal.sealUnlessOthersDo();
  const proof =
    last && last.size > event.index
      ? proofText(event.index, await seal.tree.inclusion(event.index, last.size), await seal.tree.whole(last))
      : null;
  return {
    certificate: 'purge',
    ledger: opened.name,
    person,
    event: {
      index: String(event.index),
      id: event.id,
      digest: `sha256:${stored!.digest.toString('hex')}`,
      recordedAt: event.recordedAt,
    },
    approvers: (event.data as { approvers: readonly string[] }).approvers,
    copies,
    sealedIn: (await store.readRefs('person', person)).length,
    proof,
  };
}
