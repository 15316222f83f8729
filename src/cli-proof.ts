/** `mingzhang keys | publish`: what the log is signed with, and the log as files that anybody can check. */
import { Command, InvalidArgumentError } from 'commander';
import { writeFile } from 'node:fs/promises';
import { keyText } from '../projections/kernel/note.js';
import type { Run, Work } from './cli.js';
import { erasePerson } from './identity/erase.js';
import { publish } from './ledger/seal/publish.js';
import { createKeys, type KeyPlace, rotateKeys, sealFolder } from './ledger/seal/log-keys.js';
import { Seal } from './ledger/seal/seal.js';
import { SealKeys } from './ledger/seal/keys.js';
import { Advice } from './postgres/advice.js';
import { serveWitness, Witness } from './witness.js';
import { failed } from './cli-sentences.js';
import { bar } from './progress.js';

export const placeOf = ({ config, installation, app }: Work): KeyPlace => ({
  folder: sealFolder(config.data, installation.opened.name),
  opened: installation.opened,
  commands: app.commands,
});
const noKeys = () =>
  new Advice('尚无签名密钥；请运行 mingzhang keys create。', 'There is no key to sign with: mingzhang keys create.');

function shown(work: Work, keys: SealKeys): void {
  const { folder } = placeOf(work);
  const all = keys.signers.map(({ key }, n) => ({ key: keyText(key), createdAt: keys.createdAt[n]! }));
  work.say({ origin: keys.origin, keys: all, folder }, () =>
    [
      `日志名 origin：${keys.origin}`,
      ...all.map(({ key, createdAt }, n) => `${n === 0 ? '现用 signs   ' : '并用 signs too'} ${key}（${createdAt}）`),
      `私钥 private key：${SealKeys.path(folder)}（不在数据库与备份中，请另行保管 in no database and no backup; keep it apart）`,
    ].join('\n'),
  );
}

async function create(origin: string | undefined, work: Work): Promise<void> {
  const { name } = work.installation.opened;
  const host = work.config.publicUrl === undefined ? 'localhost' : new URL(work.config.publicUrl).host;
  const called = origin ?? `${host}/${name}/log`;
  if (/[\s+]/u.test(called) || called === '')
    throw new Advice('日志名不得含空白或 +。', 'The name of a log has no spaces and no +.');
  const keys = await createKeys(placeOf(work), called).catch((error: unknown) => {
    if ((error as { code?: string }).code !== 'EEXIST') throw error;
    throw new Advice(
      '签名密钥已经存在；更换请运行 mingzhang keys rotate。',
      'There is a key already; mingzhang keys rotate makes another.',
    );
  });
  shown(work, keys);
}
async function rotate(reason: string, compromised: boolean, work: Work): Promise<void> {
  const place = placeOf(work);
  const keys = await SealKeys.open(place.folder);
  if (!keys) throw noKeys();
  shown(work, await rotateKeys(place, keys, reason, compromised));
}

async function publishLog(folder: string, work: Work): Promise<void> {
  const { installation, config, say } = work;
  const { opened } = installation;
  const place = placeOf(work);
  if (!(await SealKeys.open(place.folder))) throw noKeys();
  // A service that runs seals by itself; without one, what is there is sealed now.
  const seal = new Seal({ url: opened.serviceUrl, store: opened.store, folder: sealFolder(config.data, opened.name) });
  try {
    await seal.sealUnlessOthersDo();
    const progress = bar('发布 publishing {bar} {percentage}% {value}/{total}');
    const done = await publish(seal.tree, opened.store, folder, progress.at);
    progress.end();
    if (!done) throw new Advice('账本为空，尚无可发布。', 'The ledger is empty: there is nothing to publish.');
    say({ folder, size: String(done.size), files: done.files }, () =>
      [
        `已发布 published ${done.size} 个事件的封存 events sealed → ${folder}（新文件 new files ${done.files}）`,
        '任何静态文件服务均可提供 any server of static files can serve it: checkpoint, tile/…',
      ].join('\n'),
    );
  } finally {
    await seal.stop();
  }
}

/** What needs no ledger: a witness is another office's. */
export async function alone(program: Command, work: (say: Work['say']) => Promise<void>, failsWith = 1): Promise<void> {
  const { json = false } = program.opts<{ json?: boolean }>();
  try {
    await work((value, lines) => void process.stdout.write(`${json ? JSON.stringify(value, null, 2) : lines()}\n`));
  } catch (error) {
    failed(error, json, failsWith);
  }
}
const aPort = (value: string): number => {
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65_535)
    throw new InvalidArgumentError('应为 0 至 65535 的端口 · is a port, 0 to 65535');
  return Number(value);
};
function witnessCommands(program: Command): void {
  const witness = program.command('witness').description('见证服务：由另一单位运行 a witness, run by another office');
  witness
    .command('create <folder>')
    .description('生成见证密钥 make its key')
    .requiredOption('--name <name>', '名称，如 audit.example.gov.cn a name of its own')
    .action((folder: string, { name }: { name: string }) =>
      alone(program, async (say) => {
        const key = await Witness.create(folder, name);
        say({ folder, key }, () => `公钥 public key（交给账本一方 for the ledger's policy）：\n${key}`);
      }),
    );
  witness
    .command('trust <folder> <vkey>')
    .description('登记所见证的日志公钥 a log that it looks at, by its verifier key')
    .action((folder: string, vkey: string) =>
      alone(program, async (say) => {
        const { name } = await Witness.trust(folder, vkey);
        say({ folder, log: name }, () => `已登记 it looks at: ${name}`);
      }),
    );
  witness
    .command('serve <folder>')
    .description('运行 serve')
    .option('--host <address>', '地址 address', '127.0.0.1')
    .option('--port <port>', '端口 port', aPort, 3100)
    .action((folder: string, { host, port }: { host: string; port: number }) =>
      alone(program, async (say) => {
        const server = await serveWitness(folder, { host, port });
        say(
          { url: server.url, key: server.key },
          () => `见证服务 witness：${server.url}\n${server.key}\nCtrl-C 结束 to stop`,
        );
        await new Promise<void>((resolve) => {
          process.once('SIGINT', resolve).once('SIGTERM', resolve);
        });
        await server.close();
      }),
    );
}

export function proofCommands(program: Command, run: Run): void {
  witnessCommands(program);
  const keys = program.command('keys').description('封存签名密钥 the keys that the log is signed with');
  const maintaining = { action: 'operator.maintain' } as const;
  keys
    .command('create')
    .description('生成签名密钥 make the key')
    .option('--origin <name>', '日志名，如 example.gov.cn/log the name of the log')
    .action(({ origin }: { origin?: string }) => run(maintaining, (work) => create(origin, work)));
  keys
    .command('show')
    .description('显示公钥 show what others know of it')
    .action(() =>
      run(maintaining, async (work) => {
        const found = await SealKeys.open(placeOf(work).folder);
        if (!found) throw noKeys();
        shown(work, found);
      }),
    );
  keys
    .command('rotate')
    .description('更换密钥；旧钥并签一期 another key; the one before it signs along')
    .requiredOption('--reason <text>', '理由，记录在案 why; it is recorded')
    .option('--compromised', '旧钥可能已泄露，立即停用 the old one may be in other hands: it signs no more')
    .action(({ reason, compromised = false }: { reason: string; compromised?: boolean }) =>
      run(maintaining, (work) => rotate(reason, compromised, work)),
    );
  program
    .command('erase-person <person>')
    .description('销毁个人密钥（须两人批准，无保全）destroy the key of a person; approved by two, and held by nobody')
    .requiredOption('-o, --out <file>', '清除证明 the certificate')
    .action((person: string, { out }: { out: string }) =>
      run(maintaining, async (work) => {
        const { opened } = work.installation;
        const seal = new Seal({ url: opened.serviceUrl, store: opened.store, folder: placeOf(work).folder });
        try {
          const certificate = await erasePerson({ opened, commands: work.app.commands, seal }, person);
          await writeFile(out, `${JSON.stringify(certificate, null, 2)}\n`);
          const { copies, sealedIn, event } = certificate;
          work.say({ file: out, ...certificate }, () =>
            [
              `已销毁 destroyed：${copies.map(({ folder, names }) => `${folder}（映射 names ${names}）`).join('、')}`,
              `事件 event ${event.index}；${sealedIn} 个事件中的密文无人可读 sealed text in ${sealedIn} events can be read by nobody → ${out}`,
            ].join('\n'),
          );
        } finally {
          await seal.stop();
        }
      }),
    );
  program
    .command('publish <folder>')
    .description('将封存写入目录（C2SP tlog-tiles）the sealed log as files')
    .action((folder: string) => run(maintaining, (work) => publishLog(folder, work)));
}
