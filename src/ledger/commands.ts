/** Commands on their way to events: one handler per decider, one stream and one append per command. */
import { Inject, Injectable, type Type } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Status } from '../../projections/kernel/fold.js';
import type { DataOf, Message } from '../../projections/kernel/message.js';
import { current, versions } from '../../projections/events/index.js';
import { postRegister } from '../../projections/centres.js';
import { absence } from '../kernel/standing.js';
import {
  claimsOf,
  type Context,
  decide,
  type Decider,
  type Need,
  type NeedOfNaming,
  type NeedOfUnits,
  needsOf,
  next,
  type Next,
  possible,
  Refusal,
  type Thing,
} from '../kernel/decider.js';
import { may, PERMISSIONS, type Role, rolesFor } from '../kernel/permissions.js';
import { belongingTo } from './belonging.js';
import { claim, claimId, type ClaimState, isClaim, someTime, taking } from './claims.js';
import { fingerprintOf, identify, said, sealEvents } from './envelope.js';
import { Conflict, type EventStore, type Receipt } from './event-store.js';
import { uuidOf } from './identity.js';
import { turns } from './in-turn.js';
import { type Folded, Streams } from './streams.js';
import { type Vault } from './vault.js';

/** What stands behind the commands of one ledger. */
export interface Ledger {
  readonly store: EventStore;
  readonly vault: Vault;
  readonly streams: Streams;
}
export const LEDGER = Symbol('Ledger');

export interface Asked {
  readonly id: string;
  readonly command: Message;
  readonly context: Context;
  /** Idempotency key: together with the stream and the actor or source it names the command for ever. */
  readonly key: string;
  /** The revision that the caller saw; another one is refused. */
  readonly ifRevision?: number;
  readonly dryRun?: boolean;
  readonly correlation?: string;
  /** The event that it follows from, of what a policy asks for. */
  readonly causation?: string | null;
}
/** What a dry run would have recorded. */
export type Would = Readonly<{ dryRun: true; events: readonly Message[] }>;
export type NextSteps = Readonly<{
  status: string;
  revision: number;
  next: readonly (Next & { by: readonly Role[]; mine: boolean })[];
}>;
export type Answer = Receipt & { readonly repeated?: true };

/** A key was used before, for something else. */
export class KeyReused extends Error {
  constructor(readonly key: string) {
    super(`the key ${key} was used for something else`);
    this.name = 'KeyReused';
  }
}
/** The caller decided on what has changed since. */
export class StaleRevision extends Error {
  constructor(
    readonly expected: number,
    readonly actual: number,
  ) {
    super(`at revision ${actual}, not ${expected}`);
    this.name = 'StaleRevision';
  }
}
/** Others kept changing what this was decided on until the deadline. */
export class Contention extends Error {
  constructor(readonly stream: string) {
    super(`${stream} kept changing`);
    this.name = 'Contention';
  }
}

const DEADLINE_MS = 15_000;
const later = (a: string | null, b: string) => (a !== null && Date.parse(a) > Date.parse(b) ? a : b);

/** Folds what a command needs. `unchanged` is what the decision rests on, for the append. */
async function lookUp(
  ledger: Ledger,
  decider: Decider,
  asked: Pick<Asked, 'id' | 'command' | 'context'>,
  own: Folded,
  fresh: boolean,
) {
  const needs = Object.entries(needsOf(decider, own.state, asked.command, asked.context));
  const unchanged: Record<string, number> = {};
  let asOf = -1;
  const folded = async <S>(of: Need['of'], id: string): Promise<S> => {
    const { state, revision, index } = await ledger.streams.get(of, id, fresh);
    unchanged[`${of.category}-${id}`] = revision;
    asOf = Math.max(asOf, index);
    return state as S;
  };
  const look = async (need: Need | NeedOfNaming | NeedOfUnits) => {
    if ('unitsOf' in need) return belongingTo(ledger.store, folded, { person: need.unitsOf, on: need.on, fresh: true });
    if ('naming' in need) {
      const events = await ledger.store.readRefs(need.naming.type, need.naming.id);
      asOf = Math.max(asOf, events.at(-1)?.index ?? -1);
      return events.reduce((state, event) => need.of.evolve(state, current(event)), need.of.initial as object);
    }
    return folded<object>(need.of, need.id);
  };
  const found = await Promise.all(
    needs.map(async ([name, need]) => {
      if (need === null) return [name, null];
      return [name, Array.isArray(need) ? await Promise.all(need.map(look)) : await look(need as never)];
    }),
  );
  delete unchanged[`${decider.category}-${asked.id}`]; // its own revision is expected already
  return { facts: Object.fromEntries(found) as object, unchanged, asOf: asOf < 0 ? null : asOf };
}

/** Whoever acts from a session stands at his post as it is appended: the post's stream goes along with it. */
async function standing(ledger: Ledger, { by, on }: Context, fresh: boolean): Promise<Record<string, number>> {
  const { post, person, authMethod } = by;
  if (authMethod !== 'session' || post === undefined || person === null) return {};
  const { state, revision } = await ledger.streams.get(postRegister, post, fresh);
  const why = absence(state, post, person, on);
  if (why) throw new Refusal([why]);
  return { [`post-${post}`]: revision };
}

/** Whoever has claimed a thing is the last who may say something of it until another does. */
async function claiming(
  ledger: Ledger,
  decider: Decider,
  { id, context, key }: Asked,
  claims: readonly Thing[],
  fresh: boolean,
) {
  const held: Record<string, number> = {};
  const by = `${decider.category}-${id}`;
  for (const thing of claims) {
    const name = claimId(thing);
    const { state, revision } = await ledger.streams.get<ClaimState>(claim, name, fresh);
    held[`${claim.category}-${name}`] =
      state.by === by ? revision : await claimThing(ledger, name, by, { context, key: `${by} ${key} ${revision}` });
  }
  return held;
}
async function claimThing(ledger: Ledger, id: string, by: string, asked: Pick<Asked, 'context' | 'key'>) {
  const answer = await record(ledger, claim, { id, command: { type: 'ClaimThing', data: { by } }, ...asked });
  return (answer as Answer).revision;
}

async function attempt(ledger: Ledger, decider: Decider, asked: Asked, fresh: boolean): Promise<Answer | Would> {
  const { id, key } = asked;
  const context = { ...asked.context, id };
  const stream = `${decider.category}-${id}`;
  const commandId = uuidOf(stream, context.source ? context.source.system : (context.by.person ?? 'system'), key);
  const words = said(asked.command.data);
  const fingerprint = await fingerprintOf(ledger.vault, context.way, asked.command, words);
  const own = await ledger.streams.get(decider, id, fresh);

  const earlier = own.commands.get(commandId); // before deciding: the state has moved on since
  if (earlier && earlier.fingerprint !== fingerprint) throw new KeyReused(key);
  if (earlier)
    return { revision: earlier.revision, index: earlier.index, after: String(earlier.lastIndex), repeated: true };
  if (asked.ifRevision !== undefined && asked.ifRevision !== own.revision)
    throw new StaleRevision(asked.ifRevision, own.revision);

  const stands = await standing(ledger, context, fresh);
  const command = words.persons
    ? { ...asked.command, data: await identify(ledger.vault, asked.command.data) }
    : asked.command;
  const decided = async () => {
    const looked = await lookUp(ledger, decider, { id, command, context }, own, fresh);
    return { ...looked, drafts: decide<Message>(decider, own.state, command, { ...context, ...looked.facts }) };
  };
  const claims = asked.dryRun ? [] : claimsOf(decider, asked.command, context);
  if (claims.length > 0) await decided(); // who would be refused anyhow claims nothing
  const held = await claiming(ledger, decider, asked, claims, fresh);
  const { drafts, unchanged, asOf } = await decided();
  if (asked.dryRun) return { dryRun: true, events: drafts };
  const relied = { ...unchanged, ...held, ...(stream in stands ? {} : stands) }; // its own revision is expected already

  const events = await sealEvents(ledger.vault, drafts, {
    category: decider.category,
    id,
    expected: own.revision,
    commandId,
    fingerprint,
    facts: relied,
    factsAsOf: asOf,
    recordedAt: later(own.recordedAt, context.now),
    context,
    versions,
    words,
    ...(asked.correlation && { correlation: asked.correlation }),
    ...(asked.causation && { causation: asked.causation }),
  });
  const receipt = await ledger.store.append({ stream, expected: own.revision, unchanged: relied, events });
  ledger.streams.appended(
    decider,
    id,
    events.map(({ envelope }) => envelope),
    own,
    receipt,
  );
  return receipt;
}

const record = (ledger: Ledger, decider: Decider, asked: Asked): Promise<Answer | Would> =>
  taking(ledger, claimsOf(decider, asked.command, { ...asked.context, id: asked.id }).map(claimId), () =>
    tried(ledger, decider, asked),
  );

/** Kept states are tried first; before anybody is told no, and after a conflict, everything is looked up again. */
async function tried(ledger: Ledger, decider: Decider, asked: Asked): Promise<Answer | Would> {
  const until = performance.now() + DEADLINE_MS;
  let fresh = asked.dryRun === true || asked.ifRevision !== undefined;
  for (let tries = 1; ; tries++) {
    try {
      return await attempt(ledger, decider, asked, fresh);
    } catch (error) {
      const mayBeStale = !fresh && (error instanceof Refusal || error instanceof StaleRevision);
      if (!(error instanceof Conflict) && !mayBeStale) throw error;
      if (performance.now() > until) throw new Contention(`${decider.category}-${asked.id}`);
      fresh = true;
      if (error instanceof Conflict && isClaim(error.stream)) await someTime(tries);
    }
  }
}

/** What a command is sent by. */
export type Send = (
  decider: Decider,
  id: string,
  command: Message,
  options: Omit<Asked, 'id' | 'command'>,
) => Promise<Answer | Would>;
/** Commands without an application around them: for a simulation. */
export function sending(ledger: Ledger): Send {
  const inTurn = turns();
  return (decider, id, command, options) =>
    inTurn(`${decider.category}-${id}`, () => record(ledger, decider, { id, command, ...options }));
}

type Bus = Type<Command<Answer | Would>> & (new (asked: Asked) => Command<Answer | Would>);
const classes = new Map<Decider, Bus>();

/** One bus command and one handler per decider, never per command. */
export function handlerFor(decider: Decider): Type<ICommandHandler> {
  class DeciderCommand extends Command<Answer | Would> {
    constructor(readonly asked: Asked) {
      super();
    }
  }
  @CommandHandler(DeciderCommand)
  class DeciderHandler implements ICommandHandler<DeciderCommand> {
    private readonly inTurn = turns();
    constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

    /** Work on one stream takes turns within a process; across processes it meets at the expected revision. */
    execute({ asked }: DeciderCommand): Promise<Answer | Would> {
      return this.inTurn(asked.id, () => record(this.ledger, decider, asked));
    }
  }
  classes.set(decider, DeciderCommand);
  Object.defineProperty(DeciderCommand, 'name', { value: `${decider.category}.command` });
  Object.defineProperty(DeciderHandler, 'name', { value: `${decider.category}.handler` });
  return DeciderHandler;
}

@Injectable()
export class Commands {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(LEDGER) private readonly ledger: Ledger,
  ) {}

  /**
   * Throws Refusal (an act breaks guards), KeyReused, StaleRevision, Contention, NotCanonical (what the log cannot
   * hold), and what {@link EventStore.append} throws but Conflict.
   */
  send<C extends Message, T extends C['type']>(
    decider: Decider<any, C, any, any>,
    id: string,
    command: { readonly type: T; readonly data: DataOf<C, T> },
    options: Omit<Asked, 'id' | 'command'>,
  ): Promise<Answer | Would> {
    const DeciderCommand = classes.get(decider);
    if (!DeciderCommand) throw new Error(`no handler for ${decider.category}`);
    return this.bus.execute(new DeciderCommand({ id, command, ...options }));
  }

  /** What may be done next with a thing, by whom, and what is missing for it. `mine`: by the one who asks. */
  async next(decider: Decider, id: string, context: Context, roles: readonly string[]): Promise<NextSteps> {
    const own = await this.ledger.streams.get<Status>(decider, id, true);
    const facts: Record<string, object> = {};
    const known = (type: string) => Object.hasOwn(PERMISSIONS, `${decider.category}.${type}`);
    for (const type of possible(decider, own.state).filter(known)) {
      const asked = { id, command: { type, data: {} }, context: { ...context, id } };
      facts[type] = (await lookUp(this.ledger, decider, asked, own, true)).facts;
    }
    return {
      status: own.state.status,
      revision: own.revision,
      next: next(decider, own.state, { ...context, id }, facts)
        .filter(({ command }) => known(command))
        .map((step) => {
          const action = `${decider.category}.${step.command}`;
          return { ...step, by: rolesFor(action), mine: may(roles, action) };
        }),
    };
  }
}
