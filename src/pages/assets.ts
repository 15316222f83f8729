/** The style of every page and the one script: it signs in and out, and sends the form of a command to the interface. */
export const STYLE = `:root{color-scheme:light;font-family:"Source Han Serif SC","Songti SC","SimSun","Noto Serif SC Variable",serif}
body{margin:0;color:#111;background:#fff;line-height:1.5}
header{display:flex;justify-content:space-between;align-items:center;padding:.6em 1.2em;border-bottom:3px solid #9c1b1b}
.own{display:flex;flex-wrap:wrap;gap:.5em 1em;align-items:end}.own [role=status]{flex-basis:100%}
input,button{font-family:inherit}header a{color:inherit;text-decoration:none;font-size:1.2em}main{padding:0 1.2em 3em;max-width:110em}
h1{font-size:1.5em}h2{font-size:1.1em;border-bottom:1px solid #999;margin-top:1.6em}
[lang=en]{color:#555;font-size:.85em;font-family:system-ui,sans-serif}
table{border-collapse:collapse;font-size:.92em;margin:.4em 0}th,td{border:1px solid #bbb;padding:.25em .5em;text-align:left;vertical-align:top}
thead th{background:#f3efe9;position:sticky;top:0}th [lang=en]{display:block;font-weight:normal}
th{min-width:4.5em}td.words{min-width:8em}td.long{min-width:14em}td.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}time,code,td a{white-space:nowrap}
header,h1,.related,.asking,.moment{position:sticky;left:1.2rem;max-width:calc(100vw - 5rem)}header{left:0;max-width:none;box-sizing:border-box;width:100vw}
main>table>*>tr>:first-child,section>table>*>tr>:first-child{position:sticky;left:0;background:#fff}main>table>thead>tr>:first-child,section>table>thead>tr>:first-child{background:#f3efe9;z-index:1}
dl{display:grid;grid-template-columns:minmax(8em,max-content) 1fr;gap:.2em 1em;margin:.2em 0}dt{font-weight:bold}dd{margin:0;overflow-wrap:anywhere}
td dl{font-size:.95em;grid-template-columns:max-content 1fr}.none{color:#777}.moment{color:#555;font-size:.9em}
form{margin:.8em 0}.asking,.opening{display:flex;flex-wrap:wrap;gap:.5em 1em;align-items:end}label{display:inline-flex;position:relative;flex-direction:column;font-size:.9em}
input{font:inherit;padding:.2em .4em;min-width:8em}button{font:inherit;padding:.2em .9em}.opening form{display:flex;gap:.4em;align-items:end}
fieldset{display:flex;flex-wrap:wrap;gap:.6em 1.2em;align-items:end;border:1px solid #bbb;margin:.4em 0;padding:.6em}fieldset fieldset{flex-basis:100%}textarea,select{font:inherit;min-width:16em}
#sign-in{display:grid;gap:.8em;max-width:24em}.entries{columns:16em;line-height:2}[role=alert],.wrong{color:#9c1b1b}
[hidden]{display:none!important}label>b{position:absolute;margin:-.1em 0 0 -.7em}a{color:#164a7b}@page{size:A4 landscape;margin:15mm;@bottom-center{content:counter(page) " / " counter(pages);font-size:9pt}}
@media print{header button,.asking,.related,.opening{display:none}thead th{position:static}thead{display:table-header-group}tr{break-inside:avoid}a{color:inherit;text-decoration:none}table{font-size:8.5pt}}
`;
export const SCRIPT = `const byId = (id) => document.getElementById(id);
const toldOf = async (answer) => ({ ok: answer.ok, told: await answer.json().catch(() => null) });
const SILENT = { ok: false, told: { zh: { title: '服务没有应答', detail: '请稍后再试' }, en: { title: 'the service does not answer', detail: 'try again later' } } };
const send = async (path, method, headers, body) => {
  const asked = { method, headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers }, body };
  return fetch(path, asked).then(toldOf, () => SILENT);
};
const csrf = async () => ({ 'x-csrf-token': (await send('/v1/session', 'GET', { accept: 'application/json' })).told?.csrfToken ?? '' });
const inWords = ({ zh, en }) => zh.title + '：' + zh.detail + ' ' + en.title + ': ' + en.detail;

byId('sign-in')?.addEventListener('submit', async (event) => {
  event.preventDefault();
  const { login, password, code } = Object.fromEntries(new FormData(event.target));
  const { ok, told } = await send('/v1/session', 'POST', {}, JSON.stringify({ login, password, ...(code && { code }) }));
  if (ok) return location.reload();
  byId('sign-in-failed').textContent = inWords(told);
});
byId('sign-out')?.addEventListener('click', async () => {
  await send('/v1/session', 'DELETE', await csrf());
  location.assign('/');
});

const membersOf = (node) => [...node.querySelectorAll('[data-kind]')].filter((one) => one.parentElement.closest('[data-kind]') === node);
/** What a field holds; undefined: nothing was said. */
const valueOf = (node) => {
  const { kind } = node.dataset;
  const asked = 'required' in node.dataset;
  if (kind === 'object') {
    const all = membersOf(node).map((one) => [one.dataset.name, valueOf(one)]).filter(([, value]) => value !== undefined);
    return all.length > 0 || asked ? Object.fromEntries(all) : undefined;
  }
  const some = (all) => (all.length > 0 || asked ? all : undefined);
  if (kind === 'list') return some(membersOf(node).map(valueOf));
  const text = node.value.trim();
  if (kind === 'lines') return some(text.split('\\n').map((line) => line.trim()).filter((line) => line !== ''));
  if (text === '') return undefined;
  return kind === 'number' ? Number(text) : kind === 'boolean' ? text === 'true' : text;
};
const add = (to, tag, text) => {
  const node = document.createElement(tag);
  node.textContent = text;
  to.append(node);
  return node;
};
const both = (text) => (text ? (text.zh ?? '') + ' ' + (text.en ?? '') : '');
/** What is wrong, with each field or guard: what is missing, by which article, and who can mend it. */
const showProblem = (told, outcome = byId('outcome')) => {
  add(outcome, 'p', inWords(told)).className = 'wrong';
  const list = add(outcome, 'ul', '');
  for (const { pointer, name, detail } of told.errors ?? []) add(list, 'li', (pointer || name || '') + '：' + both(detail));
  for (const { says, basis, details } of told.broken ?? []) {
    const item = add(list, 'li', both(says) + '（' + (basis ?? '') + '）');
    for (const one of details?.missing ?? []) add(item, 'div', '缺 missing: ' + both(one));
    if (details?.mend) add(item, 'div', '如何补正 to mend: ' + both(details.mend));
  }
};
/** What somebody sets up for himself: nothing that is recorded once for a key. */
for (const form of document.querySelectorAll('form.own'))
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const { send: asked, done, next } = form.dataset;
    const [method, path] = asked.split(' ');
    const outcome = form.querySelector('[role=status]');
    outcome.replaceChildren();
    const open = path === '/v1/enrolments';
    const { ok, told } = await send(path, method, open ? {} : await csrf(), JSON.stringify(Object.fromEntries(new FormData(form))));
    if (!ok) return showProblem(told ?? SILENT.told, outcome);
    form.reset();
    if (told.qr) {
      byId('seed-code').src = 'data:image/svg+xml,' + encodeURIComponent(told.qr);
      byId('seed-text').textContent = told.secret;
      byId('seed').hidden = false;
    }
    add(outcome, 'p', done);
    for (const code of told.recoveryCodes ?? []) add(add(outcome, 'div', ''), 'code', code);
    if (next) add(outcome, 'a', '登录 sign in').href = next;
  });

let sent = '';
let key = '';
byId('act')?.addEventListener('click', ({ target }) => {
  target.closest('.remove')?.parentElement.remove();
  const button = target.closest('.add');
  if (!button) return;
  button.before(button.parentElement.querySelector(':scope > template').content.cloneNode(true));
});
byId('act')?.addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = event.target;
  const dry = event.submitter?.name === 'dryRun';
  const path = [...form.querySelectorAll('[data-param]')].reduce(
    (so, one) => so.replace('{' + one.dataset.param + '}', encodeURIComponent(one.value.trim())),
    form.dataset.path,
  );
  const body = JSON.stringify(valueOf(form.querySelector('[data-kind=object]')));
  // The same request keeps its key, so that it is recorded once however often it is sent.
  if (path + body !== sent) [sent, key] = [path + body, crypto.randomUUID()];
  const outcome = byId('outcome');
  outcome.replaceChildren();
  const code = byId('code').querySelector('input').value.trim();
  if (!byId('code').hidden && code !== '') {
    const shown = await send('/v1/session/code', 'POST', await csrf(), JSON.stringify({ code }));
    if (!shown.ok) return showProblem(shown.told);
    byId('code').hidden = true;
  }
  const headers = { ...(await csrf()), 'idempotency-key': key };
  const { ok, told } = await send(path + (dry ? '?dryRun=true' : ''), 'POST', headers, body);
  if (told?.code === 'signing-needs-code' || told?.code === 'second-factor-needed') byId('code').hidden = false;
  if (!ok) return showProblem(told ?? SILENT.told);
  if (!dry) return add(outcome, 'p', '已记录 recorded' + (told.repeated ? '（此前已记录 it was before）' : ''));
  add(outcome, 'p', '可以办理，尚未记录 it can be done; nothing was recorded');
  for (const { type } of told.events ?? []) add(outcome, 'div', type);
});
`;
