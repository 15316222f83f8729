/** `mingzhang verify`: the whole ledger, or one file of evidence. Exit codes: 0 proved, 1 refuted, 2 could not be judged. */
import { type Command, InvalidArgumentError } from 'commander';
import { checkpointIn, noteIn } from '../projections/kernel/note.js';
import { readFile, writeFile } from 'node:fs/promises';
import type { Run, Work } from './cli.js';
import { alone, placeOf } from './cli-proof.js';
import { demoKeys, sealFolder } from './ledger/seal/log-keys.js';
import { aPurpose, lookingHere } from './cli-access.js';
import { evidenceFor } from './http/evidence.controller.js';
import { recordingRoots } from './ledger/seal/map-root.js';
import { Seal } from './ledger/seal/seal.js';
import { bar } from './progress.js';
import { Advice } from './postgres/advice.js';
import { tamperWithCopy } from './demo/tamper.js';
import { verifyLedger } from './verify/ledger.js';
import { verifier, verifierPage } from './verify/page.js';
import { scratchOn } from './verify/tables.js';

interface Options {
  readonly full?: boolean;
  readonly trust?: string;
  readonly tables: boolean;
  readonly head: readonly string[];
}
const PARTS = {
  hashes: '字节与封存 bytes and seals {bar} {percentage}% {value}/{total}',
  map: '对象映射 map over objects {bar} {percentage}% {value}/{total}',
  columns: '列与引用 columns and refs {bar} {percentage}% {value}/{total}',
  tables: '重算读表 replaying tables {bar} {percentage}% {value}/{total}',
} as const;

async function verifyHere({ full = false, tables, head }: Options, work: Work): Promise<number> {
  const { config, installation, say, signal } = work;
  const { opened, server, database } = installation;
  const elsewhere = await Promise.all(head.map(headAt));
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

/** Nothing could be judged: an exit code of its own, so that nobody takes a file that is not there for a forged one. */
const NOT_JUDGED = 2;
async function headAt(path: string): Promise<string> {
  const note = await readFile(path, 'utf8');
  if (checkpointIn(noteIn(note)?.text ?? '') === null)
    throw new Advice(`${path} 不是签名的封存（checkpoint）。`, `${path} is no signed head (checkpoint).`);
  return note;
}

/** A file, by the same program that an outsider runs. */
const verifyFile = (program: Command, file: string, trust: string | undefined) =>
  alone(
    program,
    async (say) => {
      const { verifyEvidence, linesOf } = await verifier();
      const policy = trust === undefined ? null : await readFile(trust, 'utf8');
      const outcome = await verifyEvidence(await readFile(file, 'utf8'), policy);
      say(outcome, () => linesOf(outcome));
      process.exitCode = outcome.exitCode;
    },
    NOT_JUDGED,
  );

const aCount = (value: string): number => {
  if (!/^[1-9]\d{0,8}$/.test(value)) throw new InvalidArgumentError('应为正整数 · is a count, 1 or more');
  return Number(value);
};
interface Wanted {
  readonly out: string;
  readonly open?: boolean;
  readonly purpose?: string;
  readonly page?: string;
}
async function writeEvidence(id: string, { out, open = false, purpose, page }: Wanted, work: Work): Promise<void> {
  const { config, installation, say } = work;
  const { opened } = installation;
  const mapping = {
    record: recordingRoots(opened, (...asked) => work.app.commands.send(...asked)),
    millis: () => opened.millis(),
  };
  const folder = sealFolder(config.data, opened.name);
  const seal = new Seal({ url: opened.serviceUrl, store: opened.store, folder, mapping });
  try {
    await seal.mapUnlessOthersDo();
    await seal.sealUnlessOthersDo();
    const looking = lookingHere(work, 'matters.read', purpose ?? null);
    const text = await evidenceFor(opened, seal, { id, opens: open, looking });
    await writeFile(out, text, { mode: 0o600 });
    if (page !== undefined) await writeFile(page, await verifierPage(text), { mode: 0o600 });
    const events = (JSON.parse(text.slice(0, text.indexOf('\n'))) as { about: string }).about;
    say({ file: out, page: page ?? null, events }, () =>
      [
        `已写出 written: ${events} 个事件 events → ${out}${page === undefined ? '' : `，网页 page ${page}`}`,
        `核对 check it: npx mingzhang verify ${out} --trust POLICY（或 or node verifier/verify.mjs）`,
      ].join('\n'),
    );
  } finally {
    await seal.stop();
  }
}

async function showTampering(most: number, { config, installation, say, signal }: Work): Promise<number> {
  const { opened, server } = installation;
  if (opened.mode !== 'demo') throw new Advice('只能对演示账本演示。', 'Only a demo is tampered with.');
  const folder = sealFolder(config.data, opened.name);
  let missed = 0;
  for await (const { tampering, report, named } of tamperWithCopy(
    server,
    { store: opened.store, folder, most },
    signal,
  )) {
    if (!named) missed++;
    const { zh, en } = tampering;
    say({ zh, en, named, ...report.toJSON() }, () =>
      [
        `\n${named ? '●' : '○ 未发现 NOT FOUND'} ${zh} · ${en}`,
        ...report.wrongs.map(
          ({ first, count }) =>
            `    ✗ ${first.place}：${first.zh} ${first.en}${count > 1 ? `（共 in all ${count}）` : ''}`,
        ),
      ].join('\n'),
    );
  }
  return missed === 0 ? 0 : 1;
}

export function verifyCommands(program: Command, run: Run): void {
  program
    .command('evidence <matter>')
    .description('办件证据：一个文件，可脱离账本核对 a matter as one file that anybody can check')
    .requiredOption('-o, --out <file>', '文件 the file')
    .option('--open', '打开个人信息字段（记录在案）open sealed fields; it is recorded')
    .option('--purpose <text>', '事由 what for', aPurpose)
    .option('--page <file>', '并写出自带核对程序的网页 and a page that carries it and checks it')
    .action((id: string, wanted: Wanted) =>
      run({ action: 'matters.read', parameters: { id } }, (work) => writeEvidence(id, wanted, work)),
    );
  program
    .command('tamper')
    .description('在演示账本的副本上逐项改动并核对 tamper with a copy of the demo, and see each thing found')
    .option('--events <n>', '副本的事件数 how many of its events are copied', aCount, 20_000)
    .action(({ events }: { events: number }) =>
      run({ action: 'operator.demo' }, async (work) => {
        await demoKeys(placeOf(work));
        return showTampering(events, work);
      }),
    );
  program
    .command('verify [file]')
    .description(
      '核对账本，或一个证据文件 check the ledger, or one file of evidence; exit 0 proved, 1 refuted, 2 could not be judged',
    )
    .option('--trust <policy>', '核对证据时您信任的公钥与见证 whom you trust, for a file of evidence')
    .option('--full', '从头核对 from the first event on, whatever was verified before')
    .option('--no-tables', '不重算读表 without replaying the read tables')
    .option(
      '--head <file>',
      '他处保存的封存，如见证方或发布目录的 checkpoint a head that others have kept; may be given again',
      (path: string, all: readonly string[]) => [...all, path],
      [],
    )
    .action((file: string | undefined, options: Options) =>
      file === undefined
        ? run({ action: 'operator.maintain', failsWith: NOT_JUDGED }, (work) => verifyHere(options, work))
        : verifyFile(program, file, options.trust),
    );
}
