/** What went wrong outside the program, and what to do next: for people, so in both languages and without a stack. */
export class Advice extends Error {
  constructor(
    readonly zh: string,
    readonly en: string,
    options?: ErrorOptions,
  ) {
    super(`${zh}\n${en}`, options);
    this.name = 'Advice';
  }
}

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? '');

/** The sentence for a file system's refusal at `path`; other errors come back as they are. */
export function adviceOnFiles(error: unknown, path: string): unknown {
  switch (codeOf(error)) {
    case 'EROFS':
      return new Advice(
        `目录只读，无法写入：${path}。请改用可写的磁盘，或用环境变量 MINGZHANG_DATA 指定另一个目录，然后重试。`,
        `Read-only: ${path} cannot be written. Make it writable, or name another folder in MINGZHANG_DATA, and try again.`,
        { cause: error },
      );
    case 'EACCES':
    case 'EPERM':
      return new Advice(
        `没有权限读写：${path}。请把它的所有者改为当前用户，以原来的用户运行，或用 MINGZHANG_DATA 指定另一个目录。`,
        `No permission to read or write ${path}. Give it to this user, run as the user who owns it, or name another folder in MINGZHANG_DATA.`,
        { cause: error },
      );
    case 'ENOENT': // what Node says where a folder cannot be made below one that is read-only
      return new Advice(
        `目录无法建立：${path}（磁盘只读，或上级目录不见了）。请改用可写的磁盘，或用 MINGZHANG_DATA 指定另一个目录。`,
        `${path} cannot be made: the disk is read-only, or a folder above it is gone. Name another folder in MINGZHANG_DATA.`,
        { cause: error },
      );
    case 'ENOTDIR':
    case 'EEXIST':
      return new Advice(
        `数据目录的位置上是一个文件而不是目录：${path}。请移走该文件，或用 MINGZHANG_DATA 指定另一个目录。`,
        `There is a file where the data folder should be: ${path}. Move it away, or name another folder in MINGZHANG_DATA.`,
        { cause: error },
      );
    case 'ENOSPC':
    case 'EDQUOT':
      return diskFull(path, error);
    default:
      return error;
  }
}

export const diskFull = (path: string, cause?: unknown): Advice =>
  new Advice(
    `磁盘已满：${path}。已确认的记录没有丢失。请腾出空间（至少 1 GB）后重新启动，或用 MINGZHANG_DATA 指定另一块磁盘上的目录。`,
    `The disk is full: ${path}. Nothing that was acknowledged is lost. Free some space (1 GB at least) and start again, or name a folder on another disk in MINGZHANG_DATA.`,
    { cause },
  );

/** The sentence for what a server answered to a connection or a statement; other errors come back as they are. */
export function adviceOnServer(error: unknown, variable: string, url: string): unknown {
  if (error instanceof Advice) return error;
  const address = withoutPassword(url);
  const said = error instanceof Error ? error.message : String(error);
  switch (codeOf(error)) {
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return new Advice(
        `连不上 ${variable} 指定的 PostgreSQL（${address}）。请检查它是否在运行、地址与端口是否正确；不设置 ${variable} 则使用自带的数据库。`,
        `The PostgreSQL of ${variable} (${address}) cannot be reached. See that it runs and that host and port are right; without ${variable} the embedded server is used.`,
        { cause: error },
      );
    case '28P01':
    case '28000':
      return new Advice(
        `${variable}（${address}）的用户名或密码被拒绝：${said}。请改正后重试。`,
        `User or password of ${variable} (${address}) were refused: ${said}. Correct them and try again.`,
        { cause: error },
      );
    case '3D000':
      return new Advice(
        `${variable} 指定的数据库不存在（${address}）。请先建立：CREATE DATABASE 名称 TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'。`,
        `The database of ${variable} (${address}) does not exist. Make it first: CREATE DATABASE name TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'.`,
        { cause: error },
      );
    case '42501':
      return new Advice(
        `${variable}（${address}）的角色权限不足：${said}。迁移用的角色须能在该数据库建立 schema，并且是服务角色的成员（GRANT 服务角色 TO 管理角色）。`,
        `The role of ${variable} (${address}) lacks a right: ${said}. The role for migrations must be able to create schemas in that database and be a member of the service's role (GRANT service TO admin).`,
        { cause: error },
      );
    case '53100':
      return diskFull(address, error);
    default:
      return error;
  }
}

export function withoutPassword(url: string): string {
  try {
    const shown = new URL(url);
    if (shown.password !== '') shown.password = '***';
    return shown.href;
  } catch {
    return '(unreadable)';
  }
}
