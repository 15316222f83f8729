/** From a decider's drafts to bytes: ids, personal fields sealed, canonical text, digest. */
import { randomBytes } from 'node:crypto';
import { canonical, type Written } from '../../projections/kernel/canonical.js';
import type { Envelope, Irregularity, Message, Ref } from '../../projections/kernel/message.js';
import type { Context, Draft, Way } from '../kernel/decider.js';
import type { Sealed as SealedEvent } from './event-store.js';
import { sha256, uuidOf } from './identity.js';
import { type Identifier, KeyGone, type Vault } from './vault.js';

type Walk = (person: Record<string, unknown>, path: string) => Promise<Record<string, unknown>>;

const namesPersons = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(namesPersons);
  if (typeof (value as { personal?: unknown }).personal === 'object') return true;
  for (const name in value) if (namesPersons((value as Record<string, unknown>)[name])) return true;
  return false;
};
/**
 * Calls `each` for every object with a member `personal`, wherever it stands, and puts its answer in place. What has none
 * in it is left at once: a thousand pairs of matches are no thousand promises.
 */
async function mapPersons(value: unknown, each: Walk, path = ''): Promise<unknown> {
  return namesPersons(value) ? mapped(value, each, path) : value;
}
async function mapped(value: unknown, each: Walk, path: string): Promise<unknown> {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    if (!value.some((item) => typeof item === 'object')) return value;
    return Promise.all(value.map((item, n) => mapped(item, each, `${path}/${n}`)));
  }
  const object = value as Record<string, unknown>;
  if (typeof object.personal === 'object' && object.personal !== null) return each(object, path);
  let changed: Record<string, unknown> | null = null;
  for (const [name, member] of Object.entries(object)) {
    const next = await mapped(member, each, `${path}/${name}`);
    if (next !== member) (changed ??= { ...object })[name] = next;
  }
  return changed ?? object;
}

/** Every object with a member `personal`, in the order in which they stand. */
async function personsOf<P>(data: unknown): Promise<readonly P[]> {
  const persons: P[] = [];
  await mapPersons(data, (person) => {
    persons.push(person as P);
    return Promise.resolve(person);
  });
  return persons;
}

/**
 * `{ identifier, personal }` of a request becomes `{ personId, personal }`: only the vault knows natural identifiers.
 * Someone without one stays nameless until the event is sealed, and is then new.
 */
export const identify = <D>(vault: Vault, data: D): Promise<D> =>
  mapPersons(data, async ({ identifier, ...person }) => {
    if (typeof person.personId === 'string' || !identifier) return person;
    return { ...person, personId: await vault.personFor(identifier as Identifier) };
  }) as Promise<D>;

/** What a command says, as text; `persons`: it may name some, so that it has to be looked through. */
export type Said = Written & { readonly persons: boolean };
/** In canonical text only a member's name is followed so: within a string the quotes are escaped. */
export function said(data: object): Said {
  const text = canonical(data);
  return { value: data, text, persons: text.includes('"personal":') };
}

/**
 * What was asked, so that a key is not used for something else: over the normalised request, never its raw text.
 * Keyed where persons are in it, under the first one's key if it can be found again, so that it dies with that key.
 */
export async function fingerprintOf(
  vault: Vault,
  way: Way,
  { type, data }: Message,
  words: Said = said(data),
): Promise<string> {
  const persons = words.persons ? await personsOf<{ identifier?: Identifier; personId?: string }>(data) : [];
  let known: string | null = null;
  // One after the other: of several the first is the same each time, whoever is found sooner.
  for (const { identifier, personId } of persons)
    known ??= personId ?? (identifier ? await vault.personFor(identifier) : null);
  const keyed = persons.length > 0;
  const text = canonical([way, type, data], words);
  if (known !== null) return vault.mac(known, 'fingerprint', text);
  return keyed ? vault.macOfLedger('fingerprint', text) : `sha256:${sha256(text).toString('hex')}`;
}

/** Values under `personal` are sealed under the key of the `personId` beside them. What is sealed already stays. */
async function sealPersonal(vault: Vault, eventId: string, data: object): Promise<object> {
  const sealed = await mapPersons(data, async (person, path) => {
    const personId = typeof person.personId === 'string' ? person.personId : await vault.newPerson();
    const fields = Object.entries(person.personal as Record<string, unknown>).filter(([, v]) => v != null);
    const closed = await Promise.all(
      fields.map(async ([name, value]) => [
        name,
        typeof value === 'string'
          ? await vault.seal(personId, eventId, `${path}/personal/${name}`, value)
          : (value as object),
      ]),
    );
    return { ...person, personId, personal: Object.fromEntries(closed) as object };
  });
  return sealed as object;
}

/** Opens what the key store still can; a field whose key is gone stays as it is, and is counted. */
export async function openPersonal<D>(vault: Vault, eventId: string, data: D): Promise<{ data: D; closed: number }> {
  let closed = 0;
  const opened = await mapPersons(data, async (person, path) => {
    const personal: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(person.personal as Record<string, never>)) {
      try {
        personal[name] = await vault.open(person.personId as string, eventId, `${path}/personal/${name}`, value);
      } catch (error) {
        if (!(error instanceof KeyGone)) throw error;
        closed++;
        personal[name] = null;
      }
    }
    return { ...person, personal };
  });
  return { data: opened as D, closed };
}

/** One field opened: `path` is a JSON Pointer into the event's data, `key` that of its commitment, base64. */
export type Opening = Readonly<{ path: string; value: string; key: string }>;
/** Every field of an event that the key store can still open, each by itself. */
export async function openingsOf(vault: Vault, eventId: string, data: object): Promise<readonly Opening[]> {
  const openings: Opening[] = [];
  await mapPersons(data, async (person, path) => {
    for (const [name, field] of Object.entries(person.personal as Record<string, never>)) {
      const at = `${path}/personal/${name}`;
      try {
        const value = await vault.open(person.personId as string, eventId, at, field);
        const key = await vault.commitmentKey(person.personId as string, eventId, at);
        openings.push({ path: at, value, key: key.toString('base64') });
      } catch (error) {
        if (!(error instanceof KeyGone)) throw error;
      }
    }
    return person;
  });
  return openings;
}

/** Whose fields there are to open. */
export async function personsIn(data: object): Promise<string[]> {
  const persons = await personsOf<{ personId: string; personal: object }>(data);
  const open = persons.filter(({ personal }) => Object.keys(personal).length > 0);
  return [...new Set(open.map(({ personId }) => personId))];
}

export interface Around {
  readonly category: string;
  readonly id: string;
  readonly expected: number;
  readonly commandId: string;
  readonly fingerprint: string;
  readonly facts: Readonly<Record<string, number>>;
  readonly factsAsOf: number | null;
  readonly recordedAt: string;
  readonly context: Context;
  readonly correlation?: string;
  readonly versions: Readonly<Record<string, number>>;
  /** Of the command: where an event says just that and nobody is named in it, it is not written once more. */
  readonly words?: Said;
}

const distinct = (refs: readonly Ref[]) => [
  ...new Map(refs.map((ref) => [`${ref.type}\n${ref.id}\n${ref.role}`, ref])).values(),
];

/** Throws NotCanonical for what the log cannot hold, KeyGone where a person was erased. */
export function sealEvents(
  vault: Vault,
  drafts: readonly (Draft<Message> & { readonly irregularities: readonly Irregularity[] })[],
  around: Around,
): Promise<SealedEvent[]> {
  const { category, id, context, words } = around;
  const impersonal = words?.persons === false ? words : undefined;
  const actorRefs = [
    { id: context.by.person, role: 'actor' },
    { id: context.reporter, role: 'reporter' },
  ].flatMap(({ id, role }): Ref[] => (id ? [{ type: 'person', id, role }] : []));
  return Promise.all(
    drafts.map(async (draft, n) => {
      const eventId = uuidOf(around.commandId, n);
      const envelope: Envelope = {
        id: eventId,
        stream: `${category}-${id}`,
        revision: around.expected + 1 + n,
        type: draft.type,
        version: around.versions[draft.type] ?? 1,
        occurredAt: context.occurredAt,
        precision: context.precision,
        recordedAt: around.recordedAt,
        ...(draft.effective && { effective: draft.effective }),
        actor: context.by,
        ...(context.place && { place: context.place }),
        ...(context.channel && { channel: context.channel }),
        refs: distinct([{ type: category, id, role: 'subject' }, ...actorRefs, ...(draft.refs ?? [])]),
        ...(context.source && { source: context.source }),
        irregularities: draft.irregularities,
        ...(draft.derived && { derived: draft.derived }),
        ...(draft.corrects && { corrects: draft.corrects }),
        legalBasis: draft.legalBasis ?? [],
        documents: draft.documents ?? [],
        classification: draft.classification ?? 'internal',
        commandId: around.commandId,
        fingerprint: around.fingerprint,
        facts: around.facts,
        factsAsOf: around.factsAsOf === null ? null : String(around.factsAsOf),
        correlation: around.correlation ?? around.commandId,
        causation: draft.causation ?? null,
        data: draft.data === impersonal?.value ? draft.data : await sealPersonal(vault, eventId, draft.data),
        salt: randomBytes(16).toString('base64'),
      };
      return sealEnvelope(envelope, impersonal);
    }),
  );
}

/** The bytes are the truth: RFC 8785 text of the envelope, and SHA-256 over it. */
export function sealEnvelope(envelope: Envelope, known?: Written): SealedEvent {
  const bytes = Buffer.from(canonical(envelope, known), 'utf8');
  return { envelope, bytes, digest: sha256(bytes) };
}
