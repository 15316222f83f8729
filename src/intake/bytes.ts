/** A file's bytes, unpacked if they are gzip, read only as fast as they are used. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { TextDecoder } from 'node:util';
import { createGunzip } from 'node:zlib';
import { Unreadable } from './records.js';

export interface Bytes {
  readonly file: string;
  readonly chunks: AsyncIterable<Buffer>;
  /** Bytes of the file as it lies on the disk. */
  readonly total: number;
  /** How many of them were read so far. */
  readonly read: () => number;
}

/**
 * What unpacks to more than this is no log. Logs of events, also those that repeat themselves a lot, come to a tenth or a
 * hundredth of their size; what is made to fill a disk comes to a thousandth.
 */
export interface PackedLimits {
  readonly bytes: number;
  /** Unpacked to packed, once there is enough to tell by. */
  readonly ratio: number;
}
const LIMITS: PackedLimits = { bytes: 32 * 1024 ** 3, ratio: 200 };
const ENOUGH_TO_TELL = 4 * 1024 * 1024;

function tooMuch(file: string, read: number, unpacked: number, { bytes, ratio }: PackedLimits): Unreadable | null {
  const said = [
    `压缩文件读到第 ${read} 字节已解出 ${unpacked} 字节`,
    `at byte ${read} the gzip has unpacked to ${unpacked}`,
  ];
  if (unpacked > bytes) return new Unreadable(file, `${said[0]}，超过上限 ${bytes}`, `${said[1]}, more than ${bytes}`);
  if (unpacked > ENOUGH_TO_TELL && unpacked > read * ratio)
    return new Unreadable(
      file,
      `${said[0]}，膨胀超过 ${ratio} 倍，不是日志；确为日志请先解压再导入`,
      `${said[1]}, more than ${ratio} times as much: it is no log; if it is one, unpack it first`,
    );
  return null;
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? '';

function complaint(file: string, error: unknown): unknown {
  switch (codeOf(error)) {
    case 'ENOENT':
      return new Unreadable(file, '没有这个文件', 'there is no such file', null, null, { cause: error });
    case 'EACCES':
      return new Unreadable(file, '没有权限读取', 'may not be read by this user', null, null, { cause: error });
    case 'EISDIR':
      return new Unreadable(file, '是目录而不是文件', 'is a folder, not a file', null, null, { cause: error });
    case 'Z_BUF_ERROR':
      return new Unreadable(
        file,
        '压缩文件不完整，可能未传输完',
        'the gzip file ends too early: it was cut off',
        null,
        null,
        {
          cause: error,
        },
      );
    case 'Z_DATA_ERROR':
      return new Unreadable(file, '压缩文件已损坏', 'the gzip file is damaged', null, null, { cause: error });
    default:
      return error;
  }
}

async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}

/** Throws {@link Unreadable} now or while the chunks are read, and the reason of `signal`. */
export async function openBytes(file: string, signal?: AbortSignal, limits = LIMITS): Promise<Bytes> {
  try {
    const { size } = await stat(file);
    const gzip = await isGzip(file);
    let read = 0;
    return { file, total: size, read: () => read, chunks: chunks() };

    async function* chunks(): AsyncGenerator<Buffer> {
      const raw = createReadStream(file, { highWaterMark: 65_536 });
      raw.on('data', (chunk) => (read += chunk.length)).pause();
      const source = gzip ? createGunzip({ chunkSize: 65_536 }) : raw;
      // The error comes out of the loop below; the callback only has to be there.
      if (gzip) pipeline(raw, source as NodeJS.WritableStream, () => undefined);
      let unpacked = 0;
      try {
        for await (const chunk of source) {
          signal?.throwIfAborted();
          unpacked += (chunk as Buffer).length;
          const refused = gzip ? tooMuch(file, read, unpacked, limits) : null;
          if (refused) throw refused;
          yield chunk as Buffer;
        }
      } catch (error) {
        throw complaint(file, error);
      } finally {
        raw.destroy();
        source.destroy();
      }
    }
  } catch (error) {
    throw complaint(file, error);
  }
}

/** `sha256:…` over the file as it lies on the disk. Throws {@link Unreadable}. */
export async function digestOf(file: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
      signal?.throwIfAborted();
      hash.update(chunk as Buffer);
    }
  } catch (error) {
    throw complaint(file, error);
  }
  return `sha256:${hash.digest('hex')}`;
}

/** The first bytes, and all of them again. */
export async function peek(chunks: AsyncIterable<Buffer>): Promise<{ head: Buffer; all: AsyncIterable<Buffer> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  const head = first.done ? Buffer.alloc(0) : first.value;
  async function* all() {
    if (!first.done) yield head;
    try {
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { head, all: all() };
}

/** UTF-8 unless a byte order mark says otherwise. */
export function encodingOf(head: Buffer): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

/** Throws {@link Unreadable} for an encoding that nobody knows. Broken bytes come out as U+FFFD. */
export function decoderFor(file: string, encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding);
  } catch (error) {
    throw new Unreadable(file, `未知的编码 ${encoding}`, `unknown encoding ${encoding}`, 1, null, { cause: error });
  }
}
