/** `mingzhang login | whoami | logout | enrol | bootstrap`: who works at this terminal. */
import type { Command } from 'commander';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { Run, Work } from './cli.js';
import type { Config } from './config.js';
import { admit, withinOf } from './http/admission.js';
import type { App } from './http/app.js';
import { Problem } from './http/problems.js';
import { hashPassword, PASSWORD_LEAST, PASSWORD_MOST } from './identity/factors.js';
import type { Holder } from './identity/holder.js';
import { KEY_PREFIX, SignInFailed, TooManyAttempts } from './identity/identity.js';
import { appoint, enrol, recover } from './identity/people.js';
import { rolesFor } from './kernel/permissions.js';
import type { Opened } from './ledger/open.js';
import { Advice } from './postgres/advice.js';
import type { Within } from './read/scope.js';

type Parts = Readonly<{ config: Config; opened: Opened; app: App }>;

/** The session of whoever works on this machine with this ledger; nobody else can read it. */
const sessionFile = ({ data }: Config, ledger: string) => join(data, 'sessions', `${ledger}-${userInfo().uid}`);

const readSession = (config: Config, ledger: string) =>
  readFile(sessionFile(config, ledger), 'utf8').then(
    (text) => text.trim(),
    () => null,
  );

async function holderHere({ config, opened, app }: Parts, keyFile?: string): Promise<Holder | null> {
  if (keyFile !== undefined) {
    const key = (await readFile(keyFile, 'utf8')).trim();
    return key.startsWith(KEY_PREFIX) ? app.identity.byKey(key.slice(KEY_PREFIX.length)) : null;
  }
  const token = await readSession(config, opened.name);
  return token === null ? null : app.identity.bySession(token);
}

/** Who works here, and what he may see of it. Nobody has to be named for what is done to the machine itself. */
export async function admitHere(
  parts: Parts,
  { action, parameters = {}, keyFile }: { action: string; parameters?: Record<string, string>; keyFile?: string },
): Promise<{ holder: Holder | null; within?: Within }> {
  if (rolesFor(action).includes('operator')) return { holder: null };
  const holder = await holderHere(parts, keyFile);
  const ledger = parts.opened.name === 'demo' ? '' : ` --ledger ${parts.opened.name}`;
  if (!holder)
    throw new Advice(
      keyFile === undefined
        ? `尚未登录，或会话已结束。请先运行：npx mingzhang${ledger} login`
        : `密钥文件 ${keyFile} 中没有在用的密钥。`,
      keyFile === undefined
        ? `Nobody is signed in, or the session has ended. First run: npx mingzhang${ledger} login`
        : `The file ${keyFile} holds no key that is in force.`,
    );
  const condition = await admit(parts.app.identity, { holder, action, parameters });
  const within = await withinOf(parts.app.reader, holder, condition);
  return { holder, ...(within && { within }) };
}

/** Asks at the terminal; what is hidden is not shown as it is typed. */
async function asked(prompt: string, hidden = false): Promise<string> {
  let silent = false;
  const output = new Writable({
    write: (chunk, _, done) => {
      if (!silent) process.stderr.write(chunk as Buffer);
      done();
    },
  });
  const terminal = createInterface({ input: process.stdin, output, terminal: process.stdin.isTTY });
  try {
    const answer = terminal.question(prompt);
    silent = hidden;
    return (await answer).trim();
  } finally {
    terminal.close();
    if (hidden) process.stderr.write('\n');
  }
}
const secretFrom = async (file: string | undefined, prompt: string) =>
  file === undefined ? asked(prompt, true) : (await readFile(file, 'utf8')).trim();

type LoginOptions = { passwordFile?: string; code?: string; post?: string };
async function login(name: string | undefined, { passwordFile, code, post }: LoginOptions, work: Work): Promise<void> {
  const { config, installation, app } = work;
  const known = name ?? (await asked('登录名 login: '));
  const password = await secretFrom(passwordFile, '密码 password: ');
  const address = `local:${userInfo().uid}`;
  const who = { login: known, password, agent: 'mingzhang', address, ...(code && { code }), ...(post && { post }) };
  const token = await app.identity.signIn(who).catch((error: unknown) => {
    if (error instanceof TooManyAttempts)
      throw new Advice(
        `尝试过多，请 ${error.seconds} 秒后再试。`,
        `Too many attempts; try again in ${error.seconds} s.`,
      );
    if (!(error instanceof SignInFailed)) throw error;
    throw new Advice(
      '登录失败：账号、密码或验证码（--code）不正确，或账号已注销。',
      'The sign-in failed: login, password or code (--code) is wrong, or the account is closed.',
    );
  });
  const file = sessionFile(config, installation.opened.name);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, `${token}\n`, { mode: 0o600 });
  await chmod(file, 0o600);
  await whoAmI(work);
}

async function whoAmI({ config, installation: { opened }, app, say }: Work): Promise<void> {
  const { holder } = await admitHere({ config, opened, app }, { action: 'session.own' });
  const { account, roles, post = null, org = null, centre = null, posts, session } = holder!;
  const lacks = await app.identity.lacksSecondFactor(holder!);
  const told = { account, roles, post, org, centre, posts, factors: session?.factors ?? [], lacksSecondFactor: lacks };
  say(told, () =>
    [
      `账号 account  ${account}`,
      `角色 roles    ${roles.join(', ') || '—'}`,
      `岗位 post     ${post ?? '—'}   单位 unit ${org ?? '—'}   中心 centre ${centre ?? '—'}`,
      ...(lacks ? ['须启用第二因素后才能查阅 a second factor has to be set up first: POST /v1/session/factors'] : []),
    ].join('\n'),
  );
}

async function logout({ config, installation: { opened }, app, say }: Work): Promise<void> {
  const token = await readSession(config, opened.name);
  const holder = token === null ? null : await app.identity.bySession(token);
  if (holder) await app.identity.secrets.endSession(holder.account, holder.session!.id);
  await rm(sessionFile(config, opened.name), { force: true });
  say({ ended: holder !== null }, () => (holder ? '已退出 signed out' : '本来就没有登录 nobody was signed in'));
}

async function enrolHere(options: { code?: string; passwordFile?: string }, work: Work): Promise<void> {
  const code = options.code ?? (await asked('登记码 enrolment code: ', true));
  const password = await secretFrom(options.passwordFile, '新密码 new password: ');
  if (password.length < PASSWORD_LEAST || password.length > PASSWORD_MOST)
    throw new Advice(
      `密码应为 ${PASSWORD_LEAST} 至 ${PASSWORD_MOST} 个字符。`,
      `A password has ${PASSWORD_LEAST} to ${PASSWORD_MOST} characters.`,
    );
  const parts = { opened: work.installation.opened, commands: work.app.commands, identity: work.app.identity };
  if (!(await enrol(parts, code, await hashPassword(password)))) throw new Problem('enrolment-unusable');
  work.say({ enrolled: true }, () => '密码已设置，请登录 the password is set; sign in: npx mingzhang login');
}

type Three = { system: string; security: string; audit: string };
async function bootstrap({ system, security, audit }: Three, { installation, app, say }: Work): Promise<void> {
  const people = [system, security, audit].map((text) => {
    const [login = '', name = login] = text.split('=', 2);
    return { login, name, identifier: { kind: 'staff-no', value: login } };
  });
  const parts = { opened: installation.opened, commands: app.commands, identity: app.identity };
  const codes = await appoint(parts, people);
  const told = people.map(({ login, name }, n) => ({ login, name, enrolmentCode: codes[n]! }));
  say(told, () =>
    [
      '三员已任命。请将登记码分别交给本人，各自运行 npx mingzhang enrol：',
      'The three administrators are appointed. Hand each his code; each runs npx mingzhang enrol:',
      ...told.map(({ login, enrolmentCode }) => `  ${login.padEnd(20)} ${enrolmentCode}`),
    ].join('\n'),
  );
}

async function recovering(account: string, { login: name }: { login: string }, work: Work): Promise<void> {
  const { installation, app, say } = work;
  const parts = { opened: installation.opened, commands: app.commands, identity: app.identity };
  const enrolmentCode = await recover(parts, account, name);
  if (enrolmentCode === null)
    throw new Advice(
      `没有在任的三员账号 ${account}，或登录名 ${name} 已被使用。`,
      `There is no administrator in office with the account ${account}, or the login ${name} is taken.`,
    );
  say({ account, enrolmentCode }, () => `登记码 enrolment code: ${enrolmentCode}（npx mingzhang enrol）`);
}

export function identityCommands(program: Command, run: Run): void {
  program
    .command('login [login]')
    .description('登录 sign in at this terminal')
    .option('--password-file <file>', '密码所在文件 the file that holds the password')
    .option('--code <code>', '验证码或恢复码 of the second factor, or a recovery code')
    .option('--post <post>', '办理岗位 where you stand, if there are several')
    .action((name: string | undefined, options: LoginOptions) =>
      run({ action: 'operator.sign-in' }, (work) => login(name, options, work)),
    );
  program
    .command('whoami')
    .description('当前登录人 who is signed in')
    .action(() => run({ action: 'session.own' }, whoAmI));
  program
    .command('logout')
    .description('退出登录 sign out')
    .action(() => run({ action: 'operator.sign-in' }, logout));
  program
    .command('enrol')
    .description('凭登记码设置密码 set a password with an enrolment code')
    .option('--code <code>', '登记码 the code')
    .option('--password-file <file>', '密码所在文件 the file that holds the password')
    .action((options: { code?: string; passwordFile?: string }) =>
      run({ action: 'operator.sign-in' }, (work) => enrolHere(options, work)),
    );
  program
    .command('bootstrap')
    .description('任命正式账本的三员（登录名[=姓名]）the first three administrators (login[=name])')
    .requiredOption('--system <login>', '系统管理员 makes and closes accounts')
    .requiredOption('--security <login>', '安全管理员 grants and revokes')
    .requiredOption('--audit <login>', '审计管理员 reads what both did')
    .action((three: Three) => run({ action: 'operator.bootstrap' }, (work) => bootstrap(three, work)));
  program
    .command('recover <account>')
    .description('恢复账本后为三员重新发放登记码 a new enrolment code for an administrator, after a restore')
    .requiredOption('--login <login>', '登录名 what he signs in with')
    .action((account: string, options: { login: string }) =>
      run({ action: 'operator.bootstrap' }, (work) => recovering(account, options, work)),
    );
}
