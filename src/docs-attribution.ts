/** docs/attribution.md, from the table of the matrix. */
import { CONDITIONS, conditionOf } from '../projections/attribution-conditions.js';
import { DEGREES, PATTERNS, type RoleName, ROLES } from '../projections/attribution-table.js';

export function attributionDocs(): string {
  const lines = [
    '# Attribution 责任归属',
    '',
    'Generated from `projections/attribution-table.ts` and `attribution-conditions.ts` by `npm run docs`. What is found wrong in a',
    'matter, and what was left undone, is held against these patterns. A pattern of which every condition holds is suggested, with',
    'the events that show it. Near is one of which something of its own holds, and either one thing is recorded otherwise, or some',
    'are not recorded; as long as they are not, it cannot be told apart from what else is open, and nobody is named by it. It is',
    'a suggestion: people adopt it or do not, with a reason, and nothing follows from it by itself.',
    '',
    '仅为建议，由人判断：条件全部成立的，列为建议并附相符的事件；缺一项或者尚无记录的，列为相近并说明所缺；本系统不认定任何人有责。',
    '',
    '| pattern | 中文 | English | 责任 degrees | 依据 basis | grade |',
    '| --- | --- | --- | --- | --- | --- |',
  ];
  for (const { id, definition, roles, basis, grade } of PATTERNS) {
    const degrees = Object.entries(roles).map(([role, degree]) => {
      const of = ROLES[role as RoleName];
      return `${of.zh} ${of.en}: ${DEGREES[degree].zh} \`${degree}\``;
    });
    lines.push(`| ${id} | ${definition.zh} | ${definition.en} | ${degrees.join('; ')} | ${basis} | ${grade} |`);
  }
  lines.push('', '## Conditions 条件', '', '| pattern | condition | 中文 | English | 需要 | needs |');
  lines.push('| --- | --- | --- | --- | --- | --- |');
  for (const { id, conditions } of PATTERNS)
    for (const name of conditions) {
      const { says, needs } = conditionOf(name);
      lines.push(`| ${id} | \`${name}\` | ${says.zh} | ${says.en} | ${needs.zh} | ${needs.en} |`);
    }
  lines.push('', '## Degrees 责任程度', '', '| degree | 中文 | English |', '| --- | --- | --- |');
  for (const [degree, { zh, en }] of Object.entries(DEGREES)) lines.push(`| \`${degree}\` | ${zh} | ${en} |`);
  const used = new Set(PATTERNS.flatMap(({ conditions }) => conditions));
  const unused = Object.keys(CONDITIONS).filter((name) => !used.has(name as keyof typeof CONDITIONS));
  if (unused.length > 0) throw new Error(`no pattern uses ${unused.join(', ')}`);
  return `${lines.join('\n')}\n`;
}
