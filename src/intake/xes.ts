/** XES (IEEE 1849) as it streams in: constant memory, whatever the size of the file. */
import type { SaxesTagPlain } from 'saxes';
import type { Bytes } from './bytes.js';
import { type Attributes, MOST_ATTRIBUTES, type SourceRecord } from './records.js';
import { Beyond, local, MAX_TOKEN, runXml } from './xml.js';

const TYPES = new Set(['string', 'date', 'int', 'float', 'boolean', 'id', 'list', 'container']);

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
  let root: string | null = null;
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
      root ??= name;
      if (root !== 'log')
        throw new Beyond(`不是 XES 日志：根元素是 <${root}>`, `not an XES log: its root is <${root}>`);
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
export function readXes(bytes: Bytes, declared?: Declared): AsyncGenerator<SourceRecord> {
  const { queue, open, close } = gatherer(declared);
  return runXml(bytes, { open, close }, queue);
}
