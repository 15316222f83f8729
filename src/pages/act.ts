/** A form for a command, made from what its body is checked against: it asks for what is asked for, and sends nothing else. */
import { escaped } from '../kernel/html.js';
import { bilingual, frame, labelOf } from './page.js';
import { wordOf } from './words.js';

/** As far as bodies use it: JSON Schema of `docs/openapi.json`. */
export interface Schema {
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}
export interface Act {
  /** `lead.RegisterLead` */
  readonly action: string;
  /** With `{name}` for what is still to be said. */
  readonly path: string;
  readonly body: Schema | undefined;
  readonly schemas: Readonly<Record<string, Schema>>;
}
type Field = Readonly<{ name: string; schema: Schema; required: boolean }>;
type Schemas = Act['schemas'];

/** Texts that may be longer get a field of several lines. */
const LONG = 200;
/** Bodies that hold themselves end somewhere. */
const MOST_DEEP = 6;

function resolved(schema: Schema, schemas: Schemas): { schema: Schema; nullable: boolean } {
  if (schema.$ref !== undefined) return { schema: schemas[schema.$ref.split('/').at(-1)!] ?? {}, nullable: false };
  const other = schema.anyOf?.find(({ type }) => type !== 'null');
  return other ? { schema: resolved(other, schemas).schema, nullable: true } : { schema, nullable: false };
}
const mark = (required: boolean) => (required ? ' <b class="wrong">*</b>' : '');
const option = (name: string, code: string) =>
  `<option value="${escaped(code)}">${escaped(wordOf(name, code) ?? code)}</option>`;

function input({ name, schema, required }: Field): string {
  const kind =
    schema.type === 'integer' || schema.type === 'number' ? 'number' : schema.type === 'boolean' ? 'boolean' : 'text';
  const data = `data-kind="${kind}" data-name="${escaped(name)}"${required ? ' required' : ''}`;
  if (schema.enum)
    return `<select ${data}><option value=""></option>${schema.enum.map((code) => option(name, code)).join('')}</select>`;
  if (kind === 'boolean')
    return `<select ${data}><option value=""></option><option value="true">是 yes</option><option value="false">否 no</option></select>`;
  if ((schema.maxLength ?? 0) > LONG) return `<textarea ${data} rows="3" maxlength="${schema.maxLength}"></textarea>`;
  const type = kind === 'number' ? 'number' : schema.format === 'date' ? 'date' : 'text';
  const limit = schema.maxLength === undefined ? '' : ` maxlength="${schema.maxLength}"`;
  return `<input type="${type}" ${data}${limit}>`;
}
function list({ name, schema, required }: Field, schemas: Schemas, depth: number): string {
  const { schema: one } = resolved(schema.items ?? {}, schemas);
  const title = `${labelOf(name)}${mark(required)}`;
  const data = `data-name="${escaped(name)}"${required ? ' data-required' : ''}`;
  if (one.type !== 'object')
    return `<label>${title}<textarea data-kind="lines" ${data} rows="2" placeholder="每行一项 one in each line"></textarea></label>`;
  const item = `<div>${fieldset({ name: '', schema: one, required: true }, schemas, depth + 1)}
<button type="button" class="remove">删去此项 <span lang="en">leave it out</span></button></div>`;
  const first = required && (schema.minItems ?? 0) > 0 ? item : '';
  return `<fieldset data-kind="list" ${data}><legend>${title}</legend><template>${item}</template>${first}
<button type="button" class="add">添加一项 <span lang="en">add one</span></button></fieldset>`;
}
/** What an object needs that may be left out is needed only where it is there: the service says so, not the browser. */
function fieldset({ name, schema, required }: Field, schemas: Schemas, depth: number): string {
  const fields = Object.entries(schema.properties ?? {}).map(([member, of]) =>
    fieldFor(
      { name: member, schema: of, required: required && (schema.required?.includes(member) ?? false) },
      schemas,
      depth,
    ),
  );
  const legend = name === '' ? '' : `<legend>${labelOf(name)}${mark(required)}</legend>`;
  return `<fieldset data-kind="object" data-name="${escaped(name)}"${required ? ' data-required' : ''}>${legend}${fields.join('\n')}</fieldset>`;
}
function fieldFor(field: Field, schemas: Schemas, depth: number): string {
  const { schema, nullable } = resolved(field.schema, schemas);
  const of = { ...field, schema, required: field.required && !nullable };
  if (depth > MOST_DEEP) return '';
  if (schema.type === 'array') return list(of, schemas, depth);
  if (schema.type === 'object') return fieldset(of, schemas, depth + 1);
  return `<label>${labelOf(field.name)}${mark(of.required)}${input(of)}</label>`;
}

const PARAMETER = /\{(\w+)\}/g;
/** `says`: what the command is called. The form is sent by the script of the pages. */
export function actPage({ path, body, schemas }: Act, says: { zh: string; en: string }): string {
  const open = [...path.matchAll(PARAMETER)].map(
    ([, name]) => `<label>${labelOf(name!)}${mark(true)}<input data-param="${escaped(name!)}" required></label>`,
  );
  const { schema } = resolved(body ?? {}, schemas);
  return frame(
    says,
    `<form id="act" data-path="${escaped(path)}">${open.join('')}
${fieldset({ name: '', schema: { type: 'object', ...schema }, required: true }, schemas, 0)}
<label id="code" hidden>${bilingual('验证码', 'code of the second factor')}<input inputmode="numeric" autocomplete="one-time-code"></label>
<p><button>办理 <span lang="en">do it</span></button> <button name="dryRun" value="true">试办（不记录） <span lang="en">dry run, records nothing</span></button></p>
<div id="outcome" role="status"></div></form>
<noscript><p>请启用脚本 <span lang="en">allow scripts</span></p></noscript>`,
    true,
  );
}
