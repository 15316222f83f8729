/** What everybody sets up for himself: the first password, another one, the second factor, the post at which he acts. */
import { escaped } from '../kernel/html.js';
import { bilingual, frame } from './page.js';

export interface Own {
  readonly post: string | null;
  readonly posts: readonly string[];
  readonly factors: readonly string[];
  /** A password has at least so many characters, and at most so many. */
  readonly password: readonly [least: number, most: number];
}
/** Sent by the script of the pages; `done`: what is said then. */
interface Form {
  readonly send: string;
  readonly button: readonly [zh: string, en: string];
  readonly done: string;
  readonly fields: readonly string[];
  /** Where to go then. */
  readonly next?: string;
}
const form = ({ send, button, done, fields, next = '' }: Form): string =>
  `<form class="own" data-send="${send}" data-done="${escaped(done)}" data-next="${next}" autocomplete="on">${fields.join('')}
<button>${bilingual(...button)}</button><div role="status"></div></form>`;
const field = (name: string, zh: string, en: string, more: string): string =>
  `<label>${bilingual(zh, en)}<input name="${name}" required ${more}></label>`;
const anew = (name: string, zh: string, en: string, [least, most]: Own['password']): string =>
  field(
    name,
    `${zh}（至少 ${least} 个字符）`,
    `${en}, at least ${least} characters`,
    `type="password" minlength="${least}" maxlength="${most}" autocomplete="new-password"`,
  );
const SCRIPTS = `<noscript><p>请启用脚本，或用 <code>npx mingzhang</code> <span lang="en">allow scripts, or use the command line</span></p></noscript>`;

/** For whoever has a code from the system administrator, and no password yet. */
export const enrolPage = (password: Own['password']): string =>
  frame(
    { zh: '设置密码', en: 'set a password' },
    `${form({
      send: 'POST /v1/enrolments',
      button: ['设置密码', 'set the password'],
      done: '密码已设置，请登录 the password is set: sign in',
      next: '/',
      fields: [
        field(
          'code',
          '登记码（由系统管理员发放）',
          'enrolment code, from the system administrator',
          'autocomplete="off"',
        ),
        anew('password', '密码', 'password', password),
      ],
    })}${SCRIPTS}<p><a href="/">${bilingual('登录', 'sign in')}</a></p>`,
    false,
  );

const heading = (zh: string, en: string): string => `<h2>${bilingual(zh, en)}</h2>`;
const CODE = field(
  'code',
  '验证器显示的六位验证码',
  'six digits that the authenticator shows',
  'inputmode="numeric" pattern="\\d{6}" autocomplete="one-time-code"',
);

export function accountPage({ post, posts, factors, password }: Own): string {
  const option = (one: string) => `<option${one === post ? ' selected' : ''}>${escaped(one)}</option>`;
  const choosing = form({
    send: 'PUT /v1/session/post',
    button: ['以此岗位办理', 'act at this post'],
    done: '已更换岗位 acting at this post from now on',
    fields: [`<label>${bilingual('岗位', 'post')}<select name="post">${posts.map(option).join('')}</select></label>`],
  });
  const both = factors.length > 1;
  const told = both
    ? bilingual(
        '本次登录已用第二因素；可另换一个验证器。',
        'This session began with a second factor; another authenticator can take its place.',
      )
    : bilingual(
        '可见个人信息的角色以及签名须启用第二因素：用手机验证器扫描二维码，再输入它显示的验证码。已启用的，请先以验证码登录。',
        'Roles that see personal data, and signing, take a second factor: scan the code with an authenticator, and give back what it shows. Who has one signs in with it first.',
      );
  return frame(
    { zh: '我的账号', en: 'my account' },
    `${posts.length > 1 ? `${heading('岗位', 'post')}${choosing}` : ''}
${heading('第二因素', 'second factor')}<p>${told}</p>
${form({ send: 'POST /v1/session/factors', button: ['生成密钥', 'make a key'], done: '', fields: [] })}
<div id="seed" hidden><p><img id="seed-code" width="220" height="220" alt="二维码 QR code"></p>
<p>${bilingual('不能扫描时输入密钥', 'the key, where it cannot be scanned')} <code id="seed-text"></code></p>
${form({
  send: 'PUT /v1/session/factors',
  button: ['启用', 'turn it on'],
  done: '已启用，请重新登录。以下恢复码只显示这一次，请抄下妥存 It is on; sign in again. These recovery codes are shown this once: write them down',
  fields: [CODE],
})}</div>
${heading('密码', 'password')}
${form({
  send: 'PUT /v1/session/password',
  button: ['更换密码', 'change the password'],
  done: '密码已更换，请重新登录 the password is changed: sign in again',
  fields: [
    field('password', '现用密码', 'password of now', 'type="password" autocomplete="current-password"'),
    anew('next', '新密码', 'new password', password),
  ],
})}
<p><a href="/v1/sessions">${bilingual('我的登录', 'where I am signed in')}</a></p>${SCRIPTS}`,
    true,
  );
}
