/**
 * Whom somebody trusts (C2SP tlog-policy): which logs, which witnesses, and how many of them have to have seen a
 * checkpoint. Such as: the discipline office and one of audit office and finance bureau.
 */
import { toHex } from './bytes.js';
import type { Sha256 } from './merkle.js';
import { COSIGNATURE_ED25519, judge, keyIn, NOTE_ED25519, type Note, type PublicKey, type Verify } from './note.js';

export interface Witness {
  /** In the policy alone; the key has a name of its own. */
  readonly name: string;
  readonly key: PublicKey;
  /** Where `add-checkpoint` is below. */
  readonly url: string | null;
}
interface Group {
  readonly name: string;
  readonly least: number;
  readonly members: readonly string[];
}
export interface Trust {
  readonly logs: readonly { readonly key: PublicKey; readonly url: string | null }[];
  readonly witnesses: readonly Witness[];
  readonly groups: readonly Group[];
  /** A witness, a group, or `none`. */
  readonly quorum: string;
}
export class PolicyUnusable extends Error {
  constructor(
    readonly line: number,
    readonly reason: string,
  ) {
    super(`line ${line}: ${reason}`);
    this.name = 'PolicyUnusable';
  }
}

class Reading {
  readonly logs: Trust['logs'][number][] = [];
  readonly witnesses: Witness[] = [];
  readonly groups: Group[] = [];
  quorum: string | null = null;
  private readonly used = new Set<string>();
  constructor(private readonly sha256: Sha256) {}

  line(words: readonly string[], refuse: (reason: string) => never): void {
    const [word, ...rest] = words;
    if (word === 'log') this.log(rest, refuse);
    else if (word === 'witness') this.witness(rest, refuse);
    else if (word === 'group') this.group(rest, refuse);
    else if (word === 'quorum') this.setQuorum(rest, refuse);
    else refuse(`what is "${word}"?`);
  }
  private key(type: number, others: readonly PublicKey[], refuse: (r: string) => never, text = '') {
    const key = keyIn(this.sha256, text) ?? refuse('that is no verifier key');
    if (key.type !== type) refuse(`a key of type ${key.type}, not ${type}`);
    if (others.some((other) => toHex(other.key) === toHex(key.key))) refuse('this key is there already');
    return key;
  }
  private log([vkey, url, ...more]: readonly string[], refuse: (r: string) => never) {
    if (more.length > 0) refuse('log <vkey> [<url>]');
    const others = this.logs.map(({ key }) => key);
    this.logs.push({ key: this.key(NOTE_ED25519, others, refuse, vkey), url: url ?? null });
  }
  private isKnown = (name: string) => [...this.witnesses, ...this.groups].some((known) => known.name === name);
  private newName(name: string, refuse: (r: string) => never): string {
    return name === 'none' || this.isKnown(name) ? refuse(`${name} is there already`) : name;
  }
  private witness([name = '', vkey, url, ...more]: readonly string[], refuse: (r: string) => never) {
    if (more.length > 0) refuse('witness <name> <vkey> [<url>]');
    const others = this.witnesses.map(({ key }) => key);
    const key = this.key(COSIGNATURE_ED25519, others, refuse, vkey);
    this.witnesses.push({ name: this.newName(name, refuse), key, url: url ?? null });
  }
  private group([name = '', how = '', ...members]: readonly string[], refuse: (r: string) => never) {
    for (const member of members) {
      if (!this.isKnown(member)) refuse(`${member} is not defined above`);
      if (this.used.has(member)) refuse(`${member} is a member already`);
      this.used.add(member);
    }
    const least = how === 'all' ? members.length : how === 'any' ? 1 : /^[1-9]\d*$/.test(how) ? Number(how) : 0;
    if (least < 1 || least > members.length)
      refuse('group <name> all|any|<number up to that of the members> <members>');
    this.groups.push({ name: this.newName(name, refuse), least, members });
  }
  private setQuorum([name = '', ...more]: readonly string[], refuse: (r: string) => never) {
    if (this.quorum !== null) refuse('there is a quorum already');
    if (more.length > 0 || (name !== 'none' && !this.isKnown(name))) refuse('quorum <name>, defined above, or none');
    this.quorum = name;
  }
}

/** Throws {@link PolicyUnusable}. */
export function trustIn(sha256: Sha256, text: string): Trust {
  const reading = new Reading(sha256);
  const lines = text.split('\n');
  if (lines.at(-1) !== '') throw new PolicyUnusable(lines.length, 'the last line has no end');
  for (const [n, line] of lines.entries()) {
    const refuse = (reason: string): never => {
      throw new PolicyUnusable(n + 1, reason);
    };
    if ([...line].some((letter) => (letter < ' ' && letter !== '\t') || letter === '\x7f'))
      refuse('a control character');
    const words = line.split(/[ \t]+/).filter((word) => word !== '');
    if (words.length > 0 && !words[0]!.startsWith('#')) reading.line(words, refuse);
  }
  const { logs, witnesses, groups, quorum } = reading;
  if (quorum === null) throw new PolicyUnusable(lines.length, 'there is no quorum');
  return { logs, witnesses, groups, quorum };
}

/** Whether the cosignatures of these witnesses (their names in the policy) are enough. */
export function isEnough({ groups, quorum }: Trust, cosigned: ReadonlySet<string>): boolean {
  const has = (name: string): boolean => {
    const group = groups.find((each) => each.name === name);
    return group ? group.members.filter(has).length >= group.least : cosigned.has(name);
  };
  return quorum === 'none' || has(quorum);
}

export interface Seen {
  /** A key of the log signed it. */
  readonly log: PublicKey | null;
  /** Keys of the policy whose signature is there and wrong: nothing about such a note is believed. */
  readonly wrong: readonly string[];
  readonly witnesses: readonly { readonly name: string; readonly time: number }[];
  readonly enough: boolean;
}
/** What a policy makes of a checkpoint. */
export async function seenBy(trust: Trust, note: Note, verify: Verify): Promise<Seen> {
  const origin = note.text.slice(0, note.text.indexOf('\n'));
  const wrong: string[] = [];
  let log: PublicKey | null = null;
  for (const { key } of trust.logs) {
    const judged = key.name === origin ? await judge(note, key, verify) : null;
    if (judged?.verdict === 'valid') log = key;
    if (judged?.verdict === 'wrong') wrong.push(key.name);
  }
  const witnesses: { name: string; time: number }[] = [];
  for (const { name, key } of trust.witnesses) {
    const judged = await judge(note, key, verify);
    if (judged?.verdict === 'valid') witnesses.push({ name, time: judged.time! });
    if (judged?.verdict === 'wrong') wrong.push(name);
  }
  return { log, wrong, witnesses, enough: isEnough(trust, new Set(witnesses.map(({ name }) => name))) };
}
