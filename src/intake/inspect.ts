/** What stands in a log that nobody has mapped yet, so that a mapping can be written: in constant memory. */
import { openBytes } from './bytes.js';
import { type CsvShape, endCases, readRows } from './csv.js';
import { type Attributes, REASONS, type SourceRecord } from './records.js';
import { type Declared, readXes } from './xes.js';

export interface AttributeFound {
  readonly name: string;
  /** As XES declares it, or what all values look like: instant, day, number, text. */
  readonly type: string;
  /** How many events, or cases, have a value. */
  readonly count: number;
  /** How many different values; null where there are more than {@link MOST}. */
  readonly distinct: number | null;
  readonly samples: readonly string[];
}
export interface Inspection {
  readonly format: 'xes' | 'csv';
  /** Cases that stand together; of a CSV whose column of the case is not named `case:…`, null. */
  readonly cases: number | null;
  readonly events: number;
  readonly caseAttributes: readonly AttributeFound[];
  readonly eventAttributes: readonly AttributeFound[];
  /** By the attribute that names what was done, the most frequent first. */
  readonly activityAttribute: string | null;
  readonly activities: readonly Readonly<{ name: string; count: number }>[];
  readonly problems: readonly Readonly<{ line: number; reason: string; count: number }>[];
}

/** Different values of one attribute that are counted. */
export const MOST = 200;
const SAMPLES = 5;
const SAMPLE_LENGTH = 80;
/** Of names and values beyond these nothing is kept: a file may have any number of them. */
const NAMES = 10_000;
const VALUE_LENGTH = 1000;
const ACTIVITIES = 10_000;

const LOOKS: readonly (readonly [type: string, like: RegExp])[] = [
  ['day', /^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}$/],
  ['instant', /^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}[T ]\d{1,2}:\d{2}/],
  ['number', /^-?\d+([.,]\d+)?$/],
];

function gathered() {
  const found = new Map<
    string,
    { count: number; values: Map<string, number> | null; samples: string[]; looks: Set<string> }
  >();
  return {
    add(attributes: Attributes) {
      for (const [name, value] of attributes) {
        const of = found.get(name) ?? {
          count: 0,
          values: new Map<string, number>(),
          samples: [],
          looks: new Set<string>(),
        };
        if (!found.has(name) && found.size >= NAMES) continue;
        found.set(name, of);
        of.count++;
        of.looks.add(LOOKS.find(([, like]) => like.test(value))?.[0] ?? 'text');
        if (value.length > VALUE_LENGTH) of.values = null;
        if (!of.values) continue;
        if (!of.values.has(value) && of.samples.length < SAMPLES)
          of.samples.push(value.length > SAMPLE_LENGTH ? `${value.slice(0, SAMPLE_LENGTH)}…` : value);
        of.values.set(value, (of.values.get(value) ?? 0) + 1);
        if (of.values.size > MOST) of.values = null; // and nothing more is kept of it
      }
    },
    all: (declared: Declared): AttributeFound[] =>
      [...found].map(([name, { count, values, samples, looks }]) => ({
        name,
        type: [...(declared.get(name) ?? [])].join(' | ') || (looks.size === 1 ? [...looks][0]! : 'text'),
        count,
        distinct: values?.size ?? null,
        samples,
      })),
  };
}

/** What names the activity in most tools that write logs. */
const ACTIVITY_NAMES = ['concept:name', 'activity', 'Activity', '活动', '环节', '环节名称', '办理环节'];
const activityOf = (attributes: Attributes) => ACTIVITY_NAMES.find((name) => attributes.has(name)) ?? null;

/** Throws Unreadable where the file as a whole cannot be read further. */
export async function inspectFile({
  file,
  format,
  csv = {},
  signal,
}: {
  readonly file: string;
  readonly format: 'xes' | 'csv';
  readonly csv?: CsvShape;
  readonly signal?: AbortSignal;
}): Promise<Inspection> {
  const declared: Declared = new Map();
  const bytes = await openBytes(file, signal);
  const caseOf = ({ caseAttributes }: { readonly caseAttributes: Attributes }) =>
    caseAttributes.get('concept:name') ?? [...caseAttributes.values()][0] ?? null;
  const records: AsyncIterable<SourceRecord> =
    format === 'xes' ? readXes(bytes, declared) : endCases(readRows(bytes, csv), caseOf);
  const [ofCases, ofEvents] = [gathered(), gathered()];
  const activities = new Map<string, number>();
  const problems = new Map<string, { line: number; reason: string; count: number }>();
  let [cases, events, named] = [0, 0, false];
  let activityAttribute: string | null = null;
  for await (const record of records) {
    if (record.kind === 'broken') {
      const { field, code } = record.problem;
      const reason = `${field}: ${REASONS[code].zh} ${REASONS[code].en}`;
      const known = problems.get(reason);
      problems.set(reason, { line: known?.line ?? record.line, reason, count: (known?.count ?? 0) + 1 });
    } else if (record.kind === 'end') {
      cases++;
      named ||= record.caseAttributes.size > 0;
      ofCases.add(record.caseAttributes);
    } else {
      events++;
      ofEvents.add(record.attributes);
      activityAttribute ??= activityOf(record.attributes);
      const name = activityAttribute === null ? undefined : record.attributes.get(activityAttribute);
      if (name !== undefined && (activities.has(name) || activities.size < ACTIVITIES))
        activities.set(name, (activities.get(name) ?? 0) + 1);
    }
  }
  return {
    format,
    cases: format === 'xes' || named ? cases : null,
    events,
    caseAttributes: ofCases.all(declared),
    eventAttributes: ofEvents.all(declared),
    activityAttribute,
    activities: [...activities].map(([name, count]) => ({ name, count })).toSorted((a, b) => b.count - a.count),
    problems: [...problems.values()],
  };
}

const quoted = (text: string) => JSON.stringify(text);
const guess = (found: readonly AttributeFound[], like: RegExp, type?: RegExp) =>
  found.find(({ name, type: is }) => like.test(name) && (type?.test(is) ?? true))?.name;

/** A mapping to go on from: what can be guessed is filled in, the rest says what belongs there. */
export function mappingDraft(of: Inspection): string {
  const { caseAttributes, eventAttributes, activities } = of;
  const id =
    guess(caseAttributes, /^concept:name$|编号|number|^id$/i) ??
    guess(eventAttributes, /case.?id|办件编号/i) ??
    'FILL-IN';
  const time =
    guess(eventAttributes, /time:timestamp|时间|time/i) ?? guess(eventAttributes, /./, /instant|date|day/) ?? 'FILL-IN';
  const event = guess(eventAttributes, /concept:instance|event.?id|流水号/i);
  const actor = guess(eventAttributes, /org:resource|经办|user|resource/i);
  const org = guess(eventAttributes, /org:group|部门|department|group/i);
  const lines = [
    '# Names in quotes are attributes of the log. docs: mappings/mapping.schema.json',
    'mapping: 1',
    '# The system that the log comes from: with the case and the event it names each report for ever.',
    'source: FILL-IN',
    'zone: +08:00 # of times that are written without one',
    '',
    'case:',
    `  id: ${quoted(id)}`,
    '  facts:',
    ...caseAttributes
      .filter(({ name }) => name !== id)
      .map(
        ({ name, type, samples }) =>
          `    ${quoted(name)}: { fact: ${quoted(name)} } # ${type}: ${samples.slice(0, 2).join(' · ')}`,
      ),
    ...(caseAttributes.length <= 1 ? ['    {}'] : []),
    '',
    'event:',
    event === undefined ? '  id: { position: true } # the log numbers no events' : `  id: ${quoted(event)}`,
    `  activity: ${quoted(of.activityAttribute ?? 'FILL-IN')}`,
    `  time: ${quoted(time)}`,
    ...(actor === undefined ? [] : [`  actor: ${quoted(actor)}`]),
    ...(org === undefined ? [] : [`  org: ${quoted(org)}`]),
    '',
    '# What each activity means: a command, or { do: Command, data: { … } }, or { ignore: why }.',
    'activities:',
    ...activities
      .slice(0, 200)
      .map(({ name, count }) => `  ${quoted(name)}: { do: FinishStep, data: { step: ${quoted(name)} } } # ${count}`),
    ...(activities.length === 0 ? ['  {}'] : []),
    '# And every other one.',
    'otherwise: { ignore: not looked at yet }',
  ];
  return `${lines.join('\n')}\n`;
}
