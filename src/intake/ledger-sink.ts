/** Reports on their way into a ledger: what is new is recorded, what is there is found, what differs is a change. */
import { instantOfMillis, dayOf } from '../../projections/kernel/instant.js';
import { NotCanonical } from '../../projections/kernel/canonical.js';
import type { Actor, Message, Recorded } from '../../projections/kernel/message.js';
import type { Context, Decider } from '../kernel/decider.js';

import { type Commands, KeyReused } from '../ledger/commands.js';
import { AppendTooLarge } from '../ledger/event-store.js';
import type { Opened } from '../ledger/open.js';
import { KeyGone } from '../ledger/vault.js';
import type { Sink } from './import.js';
import type { Problem } from './records.js';
import type { Outcome } from './summary.js';
import type { Report, SourceActor } from './translate.js';

export interface LedgerSink {
  readonly commands: Commands;
  readonly opened: Opened;
  /** Whose streams the reports are of: all of them, or each by what it says. */
  readonly decider: Decider | ((report: Report) => Decider);
  readonly source: string;
  readonly batch: string;
  /** Who hands the reports over, and why only now, where a person does. */
  readonly reporter?: string;
  readonly reason?: string;
  /** Nothing is recorded; the outcomes are what they would be. */
  readonly dryRun?: boolean;
  /** What only the ledger knows of a report, before it is compared with what was reported before. */
  readonly complete?: (report: Report) => Promise<Report>;
  /** What is wrong with the form of a command; null where nothing is. */
  readonly check?: (command: Message, report: Report) => Problem | null;
}

type Row = Record<string, string | null>;
/** The state of a source's row as this ledger last knew it. */
interface Known {
  readonly event: Recorded;
  readonly changes: number;
  /** All its values, those that an earlier change told in their place. */
  readonly row: Row;
  /** The source had it no more. */
  readonly gone: boolean;
}

const rowOf = ({ case: ofCase, key }: Pick<Report, 'case' | 'key'>) => `${ofCase}/${key}`;

/** Every value of some data as text, by its path. What is personal stays out: it is sealed where it stands. */
function flat(value: unknown, path = '', into: Row = {}): Row {
  if (typeof value === 'object' && value !== null)
    for (const [name, member] of Object.entries(value)) {
      if (name === 'personal' || name === 'identifier' || name === 'personId') continue;
      flat(member, path === '' ? name : `${path}.${name}`, into);
    }
  else if (path !== '' && value !== undefined) into[path] = value === null ? null : String(value);
  return into;
}
/** What data does not say of its unit, its envelope does. */
const envelope = (occurredAt: string | null, registeredAt: string | null, by: Actor, data: object): Row => ({
  occurredAt,
  registeredAt,
  actor: by.person,
  ...(!Object.hasOwn(data, 'org') && { org: by.org ?? null }),
});

function knownRows(events: readonly Recorded[], system: string): Map<string, Known> {
  const rows = new Map<string, Known>();
  for (const event of events) {
    const { source, data, occurredAt, actor } = event;
    if (source?.system !== system) continue;
    const before = rows.get(source.row);
    const told =
      event.type === 'SourceRowChanged'
        ? (data as { after: Row | null }).after
        : { ...flat(data), ...envelope(occurredAt, source.registeredAt, actor, data) };
    const changes = (before?.changes ?? -1) + (event.type === 'SourceRowChanged' ? 1 : 0);
    rows.set(source.row, {
      event,
      changes: Math.max(changes, 0),
      row: { ...before?.row, ...told },
      gone: told === null,
    });
  }
  return rows;
}

/** A row as a reader sees it: only what differs. */
function change({ row: then, gone }: Known, after: Report, by: Actor): { before: Row | null; after: Row } {
  const { data } = after.command;
  const now: Row = { ...flat(data), ...envelope(after.occurredAt, after.registeredAt, by, data) };
  if (gone) return { before: null, after: now };
  // Of a list that has become shorter the last elements are told to be gone.
  const shorter = Object.keys(then).filter((name) => /\.\d+(\.|$)/.test(name) && !(name in now) && ofList(name, now));
  const names = [...Object.keys(now), ...shorter].filter((name) => (now[name] ?? null) !== (then[name] ?? null));
  const pick = (row: Row) => Object.fromEntries(names.map((name) => [name, row[name] ?? null]));
  return { before: pick(then), after: pick(now) };
}
const changing = (known: Known, report: Report, by: Actor): Message => ({
  type: 'ChangeSourceRow',
  data: {
    row: rowOf(report),
    ...(report.deleted ? { before: known.row, after: null } : change(known, report, by)),
  },
});
/** The list that an element is of is told now, and this element is not. */
function ofList(name: string, now: Row): boolean {
  const [, list, n] = /^(.*?)\.(\d+)(?:\.|$)/.exec(name)!;
  const told = Object.keys(now).filter((each) => each.startsWith(`${list}.`));
  return told.length > 0 && !told.some((each) => each === `${list}.${n}` || each.startsWith(`${list}.${n}.`));
}

function problemOf(error: unknown): Problem | null {
  if (error instanceof NotCanonical) return { field: error.path, code: 'not-accepted', detail: error.reason };
  if (error instanceof AppendTooLarge) return { field: 'row', code: 'too-long', detail: String(error.bytes) };
  if (error instanceof KeyGone) return { field: 'actor', code: 'person-erased' };
  return null;
}

/** All that is said of a row that is not there: it has no content. */
const DELETED = 'deleted';
const MAX_PERSONS = 20_000;

/** Who a report says did it, and the rest of its envelope. */
function contexts({ opened, source, batch, dryRun, reporter, reason }: LedgerSink) {
  const persons = new Map<string, Promise<string>>();
  const personFor = ({ kind, value }: SourceActor): Promise<string> => {
    const name = JSON.stringify([kind, value]);
    let person = persons.get(name);
    if (!person) {
      if (persons.size >= MAX_PERSONS) persons.clear();
      person = opened.vault.personFor({ kind, value });
      persons.set(name, person);
    }
    return person;
  };
  return async (report: Report, digest: string): Promise<Context> => {
    const { actor, org, post } = report;
    const person = actor && (dryRun ? null : await personFor(actor));
    const now = instantOfMillis(opened.millis());
    const occurredAt = report.occurredAt ?? now;
    return {
      way: 'report',
      now,
      occurredAt,
      precision: report.precision,
      on: dayOf(occurredAt),
      region: opened.region,
      by: { person, ...(post && { post }), ...(org && { org }), actingAs: 'unknown', authMethod: 'adapter' },
      ...(report.place && { place: report.place }),
      ...(report.channel && { channel: report.channel }),
      source: {
        system: source,
        batch,
        row: rowOf(report),
        registeredAt: report.registeredAt,
        digest,
        ...(reason !== undefined && { reason }),
      },
      ...(reporter !== undefined && { reporter }),
    };
  };
}

/** Reports that are sent together are of one stream. Throws, from `send`, what {@link Commands.send} throws but what lies in the report itself. */
export function ledgerSink(to: LedgerSink): Sink {
  const { commands, opened, source, check } = to;
  const { store, vault } = opened;
  const deciderOf = (report: Report) => (typeof to.decider === 'function' ? to.decider(report) : to.decider);
  const contextOf = contexts(to);

  async function sendOne(report: Report, known: Known | undefined, digest: string): Promise<Outcome> {
    const problem = report.deleted ? null : (check?.(report.command, report) ?? null);
    if (problem) return problem;
    const recorded = report.deleted ? 'deleted' : known ? 'changed' : 'recorded';
    if (to.dryRun) return recorded;
    const context = await contextOf(report, digest);
    const command = known ? changing(known, report, context.by) : report.command;
    const key = known ? `${report.key}~${known.changes + 1}` : report.key;
    const answer = await commands.send(deciderOf(report), report.id, command, { context, key });
    return 'repeated' in answer ? 'unchanged' : recorded;
  }
  async function send(given: readonly Report[], again = false): Promise<Outcome[]> {
    const [first] = given;
    if (!first) return [];
    const reports = to.complete && !again ? await Promise.all(given.map(to.complete)) : given;
    const rows = knownRows(await store.readStream(`${deciderOf(first).category}-${first.id}`), source);
    const outcomes: Outcome[] = [];
    for (const report of reports) {
      const digest = vault.macOfLedger('source-row', report.deleted ? DELETED : report.content);
      const known = rows.get(rowOf(report));
      if (report.deleted && !known) {
        outcomes.push({ field: 'event', code: 'no-such-row', detail: rowOf(report) });
        continue;
      }
      if (known?.event.source?.digest === digest) {
        outcomes.push('unchanged');
        continue;
      }
      try {
        outcomes.push(await sendOne(report, known, digest));
      } catch (error) {
        // Somebody else imports the same and was first: what he recorded is compared with this.
        if (error instanceof KeyReused && !again)
          return [...outcomes, ...(await send(reports.slice(outcomes.length), true))];
        const problem = problemOf(error);
        if (!problem) throw error;
        outcomes.push(problem);
      }
    }
    return outcomes;
  }

  return {
    send: (reports) => send(reports),
    async mark() {
      const { next } = await store.head();
      const [last] = next > 0 ? await store.readAll(next - 1, 1) : [];
      return last ? `${last.index}:${last.id}` : '';
    },
    async holds(mark) {
      const [index, id] = mark.split(':');
      if (!index || !id || !/^\d{1,15}$/.test(index)) return false;
      const [event] = await store.readAll(Number(index), 1);
      return event?.index === Number(index) && event.id === id;
    },
  };
}
