/**
 * A witness (C2SP tlog-witness): a small server of another office, with a folder and a key of its own and no database.
 * It remembers of each log the largest head that it has seen, and signs another only where that grew out of it. What it
 * has signed is durable before anybody is told; so a log can show two histories to nobody who asks for its signature.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { mkdir, open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fromBase64, toHex, utf8 } from '../projections/kernel/bytes.js';
import { emptyRoot, equal, extendsTree, HASH_SIZE, type Hash } from '../projections/kernel/merkle.js';
import {
  type Checkpoint,
  checkpointIn,
  COSIGNATURE_ED25519,
  judge,
  keyIn,
  keyText,
  NOTE_ED25519,
  type Note,
  noteIn,
  type PublicKey,
} from '../projections/kernel/note.js';
import { readOrNull, sha256, Signer, verifyEd25519, writeDurably } from './ledger/seal/keys.js';
import { Advice } from './postgres/advice.js';

const MOST_BYTES = 64 * 1024;
const PATIENCE_MS = 10_000;

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly type?: string;
}
const says = (status: number, body: string): Answer => ({ status, body: `${body}\n` });

interface Asked {
  readonly old: number;
  readonly proof: readonly Hash[];
  readonly note: Note;
  readonly text: string;
}
/** The body of `add-checkpoint`; null where it is none. */
function askedIn(body: string): Asked | null {
  const [, old, lines = '', text = ''] =
    /^old (0|[1-9]\d{0,15})\n((?:[A-Za-z0-9+/=]+\n){0,63})\n([^]*)$/.exec(body) ?? [];
  const proof = lines.split('\n').slice(0, -1).map(fromBase64);
  const note = noteIn(text);
  if (old === undefined || !note || !Number.isSafeInteger(Number(old))) return null;
  if (proof.some((hash) => hash?.length !== HASH_SIZE)) return null;
  return { old: Number(old), proof: proof as Hash[], note, text };
}

const logId = (origin: string) => toHex(sha256(utf8(origin)));
const KEY_FILE = 'witness-key.json';
const LOGS_FILE = 'logs';

export class Witness {
  /** Of one log one request at a time: what is checked is what is written. */
  private readonly turns = new Map<string, Promise<unknown>>();

  private constructor(
    private readonly folder: string,
    private readonly signer: Signer,
    private readonly seconds: () => number,
  ) {}

  /** Makes folder and key. Throws {@link Advice} where there is one. */
  static async create(folder: string, name: string): Promise<string> {
    if (name === '' || /[\s+]/u.test(name)) throw new Advice('名称不得含空白或 +。', 'A name has no spaces and no +.');
    const { signer, pem } = Signer.make(name, COSIGNATURE_ED25519);
    await writeDurably(join(folder, KEY_FILE), JSON.stringify({ name, pem }), { anew: true }).catch(
      (error: unknown) => {
        if ((error as { code?: string }).code !== 'EEXIST') throw error;
        throw new Advice(`${folder} 已有见证密钥。`, `There is a witness's key in ${folder} already.`);
      },
    );
    return keyText(signer.key);
  }
  /** From now on it also looks at this log. */
  static async trust(folder: string, vkey: string): Promise<PublicKey> {
    const key = keyIn(sha256, vkey);
    if (!key || key.type !== NOTE_ED25519)
      throw new Advice('这不是日志的公钥（vkey）。', 'That is no verifier key of a log.');
    const known = (await readOrNull(join(folder, LOGS_FILE))) ?? '';
    if (!known.split('\n').includes(vkey)) await writeDurably(join(folder, LOGS_FILE), `${known}${vkey}\n`);
    return key;
  }
  static async open(folder: string, seconds = () => Math.floor(Date.now() / 1000)): Promise<Witness> {
    const text = await readOrNull(join(folder, KEY_FILE));
    if (text === null)
      throw new Advice(
        `${folder} 中没有见证密钥；请先运行 mingzhang witness create。`,
        `There is no witness's key in ${folder}: mingzhang witness create.`,
      );
    const { name, pem } = JSON.parse(text) as { name: string; pem: string };
    return new Witness(folder, Signer.fromPem(name, COSIGNATURE_ED25519, pem), seconds);
  }
  get key(): string {
    return keyText(this.signer.key);
  }

  private async keysOf(origin: string): Promise<readonly PublicKey[]> {
    const text = (await readOrNull(join(this.folder, LOGS_FILE))) ?? '';
    return text.split('\n').flatMap((line) => {
      const key = keyIn(sha256, line.trim());
      return key?.name === origin ? [key] : [];
    });
  }
  private file = (origin: string) => join(this.folder, 'seen', `${logId(origin)}.note`);
  /** The largest head of a log that it has cosigned, with its own line; null before the first. */
  async seen(origin: string): Promise<{ checkpoint: Checkpoint; note: string } | null> {
    const note = await readOrNull(this.file(origin));
    return note === null ? null : { checkpoint: checkpointIn(noteIn(note)!.text)!, note };
  }
  /** For monitors: by lower-case hexadecimal SHA-256 of the log's origin. */
  async seenById(id: string): Promise<string | null> {
    return /^[0-9a-f]{64}$/.test(id) ? readOrNull(join(this.folder, 'seen', `${id}.note`)) : null;
  }

  async addCheckpoint(body: string): Promise<Answer> {
    const asked = askedIn(body);
    if (!asked) return says(400, 'this is no add-checkpoint request');
    const origin = asked.note.text.slice(0, asked.note.text.indexOf('\n'));
    const keys = await this.keysOf(origin);
    if (keys.length === 0) return says(404, 'this witness does not know the log');
    const verdicts = await Promise.all(keys.map((key) => judge(asked.note, key, verifyEd25519)));
    const some = verdicts.some((judged) => judged?.verdict === 'valid');
    if (!some || verdicts.some((judged) => judged?.verdict === 'wrong'))
      return says(403, 'no key of this log signed it');
    const before = this.turns.get(origin) ?? Promise.resolve();
    const turn = before.catch(() => undefined).then(() => this.inTurn(origin, asked));
    this.turns.set(origin, turn);
    return turn;
  }
  private async inTurn(origin: string, { old, proof, note, text }: Asked): Promise<Answer> {
    const checkpoint = checkpointIn(note.text);
    if (!checkpoint) return says(400, 'this is no checkpoint');
    if (old > checkpoint.size) return says(400, 'the old size is larger than the new one');
    const seen = await this.seen(origin);
    const last = seen?.checkpoint.size ?? 0;
    if (old !== last) return { status: 409, body: `${last}\n`, type: 'text/x.tlog.size' };
    if (!grewOut(seen?.checkpoint ?? null, checkpoint, proof)) return says(422, 'it did not grow out of what was seen');
    const line = this.signer.cosign(note.text, Math.max(1, this.seconds()));
    await writeDurably(this.file(origin), `${text}${line}`);
    return { status: 200, body: line };
  }
}

function grewOut(seen: Checkpoint | null, { size, root }: Checkpoint, proof: readonly Hash[]): boolean {
  // Of nothing there is nothing to prove, and of no events there is one root.
  if (!seen || seen.size === 0) return proof.length === 0 && (size > 0 || equal(root, emptyRoot(sha256)));
  return extendsTree(sha256, { before: seen.size, size, earlier: seen.root, root, proof });
}

async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request) {
    length += (part as Buffer).length;
    if (length > MOST_BYTES) return null;
    parts.push(part as Buffer);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
  } catch {
    return '';
  }
}
async function answer(witness: Witness, request: IncomingMessage): Promise<Answer> {
  const { method, url = '' } = request;
  if (method === 'POST' && url === '/add-checkpoint') {
    const body = await bodyOf(request);
    return body === null ? says(413, 'too long') : witness.addCheckpoint(body);
  }
  if (method !== 'GET') return says(405, 'POST /add-checkpoint');
  if (url === '/key') return says(200, witness.key);
  const note = await witness.seenById(/^\/([0-9a-f]{64})\/checkpoint$/.exec(url)?.[1] ?? '');
  return note === null ? says(404, 'never cosigned') : { status: 200, body: note };
}

/** One process at a time has the folder: two would each sign what the other has not seen. */
async function claim(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'serving.pid');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (let tries = 0; ; tries++) {
    try {
      const file = await open(path, 'wx', 0o600);
      await file.writeFile(String(process.pid));
      await file.close();
      return () => unlink(path);
    } catch (error) {
      if ((error as { code?: string }).code !== 'EEXIST') throw error;
      const pid = Number(await readFile(path, 'utf8').catch(() => ''));
      if (tries > 0 || isRunning(pid))
        throw new Advice(
          `另一见证进程（${pid}）正在使用 ${folder}。若并非如此，请删除 ${path}。`,
          `Another witness (process ${pid}) has ${folder}. If that is not so, remove ${path}.`,
        );
      await unlink(path);
    }
  }
}
function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
}

/** Serves until it is closed. Throws {@link Advice}. */
export async function serveWitness(
  folder: string,
  { host, port, seconds }: { readonly host: string; readonly port: number; readonly seconds?: () => number },
): Promise<{ url: string; key: string; close(): Promise<void> }> {
  const witness = await Witness.open(folder, seconds);
  const release = await claim(folder);
  const server: Server = createServer((request, response) => {
    answer(witness, request)
      .catch((error: unknown) => {
        console.error(error);
        return says(500, 'it could not be written down, so it is not signed');
      })
      .then(({ status, body, type = 'text/plain; charset=utf-8' }) => {
        response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
      }, console.error);
  });
  server.requestTimeout = PATIENCE_MS;
  server.headersTimeout = PATIENCE_MS;
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
  } catch (error) {
    await release();
    throw error;
  }
  const { port: bound } = server.address() as { port: number };
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    key: witness.key,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await release();
    },
  };
}
