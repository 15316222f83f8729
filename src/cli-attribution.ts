/** `mingzhang attribution MATTER`: who may have been responsible, as the matrix suggests it. */
import type { Command } from 'commander';
import type { Attributed, Missing, Near, Suggestion } from '../projections/attribution.js';
import type { Held } from '../projections/attribution-holders.js';
import { DEGREES, ROLES } from '../projections/attribution-table.js';
import { type AttributionAnswer, attributionAt } from './areas/accountability/attribution.controller.js';
import { askerOf } from '../projections/accountability/involved.js';
import type { Run, Work } from './cli.js';
import { aPurpose, lookingHere } from './cli-access.js';
import { actOf } from './http/by.js';
import { table } from './text.js';

const ACTION = 'attribution.read';
const ABOUT = {
  decision: '决定 the decision',
  'change-above': '上级改变 the change from above',
  omission: '逾期 the omission',
} as const satisfies Record<Attributed['about'], string>;
const STANDING = { holder: '在岗 holder', cover: '顶岗 cover', 'unit-head': '单位负责人 head of the unit' } as const;
const UNKNOWN = '不详 not known';
const short = (id: string) => id.slice(0, 8);

const missingLine = ({ holds, says, needs }: Missing) =>
  `      ${holds === false ? '✗ 与记录不符 recorded otherwise' : '? 无记录 not recorded'}: ${says.zh} ${says.en}${
    holds === false ? '' : `\n        需要 needs: ${needs.zh} ${needs.en}`
  }`;
const nearLines = ({ pattern, says, missing }: Near) => [
  `  ≈ ${pattern} ${says.zh} ${says.en}`,
  ...missing.map(missingLine),
];
const suggestionLines = (names: AttributionAnswer['names'], of: Suggestion) => [
  `  ● ${of.pattern} ${of.says.zh} ${of.says.en}`,
  table(
    ['角色 role', '程度 degree', '何人 who', '岗位 post', '单位 unit'],
    of.persons.map(({ role, degree, personId, post, org, cover }) => [
      `${ROLES[role].zh} ${ROLES[role].en}`,
      `${DEGREES[degree].zh} ${DEGREES[degree].en}`,
      personId === null
        ? UNKNOWN
        : `${names[personId] ?? ''} ${short(personId)}${cover ? ' （顶岗 cover）' : ''}`.trim(),
      post ?? '',
      org ?? '',
    ]),
  ),
  `    相符的事件 events that match: ${of.events.map(short).join(' ')}`,
  ...(of.dissenters.length > 0
    ? [
        `    有记录的反对者，不建议承担责任 recorded dissenters, none: ${of.dissenters.map((id) => (id === null ? UNKNOWN : short(id))).join(' ')}`,
      ]
    : []),
];
function subjectLines(names: AttributionAnswer['names'], of: Attributed): readonly string[] {
  const limit = of.limit === null ? '' : ` ${of.limit} ${of.dueOn}`;
  return [
    `${ABOUT[of.about]}${limit} ${short(of.subject)} · 依据 found by ${of.found.map(short).join(' ')}`,
    ...(of.suggestions.length === 0 ? ['  没有完全相符的情形 no pattern matches'] : []),
    ...of.suggestions.flatMap((each) => suggestionLines(names, each)),
    ...of.near.flatMap(nearLines),
    ...(of.apart === null ? [] : [`  尚不能区分 cannot be told apart yet: ${of.apart.patterns.join('、')}`]),
  ];
}
const holderLine = ({ from, holder, step, persons }: Held) => [
  from.slice(0, 16).replace('T', ' '),
  [holder?.org, holder?.post, step].filter(Boolean).join(' / ') || '—',
  persons.map(({ as, personId }) => `${personId === null ? UNKNOWN : short(personId)} ${STANDING[as]}`).join('\n') ||
    UNKNOWN,
];

export function attributionLines(answer: AttributionAnswer): string {
  const { matterId, asOf, subjects, settled, holders, names } = answer;
  return [
    `责任归属建议 suggestion of responsibility · 办件 matter ${matterId} · 截至 as of ${asOf}`,
    '仅为建议，由人判断；本系统不认定任何人有责。A suggestion for people to judge; nobody is named as guilty.',
    ...(subjects.length === 0
      ? ['未登记查明的问题，也无逾期：没有建议。Nothing was found wrong and no limit passed: no suggestion.']
      : subjects.flatMap((each) => subjectLines(names, each))),
    ...settled.map(
      ({ adopted, pattern, subject, by, occurredAt, reason }) =>
        `${adopted ? '已采纳 adopted' : '未采纳 not followed'}: ${pattern} ${short(subject)} · ${occurredAt.slice(0, 10)} ${
          by === null ? '' : short(by)
        } · ${reason}`,
    ),
    table(['自 from', '承办 held by', '何人 who'], holders.map(holderLine)),
  ].join('\n');
}

async function show(id: string, { asOf, purpose }: { asOf?: string; purpose: string }, work: Work): Promise<void> {
  const { app, installation, say, holder } = work;
  const by = askerOf(actOf(installation.opened, holder!));
  const upTo = asOf === undefined ? undefined : await app.reader.index(asOf);
  const looking = lookingHere(work, ACTION, purpose);
  const answer = await attributionAt(installation.opened, looking, id, { asOf: upTo, by });
  say(answer, () => attributionLines(answer));
}

export function attributionCommands(program: Command, run: Run): void {
  program
    .command('attribution <matter>')
    .description('责任归属建议：相符与相近的情形 who may have been responsible: patterns that match, and nearly do')
    .requiredOption('--purpose <text>', '事由，记录在案 what for; it is recorded', aPurpose)
    .option('--as-of <moment>', '当时所知：序号、时间或日期 as known: an index, an instant or a day')
    .action((id: string, options: { asOf?: string; purpose: string }) =>
      run({ action: ACTION, parameters: { id } }, (work) => show(id, options, work)),
    );
}
