/** `mingzhang looks | export`: who looked at what, and what is taken away. Whoever works at the machine itself is on record, too. */
import { Command, InvalidArgumentError } from 'commander';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { instantOfMillis } from '../projections/kernel/instant.js';
import type { LookRow } from '../projections/looks.js';
import { access, type Look } from './areas/identity/access.js';
import { whoLooked } from './areas/identity/looks.controller.js';
import { askerOf } from '../projections/accountability/involved.js';
import type { Run, Work } from './cli.js';
import { actOf } from './http/by.js';
import { type Looking, lookingOf, MOST_PURPOSE } from './http/looking.js';
import { tablesFilled } from './installation.js';
import { FIELDS } from './kernel/classes.js';
import { lineFor, linesOf } from './ledger/backup.js';
import { Looks } from './ledger/looks.js';
import { systemContext } from './ledger/self.js';
import { bar } from './progress.js';
import { table } from './text.js';

const ACTION = 'looks.read';
type Sought = { purpose: string; by?: string; asOf?: string; limit: string };

export function aPurpose(text: string): string {
  const purpose = text.trim();
  if (purpose === '' || [...purpose].length > MOST_PURPOSE || /\p{C}/u.test(purpose))
    throw new InvalidArgumentError(`应为一行文字，至多 ${MOST_PURPOSE} 字 · a line of text, at most ${MOST_PURPOSE}`);
  return purpose;
}

/** How whoever is signed in at this terminal looks at things. */
export const lookingHere = (
  { app, installation, holder }: Work,
  action: string,
  purpose: string | null = null,
): Looking => lookingOf(installation.opened, app.nest.get(Looks), { holder: holder!, action, purpose: () => purpose });
/** By whoever maintains the machine: nobody has to be signed in, and it is on record all the same. */
export async function recordBackup({ app, installation: { opened } }: Work, purpose: string): Promise<void> {
  const look: Look = { type: 'LogExported', data: { what: 'backup', from: '0', purpose } };
  await app.nest.get(Looks).record(access, look, systemContext(opened, instantOfMillis(opened.millis())));
}

const shownPurpose = (purpose: string | null) => purpose ?? '不详 not known';
const lines = (rows: readonly LookRow[]): string =>
  rows.length === 0
    ? '没有查阅记录。Nobody has looked.'
    : table(
        ['时间 when', '何人 who', '对象 what', '内容 fields', '事由 what for', '授权 grant', '操作 action'],
        rows.map((row) => [
          row.at.slice(0, 19).replace('T', ' '),
          row.by?.slice(0, 8) ?? '本机 this machine',
          `${row.objectType} ${row.objectId}${row.within ? ` ← ${row.within.type} ${row.within.id}` : ''}`,
          `${FIELDS[row.fields].zh} ${FIELDS[row.fields].en}`,
          row.purpose === '' ? '✗ 无 none' : shownPurpose(row.purpose),
          row.grant?.slice(0, 8) ?? '',
          row.action ?? row.system ?? '',
        ]),
      );

async function showLooks(type: string | undefined, id: string | undefined, sought: Sought, work: Work) {
  const { app, installation, say, holder } = work;
  await tablesFilled(app.reader, installation.opened);
  const at = sought.asOf === undefined ? {} : { asOf: await app.reader.index(sought.asOf) };
  const looking = lookingHere(work, ACTION, sought.purpose);
  const { rows, next } = await whoLooked(
    app.reader,
    looking,
    { type, id, by: sought.by, limit: sought.limit },
    { ...at, by: askerOf(actOf(installation.opened, holder!)) },
  );
  say({ rows, more: next !== null }, () => lines(rows));
}

type ExportOptions = { out?: string; from?: number; purpose: string };
async function exportLog({ out, from = 0, purpose }: ExportOptions, work: Work) {
  const { installation, say } = work;
  const { store } = installation.opened;
  const looking = lookingHere(work, 'events.export', purpose);
  const next = (await looking.exports('log', from)) + 1;
  const progress = bar('导出 exporting {bar} {percentage}% {value}/{total}');
  const lines = Readable.from(
    linesOf(store, from, next, out === undefined ? undefined : progress.at, lineFor(looking.shows)),
  );
  if (out === undefined) {
    for await (const line of lines) process.stdout.write(line as string);
    return;
  }
  await pipeline(lines, createWriteStream(out, { mode: 0o600 }));
  progress.end();
  say({ file: out, from, events: next - from }, () => `已导出 exported ${next - from} → ${out}`);
}

export function accessCommands(program: Command, run: Run): void {
  program
    .command('looks [type] [id]')
    .description('谁查阅过：matter M-1、person …；此次查询亦记录在案 who looked at it; asking is recorded, too')
    .requiredOption('--purpose <text>', '事由 what for', aPurpose)
    .option('--by <person>', '此人查阅过什么 what this person looked at')
    .option('--as-of <moment>', '当时所知 as known')
    .option('--limit <n>', '至多几行 at most so many rows', '100')
    .action((type: string | undefined, id: string | undefined, sought: Sought) =>
      run({ action: ACTION }, (work) => showLooks(type, id, sought, work)),
    );
  program
    .command('export')
    .description('导出事件（NDJSON）the events, one a line')
    .requiredOption('--purpose <text>', '事由，记录在案 what for; it is recorded', aPurpose)
    .option('--out <file>', '文件；默认标准输出 a file; standard output unless told')
    .option('--from <index>', '起始序号 the first index', (value) => {
      if (!/^\d{1,15}$/.test(value)) throw new InvalidArgumentError('应为序号 · is an index');
      return Number(value);
    })
    .action((options: ExportOptions) => run({ action: 'events.export' }, (work) => exportLog(options, work)));
}
