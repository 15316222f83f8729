/** docs/accountability.md, from the table of the machine, its limits, guards and documents. */
import { GUARDS } from '../projections/accountability/guards.js';
import { LIMITS, STEP_LIMITS, type StateLimit } from '../projections/accountability/limits.js';
import { OUTCOMES, type Kind } from '../projections/accountability/outcomes.js';
import {
  CAPACITIES,
  DOCUMENTS,
  type Machine,
  MACHINE_NAMES,
  MACHINES,
  PARTS,
  PROFILE_NAMES,
  PROFILES,
  type State,
  type Transition,
} from '../projections/accountability/table.js';

const TITLES: Readonly<Record<Machine, string>> = {
  lead: 'Leads 线索',
  case: 'Cases 案件',
  review: 'Review 复审、复核、申诉',
};

function diagram(machine: Machine): readonly string[] {
  const states: Readonly<Record<string, State>> = MACHINES[machine].states;
  const name = (status: string) => status.replaceAll('-', '_');
  const arrows = Object.entries<Transition>(MACHINES[machine].steps).flatMap(([command, { from, to }]) =>
    to === null
      ? []
      : from.map(
          (one) => `  ${one === 'none' ? '[*]' : name(one)} --> ${to === 'none' ? '[*]' : name(to)}: ${command}`,
        ),
  );
  return [
    '```mermaid',
    'stateDiagram-v2',
    ...Object.entries(states)
      .filter(([status]) => status !== 'none')
      .map(([status, { id, zh }]) => `  ${name(status)}: ${id} ${zh}`),
    ...arrows,
    ...Object.entries(states).flatMap(([status, { terminal }]) => (terminal ? [`  ${name(status)} --> [*]`] : [])),
    '```',
  ];
}
function machinePage(machine: Machine): readonly string[] {
  const { states, steps } = MACHINES[machine];
  const all: Readonly<Record<string, State>> = states;
  return [
    '',
    `## ${TITLES[machine]}`,
    '',
    ...diagram(machine),
    '',
    '| state | 中文 | English |',
    '| --- | --- | --- |',
    ...Object.entries(all).map(([status, { id, zh, en }]) => `| \`${status}\` (${id}) | ${zh} | ${en} |`),
    '',
    '| command | from | to | who acts 办理 | signed first 先签 | guards | kept apart from 不得为 |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...Object.entries<Transition>(steps).map(([command, { says, from, to, acts, guards, apart, signed, named }]) => {
      const who = CAPACITIES[acts];
      const parts = (apart ?? []).map((part) => PARTS[part].zh).join('、');
      return `| \`${command}\` ${says.zh} | ${from.join(', ')} | ${to ?? '='} | ${who.zh} ${who.en} | ${(signed ?? []).join(', ') || '–'} | ${guards.join(' ')} | ${parts ? `${named ? '被指定的人：' : ''}${parts}` : '–'} |`;
    }),
  ];
}
function limitsPage(): readonly string[] {
  return [
    '',
    '## Limits 期限',
    '',
    'Parameters of AC-01: a rule pack changes them from a day on.',
    '',
    `| limit | during | unit | ${PROFILE_NAMES.map((one) => PROFILES[one].zh).join(' | ')} |`,
    '| --- | --- | --- | --- | --- | --- |',
    ...Object.entries<StateLimit>(LIMITS).map(([name, { during, unit, zh, en, by, more }]) => {
      const cells = PROFILE_NAMES.map((profile) => {
        const [own, added] = [by[profile], more?.[profile]];
        return own ? `${own[0]}${added ? ` +${added[0]}` : ''} [${own[2]}: ${own[1]}]` : '–';
      });
      return `| \`${name}\` ${zh} ${en} | ${during.join(', ')} | ${unit} | ${cells.join(' | ')} |`;
    }),
    '',
    '| other parameter | value | source | grade |',
    '| --- | --- | --- | --- |',
    ...Object.entries(STEP_LIMITS.parameters)
      .filter(([name]) => !PROFILE_NAMES.some((profile) => name.startsWith(`${profile}-`)))
      .map(
        ([name, { says, value, source, grade }]) =>
          `| \`${name}\` ${says.zh} ${says.en} | ${value} | ${source} | ${grade} |`,
      ),
  ];
}
export function accountabilityPage(): string {
  const lines = [
    '# Accountability 责任追究',
    '',
    'Generated from `projections/accountability/` by `npm run docs`. What a command says is what its event holds, with every',
    'guard as it was evaluated. `=`: the state stays. What is not in a table cannot be asked for as an act; as a report from',
    'another office it is recorded, and marked with the guards that it breaks.',
    '',
    '| profile | 中文 | English |',
    '| --- | --- | --- |',
    ...PROFILE_NAMES.map((one) => `| \`${one}\` | ${PROFILES[one].zh} | ${PROFILES[one].en} |`),
    ...MACHINE_NAMES.flatMap(machinePage),
    ...limitsPage(),
    '',
    '## Guards 条件',
    '',
    '| guard | 中文 | English | basis | who can mend it |',
    '| --- | --- | --- | --- | --- |',
    ...Object.values(GUARDS).map(
      ({ code, says, basis, mend }) => `| \`${code}\` | ${says.zh} | ${says.en} | ${basis} | ${mend.zh} ${mend.en} |`,
    ),
    '',
    '## Documents and who signs them 文书与签署',
    '',
    '| document | 中文 | English | signed by |',
    '| --- | --- | --- | --- |',
    ...Object.entries(DOCUMENTS).map(([kind, { zh, en, signs }]) => {
      const who = Object.entries(signs).map(([as, many]) => `${as}: ${many}`);
      return `| \`${kind}\` | ${zh} | ${en} | ${who.join(', ')} |`;
    }),
    '',
    '## Outcomes 处理结果',
    '',
    '| code | 中文 | English | rank | form 形态 | sanction | months of effect |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...Object.entries<Kind>(OUTCOMES).map(
      ([code, { zh, en, rank, form, sanction, months }]) =>
        `| \`${code}\` | ${zh} | ${en} | ${rank} | ${form || '–'} | ${sanction ? 'yes' : 'no'} | ${months ?? '–'} |`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}
