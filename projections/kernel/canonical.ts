/** RFC 8785 (JSON Canonicalization Scheme): one text for one value, so that a digest means something. */

/** A value that the log cannot hold; `path` is a JSON Pointer to it. */
export class NotCanonical extends Error {
  constructor(
    readonly path: string,
    readonly reason: string,
  ) {
    super(`${path || '/'}: ${reason}`);
    this.name = 'NotCanonical';
  }
}

type Path = (string | number)[];
const pointer = (path: Path) =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** A string without any of these is its own text; nearly all are. */
// oxlint-disable-next-line no-control-regex
const SPECIAL = /["\\\u0000-\u001f\ud800-\udfff]/;
function text(value: string, path: Path): string {
  if (!SPECIAL.test(value)) return `"${value}"`;
  if (value.includes('\0')) throw new NotCanonical(pointer(path), 'NUL in a string');
  if (/\p{Surrogate}/u.test(value)) throw new NotCanonical(pointer(path), 'lone surrogate in a string');
  return JSON.stringify(value);
}

/** Part of a value whose text is known already, so that it is not made once more. */
export type Written = Readonly<{ value: object; text: string }>;

/** Texts, and lists of such: what JSON.stringify makes of those is canonical as far as the log can hold it. */
const isText = (item: unknown): boolean => (Array.isArray(item) ? item.every(isText) : typeof item === 'string');
/** `null`: a place in a list that nothing stands in. */
const REFUSED = /\\u(0000|d[89a-f])|null/;
function list(value: readonly unknown[], path: Path, known: Written | undefined): string {
  // Written at once, unless something in it looks as if it had to be refused: then it is looked for.
  const whole = isText(value) ? JSON.stringify(value) : '\\u0000';
  if (!REFUSED.test(whole)) return whole;
  let items = '';
  for (let n = 0; n < value.length; n++) {
    path.push(n);
    items += n === 0 ? write(value[n], path, known) : `,${write(value[n], path, known)}`;
    path.pop();
  }
  return `[${items}]`;
}
function members(value: Readonly<Record<string, unknown>>, path: Path, known: Written | undefined): string {
  let all = '';
  // Default sort compares UTF-16 code units, as §3.2.3 prescribes.
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member === undefined) continue;
    path.push(key);
    all += `${all === '' ? '' : ','}${text(key, path)}:${write(member, path, known)}`;
    path.pop();
  }
  return `{${all}}`;
}

function write(value: unknown, path: Path, known: Written | undefined): string {
  switch (typeof value) {
    case 'string':
      return text(value, path);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      // ECMAScript's own rendering is what RFC 8785 §3.2.2.3 prescribes.
      if (!Number.isFinite(value)) throw new NotCanonical(pointer(path), 'not a finite number');
      return JSON.stringify(value);
    case 'object': {
      if (value === null) return 'null';
      if (value === known?.value) return known.text;
      if (Array.isArray(value)) return list(value, path, known);
      const prototype = Object.getPrototypeOf(value) as unknown;
      // Object.prototype of any realm: the one object whose own prototype is null.
      if (prototype !== null && Object.getPrototypeOf(prototype) !== null)
        throw new NotCanonical(pointer(path), 'not a plain object');
      return members(value as Record<string, unknown>, path, known);
    }
    default:
      throw new NotCanonical(pointer(path), `a ${typeof value} is not JSON`);
  }
}

/**
 * The canonical text of a JSON value. Members that are undefined are left out. Throws {@link NotCanonical}. `known`: a part
 * of it, and what this function has answered for that.
 */
export const canonical = (value: unknown, known?: Written): string => write(value, [], known);
