/** XML as it streams in, with what any file from elsewhere is refused for: document types, depth, length, broken text. */
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { type Bytes, decoderFor, encodingOf, peek } from './bytes.js';
import { Unreadable } from './records.js';

/** No name or value is that long; without a limit one broken quote would take all memory. */
export const MAX_TOKEN = 4 * 1024 * 1024;
/** Beyond this an element that is read as a whole is no record. */
const MAX_CHARACTERS = 16 * 1024 * 1024;
const MAX_DEPTH = 100;

/** What makes a file one that is not read: not broken, but out of all measure, or of another kind. */
export class Beyond extends Error {
  constructor(
    readonly zh: string,
    readonly en: string,
  ) {
    super(en);
  }
}
export const local = (name: string) => name.slice(name.indexOf(':') + 1);

export interface Handlers {
  readonly open: (tag: SaxesTagPlain, line: number) => void;
  readonly close: (tag: SaxesTagPlain, line: number) => void;
  readonly text?: (text: string) => void;
}

/**
 * Runs a parser through a file; after each piece of it whatever the handlers have put into `queue` is given out.
 * Handlers may throw {@link Beyond}. Throws {@link Unreadable} with line and column, after everything that stands before.
 */
export async function* runXml<T>({ file, chunks }: Bytes, handlers: Handlers, queue: T[]): AsyncGenerator<T> {
  const { head, all } = await peek(chunks);
  const said = /^<\?xml[^>]*\bencoding\s*=\s*["']([\w.-]+)["']/.exec(head.toString('latin1', 0, 200))?.[1];
  const byMark = encodingOf(head);
  const decoder = decoderFor(file, byMark === 'utf-8' ? (said ?? byMark) : byMark);
  const parser = new SaxesParser<{ xmlns: false }>({ xmlns: false });
  let lastTag = 0;
  let depth = 0;
  const broken = (zh: string, en: string, cause?: unknown) =>
    new Unreadable(file, zh, en, parser.line, parser.column + 1, { cause });
  parser.on('error', (error) => {
    const what = error.message.replace(/^[^ ]*\d+:\d+: /, '');
    throw broken(`XML 有误：${what}`, `broken XML: ${what}`, error);
  });
  // Entities are declared there, and may stand for other files, or for more text than there is room. None is needed.
  parser.on('doctype', () => {
    throw broken(
      '含有 DTD 声明；此类文件不需要，不予读取',
      'it has a document type declaration, which no such file needs',
    );
  });
  parser.on('opentag', (tag) => {
    lastTag = parser.position;
    if (++depth > MAX_DEPTH)
      throw new Beyond(`元素嵌套超过 ${MAX_DEPTH} 层`, `elements nested more than ${MAX_DEPTH} deep`);
    handlers.open(tag, parser.line);
  });
  parser.on('closetag', (tag) => {
    depth--;
    handlers.close(tag, parser.line);
  });
  const { text } = handlers;
  if (text) {
    parser.on('text', text);
    parser.on('cdata', text);
  }
  const run = (work: () => void): unknown => {
    try {
      work();
      if (parser.position - lastTag <= MAX_TOKEN) return null;
      return broken('单个值过长（超过 4 MiB）', 'a single value of more than 4 MiB');
    } catch (error) {
      return error instanceof Beyond ? broken(error.zh, error.en, error) : error;
    }
  };
  for await (const chunk of all) {
    const failure = run(() => parser.write(decoder.decode(chunk, { stream: true })));
    yield* queue.splice(0);
    if (failure) throw failure;
  }
  const failure = run(() => parser.write(decoder.decode()).close());
  yield* queue.splice(0);
  if (failure) throw failure;
}

/** An element with all that is in it. Names are without prefix. */
export interface Element {
  readonly name: string;
  readonly line: number;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
}
export const within = (element: Element | undefined, name: string): Element | undefined =>
  element?.children.find((child) => child.name === name);
export const allWithin = (element: Element | undefined, name: string): readonly Element[] =>
  element?.children.filter((child) => child.name === name) ?? [];
/** The element at the end of a path such as `Id/IBAN`. */
export const at = (element: Element | undefined, path: string): Element | undefined =>
  path.split('/').reduce(within, element);
/** Its text; null where there is none. */
export const textAt = (element: Element | undefined, path: string): string | null => {
  const text = at(element, path)?.text.trim() ?? '';
  return text === '' ? null : text;
};

/** What a reader of elements says of a file's shape. */
export interface Shape {
  /** Refuses a root that is not of this kind, with the reason. */
  readonly root: (tag: SaxesTagPlain) => void;
  /** Of an element that is not within a read one, by the path of names from the root: read it as a whole? */
  readonly whole: (path: readonly string[]) => boolean;
}

export type Piece =
  | Readonly<{ kind: 'element'; path: readonly string[]; element: Element }>
  /** The opening and the end of whatever is not read as a whole. */
  | Readonly<{ kind: 'open' | 'close'; path: readonly string[]; line: number }>;

/** Elements as the shape asks for them, one after the other, in the memory of one. */
export function readElements(bytes: Bytes, { root, whole }: Shape): AsyncGenerator<Piece> {
  type Open = { name: string; line: number; attributes: Record<string, string>; children: Element[]; text: string };
  const queue: Piece[] = [];
  const path: string[] = [];
  let open: Open[] = [];
  let held = 0;
  const hold = (characters: number) => {
    held += characters;
    if (held > MAX_CHARACTERS) throw new Beyond('一条记录超过 16 MiB', 'a record of more than 16 MiB');
  };
  return runXml(
    bytes,
    {
      open: (tag, line) => {
        const name = local(tag.name);
        if (path.length === 0) root(tag);
        path.push(name);
        if (open.length === 0 && !whole(path)) {
          queue.push({ kind: 'open', path: [...path], line });
          return;
        }
        if (open.length === 0) held = 0;
        hold(name.length + 16);
        open.push({ name, line, attributes: { ...tag.attributes }, children: [], text: '' });
      },
      text: (text) => {
        const inner = open.at(-1);
        if (!inner) return;
        hold(text.length);
        inner.text += text;
      },
      close: (_tag, line) => {
        const done = open.pop();
        if (!done) queue.push({ kind: 'close', path: [...path], line });
        else if (open.length > 0) open.at(-1)!.children.push(done);
        else {
          queue.push({ kind: 'element', path: [...path], element: done });
          open = [];
        }
        path.pop();
      },
    },
    queue,
  );
}
