/** What a log is signed with: made, exchanged for another, and told in the log itself. */
import { join } from 'node:path';
import { instantOfMillis } from '../../../projections/kernel/instant.js';
import { keyText, noteText, type PublicKey } from '../../../projections/kernel/note.js';
import type { Commands } from '../commands.js';
import type { Opened } from '../open.js';
import { ledgerSelf, SELF, systemContext } from '../self.js';
import { SealKeys } from './keys.js';

/** Where the keys of a ledger's seal are: beside its key store, and no part of it. */
export const sealFolder = (data: string, ledger: string): string => join(data, 'seal', ledger);

/** A ledger, and the folder of its seal. */
export interface KeyPlace {
  readonly folder: string;
  readonly opened: Opened;
  readonly commands: Commands;
}
/** What the log says of its own key: an event, once for each key. */
async function introduce({ opened, commands }: KeyPlace, key: PublicKey, more: Introduction): Promise<void> {
  const context = systemContext(opened, instantOfMillis(opened.millis()));
  const data = { origin: key.name, key: keyText(key), ...more };
  await commands.send(ledgerSelf, SELF, { type: 'IntroduceLogKey', data }, { context, key: `log-key-${key.id}` });
}
type Introduction = Readonly<{ replaces: string | null; endorsement: string | null; reason: string }>;

export async function createKeys(place: KeyPlace, origin: string): Promise<SealKeys> {
  const now = instantOfMillis(place.opened.millis());
  const keys = await SealKeys.create(place.folder, origin, now);
  await introduce(place, keys.signers[0]!.key, { replaces: null, endorsement: null, reason: '' });
  return keys;
}
/** The key before says by its signature which one follows, unless it may be in other hands. */
export async function rotateKeys(
  place: KeyPlace,
  keys: SealKeys,
  reason: string,
  compromised: boolean,
): Promise<SealKeys> {
  const now = instantOfMillis(place.opened.millis());
  const [before] = keys.signers as [SealKeys['signers'][number]];
  const rotated = await keys.rotate(now, compromised);
  const { key } = rotated.signers[0]!;
  const text = `${keys.origin}\nnext key\n${keyText(key)}\n`;
  const endorsement = compromised ? null : noteText(text, [before.line(text)]);
  await introduce(place, key, { replaces: keyText(before.key), endorsement, reason });
  return rotated;
}

/** The demo is sealed without being asked; for a real ledger somebody decides who holds the key. */
export async function demoKeys(place: KeyPlace): Promise<void> {
  if (place.opened.mode !== 'demo' || (await SealKeys.open(place.folder))) return;
  await createKeys(place, `localhost/mingzhang/${place.opened.name}`).catch((error: unknown) => {
    if ((error as { code?: string }).code !== 'EEXIST') throw error; // another instance was first
  });
}
