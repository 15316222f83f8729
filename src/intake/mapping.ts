/** Mappings: what a foreign log means, as a file that people write. The form is mappings/mapping.schema.json. */
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { isNode, LineCounter, parseDocument, type Document } from 'yaml';
import type { Precision } from '../../projections/kernel/message.js';
import type { CsvShape } from './csv.js';
import { isZone } from './time.js';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
export type ValueType = 'text' | 'instant' | 'day' | 'number' | 'integer' | 'boolean' | 'fen';
export interface Converted {
  readonly type?: ValueType;
  readonly codes?: Readonly<Record<string, Json>>;
  readonly else?: Json;
  readonly unknown?: readonly string[];
  readonly zone?: string;
  readonly format?: string;
  readonly precision?: Precision;
  readonly unit?: 'yuan' | 'fen';
  readonly decimal?: '.' | ',';
  /** What stands between groups of three digits of an amount; without it none may. */
  readonly thousands?: string;
}
export type ValueSpec =
  | string
  | (Converted & { readonly from?: string; readonly case?: string; readonly value?: Json; readonly group?: string });
export type Ignore = Readonly<{ ignore: string }>;
type When = Readonly<Record<string, string | readonly string[]>>;
export type Meaning =
  | string
  | Readonly<{ do: string; when?: When; data?: { readonly [name: string]: Json } }>
  | Readonly<{ ignore: string; when?: When }>;
export type Meanings = Meaning | readonly Meaning[];
export type FactRule =
  | (Converted & Readonly<{ fact: string }>)
  | Readonly<{ do: string; at: ValueSpec; data?: { readonly [name: string]: Json } }>
  | Ignore;
export type EventId = ValueSpec | readonly ValueSpec[] | Readonly<{ position: true }>;

export interface Mapping {
  readonly mapping: 1;
  readonly source: string;
  readonly title?: Readonly<{ zh: string; en: string }>;
  readonly zone?: string;
  readonly csv?: CsvShape;
  readonly case: Readonly<{
    id: ValueSpec;
    prefix?: string;
    facts?: Readonly<Record<string, FactRule>>;
    otherFacts?: 'keep' | Ignore;
  }>;
  readonly event: Readonly<{
    id: EventId;
    activity: ValueSpec;
    time: ValueSpec;
    registered?: ValueSpec;
    actor?: string | Readonly<{ id: ValueSpec; kind?: string; name?: ValueSpec }>;
    org?: ValueSpec;
    post?: ValueSpec;
    place?: Readonly<{ kind: ValueSpec; window?: ValueSpec; org?: ValueSpec }>;
    channel?: ValueSpec;
  }>;
  readonly holder?: 'inferred';
  readonly activities: Readonly<Record<string, Meanings>>;
  readonly otherwise: Meanings;
  readonly unusedAttributes?: Readonly<Record<string, string>>;
}

/** One thing that is wrong with a mapping: where (line, JSON Pointer), and what would be right. */
export type MappingError = Readonly<{ line: number | null; path: string; zh: string; en: string }>;
export class MappingRefused extends Error {
  constructor(
    readonly file: string,
    readonly errors: readonly MappingError[],
  ) {
    const place = (e: MappingError) => `${file}${e.line === null ? '' : `:${e.line}`} ${e.path || '/'}`;
    super(errors.map((e) => `${place(e)}: ${e.zh}\n${place(e)}: ${e.en}`).join('\n'));
    this.name = 'MappingRefused';
  }
}

const schemaFile = (name: string) => {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return join(folder, 'mappings', `${name}.schema.json`);
};
const validators = new Map<string, ValidateFunction>();
function validatorOf(schema: string): ValidateFunction {
  let known = validators.get(schema);
  if (!known) {
    const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
    known = ajv.compile(JSON.parse(readFileSync(schemaFile(schema), 'utf8')) as object);
    validators.set(schema, known);
  }
  return known;
}

/** Of an `anyOf`, what was closest to right says most; that the alternatives all failed says nothing. */
function telling(errors: readonly ErrorObject[]): ErrorObject[] {
  const real = errors.filter(({ keyword }) => !['anyOf', 'oneOf', 'if'].includes(keyword));
  const better = real.filter(
    ({ instancePath, keyword, params }) =>
      !(keyword === 'type' && (params['type'] === 'string' || params['type'] === 'array')) &&
      !real.some((other) => other.instancePath.startsWith(`${instancePath}/`)),
  );
  return better.length > 0 ? better : real.length > 0 ? real : [...errors];
}
function inWords({ keyword, params, message }: ErrorObject): { zh: string; en: string } {
  const list = (values: unknown) => (values as unknown[]).map((v) => JSON.stringify(v)).join(', ');
  switch (keyword) {
    case 'required':
      return { zh: `缺少 ${params['missingProperty']}`, en: `${params['missingProperty']} is missing` };
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const name = (params['additionalProperty'] ?? params['unevaluatedProperty']) as string;
      return { zh: `不认识 ${name}`, en: `${name} is not known here` };
    }
    case 'enum':
      return { zh: `应为 ${list(params['allowedValues'])} 之一`, en: `is one of ${list(params['allowedValues'])}` };
    case 'const':
      return { zh: `应为 ${list([params['allowedValue']])}`, en: `is ${list([params['allowedValue']])}` };
    case 'pattern':
      return { zh: `应符合 ${params['pattern']}`, en: `matches ${params['pattern']}` };
    case 'type':
      return { zh: `应为 ${params['type']} 类型`, en: `is a value of type ${params['type']}` };
    default:
      return { zh: `格式不对：${message}`, en: message ?? keyword };
  }
}

const unescaped = (pointer: string) =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
function lineOf(document: Document, lines: LineCounter, pointer: string): number | null {
  const parts = unescaped(pointer);
  for (let length = parts.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(parts.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return null;
}
const escaped = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1');

/** What the schema cannot say: that commands exist, patterns are regular expressions, zones are zones. */
function* misfits(mapping: Mapping, commands: readonly string[]): Generator<Misfit> {
  const known = (name: string, path: string) =>
    commands.includes(name)
      ? []
      : [
          {
            path,
            zh: `没有命令 ${name}；可用：${commands.join('、')}`,
            en: `no command ${name}; known are ${commands.join(', ')}`,
          },
        ];
  const meanings = (of: Meanings, path: string) =>
    [of].flat().flatMap((meaning, n) => {
      const at = Array.isArray(of) ? `${path}/${n}` : path;
      if (typeof meaning === 'string') return known(meaning, at);
      return 'do' in meaning ? known(meaning.do, `${at}/do`) : [];
    });
  for (const [name, of] of Object.entries(mapping.activities)) {
    const path = `/activities/${escaped(name)}`;
    yield* meanings(of, path);
    const problem = patternProblem(name);
    if (problem) yield { path, zh: `正则表达式有误：${problem}`, en: `not a regular expression: ${problem}` };
  }
  yield* meanings(mapping.otherwise, '/otherwise');
  for (const [name, rule] of Object.entries(mapping.case.facts ?? {}))
    if ('do' in rule) yield* known(rule.do, `/case/facts/${escaped(name)}/do`);
  if (mapping.zone !== undefined && !isZone(mapping.zone))
    yield {
      path: '/zone',
      zh: `不是时区：${mapping.zone}；例如 +08:00、Asia/Shanghai`,
      en: `${mapping.zone} is not a zone; +08:00 and Asia/Shanghai are`,
    };
}

/** The expression between the slashes; null for a plain name. */
export const patternOf = (name: string): RegExp | null =>
  name.length > 2 && name.startsWith('/') && name.endsWith('/') ? new RegExp(name.slice(1, -1), 'u') : null;
function patternProblem(name: string): string | null {
  try {
    patternOf(name);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** References may be used, and not to make much of little. */
function contentOf(file: string, document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    const said = { zh: 'YAML 引用过多', en: `too many references: ${(error as Error).message}` };
    throw new MappingRefused(file, [{ line: null, path: '', ...said }]);
  }
}

export type Misfit = Omit<MappingError, 'line'>;
/** Reads a file of the form `mappings/<schema>.schema.json`. Throws {@link MappingRefused} with everything that is wrong. */
export function parseYaml<T>(file: string, text: string, schema: string, misfits: (of: T) => Iterable<Misfit>): T {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true });
  if (document.errors.length > 0)
    throw new MappingRefused(
      file,
      document.errors.map(({ message, linePos }) => {
        const what = message.split('\n')[0]!;
        return { line: linePos?.[0].line ?? null, path: '', zh: `YAML 有误：${what}`, en: `broken YAML: ${what}` };
      }),
    );
  const mapping = contentOf(file, document) as T;
  const check = validatorOf(schema);
  const errors: readonly Misfit[] = check(mapping)
    ? [...misfits(mapping)]
    : telling(check.errors ?? []).map((error) => ({ path: error.instancePath, ...inWords(error) }));
  if (errors.length === 0) return mapping;
  const distinct = new Map(errors.map((error) => [`${error.path}\n${error.en}`, error]));
  throw new MappingRefused(
    file,
    [...distinct.values()].map((error) => ({ line: lineOf(document, lines, error.path), ...error })),
  );
}

/** Reads a mapping. `commands`: the commands that there are to be meant. Throws {@link MappingRefused}. */
export const parseMapping = (file: string, text: string, commands: readonly string[]): Mapping =>
  parseYaml<Mapping>(file, text, 'mapping', (mapping) => misfits(mapping, commands));
/** Throws what {@link parseMapping} throws, and what the file system says. */
export const readMapping = async (file: string, commands: readonly string[]): Promise<Mapping> =>
  parseMapping(file, await readFile(file, 'utf8'), commands);
