/** The style of every page and the one script: it signs in and out, and nothing else. */
export const STYLE = `:root{color-scheme:light;font-family:"Source Han Serif SC","Songti SC","SimSun","Noto Serif SC Variable",serif}
body{margin:0;color:#111;background:#fff;line-height:1.5}
header{display:flex;justify-content:space-between;align-items:center;padding:.6em 1.2em;border-bottom:3px solid #9c1b1b}
input,button{font-family:inherit}header a{color:inherit;text-decoration:none;font-size:1.2em}main{padding:0 1.2em 3em;max-width:110em}
h1{font-size:1.5em}h2{font-size:1.1em;border-bottom:1px solid #999;margin-top:1.6em}
[lang=en]{color:#555;font-size:.85em;font-family:system-ui,sans-serif}
table{border-collapse:collapse;font-size:.92em;margin:.4em 0}th,td{border:1px solid #bbb;padding:.25em .5em;text-align:left;vertical-align:top}
thead th{background:#f3efe9;position:sticky;top:0}th [lang=en]{display:block;font-weight:normal}
td.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}time,code{white-space:nowrap}
dl{display:grid;grid-template-columns:minmax(8em,max-content) 1fr;gap:.2em 1em;margin:.2em 0}dt{font-weight:bold}dd{margin:0;overflow-wrap:anywhere}
td dl{font-size:.95em;grid-template-columns:max-content 1fr}.none{color:#777}.moment{color:#555;font-size:.9em}
form{margin:.8em 0}.asking,.opening{display:flex;flex-wrap:wrap;gap:.5em 1em;align-items:end}label{display:inline-flex;flex-direction:column;font-size:.9em}
input{font:inherit;padding:.2em .4em;min-width:8em}button{font:inherit;padding:.2em .9em}.opening form{display:flex;gap:.4em;align-items:end}
#sign-in{display:grid;gap:.8em;max-width:24em}.entries{columns:16em;line-height:2}[role=alert],.wrong{color:#9c1b1b}
a{color:#164a7b}@page{size:A4 landscape;margin:15mm;@bottom-center{content:counter(page) " / " counter(pages);font-size:9pt}}
@media print{header button,.asking,.related,.opening{display:none}thead th{position:static}thead{display:table-header-group}tr{break-inside:avoid}a{color:inherit;text-decoration:none}table{font-size:8.5pt}}
`;
export const SCRIPT = `const form = document.getElementById('sign-in');
form?.addEventListener('submit', async (event) => {
  event.preventDefault();
  const { login, password, code } = Object.fromEntries(new FormData(form));
  const failed = document.getElementById('sign-in-failed');
  const body = JSON.stringify({ login, password, ...(code && { code }) });
  const answer = await fetch('/v1/session', { method: 'POST', headers: { 'content-type': 'application/json' }, body }).catch(() => null);
  const told = await answer?.json().catch(() => null);
  if (answer?.ok) return location.reload();
  failed.textContent = told ? \`\${told.zh.title}：\${told.zh.detail} \${told.en.title}: \${told.en.detail}\` : '服务没有应答，请稍后再试 the service does not answer';
});
document.getElementById('sign-out')?.addEventListener('click', async () => {
  const { csrfToken } = await (await fetch('/v1/session')).json();
  await fetch('/v1/session', { method: 'DELETE', headers: { 'x-csrf-token': csrfToken } });
  location.assign('/');
});
`;
