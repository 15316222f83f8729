/**
 * Asks the witnesses of a policy to cosign checkpoints (C2SP tlog-witness): each for itself, the newest only, in nobody's
 * way. One that is away is asked again, less and less often; what it missed it learns from the next consistency proof.
 */
import type { Note, Verify } from '../../../projections/kernel/note.js';
import { judge, keyText, noteIn, signaturesIn } from '../../../projections/kernel/note.js';
import { toBase64 } from '../../../projections/kernel/bytes.js';
import type { Hash } from '../../../projections/kernel/merkle.js';
import type { Trust, Witness } from '../../../projections/kernel/trust.js';
import type { Kept, KeptTree } from './tree.js';

const PATIENCE_MS = 5000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
const MOST_BYTES = 20_000;

/** What is sent to a witness. */
export const addCheckpointBody = (old: number, proof: readonly Hash[], note: string): string =>
  `old ${old}\n${proof.map((hash) => `${toBase64(hash)}\n`).join('')}\n${note}`;

interface Known {
  /** The size that it is known to have cosigned. */
  size: number;
  pauseMs: number;
  notBefore: number;
  error: string | null;
}
export interface WitnessStatus {
  readonly name: string;
  readonly url: string | null;
  readonly size: number;
  readonly error: string | null;
}

export class Witnesses {
  private readonly known = new Map<string, Known>();
  private asking: Promise<void> | null = null;

  constructor(
    private readonly tree: KeptTree,
    private readonly verify: Verify,
  ) {}

  status = ({ witnesses }: Trust): readonly WitnessStatus[] =>
    witnesses.map(({ name, key, url }) => {
      const { size, error } = this.of(keyText(key));
      return { name, url, size, error };
    });
  private of(key: string): Known {
    const known = this.known.get(key) ?? { size: 0, pauseMs: 0, notBefore: 0, error: null };
    this.known.set(key, known);
    return known;
  }

  /** Asks those who have not cosigned it, unless a round is under way: the next one finds what is newest then. */
  ask(trust: Trust, checkpoint: Kept, signal: AbortSignal): void {
    this.asking ??= this.round(trust, checkpoint, signal).finally(() => {
      this.asking = null;
    });
  }
  /** Ends when nobody is being asked. */
  settled = async (): Promise<void> => this.asking ?? undefined;

  private async round({ witnesses }: Trust, checkpoint: Kept, signal: AbortSignal): Promise<void> {
    const now = performance.now();
    const due = witnesses.filter(({ url, key }) => {
      const { size, notBefore } = this.of(keyText(key));
      return url !== null && size < checkpoint.size && notBefore <= now;
    });
    if (due.length === 0) return;
    const proof = this.proofsUpTo(checkpoint.size);
    const cosigned = new Set((await this.tree.cosignatures(checkpoint).catch(() => [])).map(({ witness }) => witness));
    await Promise.all(
      due.map(async (witness) => {
        const key = keyText(witness.key);
        const known = this.of(key);
        if (cosigned.has(key)) {
          known.size = checkpoint.size;
          return;
        }
        try {
          await this.askOne(witness, known, checkpoint, proof, signal);
          Object.assign(known, { size: checkpoint.size, pauseMs: 0, notBefore: 0, error: null });
        } catch (error) {
          if (signal.aborted) return;
          known.pauseMs = Math.min(Math.max(FIRST_PAUSE_MS, 2 * known.pauseMs), LONGEST_PAUSE_MS);
          known.notBefore = performance.now() + known.pauseMs;
          known.error = error instanceof Error ? error.message : String(error);
        }
      }),
    );
  }

  /** Most of them stand where the others do: one proof serves them all. */
  private proofsUpTo(size: number): (old: number) => Promise<Hash[]> {
    const made = new Map<number, Promise<Hash[]>>([[0, Promise.resolve([])]]);
    return (old) => {
      const known = made.get(old) ?? this.tree.consistency(old, size);
      made.set(old, known);
      return known;
    };
  }
  private async askOne(
    witness: Witness,
    known: Known,
    checkpoint: Kept,
    proofUpTo: (old: number) => Promise<Hash[]>,
    signal: AbortSignal,
  ): Promise<void> {
    let { size: old } = known;
    for (let tries = 0; tries < 3; tries++) {
      const proof = await proofUpTo(old);
      const { status, text } = await post(
        `${witness.url!.replace(/\/$/, '')}/add-checkpoint`,
        addCheckpointBody(old, proof, checkpoint.note),
        signal,
      );
      if (status === 200) return this.take(witness, checkpoint, text);
      if (status !== 409) throw new Error(`it answers ${status}: ${text.slice(0, 200).trim()}`);
      const size = /^(0|[1-9]\d{0,15})\n$/.exec(text)?.[1];
      if (size === undefined) throw new Error('it answers 409 without a size');
      if (Number(size) > checkpoint.size)
        throw new Error(`it has seen ${size} events, and there are ${checkpoint.size}: the log was put back`);
      old = Number(size);
    }
    throw new Error('it has seen something else each time');
  }
  private async take(witness: Witness, checkpoint: Kept, lines: string): Promise<void> {
    const signatures = signaturesIn(lines);
    if (!signatures) throw new Error('its answer is no signature');
    const { text } = noteIn(checkpoint.note) as Note;
    const judged = await judge({ text, signatures }, witness.key, this.verify);
    if (judged?.verdict !== 'valid') throw new Error('its cosignature is not one of its key');
    const own = signatures.findIndex(({ name, id }) => name === witness.key.name && id === witness.key.id);
    const line = `${lines.split('\n')[own]!}\n`;
    await this.tree.addCosignature(checkpoint, keyText(witness.key), line, new Date(judged.time! * 1000));
  }
}

async function post(url: string, body: string, signal: AbortSignal): Promise<{ status: number; text: string }> {
  const ended = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  const response = await fetch(url, { method: 'POST', body, signal: ended, redirect: 'error' });
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > MOST_BYTES) throw new Error('its answer has no end');
  }
  return { status: response.status, text };
}
