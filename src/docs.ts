/** Writes what is generated from the code: events, rules, accountability, attribution, audit-tests, permissions, openapi.json in docs/. With `--check`: says what is not current, and writes nothing. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NEVER_A_FINDING } from '../projections/audit/kinds.js';
import { AUDIT_TESTS } from '../projections/audit/pack.js';
import { eventsByArea } from '../projections/events/index.js';
import type { Parameter } from '../projections/kernel/rule.js';
import { ruled, rules } from '../projections/rules/index.js';
import { accountabilityPage } from './docs-accountability.js';
import { attributionDocs } from './docs-attribution.js';
import { interfaceOf } from './http/app.js';
import { PROJECT_ROOT } from './config.js';
import { CONDITIONS, PERMISSIONS, ROLES } from './kernel/permissions.js';

function eventsPage(): string {
  const lines = [
    '# Events 事件',
    '',
    'Generated from `projections/events/` by `npm run docs`. The envelope around each is in',
    '`projections/kernel/message.ts`, the members of `data` in the file of the area.',
  ];
  for (const [area, events] of Object.entries(eventsByArea)) {
    lines.push('', `## ${area}`, '', '| type | version | 中文 | English |', '| --- | --- | --- | --- |');
    for (const [type, { version, zh, en }] of Object.entries(events))
      lines.push(`| \`${type}\` | ${version} | ${zh} | ${en} |`);
  }
  return `${lines.join('\n')}\n`;
}

const parameterTable = (parameters: Readonly<Record<string, Parameter>>): readonly string[] => [
  '',
  '| parameter | 中文 | English | value | source | grade |',
  '| --- | --- | --- | --- | --- | --- |',
  ...Object.entries(parameters).map(
    ([name, { value, says, source, grade }]) =>
      `| \`${name}\` | ${says.zh} | ${says.en} | ${value} | ${source} | ${grade} |`,
  ),
];
function rulesPage(): string {
  const lines = [
    '# Rules 规则',
    '',
    'Generated from `projections/rules/` by `npm run docs`. A finding names the rule, its version, the parameters in force',
    'on the day of the act, the evidence and the outcome of every test. Grades: A primary text of a law read in full,',
    'B seen in a secondary source, D decided by the makers of this product; a rule pack changes a value from a day on.',
  ];
  for (const { id, version, title, definition, basis, severity, parameters, tests, again } of rules) {
    lines.push('', `## ${id} ${title.zh} ${title.en}`, '', definition.zh, '', definition.en, '');
    lines.push(`- 版本 version: ${version}`, `- 级别 severity: ${severity}`, `- 依据 basis: ${basis}`);
    lines.push(`- 何时重判 judged again at: ${Object.keys(again).join(', ')}`, '');
    lines.push('| test | 中文 | English | clears |', '| --- | --- | --- | --- |');
    for (const [name, { zh, en, clears }] of Object.entries(tests))
      lines.push(`| \`${name}\` | ${zh} | ${en} | ${clears ? 'yes' : 'no'} |`);
    if (Object.keys(parameters).length > 0) lines.push(...parameterTable(parameters));
  }
  for (const { id, version, title, parameters } of ruled)
    lines.push('', `## ${id} ${title.zh} ${title.en}`, '', `- 版本 version: ${version}`, ...parameterTable(parameters));
  return `${lines.join('\n')}\n`;
}

function auditPage(): string {
  const lines = [
    '# Audit tests 审计测试',
    '',
    'Generated from `projections/audit/` by `npm run docs`. Each runs over the rows of a period, as of a moment of the log; each',
    'line names the events behind it. Sampling by monetary units is in `projections/audit/sample.ts`.',
    '',
    `**${NEVER_A_FINDING.zh}** **${NEVER_A_FINDING.en}**`,
  ];
  for (const { id, title, says, basis, parameters, off } of AUDIT_TESTS) {
    lines.push('', `## ${id} ${title.zh} ${title.en}`, '', says.zh, '', says.en, '', `- 依据 basis: ${basis}`);
    for (const [name, { value, says: of }] of Object.entries(parameters))
      lines.push(`- \`${name}\` = ${value} ${of.zh} ${of.en}`);
    if (off) lines.push(`- 默认不运行 off by default: ${off.zh}。${off.en}.`);
  }
  return `${lines.join('\n')}\n`;
}

function permissionsPage(): string {
  const lines = [
    '# Permissions 权限',
    '',
    'Generated from `src/kernel/permissions.ts` by `npm run docs`. Who is not named for an action may not do it. A role holds on',
    'the days of its grant, and where it is bound to a post, while its holder stands there or covers it.',
    '',
    '| condition | 中文 | English |',
    '| --- | --- | --- |',
    ...Object.entries(CONDITIONS).map(([name, { zh, en }]) => `| \`${name}\` | ${zh} | ${en} |`),
    '',
    '| role | 中文 | English |',
    '| --- | --- | --- |',
    ...Object.entries(ROLES).map(([name, { zh, en }]) => `| \`${name}\` | ${zh} | ${en} |`),
    '',
    '| action | who, and under which condition |',
    '| --- | --- |',
  ];
  for (const [action, row] of Object.entries(PERMISSIONS)) {
    const who = Object.entries(row).map(([role, condition]) => (condition === 'any' ? role : `${role} (${condition})`));
    lines.push(`| \`${action}\` | ${who.join(', ')} |`);
  }
  return `${lines.join('\n')}\n`;
}

const pages: Readonly<Record<string, () => string | Promise<string>>> = {
  'docs/events.md': eventsPage,
  'docs/rules.md': rulesPage,
  'docs/accountability.md': accountabilityPage,
  'docs/attribution.md': attributionDocs,
  'docs/audit-tests.md': auditPage,
  'docs/permissions.md': permissionsPage,
  'docs/openapi.json': async () => `${JSON.stringify(await interfaceOf(), null, 2)}\n`,
};

const stale: string[] = [];
for (const [path, page] of Object.entries(pages)) {
  const file = join(PROJECT_ROOT, path);
  const text = await page();
  if ((await readFile(file, 'utf8').catch(() => '')) === text) continue;
  if (process.argv.includes('--check')) stale.push(path);
  else await writeFile(file, text);
}
if (stale.length > 0) {
  console.error(`not current: ${stale.join(', ')}; run npm run docs`);
  process.exitCode = 1;
}
