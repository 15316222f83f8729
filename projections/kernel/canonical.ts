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

const pointer = (path: readonly string[]) =>
  path.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

function text(value: string, path: readonly string[]): string {
  if (value.includes('\0')) throw new NotCanonical(pointer(path), 'NUL in a string');
  if (/\p{Surrogate}/u.test(value)) throw new NotCanonical(pointer(path), 'lone surrogate in a string');
  return JSON.stringify(value);
}

function write(value: unknown, path: string[]): string {
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
      if (Array.isArray(value)) {
        const items = value.map((item, n) => {
          path.push(String(n));
          const written = write(item, path);
          path.pop();
          return written;
        });
        return `[${items.join(',')}]`;
      }
      const prototype = Object.getPrototypeOf(value) as unknown;
      // Object.prototype of any realm: the one object whose own prototype is null.
      if (prototype !== null && Object.getPrototypeOf(prototype) !== null)
        throw new NotCanonical(pointer(path), 'not a plain object');
      let members = '';
      // Default sort compares UTF-16 code units, as §3.2.3 prescribes.
      for (const key of Object.keys(value).sort()) {
        const member = (value as Record<string, unknown>)[key];
        if (member === undefined) continue;
        path.push(key);
        members += `${members ? ',' : ''}${text(key, path)}:${write(member, path)}`;
        path.pop();
      }
      return `{${members}}`;
    }
    default:
      throw new NotCanonical(pointer(path), `a ${typeof value} is not JSON`);
  }
}

/** The canonical text of a JSON value. Members that are undefined are left out. Throws {@link NotCanonical}. */
export const canonical = (value: unknown): string => write(value, []);
