/** `mingzhang verify`: the whole ledger, or one file of evidence. Exit codes: 0 proved, 1 refuted, 2 could not be judged. */
import { type Command } from 'commander';
import { readFile } from 'node:fs/promises';
import type { Run, Work } from './cli.js';
import { sealFolder } from './cli-proof.js';
import { bar } from './progress.js';
import { verifyLedger } from './verify/ledger.js';
import { scratchOn } from './verify/tables.js';

interface Options {
  readonly full?: boolean;
  readonly tables: boolean;
  readonly head: readonly string[];
}
const PARTS = {
  hashes: '字节与封存 bytes and seals {bar} {percentage}% {value}/{total}',
  columns: '列与引用 columns and refs {bar} {percentage}% {value}/{total}',
  tables: '重算读表 replaying tables {bar} {percentage}% {value}/{total}',
} as const;

async function verifyHere({ full = false, tables, head }: Options, work: Work): Promise<number> {
  const { config, installation, say, signal } = work;
  const { opened, server, database } = installation;
  const elsewhere = await Promise.all(head.map((path) => readFile(path, 'utf8')));
  const bars: ReturnType<typeof bar>[] = [];
  const told = (part: keyof typeof PARTS) => {
    bars.at(-1)?.end();
    const shown = bar(PARTS[part]);
    bars.push(shown);
    return (done: number, of: number) => shown.at(done, of);
  };
  const report = await verifyLedger({
    opened,
    folder: sealFolder(config.data, opened.name),
    full,
    elsewhere,
    scratch: tables ? () => scratchOn(server, database.database) : null,
    signal,
    told,
  });
  bars.at(-1)?.end();
  say(report, () => report.lines());
  return report.exitCode;
}

export function verifyCommands(program: Command, run: Run): void {
  program
    .command('verify')
    .description(
      '核对账本：字节、封存、见证、各列、读表 check the ledger; exit 0 proved, 1 refuted, 2 could not be judged',
    )
    .option('--full', '从头核对 from the first event on, whatever was verified before')
    .option('--no-tables', '不重算读表 without replaying the read tables')
    .option(
      '--head <file>',
      '他处保存的封存，如见证方或发布目录的 checkpoint a head that others have kept; may be given again',
      (path: string, all: readonly string[]) => [...all, path],
      [],
    )
    .action((options: Options) => run({ action: 'operator.maintain' }, (work) => verifyHere(options, work)));
}
