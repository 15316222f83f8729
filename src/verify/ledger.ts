/** Everything that can be checked of a ledger on its own machine, in order; what could not be is said. */
import type { Pool } from 'pg';
import { equal } from '../../projections/kernel/merkle.js';
import type { Recorded } from '../../projections/kernel/message.js';
import { checkpointIn, keyText, noteIn } from '../../projections/kernel/note.js';
import { isEnough, seenBy, type Trust, trustIn } from '../../projections/kernel/trust.js';
import type { Opened } from '../ledger/open.js';
import { headOn, noHeads, readOrNull, type Remembered, SealKeys, sha256, verifyEd25519 } from '../ledger/seal/keys.js';
import { Seal } from '../ledger/seal/seal.js';
import { KeptMap } from '../ledger/seal/objects.js';
import { type Kept, KeptTree } from '../ledger/seal/tree.js';
import { rememberVerified, verifiedIn } from '../ledger/seal/verified.js';
import { SELF } from '../ledger/self.js';
import { connectPool } from '../read/session.js';
import { copiesHere, copiesOfIndex, verifyCopies } from './copies.js';
import { verifyHashes } from './hashes.js';
import { keysOf } from './keys.js';
import { verifyMap } from './map.js';
import { Report } from './report.js';
import { type Scratch, verifyTables } from './tables.js';

export interface Verifying {
  readonly opened: Pick<Opened, 'serviceUrl' | 'store'>;
  /** Of the ledger's seal: its policy, what was last signed, what was verified before. */
  readonly folder: string;
  /** From the first event on, whatever was verified before. */
  readonly full: boolean;
  /** Heads that others have kept, as signed notes. */
  readonly elsewhere: readonly string[];
  /** Makes the database that tables are replayed into; null: they are left out. */
  readonly scratch: (() => Promise<Scratch>) | null;
  readonly signal: AbortSignal;
  readonly told?: (part: 'hashes' | 'map' | 'columns' | 'tables') => (done: number, of: number) => void;
}

/** What the ledger says of its keys; nothing, where one of these events cannot be read: its bytes are named as they are hashed. */
async function introductions(store: Opened['store']): Promise<readonly Recorded[]> {
  try {
    return await store.readStream(`ledger-${SELF}`);
  } catch (error) {
    if ((error as Error).name !== 'SyntaxError') throw error;
    return [];
  }
}

export async function verifyLedger(of: Verifying): Promise<Report> {
  const { opened, folder, told } = of;
  const { store, serviceUrl } = opened;
  const report = new Report();
  const pool = connectPool(serviceUrl);
  try {
    const tree = new KeptTree(pool);
    const policy = await readOrNull(Seal.policyPath(folder));
    const trust = policy === null ? null : trustIn(sha256, policy);
    const keys = await keysOf(await introductions(store), trust);
    const trusted = of.full ? null : await verifiedIn(folder);
    const remembered = (await (await SealKeys.open(folder))?.remembered()) ?? null;
    const { next } = await store.head();
    const { elsewhere } = of;
    const hashing = { store, tree, keys, trusted, elsewhere, remembered, report };
    const good = await verifyHashes({ ...hashing, ...(told && { told: told('hashes') }) });
    if (remembered) await verifyKept(tree, remembered, report);
    await verifyWitnesses(tree, trust, report);
    // What was trusted is not read again, unless it turned out not to be what it was.
    const from = trusted && report.verdict !== 'refuted' ? Math.min(trusted.size, next) : 0;
    let map: { size: number } | null = null;
    if (report.verdict === 'refuted')
      report.notChecked(
        '对象映射：事件本身已不符，未重算',
        'the map over objects: the events themselves are not what was sealed',
      );
    else
      map = await verifyMap({ store, map: new KeptMap(pool), report, from, next, ...(told && { told: told('map') }) });
    const copies = (await isElsewhere(pool)) ? copiesOfIndex(pool, store) : copiesHere(pool);
    await verifyCopies(pool, copies, { from, next }, report, told?.('columns'));
    await replay(of, report);
    if (report.verdict !== 'refuted' && good)
      await rememberVerified(folder, { ...good, map, at: new Date().toISOString() });
    return report;
  } finally {
    await pool.end();
  }
}

/** Whether the log is in another engine, and `log.events` holds none of it, or what it was copied from. */
async function isElsewhere(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query<{ is: boolean }>('select exists (select from log.elsewhere) as is');
  return rows[0]!.is;
}

async function replay({ opened, scratch: make, signal, told }: Verifying, report: Report): Promise<void> {
  if (!make) return report.notChecked('读表（未重算）', 'the read tables: they were not replayed');
  let scratch: Scratch;
  try {
    scratch = await make();
  } catch (error) {
    return report.undecided(
      `读表：无法建立临时数据库（${(error as Error).message}）`,
      `the read tables: there is no database to replay them into (${(error as Error).message})`,
    );
  }
  try {
    const { serviceUrl: url, store } = opened;
    await verifyTables({ url, store, signal }, scratch, report, told?.('tables'));
  } finally {
    await scratch.drop();
  }
}

const PAGE = 500;
/** No head that was signed is gone: beside the key stands how many there were before the last, and which. */
async function verifyKept(tree: KeptTree, remembered: Remembered, report: Report): Promise<void> {
  const { size, since, heads, chain, signers } = remembered;
  let [count, last, known, isThere] = [0, -1, noHeads(since).chain, false];
  const isBefore = (each: Kept) =>
    each.size < size || (each.size === size && signers !== '' && each.signers !== signers);
  for (let after = since - 1; ;) {
    const some = await tree.checkpoints(after, PAGE);
    for (const each of some) {
      if (isBefore(each)) {
        known = headOn(known, checkpointIn(noteIn(each.note)?.text ?? '') ?? each);
        count++;
      } else isThere ||= each.size >= size;
      last = each.size;
    }
    if (some.length < PAGE) break;
    after = last;
  }
  if (count !== heads || !equal(known, chain))
    report.wrong({
      code: 'heads',
      place: `封存 heads ${since} – ${size}`,
      zh: `曾签名并留存 ${heads} 个，现有 ${count} 个`,
      en: `${heads} were signed and kept before the last, and ${count} are there`,
    });
  if (!isThere)
    report.undecided(
      `最后签名的封存 ${size} 未留存：签名后中断，或被抽走；服务运行时会重新签署`,
      `the head of ${size} that was signed last is not kept: it was cut off then, or taken out; a service that runs signs anew`,
    );
}
/** Every cosignature that is kept, and how far enough witnesses have seen. */
async function verifyWitnesses(tree: KeptTree, trust: Trust | null, report: Report): Promise<void> {
  let [count, seenTo, last] = [0, 0, 0];
  const known = new Set((trust?.witnesses ?? []).map(({ key }) => keyText(key)));
  for (let after = -1; ;) {
    const some = await tree.checkpointsWithWitnesses(after, PAGE);
    for (const each of some) {
      last = each.size;
      if (!trust || each.witnesses.length === 0) continue;
      const note = noteIn(await tree.whole(each));
      const place = `封存 head ${each.size}`;
      if (!note) {
        report.wrong({ code: 'cosignature', place, zh: '见证签名不可读', en: 'its cosignatures cannot be read' });
        continue;
      }
      const { witnesses, wrong } = await seenBy(trust, note, verifyEd25519);
      for (const name of wrong)
        report.wrong({ code: 'cosignature', place, zh: `${name} 的签名不符`, en: `the signature of ${name} is wrong` });
      const lost = each.witnesses.filter((key) => known.has(key)).length - witnesses.length;
      if (lost > 0 && wrong.length === 0)
        report.wrong({
          code: 'cosignature',
          place,
          zh: '见证签名被替换',
          en: 'a cosignature is not of who it is kept for',
        });
      count += witnesses.length;
      if (isEnough(trust, new Set(witnesses.map(({ name }) => name)))) seenTo = Math.max(seenTo, each.size);
    }
    if (some.length < PAGE) break;
    after = some.at(-1)!.size;
  }
  if (last > 0)
    report.notChecked(
      '封存旁所记的时刻（signed_at）：无人对其签名；见证的时刻在其签名之内',
      'the time beside each head (signed_at): nobody signed it; that of a witness is under its signature',
    );
  if (!trust || trust.quorum === 'none')
    return report.notChecked(
      '见证：未设见证，仅为“已封存、未见证”',
      'witnesses: there are none; it is sealed, not witnessed',
    );
  report.checked('cosignatures', count, `${count} 个见证签名`, `${count} cosignatures`);
  if (seenTo < last)
    report.notChecked(
      `见证：${seenTo} 之后至 ${last} 已封存、未见证`,
      `witnesses: from ${seenTo} to ${last} it is sealed, not witnessed`,
    );
}
