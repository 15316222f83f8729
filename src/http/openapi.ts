/** The description of the interface, OpenAPI 3.1: routes from the controllers, bodies from what checks them. */
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { INestApplication } from '@nestjs/common';
// @ts-expect-error -- it has no types; class-validator-jsonschema names it as the place to take this from
import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { validationMetadatasToSchemas } from 'class-validator-jsonschema';
import { NULLABLE } from './fields.js';
import { PROBLEMS } from './problems.js';

type Schema = Record<string, unknown> & { properties?: Record<string, object>; required?: string[] };
type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Parameter = Readonly<{
  name: string;
  in: 'query' | 'header';
  required: boolean;
  description: string;
  schema: object;
}>;

const text = { type: 'string' } as const;
const parameter = (
  where: 'query' | 'header',
  name: string,
  description: string,
  schema: object = text,
  required = false,
) => ({ name, in: where, required, description, schema }) satisfies Parameter;

/** Of every act. */
const OF_ACTS: readonly Parameter[] = [
  parameter(
    'header',
    'Idempotency-Key',
    'names this request for ever; the same one when it is sent again',
    { ...text, maxLength: 255 },
    true,
  ),
  parameter('header', 'If-Match', 'the revision that the caller saw, in quotes; another one is refused', {
    ...text,
    pattern: '^"(-1|\\d{1,15})"$',
  }),
  parameter('query', 'dryRun', 'true: says what would be recorded, and records nothing', { type: 'boolean' }),
];
/** Of every read. */
const OF_READS: readonly Parameter[] = [
  parameter('query', 'asOf', 'as it was known: an index, an instant (RFC 3339) or a day, whose end counts'),
  parameter('query', 'after', 'what a command answered as `after`: waits until that is visible'),
];

const PROBLEM: Schema = {
  type: 'object',
  description: 'RFC 9457. `title` and `detail` in the language of Accept-Language; `zh` and `en` carry both.',
  required: ['type', 'status', 'code', 'title', 'detail', 'zh', 'en', 'instance'],
  properties: {
    type: { type: 'string', examples: ['urn:mingzhang:problem:refused'] },
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(PROBLEMS) },
    title: text,
    detail: text,
    zh: { type: 'object' },
    en: { type: 'object' },
    instance: text,
    errors: {
      type: 'array',
      items: { type: 'object' },
      description: 'fields by JSON Pointer, or parts of the address',
    },
    broken: {
      type: 'array',
      items: { type: 'object' },
      description: 'of a refusal: each guard with its basis and the events that stand in the way',
    },
  },
};
const RECEIPT: Schema = {
  type: 'object',
  description: 'Recorded. With dryRun: `{dryRun: true, events}`.',
  properties: {
    revision: { type: 'integer', description: 'of the stream, after it' },
    index: { type: 'string', description: 'of the first event, a decimal number; absent where only `after` tells' },
    after: { type: 'string', description: 'for reads that shall see it' },
    repeated: { const: true, description: 'the same request was answered before' },
  },
};

/** What the checks of a class say, with what may be null. */
function bodies(): Record<string, Schema> {
  const schemas = validationMetadatasToSchemas({
    classTransformerMetadataStorage: defaultMetadataStorage,
    refPointerPrefix: '#/components/schemas/',
    additionalConverters: { isIso8601: () => ({ type: 'string', format: 'date' }) },
  }) as Record<string, Schema>;
  for (const [name, schema] of Object.entries(schemas)) {
    schema['additionalProperties'] = false;
    for (const [field, is] of Object.entries(schema.properties ?? {})) {
      delete (is as Record<string, unknown>)['not'];
      if (!NULLABLE.has(`${name}.${field}`)) continue;
      schema.properties![field] = { anyOf: [is, { type: 'null' }] };
      schema.required = [...(schema.required ?? []), field];
    }
  }
  return schemas;
}

const ref = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` });
const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: ref('schemas', 'Problem') } },
});
const RESPONSES = {
  /** Also of a single row and of counts, whose bodies do not say it. */
  Read: {
    description: 'the answer',
    headers: {
      'ledger-position': {
        description: 'the index up to which the answer knows the log: that of `asOf`, or now',
        schema: { ...text, pattern: '^(-1|\\d{1,15})$' },
      },
    },
  },
  Recorded: { description: 'recorded', content: { 'application/json': { schema: ref('schemas', 'Receipt') } } },
  '400': problem('cannot be read; `errors` names the fields'),
  '401': problem('no valid token'),
  '403': problem('not among what the roles of this token may do'),
  '404': problem('the ledger knows no such thing'),
  '409': problem('refused; `broken` names every guard'),
  '412': problem('changed since'),
  '413': problem('too large'),
  '422': problem('the key was used for something else'),
  '503': problem('not now; the header Retry-After says when'),
};
const ALWAYS = ['400', '401', '403', '503'];
const OF_METHOD: Readonly<Record<string, readonly string[]>> = { post: ['409', '412', '413', '422'], get: ['404'] };

/** Signing in, and what belongs to one's own session: no acts that are recorded once for a key, nor reads as of a moment. */
const isSignIn = (path: string) => /^\/v1\/(sessions?|enrolments|oidc)(\/|$)/.test(path);

/** What every operation of its kind is asked and answers beside what its route says. */
function common(path: string, method: string): readonly Parameter[] {
  if (isSignIn(path)) return [];
  if (path.startsWith('/v1/reports')) return OF_ACTS.slice(2);
  if (method === 'post') return OF_ACTS;
  return /^\/v1\/(events|seal|docket)/.test(path) || path.endsWith('/next') ? [] : OF_READS;
}

function complete(path: string, method: string, operation: Operation): void {
  operation.operationId = (operation.operationId ?? '').replace(/Controller_/, '_');
  if (/^\/(health|log)\//.test(path) || path === '/metrics') return;
  const said = (operation.parameters ?? []) as unknown as Parameter[];
  const more = common(path, method);
  // Nest does not know which parts of a query may be left out; where one may not be, the answer says so.
  operation.parameters = [
    ...said
      .filter(({ name }) => !more.some((other) => other.name === name))
      .map((one) => (one.in === 'query' ? { ...one, required: false } : one)),
    ...more.map(({ name }) => ref('parameters', name)),
  ] as never;
  operation.security = [{ bearer: [] }];
  const act = method === 'post' && !path.startsWith('/v1/reports') && !isSignIn(path);
  const answer = more === OF_READS ? ref('responses', 'Read') : { description: 'the answer' };
  operation.responses = {
    [method === 'post' ? '201' : '200']: act ? ref('responses', 'Recorded') : answer,
    ...Object.fromEntries([...ALWAYS, ...(OF_METHOD[method] ?? [])].map((code) => [code, ref('responses', code)])),
  } as never;
}

/** Also of an application that was made for a look only (`preview`). */
export function describeInterface(nest: INestApplication): OpenAPIObject {
  const about = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('明账 Mingzhang')
    .setDescription('政务服务中心事件账本 · the ledger of a government service centre')
    .setVersion('1')
    .addBearerAuth()
    .build();
  const document = SwaggerModule.createDocument(nest, about);
  for (const [path, item] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(item)) complete(path, method, operation as Operation);
  const used = new Set(Object.keys(document.components?.schemas ?? {}));
  const all = bodies();
  const add = (name: string) => {
    used.add(name);
    for (const [, other] of JSON.stringify(all[name] ?? {}).matchAll(/#\/components\/schemas\/(\w+)/g))
      if (!used.has(other!)) add(other!);
  };
  for (const name of Object.keys(document.components?.schemas ?? {})) add(name);
  const schemas = Object.fromEntries([...used].toSorted().flatMap((name) => (all[name] ? [[name, all[name]]] : [])));
  document.components = {
    ...document.components,
    parameters: Object.fromEntries([...OF_ACTS, ...OF_READS].map((one) => [one.name, one])) as never,
    responses: RESPONSES as never,
    schemas: { ...schemas, Problem: PROBLEM, Receipt: RECEIPT } as never,
  };
  return document;
}
