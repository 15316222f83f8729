/** What the interface says of itself, and bodies as it would have them, by a seed. */

export type Schema = {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  format?: string;
  pattern?: string;
  minimum?: number;
  minItems?: number;
};
type Operation = {
  parameters?: { name?: string; in?: string; $ref?: string }[];
  requestBody?: { content?: Record<string, { schema?: Schema }> };
};
export type Description = {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema>; parameters: Record<string, { name: string; in: string }> };
};
export type Route = { method: string; path: string; queries: string[]; schema: Schema | undefined };

/** A sequence of numbers below 1 from a seed (mulberry32). */
export function dice(seed: number) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (most: number) => Math.floor(next() * most);
  return { next, below, one: <T>(of: readonly T[]): T => of[below(of.length)]!, chance: (p: number) => next() < p };
}
export type Dice = ReturnType<typeof dice>;

export function routesOf({ paths, components }: Description): Route[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { parameters = [], requestBody }]) => ({
      method: method.toUpperCase(),
      path,
      queries: parameters
        .map((one) => (one.$ref ? components.parameters[one.$ref.split('/').at(-1)!]! : one))
        .filter((one) => one.in === 'query')
        .map((one) => one.name!),
      schema: requestBody?.content?.['application/json']?.schema,
    })),
  );
}

const FITTING = ['M-1', '0', 'LA1', `sha256:${'0'.repeat(64)}`, '00000000-0000-4000-8000-000000000000'];
/** Something that the description allows, or nearly. */
export function sample(schema: Schema | undefined, of: Description, d: Dice, depth = 0): unknown {
  if (!schema || depth > 8) return 'x';
  if (schema.$ref) return sample(of.components.schemas[schema.$ref.split('/').at(-1)!], of, d, depth + 1);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return d.one(schema.enum);
  const choice = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (choice) return sample(d.one(choice), of, d, depth + 1);
  const type = Array.isArray(schema.type) ? d.one(schema.type) : schema.type;
  switch (type) {
    case 'object': {
      const required = new Set(schema.required ?? []);
      const members = Object.entries(schema.properties ?? {}).filter(([name]) => required.has(name) || d.chance(0.5));
      return Object.fromEntries(members.map(([name, member]) => [name, sample(member, of, d, depth + 1)]));
    }
    case 'array':
      return Array.from({ length: Math.max(schema.minItems ?? 0, d.below(3)) }, () =>
        sample(schema.items, of, d, depth + 1),
      );
    case 'integer':
    case 'number':
      return (schema.minimum ?? 0) + d.below(20);
    case 'boolean':
      return d.chance(0.5);
    case 'null':
      return null;
    default:
      if (schema.pattern) return FITTING.find((one) => new RegExp(schema.pattern!).test(one)) ?? 'x';
      return schema.format === 'date' ? '2026-03-02' : d.one(['M-1', 'A-1', 'w1', '中心', 'accept', '2026-03-02']);
  }
}
