/** `mingzhang import`: logs of source systems, and what is in one that nobody has mapped. */
import { Command, Option } from 'commander';
import { join } from 'node:path';
import { matter } from './areas/matters/matter.js';
import { failed } from './cli-sentences.js';
import { type Foreign, importForeign, logOf } from './intake/import.js';
import { inspectFile, mappingDraft } from './intake/inspect.js';
import { type LedgerSink, ledgerSink } from './intake/ledger-sink.js';
import { readMapping } from './intake/mapping.js';
import type { Summary } from './intake/summary.js';
import { Advice } from './postgres/advice.js';
import { bar } from './progress.js';
import * as text from './text.js';
import type { Run, Work } from './cli.js';

export type FileOptions = { dryRun?: boolean; rejects?: string; keyFile?: string };
/** A file on its way into the ledger: progress to people, checkpoints beside the data, what is not taken into a list. */
export async function importing(
  foreign: Foreign,
  file: string,
  { dryRun = false, rejects = `${file}.rejects.ndjson` }: FileOptions,
  { app, installation: { opened }, config, signal, holder }: Work,
  how: Pick<LedgerSink, 'decider' | 'check'>,
): Promise<Summary> {
  if (!holder!.systems.includes(foreign.system))
    throw new Advice(
      `当前账号不能为来源系统 ${foreign.system} 报送。`,
      `This account may not report for the system ${foreign.system}.`,
    );
  const progress = bar('{phase} {bar} {percentage}% · {events} 事件 events · {rate}/s · 剩余 left {left}');
  try {
    return await importForeign(foreign, {
      file,
      dryRun,
      signal,
      rejects,
      checkpoints: join(config.data, 'imports', opened.name),
      sink: (batch) =>
        ledgerSink({
          commands: app.commands,
          opened,
          ...how,
          source: foreign.system,
          batch,
          dryRun,
          reporter: holder!.person,
        }),
      progress: ({ phase, events, bytes, totalBytes, eventsPerSecond, secondsLeft }) =>
        progress.at(bytes, totalBytes, {
          phase: phase === 'looking' ? '查看 looking' : '导入 importing',
          events,
          rate: Math.round(eventsPerSecond),
          left: secondsLeft === null ? '?' : text.duration(secondsLeft),
        }),
    });
  } finally {
    progress.end();
  }
}

type ImportOptions = FileOptions & { mapping: string };
async function importLog(format: 'xes' | 'csv', file: string, options: ImportOptions, work: Work) {
  const mapping = await readMapping(options.mapping, Object.keys(matter.commands));
  const summary = await importing(logOf(format, mapping), file, options, work, { decider: matter });
  work.say(summary, () => text.summary(summary));
  return summary.stopped ? 1 : 0;
}

async function inspect(
  program: Command,
  file: string,
  options: { format?: 'xes' | 'csv'; draft?: boolean },
): Promise<void> {
  const { json = false } = program.opts<{ json?: boolean }>();
  const format = options.format ?? (/\.csv(\.gz)?$/i.test(file) ? 'csv' : 'xes');
  try {
    const found = await inspectFile({ file, format });
    const shown = options.draft ? mappingDraft(found) : text.inspection(found);
    process.stdout.write(`${json ? JSON.stringify(found, null, 2) : shown}\n`);
  } catch (error) {
    failed(error, false);
  }
}

/** The group that other kinds of files are added to. */
export function intakeCommands(program: Command, run: Run): Command {
  const intake = program.command('import').description('导入来源系统的日志 import the log of a source system');
  for (const format of ['xes', 'csv'] as const)
    intake
      .command(`${format} <file>`)
      .description(`${format.toUpperCase()}，可为 .gz gzip too`)
      .requiredOption('--mapping <file>', '映射文件 the mapping, such as mappings/wabo-receipt.yaml')
      .option('--dry-run', '只检查，不记录 check only, record nothing')
      .option('--rejects <file>', '未接收的行列在此 where rejected rows are listed')
      .option('--key-file <file>', '接入密钥所在文件，代替登录 the key of an adapter, in place of a session')
      .action((file: string, options: ImportOptions) =>
        run({ action: 'reports.matters', ...(options.keyFile && { keyFile: options.keyFile }) }, (work) =>
          importLog(format, file, options, work),
        ),
      );
  intake
    .command('inspect <file>')
    .description(
      '列出属性、活动、数量与样例，据以编写映射 attributes, activities, counts and samples, to write a mapping from',
    )
    .addOption(new Option('--format <format>', 'xes | csv').choices(['xes', 'csv']))
    .option('--draft', '输出映射草稿 a draft of the mapping')
    .action((file: string, options: { format?: 'xes' | 'csv'; draft?: boolean }) => inspect(program, file, options));
  return intake;
}
