/** `mingzhang copy-ledger`: a ledger from PostgreSQL into KurrentDB, or back. */
import type { Command } from 'commander';
import type { Run, Work } from './cli.js';
import { readConfig } from './config.js';
import { takeAlong } from './ledger/beside.js';
import { copyLedger } from './ledger/copy.js';
import type { EventStore } from './ledger/event-store.js';
import { migrate } from './ledger/migrations.js';
import { PostgresStore } from './ledger/postgres.store.js';
import { Advice } from './postgres/advice.js';
import { bar } from './progress.js';

interface Target {
  readonly store: EventStore;
  /** After everything is there and the same. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

/** Copied within one installation: the index goes into the database of the ledger, whose read models stay as they are. */
async function toKurrent(url: string, { installation }: Work): Promise<Target> {
  const { opened } = installation;
  if (!(opened.store instanceof PostgresStore))
    throw new Advice(
      '该账本已在 KurrentDB 中；请用 postgres:// 地址复制到 PostgreSQL。',
      'This ledger is in KurrentDB already: copy it to PostgreSQL, with an address that begins with postgres://.',
    );
  const { KurrentStore } = await import('./ledger/kurrentdb.store.js');
  const store = await KurrentStore.open(url, opened.serviceUrl, opened.name, { copying: true });
  const finish = async () => {
    const other = await store.index.moveElsewhere(opened.name);
    if (other !== null)
      throw new Advice(
        `复制期间又写入了事件 ${other}；请停止服务后再次运行，会从中断处继续。`,
        `Event ${other} was written meanwhile: stop the service and run this again; it goes on from there.`,
      );
  };
  return { store, finish, close: () => store.close() };
}

/** Into a database of its own, which is made ready: the role of the address owns the log there. What signs people in, and seals, go along. */
async function toPostgres(url: string, { installation }: Work): Promise<Target> {
  await migrate(url, installation.server.serviceRole);
  const store = new PostgresStore(url);
  return { store, finish: () => takeAlong(installation.opened.serviceUrl, url), close: () => store.close() };
}

async function copy(to: string, work: Work): Promise<void> {
  const { installation, say, signal } = work;
  const config = readConfig(
    { ledger: installation.opened.name },
    { EVENTSTORE_URL: to.startsWith('postgres') ? '' : to },
  );
  const target = await (config.eventStoreUrl === undefined ? toPostgres(to, work) : toKurrent(to, work));
  try {
    const progress = bar('复制 copying {bar} {percentage}% {value}/{total}');
    const { events, before, root } = await copyLedger(installation.opened.store, target.store, signal, progress.at);
    await target.finish();
    progress.end();
    const { name } = installation.opened;
    say({ ledger: name, events: String(events), before: String(before), root }, () =>
      [
        `已复制 copied ${events - before}（此前 before ${before}）· 共 in all ${events}`,
        `两处摘要逐一相同，根 every digest is the same here and there; root sha256:${root}`,
        config.eventStoreUrl === undefined
          ? '今后请用该数据库（DATABASE_URL）启动，不设 EVENTSTORE_URL start from now on with that DATABASE_URL, without EVENTSTORE_URL'
          : '今后请设 EVENTSTORE_URL 启动；原处不再写入 start from now on with EVENTSTORE_URL; nothing is written here any more',
      ].join('\n'),
    );
  } finally {
    await target.close();
  }
}

export function copyCommands(program: Command, run: Run): void {
  program
    .command('copy-ledger')
    .description(
      '把账本复制到另一存储，可中断后继续 the ledger into another store; it can be broken off and gone on with',
    )
    .requiredOption('--to <url>', 'esdb://… 或 or postgres://…')
    .action(({ to }: { to: string }) => run({ action: 'operator.maintain' }, (work) => copy(to, work)));
}
