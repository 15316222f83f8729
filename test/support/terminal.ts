/** `mingzhang` as people run it, and the same as commands after each other in one process: loading it takes a second. */
import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../src/config.js';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** What was said, where it is JSON. */
  readonly json: any;
}
const ran = (code: number, out: string, err: string): Ran => {
  let json: unknown;
  try {
    json = JSON.parse(out);
  } catch {
    json = undefined;
  }
  return { code, out, err, json };
};

/** A process of its own. */
export const alone = (env: NodeJS.ProcessEnv, ...args: string[]): Promise<Ran> =>
  new Promise((resolve) => {
    const script = join(PROJECT_ROOT, 'scripts', 'mingzhang.mjs');
    execFile(process.execPath, [script, ...args], { env }, (error, out, err) =>
      resolve(ran(error ? Number((error as { code?: unknown }).code ?? 1) : 0, out, err)),
    );
  });

/** Commands one after another; the process is started anew after one that ended it. */
export class Terminal {
  private child: ChildProcessWithoutNullStreams | null = null;

  constructor(private readonly env: () => NodeJS.ProcessEnv) {}

  async run(...args: string[]): Promise<Ran> {
    const script = join(PROJECT_ROOT, 'test', 'support', 'terminal-process.mjs');
    const child = (this.child ??= spawn(process.execPath, [script], { env: this.env() }));
    const streams = [child.stdout, child.stderr];
    for (const stream of streams) stream.setEncoding('utf8'); // a character may be cut between two pieces
    const said = ['', ''];
    const ended = new Promise<number>((resolve) => {
      child.once('close', (code) => {
        this.child = null;
        resolve(code ?? 1);
      });
      streams.forEach((stream, n) =>
        stream.on('data', (chunk: string) => {
          said[n] += chunk;
          const code = /\0(\d+)\n$/.exec(said[0]!);
          if (code && said[1]!.endsWith('\0')) resolve(Number(code[1]));
        }),
      );
    });
    child.stdin.write(`${JSON.stringify(args)}\n`);
    const code = await ended;
    child.removeAllListeners('close');
    for (const stream of streams) stream.removeAllListeners('data');
    return ran(code, said[0]!.replace(/\0\d+\n$/, ''), said[1]!.replace(/\0$/, ''));
  }
  close(): void {
    this.child?.kill();
  }
}
