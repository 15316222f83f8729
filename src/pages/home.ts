/** Where people begin: signing in, and then what each of them works with. */
import { type ActionName, may, ROLES, type Role } from '../kernel/permissions.js';
import { escaped } from '../kernel/html.js';
import { bilingual, frame } from './page.js';

interface Entry {
  readonly action: ActionName;
  readonly zh: string;
  readonly en: string;
  readonly path: string;
}
/** In the order in which they are shown; the first whose path begins another one gives that page its title. */
export const ENTRIES: readonly Entry[] = [
  { action: 'accountability.read', zh: '我的待办', en: 'docket', path: '/v1/docket' },
  { action: 'accountability.read', zh: '问题线索', en: 'leads', path: '/v1/accountability/leads' },
  { action: 'accountability.read', zh: '责任追究案件', en: 'cases', path: '/v1/accountability/cases' },
  { action: 'findings.read', zh: '疑点', en: 'findings', path: '/v1/findings' },
  { action: 'findings.read', zh: '疑点计数', en: 'findings counted', path: '/v1/findings/counts?by=rule,severity' },
  { action: 'rules.read', zh: '规则', en: 'rules', path: '/v1/rules' },
  { action: 'matters.read', zh: '办件', en: 'matters', path: '/v1/matters' },
  { action: 'matters.read', zh: '到期办件', en: 'matters due', path: '/v1/matters/due' },
  { action: 'matters.read', zh: '受理记录', en: 'acceptances', path: '/v1/acceptances' },
  { action: 'matters.read', zh: '进驻率', en: 'entry rates', path: '/v1/entry-rates' },
  { action: 'money.read', zh: '勾稽', en: 'tie-out', path: '/v1/money/reconciliation' },
  { action: 'money.read', zh: '差异', en: 'breaks', path: '/v1/money/breaks' },
  { action: 'money.read', zh: '收费', en: 'fees', path: '/v1/money/fees' },
  { action: 'money.read', zh: '票据', en: 'receipts', path: '/v1/money/receipts' },
  { action: 'money.read', zh: '到账', en: 'payments', path: '/v1/money/payments' },
  { action: 'money.read', zh: '缴存', en: 'deposits', path: '/v1/money/deposits' },
  { action: 'catalogue.read', zh: '事项', en: 'items', path: '/v1/items' },
  { action: 'centres.read', zh: '中心', en: 'centres', path: '/v1/centres' },
  { action: 'looks.read', zh: '查阅记录', en: 'looks', path: '/v1/looks' },
  { action: 'seal.read', zh: '封存与见证', en: 'seal and witnesses', path: '/v1/seal' },
  { action: 'session.own', zh: '我的会话', en: 'my session', path: '/v1/session' },
  { action: 'session.own', zh: '我的账号', en: 'my account', path: '/pages/account' },
];
const TITLES: readonly (readonly [begins: string, zh: string, en: string])[] = [
  ['/v1/accountability/units/', '单位责任追究情况', 'accountability of a unit'],
  ['/v1/accountability/centres/', '中心责任追究情况', 'accountability of a centre'],
  ['/v1/accountability/affairs/', '一案', 'affair'],
  ['/v1/matters/counts', '办件计数', 'matters counted'],
  ...ENTRIES.map(({ zh, en, path }) => [path.split('?')[0]!, zh, en] as const).toSorted(
    (a, b) => b[0].length - a[0].length,
  ),
  ['/v1/money', '收费与票据', 'money'],
  ['/health', '运行状态', 'health'],
];
export function titleOf(path: string): { zh: string; en: string } {
  const [, zh, en] = TITLES.find(([begins]) => path.startsWith(begins)) ?? ['', '明账', 'Mingzhang'];
  const id = path.split('/')[3];
  const named = id !== undefined && path.startsWith('/v1/matters/') && !['due', 'counts', 'why'].includes(id);
  return named ? { zh: `${zh} ${decodeURIComponent(id)}`, en } : { zh, en };
}

/** What can be opened by its number, from the first page. */
export const OPENS: Readonly<Record<string, readonly [action: ActionName, path: string, zh: string, en: string]>> = {
  matter: ['matters.read', '/v1/matters/{}/history', '办件编号', 'number of a matter'],
  affair: ['accountability.read', '/v1/accountability/affairs/{}', '案号', 'number of an affair'],
  unit: ['accountability.read', '/v1/accountability/units/{}', '单位', 'unit'],
  receipt: ['money.read', '/v1/money/receipts/{}', '票据代码-号码', 'code-number of a receipt'],
};
export function opens(query: Readonly<Record<string, unknown>>): string | null {
  for (const [name, [, path]] of Object.entries(OPENS)) {
    const id = query[name];
    if (typeof id === 'string' && id.trim() !== '') return path.replace('{}', encodeURIComponent(id.trim()));
  }
  return null;
}

export function homePage(roles: readonly string[]): string {
  const entries = ENTRIES.filter(({ action }) => may(roles, action));
  const opening = Object.entries(OPENS).filter(([, [action]]) => may(roles, action));
  const forms = opening.map(
    ([name, [, , zh, en]]) =>
      `<form method="get" action="/"><label>${bilingual(zh, en)}<input name="${name}" required></label><button>打开 <span lang="en">open</span></button></form>`,
  );
  const names = roles.map((role) => bilingual(ROLES[role as Role].zh, ROLES[role as Role].en)).join('，');
  return frame(
    { zh: '首页', en: 'home' },
    `<p>${names}</p><div class="opening">${forms.join('')}</div>
<ul class="entries">${entries.map(({ zh, en, path }) => `<li><a href="${escaped(path)}">${bilingual(zh, en)}</a></li>`).join('')}</ul>`,
    true,
  );
}

const field = (name: string, zh: string, en: string, more: string) =>
  `<label>${bilingual(zh, en)}<input name="${name}" ${more}></label>`;
export const signInForm = (): string => `<form id="sign-in" method="post" autocomplete="on">
${field('login', '账号', 'login', 'required autocomplete="username"')}
${field('password', '密码', 'password', 'type="password" required autocomplete="current-password"')}
${field('code', '验证码（已启用的）', 'code, where one is set up', 'inputmode="numeric" autocomplete="one-time-code"')}
<button>登录 <span lang="en">sign in</span></button><p id="sign-in-failed" role="alert"></p>
<p><a href="/pages/enrol">首次登录：凭登记码设置密码 <span lang="en">no password yet: set one with an enrolment code</span></a></p>
<noscript><p>请启用脚本，或用 <code>npx mingzhang login</code> <span lang="en">allow scripts, or use the command line</span></p></noscript></form>`;
export const signInPage = (): string => frame({ zh: '登录', en: 'sign in' }, signInForm(), false);
