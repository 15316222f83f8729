/** XES (IEEE 1849) as it streams in: constant memory, whatever the size of the file. */
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { type Bytes, decoderFor, encodingOf, peek } from './bytes.js';
import { type Attributes, MOST_ATTRIBUTES, type SourceRecord, Unreadable } from './records.js';

const TYPES = new Set(['string', 'date', 'int', 'float', 'boolean', 'id', 'list', 'container']);
/** No name or value of a log is that long; without a limit one broken quote would take all memory. */
const MAX_TOKEN = 4 * 1024 * 1024;
/** A log is four elements deep, and lists within lists a few more. */
const MAX_DEPTH = 100;

/** What makes a log one that is not read: not broken, but out of all measure. */
class Beyond extends Error {
  constructor(
    readonly zh: string,
    readonly en: string,
  ) {
    super(en);
  }
}

const local = (name: string) => name.slice(name.indexOf(':') + 1);

/** `declared`: which XES types an attribute was seen with, for whoever wants to know. */
export type Declared = Map<string, Set<string>>;

function checkRoom({ size }: Map<string, string>): void {
  if (size < MOST_ATTRIBUTES) return;
  throw new Beyond(
    `一个案件或事件的属性超过 ${MOST_ATTRIBUTES} 个`,
    `a case or an event of more than ${MOST_ATTRIBUTES} attributes`,
  );
}

/**
 * Gathers the records of a log while a parser runs through it. Attributes within attributes are named
 * `outer/inner`, repeated ones `name#2`. `<global>` defaults describe the log and are not filled in.
 */
function gatherer(declared?: Declared) {
  const queue: SourceRecord[] = [];
  const keys: (string | null)[] = [];
  let ofCase: Map<string, string> | null = null;
  let ofEvent: Map<string, string> | null = null;
  let shared = false; // the case's attributes were given out: they are copied before they change
  let startLine = 0;
  let global = 0;
  let depth = 0;
  const held = { case: 0, event: 0 }; // characters of what is being gathered

  function put(into: Map<string, string>, type: string, key: string, value: string) {
    if (into === ofCase && shared) {
      into = ofCase = new Map(ofCase);
      shared = false;
    }
    checkRoom(into);
    const of = into === ofEvent ? 'event' : 'case';
    held[of] += key.length + value.length;
    if (held[of] > MAX_TOKEN) throw new Beyond('一个案件或事件超过 4 MiB', 'a case or an event of more than 4 MiB');
    let name = key;
    for (let n = 2; into.has(name); n++) name = `${key}#${n}`;
    if (value !== '') into.set(name, value);
    if (declared) {
      const types = declared.get(name) ?? new Set();
      declared.set(name, types.add(type));
    }
  }
  function attribute(tag: SaxesTagPlain, type: string) {
    const key = tag.attributes['key'] ?? '';
    const outer = keys.findLast((k) => k !== null);
    const full = outer === undefined ? key : `${outer}/${key}`;
    keys.push(full);
    const into = ofEvent ?? ofCase;
    const value = tag.attributes['value'];
    if (into && global === 0 && value !== undefined) put(into, type, full, value);
  }
  return {
    queue,
    open(tag: SaxesTagPlain, line: number) {
      const name = local(tag.name);
      if (++depth > MAX_DEPTH)
        throw new Beyond(`元素嵌套超过 ${MAX_DEPTH} 层`, `elements nested more than ${MAX_DEPTH} deep`);
      if (name === 'global') global++;
      if (name === 'trace') {
        [ofCase, shared, held.case] = [new Map(), false, 0];
      } else if (name === 'event') {
        [ofEvent, startLine, held.event] = [new Map(), line, 0];
      } else if (TYPES.has(name)) attribute(tag, name);
      else keys.push(null);
    },
    close(tag: SaxesTagPlain, line: number) {
      const name = local(tag.name);
      depth--;
      if (name === 'global') global--;
      if (name === 'event') {
        const event = ofEvent ?? new Map<string, string>();
        ofEvent = null;
        if (ofCase) {
          queue.push({ kind: 'event', line: startLine, attributes: event, caseAttributes: ofCase as Attributes });
          shared = true;
        } else queue.push({ kind: 'broken', line: startLine, problem: { field: 'event', code: 'outside-a-case' } });
      } else if (name === 'trace') {
        if (ofCase) queue.push({ kind: 'end', line, caseAttributes: ofCase });
        ofCase = null;
      } else keys.pop();
    },
  };
}

/**
 * The cases of a log, one after the other, their events in file order.
 * Throws {@link Unreadable} with line and column, after everything that stands before.
 */
export async function* readXes({ file, chunks }: Bytes, declared?: Declared): AsyncGenerator<SourceRecord> {
  const { head, all } = await peek(chunks);
  const said = /^<\?xml[^>]*\bencoding\s*=\s*["']([\w.-]+)["']/.exec(head.toString('latin1', 0, 200))?.[1];
  const byMark = encodingOf(head);
  const decoder = decoderFor(file, byMark === 'utf-8' ? (said ?? byMark) : byMark);
  const gather = gatherer(declared);
  const parser = new SaxesParser<{ xmlns: false }>({ xmlns: false });
  let lastTag = 0;
  let root: string | null = null;
  const broken = (zh: string, en: string, cause?: unknown) =>
    new Unreadable(file, zh, en, parser.line, parser.column + 1, { cause });
  parser.on('error', (error) => {
    const what = error.message.replace(/^[^ ]*\d+:\d+: /, '');
    throw broken(`XML 有误：${what}`, `broken XML: ${what}`, error);
  });
  // Entities are declared there, and may stand for other files, or for more text than there is room. None is needed.
  parser.on('doctype', () => {
    throw broken('含有 DTD 声明；日志不需要，不予读取', 'it has a document type declaration, which no log needs');
  });
  parser.on('opentag', (tag) => {
    lastTag = parser.position;
    root ??= local(tag.name);
    if (root !== 'log') throw broken(`不是 XES 日志：根元素是 <${root}>`, `not an XES log: its root is <${root}>`);
    gather.open(tag, parser.line);
  });
  parser.on('closetag', (tag) => gather.close(tag, parser.line));

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
    yield* gather.queue.splice(0);
    if (failure) throw failure;
  }
  const failure = run(() => parser.write(decoder.decode()).close());
  yield* gather.queue.splice(0);
  if (failure) throw failure;
}
