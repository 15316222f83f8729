/** From records of a source to reports of this ledger, as a mapping says: pure but for the memory of one case. */
import { createHash } from 'node:crypto';
import { canonical } from '../../projections/kernel/canonical.js';
import { compareInstants } from '../../projections/kernel/instant.js';
import {
  type Channel,
  CHANNELS,
  type Message,
  type Place,
  PLACE_KINDS,
  type Precision,
} from '../../projections/kernel/message.js';
import {
  type EventId,
  type FactRule,
  type Mapping,
  type Meaning,
  type Meanings,
  patternOf,
  type ValueSpec,
} from './mapping.js';
import type { Attributes, Problem, SourceRecord } from './records.js';
import type { Instant } from './time.js';
import { checked, convert, type Env, fill, NotTaken, requiredTime, requiredWord, timeOf, wordOf } from './values.js';

/** Somebody as a source names him. */
export type SourceActor = Readonly<{ kind: string; value: string; name: string }>;

/** What a source says that happened to a matter. */
export interface Report {
  /** The matter in this ledger. */
  readonly id: string;
  readonly case: string;
  /** Identity at the source, for ever: `event:<id>`, `holder:<id>` (inferred at that event) or `fact:<attribute>`. */
  readonly key: string;
  readonly command: Message;
  /** Null for a fact of a case without any event: nobody says when. */
  readonly occurredAt: string | null;
  readonly precision: Precision;
  /** When the source was told, if it says so. */
  readonly registeredAt: string | null;
  readonly actor: SourceActor | null;
  readonly org?: string;
  readonly post?: string;
  readonly place?: Place;
  readonly channel?: Channel;
  /** What the source said, as one text: another text is another state of the row. */
  readonly content: string;
  /** The source has this row no more. */
  readonly deleted?: true;
}

/** What became of one record. Every event is reported, ignored or rejected. */
export interface Translated {
  readonly kind: SourceRecord['kind'];
  readonly line: number;
  readonly case: string | null;
  readonly event: string | null;
  readonly activity: string | null;
  readonly reports: readonly Report[];
  /** Why the mapping leaves the event out. */
  readonly ignored?: string;
  /** Why the event was not taken. */
  readonly rejected?: Problem;
  /** What of the case was not taken along with it. */
  readonly problems: readonly Problem[];
}

/** What has to be known of a case to go on with it. `translate` changes it. */
export interface CaseMemory {
  start: Instant | null;
  events: number;
  actor: SourceActor | null;
  /** The case's id, where only its events carry it. */
  id: string | null;
  ids: Set<string>;
  /** How often the values that name an event together were there already. */
  repeats: Map<string, number>;
  facts: Map<string, string>;
  /** The attributes that `facts` were taken from last. */
  looked: Attributes | null;
  untimed: { attribute: string; data: Message }[];
  timed: { attribute: string; at: Instant; command: Message }[];
}
export const newCase = (): CaseMemory => ({
  start: null,
  events: 0,
  actor: null,
  id: null,
  ids: new Set(),
  repeats: new Map(),
  facts: new Map(),
  looked: null,
  untimed: [],
  timed: [],
});
/** So many event ids of one case are kept to find those that stand there twice. */
const MAX_IDS = 100_000;

/** A mapping made ready: the names and the expressions among its activities apart. */
export interface Translator {
  readonly mapping: Mapping;
  readonly prefix: string;
  readonly patterns: readonly { readonly pattern: RegExp; readonly meanings: Meanings }[];
}
export const translator = (mapping: Mapping): Translator => ({
  mapping,
  prefix: mapping.case.prefix ?? `${mapping.source}-`,
  patterns: Object.entries(mapping.activities).flatMap(([name, meanings]) => {
    const pattern = patternOf(name);
    return pattern ? [{ pattern, meanings }] : [];
  }),
});

/** The case's id at the source: of the case's attributes, or of the event's where the case has none by that name. */
export function caseIdOf({ mapping }: Translator, event: Attributes, ofCase: Attributes): string | undefined {
  const { id } = mapping.case;
  const env = { event, case: ofCase, zone: mapping.zone };
  if (typeof id !== 'string') return wordOf(id, env);
  // In a CSV the case's column may have a plain name; but what names the activity does not name the case as well.
  return wordOf({ case: id }, env) ?? (id === mapping.event.activity ? undefined : wordOf(id, env));
}

const SAFE_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/;
/** A name for the matter that can stand in an address; what cannot is hashed. */
export const matterId = ({ prefix }: Translator, caseId: string): string =>
  prefix +
  (SAFE_ID.test(caseId) ? caseId : `x${createHash('sha256').update(caseId, 'utf8').digest('hex').slice(0, 32)}`);

function idOf(id: EventId, env: Env, memory: CaseMemory): string {
  if (typeof id === 'object' && 'position' in id) return String(memory.events);
  if (!Array.isArray(id)) return requiredWord(id as ValueSpec, env);
  const parts = canonical(id.map((part: ValueSpec) => wordOf(part, env) ?? null));
  const times = (memory.repeats.get(parts) ?? 0) + 1;
  memory.repeats.set(parts, times);
  return times === 1 ? parts : `${parts}#${times}`;
}

function meaningOf({ mapping, patterns }: Translator, activity: string, env: Env): { meaning: Meaning; env: Env } {
  let groups: Env['groups'] = {};
  let meanings: Meanings | undefined = Object.hasOwn(mapping.activities, activity)
    ? mapping.activities[activity]
    : undefined;
  for (const { pattern, meanings: those } of meanings === undefined ? patterns : []) {
    const found = pattern.exec(activity);
    if (!found) continue;
    [groups, meanings] = [found.groups ?? {}, those];
    break;
  }
  const holds = (meaning: Meaning) =>
    typeof meaning === 'string' ||
    Object.entries(meaning.when ?? {}).every(([name, wanted]) => {
      const value = name.startsWith('case:') ? env.case.get(name.slice(5)) : env.event.get(name);
      return value !== undefined && [wanted].flat().includes(value);
    });
  const meaning = [meanings ?? [], mapping.otherwise].flat(2).find(holds);
  if (meaning === undefined) throw new NotTaken({ field: 'activity', code: 'no-meaning', detail: activity });
  return { meaning, env: { ...env, groups } };
}

/** Takes a word from a fixed list, or says that it is not on it. */
function oneOf<T extends string>(field: string, word: string | undefined, list: readonly T[]): T | undefined {
  if (word === undefined) return undefined;
  if (!(list as readonly string[]).includes(word)) throw new NotTaken({ field, code: 'no-code', detail: word });
  return word as T;
}

function actorOf({ source, event: { actor } }: Mapping, env: Env): SourceActor | null {
  if (actor === undefined) return null;
  const { id, kind = source, name } = typeof actor === 'string' ? { id: actor } : actor;
  const value = wordOf(id, env);
  return value === undefined ? null : { kind, value, name: wordOf(name, env) ?? value };
}

/** Who, where and how, of one event. */
function circumstances({ event }: Mapping, env: Env) {
  const org = wordOf(event.org, env);
  const post = wordOf(event.post, env);
  const channel = oneOf('channel', wordOf(event.channel, env), CHANNELS);
  const kind = event.place && oneOf('place', wordOf(event.place.kind, env), PLACE_KINDS);
  const window = wordOf(event.place?.window, env);
  const placeOrg = wordOf(event.place?.org, env);
  const place = kind && { kind, ...(window && { window }), ...(placeOrg && { org: placeOrg }) };
  return { ...(org && { org }), ...(post && { post }), ...(channel && { channel }), ...(place && { place }) };
}

const NOBODY = { actor: null, registeredAt: null } as const;
const contentOf = (...parts: unknown[]) => canonical(parts.map((part) => part ?? null));

/** Notes what the case says of itself, once; a second, other value within one file is a problem. */
function lookAtFacts(of: Translator, memory: CaseMemory, ofCase: Attributes): Problem[] {
  if (memory.looked === ofCase) return [];
  memory.looked = ofCase;
  const problems: Problem[] = [];
  for (const [attribute, text] of ofCase) {
    const known = memory.facts.get(attribute);
    if (known === text) continue;
    if (known !== undefined) {
      problems.push({ field: `case:${attribute}`, code: 'differs-in-case', detail: text.slice(0, 60) });
      continue;
    }
    memory.facts.set(attribute, text);
    try {
      lookAtFact(of, memory, attribute, text, ofCase);
    } catch (error) {
      if (!(error instanceof NotTaken)) throw error;
      problems.push({ ...error.problem, field: `case:${attribute}` });
    }
  }
  return problems;
}

function lookAtFact({ mapping }: Translator, memory: CaseMemory, attribute: string, text: string, ofCase: Attributes) {
  const rules = mapping.case.facts ?? {};
  const { otherFacts = 'keep', id } = mapping.case;
  const isId = attribute === id || (typeof id === 'object' && attribute === id.case);
  const other: FactRule = otherFacts === 'keep' ? { fact: attribute } : otherFacts;
  const rule = Object.hasOwn(rules, attribute) ? rules[attribute]! : isId ? { ignore: 'names the case' } : other;
  if ('ignore' in rule) return;
  checked(attribute, text);
  if ('fact' in rule) {
    if (rule.unknown?.includes(text)) return;
    const value = convert(attribute, text, rule, mapping.zone);
    const data = {
      attribute: rule.fact,
      value: value === null || typeof value === 'string' ? value : canonical(value),
    };
    memory.untimed.push({ attribute, data: { type: 'SetCaseFact', data } });
    return;
  }
  const env: Env = { event: new Map(), case: ofCase, zone: mapping.zone };
  const at = rule.at === 'this' ? { case: attribute } : rule.at;
  const command = { type: rule.do, data: fill(rule.data ?? {}, env) as object };
  memory.timed.push({ attribute, at: requiredTime(at, env), command });
  memory.timed.sort((a, b) => compareInstants(a.at.instant, b.at.instant));
}

/** What happened by the word of the case's attributes before an instant, or at all. */
function timedFacts(memory: CaseMemory, before: string | null, matter: { id: string; case: string }): Report[] {
  const later = before === null ? -1 : memory.timed.findIndex(({ at }) => compareInstants(at.instant, before) >= 0);
  const due = memory.timed.splice(0, later < 0 ? memory.timed.length : later);
  return due.map(({ attribute, at, command }) => ({
    ...matter,
    ...NOBODY,
    key: `fact:${attribute}`,
    command,
    occurredAt: at.instant,
    precision: at.precision,
    content: contentOf(command, at.instant, at.precision),
  }));
}
const untimedFacts = (memory: CaseMemory, matter: { id: string; case: string }): Report[] =>
  memory.untimed.splice(0).map(({ attribute, data: command }) => ({
    ...matter,
    ...NOBODY,
    key: `fact:${attribute}`,
    command,
    occurredAt: memory.start?.instant ?? null,
    precision: 'unknown',
    content: contentOf(command),
  }));

/** Somebody else went on with the matter: it must have come to him in between. */
function inferredHolder(before: SourceActor | null, event: Report, eventId: string): Report[] {
  const { actor } = event;
  if (!before || !actor || (before.kind === actor.kind && before.value === actor.value)) return [];
  const holder = {
    identifier: { kind: actor.kind, value: actor.value },
    personal: { name: actor.name },
    ...(event.org && { org: event.org }),
  };
  const command = { type: 'AssignHolder', data: { holder, inferred: true } };
  return [{ ...event, key: `holder:${eventId}`, command, content: contentOf(command) }];
}

type EventRecord = Extract<SourceRecord, { kind: 'event' }>;
type Found = { case: string | null; event: string | null; activity: string | null };

function translateEvent(of: Translator, memory: CaseMemory, record: EventRecord, found: Found) {
  const { mapping } = of;
  const { attributes, caseAttributes } = record;
  const before: Env = { event: attributes, case: caseAttributes, zone: mapping.zone };
  found.activity = wordOf(mapping.event.activity, before) ?? null;
  found.case = caseIdOf(of, attributes, caseAttributes) ?? null;
  if (found.case === null) throw new NotTaken({ field: 'case', code: 'missing' });
  memory.id = found.case;
  memory.events++;
  const eventId = (found.event = idOf(mapping.event.id, before, memory));
  const activity = requiredWord(mapping.event.activity, before);
  if (memory.ids.has(eventId)) throw new NotTaken({ field: 'event', code: 'duplicate-event-id', detail: eventId });
  if (memory.ids.size < MAX_IDS) memory.ids.add(eventId);

  const { meaning, env } = meaningOf(of, activity, before);
  if (typeof meaning === 'object' && 'ignore' in meaning) return { ignored: meaning.ignore, reports: [] };
  const command =
    typeof meaning === 'string'
      ? { type: meaning, data: {} }
      : { type: meaning.do, data: (fill(meaning.data ?? {}, env) ?? {}) as object };
  const time = requiredTime(mapping.event.time, env);
  const registeredAt =
    (mapping.event.registered === undefined ? undefined : timeOf(mapping.event.registered, env)?.instant) ?? null;
  const actor = actorOf(mapping, env);
  const around = circumstances(mapping, env);
  const matter = { id: matterId(of, found.case), case: found.case };
  const report: Report = {
    ...matter,
    ...around,
    key: `event:${eventId}`,
    command,
    occurredAt: time.instant,
    precision: time.precision,
    registeredAt,
    actor,
    content: contentOf(command, time.instant, time.precision, registeredAt, actor, around),
  };
  const earlier = memory.start ? timedFacts(memory, time.instant, matter) : [];
  const holder = mapping.holder === 'inferred' ? inferredHolder(memory.actor, report, eventId) : [];
  memory.start ??= time;
  memory.actor = actor ?? memory.actor;
  return { reports: [...earlier, ...holder, report, ...untimedFacts(memory, matter)] };
}

/**
 * What one record means. Facts of the case stand behind its first event, or, where they say when something happened,
 * before the first event of the file that is later; the events themselves keep the order of the file.
 */
export function translate(of: Translator, memory: CaseMemory, record: SourceRecord): Translated {
  const { kind, line } = record;
  const found: Found = { case: null, event: null, activity: null };
  if (kind === 'broken') return { kind, line, ...found, reports: [], problems: [], rejected: record.problem };
  const problems = lookAtFacts(of, memory, record.caseAttributes);
  try {
    if (kind === 'event') {
      const { reports, ignored } = translateEvent(of, memory, record, found);
      return { kind, line, ...found, reports, problems, ...(ignored !== undefined && { ignored }) };
    }
    const caseId = caseIdOf(of, new Map(), record.caseAttributes) ?? memory.id;
    if (caseId === null) return { kind, line, ...found, reports: [], problems };
    const matter = { id: matterId(of, caseId), case: caseId };
    const reports = [...untimedFacts(memory, matter), ...timedFacts(memory, null, matter)];
    return { kind, line, ...found, case: caseId, reports, problems };
  } catch (error) {
    if (!(error instanceof NotTaken)) throw error;
    return { kind, line, ...found, reports: [], problems, rejected: error.problem };
  }
}
