/** Bytes put aside in a file that has no name: it is gone with the process, however that ends. */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Aside } from '../../projections/reconcile/parts.js';

/** Some kilobytes at a time, mostly into the system's cache: shorter than a turn of the loop is worth. */
export class AsideFile implements Aside {
  private file: number | null = null;
  private end = 0;
  constructor(private readonly folder: string = tmpdir()) {}

  private open(): number {
    const own = mkdtempSync(join(this.folder, 'mingzhang-aside-'));
    const file = openSync(join(own, 'aside'), 'wx+', 0o600);
    rmSync(own, { recursive: true });
    return file;
  }
  write(bytes: Uint8Array): number {
    this.file ??= this.open();
    for (let done = 0; done < bytes.length;)
      done += writeSync(this.file, bytes, done, bytes.length - done, this.end + done);
    this.end += bytes.length;
    return this.end - bytes.length;
  }
  read(from: number, into: Uint8Array): void {
    for (let done = 0; done < into.length;) {
      const read = readSync(this.file!, into, done, into.length - done, from + done);
      if (read === 0) throw new Error(`nothing was put aside at ${from + done}`);
      done += read;
    }
  }
  close(): void {
    if (this.file !== null) closeSync(this.file);
    this.file = null;
  }
}
