/** Whoever opens what is not open to everybody says what for, and the look is durable before the answer leaves. */
import {
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
  Inject,
  Injectable,
  type PipeTransform,
} from '@nestjs/common';
import { ApiHeader, ApiQuery } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { FieldKind, ObjectRef } from '../../projections/events/access.js';
import { NotCanonical } from '../../projections/kernel/canonical.js';
import type { Envelope } from '../../projections/kernel/message.js';
import { access, type Look } from '../areas/identity/access.js';
import type { Holder } from '../identity/holder.js';
import { lookAt, showsEvent } from '../kernel/classes.js';
import type { Context } from '../kernel/decider.js';
import { may } from '../kernel/permissions.js';
import { ClockBehind, indexOf } from '../ledger/event-store.js';
import { Looks } from '../ledger/looks.js';
import { type Opened, OPENED } from '../ledger/open.js';
import { actOf, type Asking } from './by.js';
import { Problem } from './problems.js';

export const MOST_PURPOSE = 200;
/** Persons that one event names. */
const MOST_PERSONS = 2000;

/** For the description of the interface. */
export const TakesPurpose = () =>
  applyDecorators(
    ApiHeader({ name: 'X-Purpose', required: false, description: 'what for; UTF-8, percent-encoded; recorded' }),
    ApiQuery({ name: 'purpose', required: false, type: String, description: 'as X-Purpose, for links' }),
  );

const unusable = (where: 'header' | 'query') =>
  Problem.ofParameter(
    where === 'header' ? 'X-Purpose' : 'purpose',
    `应为一行文字，至多 ${MOST_PURPOSE} 字`,
    `is a line of text, at most ${MOST_PURPOSE} characters`,
    where,
  );
/** Fastify gives a header's bytes as Latin-1; it may be UTF-8 as it is, or percent-encoded. */
function decoded(header: string): string {
  const bytes = Buffer.from(header, 'latin1');
  const text = bytes.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(bytes)) throw unusable('header');
  try {
    return decodeURIComponent(text);
  } catch {
    throw unusable('header');
  }
}
/** Null where none is given. Throws {@link Problem} for what is none. */
export function purposeOf({ headers, query }: Pick<FastifyRequest, 'headers' | 'query'>): string | null {
  const header = headers['x-purpose'];
  const asked = header ?? (query as Record<string, unknown>)['purpose'];
  const where = header === undefined ? 'query' : 'header';
  if (asked === undefined) return null;
  if (typeof asked !== 'string') throw unusable(where);
  const purpose = (header === undefined ? asked : decoded(asked)).trim();
  if ([...purpose].length > MOST_PURPOSE || /\p{C}/u.test(purpose)) throw unusable(where);
  return purpose === '' ? null : purpose;
}

/** What came of a read: the answer, how many events or rows it holds, and the persons whose fields are opened. */
export interface Seen<T> {
  readonly answer: T;
  readonly count: number;
  readonly opened?: readonly string[];
}
/** How one request looks at things. Each throws {@link Problem}, and then nothing has left. */
export interface Looking {
  readonly may: (action: string) => boolean;
  /** Whether an event may be shown to whoever asks. */
  readonly shows: (event: Pick<Envelope, 'classification' | 'stream'>) => boolean;
  /** Whether it may be looked at, before anything is read. */
  readonly ask: (object: ObjectRef, fields: FieldKind) => void;
  /** Asks, reads, and answers when the look is durable. */
  readonly at: <T>(object: ObjectRef, fields: FieldKind, read: () => Promise<Seen<T>>) => Promise<T>;
  /** The index of the record, which is the last line to hand out. */
  readonly exports: (what: 'log', from: number) => Promise<number>;
}

/** Somebody who asks, what he does, and what for. */
export interface Looker {
  readonly holder: Holder;
  readonly action: string | null;
  readonly purpose: () => string | null;
}
/** For requests, and for the command line. */
export function lookingOf(opened: Opened, looks: Looks, { holder, action, purpose: asked }: Looker): Looking {
  const { grants, roles } = holder;
  const { on } = actOf(opened, holder);
  const permitted = (object: ObjectRef, fields: FieldKind) => {
    const purpose = asked();
    const found = lookAt({ object, fields, purpose }, grants, on);
    if (found.missing !== null) throw new Problem(found.missing === 'grant' ? 'not-found' : 'purpose-missing');
    return { ...found, purpose };
  };
  return {
    may: (what) => may(roles, what),
    shows: (event) => showsEvent(event, grants, on),
    ask: (object, fields) => void permitted(object, fields),
    at: async (object, fieldsAsked, read) => {
      const { fields, grant, purpose } = permitted(object, fieldsAsked);
      return looks.during(async () => {
        const { answer, count, opened: persons = [] } = await read();
        const context = actOf(opened, holder);
        const all = Array.from({ length: Math.max(1, Math.ceil(persons.length / MOST_PERSONS)) }, (_, n): Look => {
          const data = { object, fields, purpose, grant, action, count: n === 0 ? count : 0 };
          const some = persons.slice(n * MOST_PERSONS, (n + 1) * MOST_PERSONS);
          return { type: 'AccessViewed', data, opened: some };
        });
        return { answer, record: () => Promise.all(all.map((look) => recorded(looks, look, context))) };
      });
    },
    exports: async (what, from) => {
      const { purpose } = permitted({ type: 'log', id: what }, 'export');
      const data = { what, from: String(from), purpose: purpose! };
      const event = await recorded(looks, { type: 'LogExported', data }, actOf(opened, holder));
      return (await indexOf(opened.store, event))!;
    },
  };
}
async function recorded(looks: Looks, look: Look, context: Context): Promise<string> {
  try {
    return await looks.record(access, look, context);
  } catch (error) {
    // What is wrong with the request or with the clock has a sentence of its own.
    if (error instanceof NotCanonical || error instanceof ClockBehind) throw error;
    throw new Problem('look-not-recorded');
  }
}

@Injectable()
export class LookingPipe implements PipeTransform<Asking, Looking> {
  constructor(
    @Inject(OPENED) private readonly opened: Opened,
    @Inject(Looks) private readonly looks: Looks,
  ) {}

  transform(request: Asking): Looking {
    const { holder, action = null } = request;
    if (!holder) throw new Problem('not-authenticated');
    return lookingOf(this.opened, this.looks, { holder, action, purpose: () => purposeOf(request) });
  }
}

const Requested = createParamDecorator((_: unknown, context: ExecutionContext) =>
  context.switchToHttp().getRequest<Asking>(),
);
/** `@LookingAt() looking: Looking` */
export const LookingAt = () => Requested(LookingPipe);
