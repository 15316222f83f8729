/** What stood in the way, as a sentence in both languages that says what to do. */
import { PolicyUnusable } from '../projections/kernel/trust.js';
import { Problem, PROBLEMS } from './http/problems.js';
import { MappingRefused } from './intake/mapping.js';
import { Unreadable as FileUnreadable } from './intake/records.js';
import { Refusal } from './kernel/decider.js';
import { BackupUnusable, LedgerNotEmpty } from './ledger/backup.js';
import { CopyDiffers } from './ledger/copy.js';
import { ClockBehind, LedgerDamaged, Unavailable as StoreUnavailable } from './ledger/event-store.js';
import { SealRefused } from './ledger/seal/refused.js';
import { Advice } from './postgres/advice.js';
import { NoHistory } from './read/rows.js';
import { Unreadable } from './read/select.js';

type Lacking = Readonly<{ missing?: readonly Record<'zh' | 'en', string>[]; mend?: Record<'zh' | 'en', string> }>;
/** What a guard says is missing, and who can mend it, where it says so. */
function lacking({ details }: Refusal['broken'][number], language: 'zh' | 'en'): string {
  const { missing = [], mend } = details as Lacking;
  return [...missing, ...(mend ? [mend] : [])].map((one) => `: ${one[language]}`).join('');
}
export function sentenceOf(error: unknown): { zh: string; en: string } {
  if (error instanceof Advice || error instanceof BackupUnusable) {
    const where = error instanceof BackupUnusable && error.line > 0;
    const [zh, en] = where ? [`第 ${error.line} 行：`, `line ${error.line}: `] : ['', ''];
    return { zh: `${zh}${error.zh}`, en: `${en}${error.en}` };
  }
  if (error instanceof SealRefused) return { zh: `${error.zh}。`, en: `${error.en}.` };
  if (error instanceof LedgerNotEmpty)
    return {
      zh: `该账本已有 ${error.events} 个事件；请用 --ledger 指定一个新账本来恢复。`,
      en: `This ledger holds ${error.events} events; restore into a new one: --ledger NAME.`,
    };
  if (error instanceof LedgerDamaged) return { zh: `${error.zh}。`, en: `${error.en}.` };
  if (error instanceof CopyDiffers)
    return {
      zh: `两处的事件 ${error.index} 不同：目标处已有别的账本，或顺序不同；请换一个空的目标。`,
      en: `Event ${error.index} is not the same here and there: the target holds another ledger, or another order; take an empty one.`,
    };
  if (error instanceof MappingRefused || error instanceof FileUnreadable)
    return { zh: `无法读取：\n${error.message}`, en: 'It cannot be read, see above.' };
  if (error instanceof ClockBehind || error instanceof StoreUnavailable) {
    const { title, detail } = PROBLEMS[error instanceof ClockBehind ? 'clock-behind' : 'unavailable'];
    return { zh: `${title.zh}。${detail.zh}。`, en: `${title.en}: ${detail.en}.` };
  }
  if (error instanceof NoHistory)
    return {
      zh: `账本尚未到达该时刻（最后序号 ${error.head}）。`,
      en: `The log does not reach to that moment; its last index is ${error.head}.`,
    };
  if (error instanceof Unreadable)
    return { zh: `${error.parameter} 不能这样查询：${error.reason}`, en: `${error.parameter}: ${error.reason}` };
  if (error instanceof Problem) {
    const { title, detail } = PROBLEMS[error.code];
    const { errors = [] } = error.more;
    const named = (language: 'zh' | 'en') =>
      errors.map((one) => `${'name' in one ? one.name : one.pointer} ${one.detail[language]}`).join('; ');
    if (errors.length > 0) return { zh: `${title.zh}：${named('zh')}。`, en: `${title.en}: ${named('en')}.` };
    return { zh: `${title.zh}。${detail.zh}。`, en: `${title.en}: ${detail.en}.` };
  }
  if (error instanceof Refusal)
    return {
      zh: `不能办理：${error.broken.map((one) => `${one.code}（${one.basis}）${lacking(one, 'zh')}`).join('、')}`,
      en: `Refused: ${error.broken.map((one) => `${one.code} (${one.basis})${lacking(one, 'en')}`).join(', ')}`,
    };
  const { code, path } = error as { code?: string; path?: string };
  if (error instanceof PolicyUnusable)
    return {
      zh: `见证策略（policy）第 ${error.line} 行不可用：${error.reason}。`,
      en: `Line ${error.line} of the policy cannot be used: ${error.reason}.`,
    };
  if (code === 'EISDIR')
    return { zh: `${path ?? '该路径'} 是目录，不是文件。`, en: `${path ?? 'That'} is a folder, and no file.` };
  if (code === 'EADDRINUSE' || code === 'EADDRNOTAVAIL') {
    const { address = '', port = '' } = error as { address?: string; port?: number };
    return {
      zh: `${address}:${port} 已被占用或不是本机地址；请换一个端口或地址。`,
      en: `${address}:${port} is in use, or is no address of this machine: name another port or host.`,
    };
  }
  if (code === 'ENOENT') return { zh: `找不到文件 ${path}。`, en: `There is no file ${path}.` };
  if (['EACCES', 'EROFS', 'ENOSPC', 'EISDIR', 'ENOTDIR'].includes(code ?? ''))
    return {
      zh: `无法写入 ${path ?? ''}（${code}）。请检查权限与磁盘空间。`,
      en: `${path ?? 'The file'} cannot be written (${code}): see to its permissions and to room on the disk.`,
    };
  if ((error as Error).name === 'AbortError')
    return { zh: '已中断；再次运行同一命令即可继续。', en: 'Broken off; run the same command again to go on.' };
  return { zh: '发生意外错误。', en: (error as Error).stack ?? String(error) };
}

/** Says what stood in the way, to people and (`json`) to programs; the process ends with 1, or as told. */
export function failed(error: unknown, json: boolean, exitCode = 1): void {
  process.exitCode = exitCode;
  const said = sentenceOf(error);
  if (json) process.stdout.write(`${JSON.stringify({ error: said })}\n`);
  process.stderr.write(`\n${said.zh}\n${said.en}\n`);
}
