/** Which keys a signature of the log may be of: those that somebody trusts, and those that they name as their followers. */
import type { LedgerEvent } from '../../projections/events/ledger.js';
import type { Recorded } from '../../projections/kernel/message.js';
import { judge, keyIn, noteIn, type PublicKey } from '../../projections/kernel/note.js';
import type { Trust } from '../../projections/kernel/trust.js';
import { sha256, verifyEd25519 } from '../ledger/seal/keys.js';
import { keyText } from '../../projections/kernel/note.js';

export interface LogKey {
  readonly key: PublicKey;
  /** A head that is larger is not believed: the key may be in other hands since. */
  readonly until: number | null;
}
export interface LogKeys {
  readonly keys: readonly LogKey[];
  /** Nobody outside the log vouches for the first of them. */
  readonly own: boolean;
}

/** `said`: events of the stream `ledger-self`. */
export async function keysOf(said: readonly Recorded[], trust: Trust | null): Promise<LogKeys> {
  const introduced = (said as readonly Recorded<LedgerEvent>[]).flatMap((event) =>
    event.type === 'LogKeyIntroduced' ? [event] : [],
  );
  const keys: { key: PublicKey; until: number | null }[] = (trust?.logs ?? []).map(({ key }) => ({ key, until: null }));
  const own = keys.length === 0;
  for (const { data, index } of introduced) {
    const key = keyIn(sha256, data.key);
    if (!key || keys.some((known) => keyText(known.key) === data.key)) continue;
    const before = keys.find((known) => keyText(known.key) === data.replaces);
    if (before && data.endorsement === null) before.until = index + 1;
    const isFirst = own && keys.length === 0;
    const named = before !== undefined && (await endorses(data.endorsement, before.key, data.origin, data.key));
    // Where nobody outside vouches for any of them, the log's own word is all there is.
    if (isFirst || named || own) keys.push({ key, until: null });
  }
  return { keys, own };
}

async function endorses(text: string | null, before: PublicKey, origin: string, next: string): Promise<boolean> {
  const note = text === null ? null : noteIn(text);
  if (!note || note.text !== `${origin}\nnext key\n${next}\n`) return false;
  return (await judge(note, before, verifyEd25519))?.verdict === 'valid';
}
