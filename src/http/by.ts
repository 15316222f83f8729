/** Who asks, when, and as of which moment: from the session or key, the headers and the ledger's clock, never from a body. */
import { instantOfMillis, dayOf } from '../../projections/kernel/instant.js';
import {
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
  Inject,
  Injectable,
  type PipeTransform,
  SetMetadata,
} from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../kernel/decider.js';

import type { Asked } from '../ledger/commands.js';
import { type Opened, OPENED } from '../ledger/open.js';
import { Reader } from '../read/reader.js';
import { withinOf } from './admission.js';
import { Problem } from './problems.js';
import type { Holder } from '../identity/holder.js';
import type { ActionName, Condition } from '../kernel/permissions.js';
import type { Within } from '../read/scope.js';

export const ACTION = 'mingzhang:action';
/** What a route does, as the table of permissions knows it: `matters.read`, `matter.AcceptMatter`. */
export const Action = (action: ActionName) =>
  applyDecorators(SetMetadata(ACTION, action), ApiExtension('x-action', action));
/** For everybody, also who is not signed in. A route with neither is refused. */
export const OPEN = 'open to everybody';
export const Open = () => SetMetadata(ACTION, OPEN);

/** A request with what the guard found out about it. `condition`: the widest under which it may be asked. */
export type Asking = FastifyRequest & { holder?: Holder; action?: string; condition?: Condition };

/** Everything that {@link Asked} needs but the thing and the command, and the roles of whoever asks. */
export type By = Omit<Asked, 'id' | 'command'> & { readonly roles: readonly string[] };
/** `asOf`: the index up to which a read knows the log; absent for now. `within`: what of it the asker may see. */
export type At = Readonly<{ asOf?: number; within?: Within }>;

const KEY_BYTES = 255;

/** The one value of a query parameter. */
function parameter(request: FastifyRequest, name: string): string | undefined {
  const value = (request.query as Record<string, string | string[] | undefined>)[name];
  if (Array.isArray(value)) throw Problem.ofParameter(name, '只能给出一次', 'may be given once only');
  return value;
}

/** Fastify gives a header's bytes as Latin-1; a key may be UTF-8. */
export function idempotencyKey(request: FastifyRequest): string {
  const header = request.headers['idempotency-key'];
  if (header === undefined || header === '') throw new Problem('idempotency-key-missing');
  const bytes = Buffer.from(String(header), 'latin1');
  const key = bytes.toString('utf8');
  if (bytes.length > KEY_BYTES || !Buffer.from(key, 'utf8').equals(bytes) || /[\p{C}]/u.test(key))
    throw new Problem('idempotency-key-unusable');
  return key;
}

function ifRevision(request: FastifyRequest): { ifRevision?: number } {
  const header = request.headers['if-match'];
  if (header === undefined) return {};
  const revision = /^"(-1|\d{1,15})"$/.exec(header)?.[1];
  if (revision === undefined) throw new Problem('if-match-unusable');
  return { ifRevision: Number(revision) };
}

function dryRun(request: FastifyRequest): { dryRun?: true } {
  const value = parameter(request, 'dryRun');
  if (value !== undefined && value !== 'true' && value !== 'false')
    throw Problem.ofParameter('dryRun', '应为 true 或 false', 'is true or false');
  return value === 'true' ? { dryRun: true } : {};
}

/** An act of whoever asks, now, at his post. */
export function actOf(opened: Opened, holder: Holder): Context {
  const { person, post, org, units, actingAs, authMethod, place, channel } = holder;
  const now = instantOfMillis(opened.millis());
  return {
    way: 'act',
    now,
    occurredAt: now,
    precision: 'second',
    on: dayOf(now),
    region: opened.region,
    by: { person, ...(post && { post }), ...(org && { org }), actingAs, authMethod },
    units,
    ...(place && { place }),
    ...(channel && { channel }),
  };
}

@Injectable()
export class ByPipe implements PipeTransform<Asking, By> {
  constructor(@Inject(OPENED) private readonly opened: Opened) {}

  transform(request: Asking): By {
    if (!request.holder) throw new Problem('not-authenticated');
    return {
      context: actOf(this.opened, request.holder),
      roles: request.holder.roles,
      key: request.method === 'GET' ? '' : idempotencyKey(request),
      ...ifRevision(request),
      ...dryRun(request),
    };
  }
}

@Injectable()
export class AtPipe implements PipeTransform<{ request: Asking; reply: FastifyReply }, Promise<At>> {
  constructor(@Inject(Reader) private readonly reader: Reader) {}

  /** Waits until what `after` names can be read, then finds the index that `asOf` (index or ledger time) names. */
  async transform({ request, reply }: { request: Asking; reply: FastifyReply }): Promise<At> {
    const after = parameter(request, 'after');
    const asked = parameter(request, 'asOf');
    if (after !== undefined) await this.reader.until(after);
    const asOf = asked === undefined ? undefined : await this.reader.index(asked);
    void reply.header('ledger-position', String(asOf ?? (await this.reader.position())));
    const { holder, condition } = request;
    const within = holder && condition && (await withinOf(this.reader, holder, condition));
    return { ...(asOf !== undefined && { asOf }), ...(within && { within }) };
  }
}

const http = (context: ExecutionContext) => context.switchToHttp();
const Requested = createParamDecorator((_: unknown, context) => http(context).getRequest<Asking>());
const Exchange = createParamDecorator((_: unknown, context) => ({
  request: http(context).getRequest<Asking>(),
  reply: http(context).getResponse<FastifyReply>(),
}));

/** Context, key and conditions of a command: `@By() by: By`. Throws {@link Problem} for headers that cannot be used. */
export const By = () => Requested(ByPipe);
/** The moment that a read is about: `@At() at: At`. Throws {@link Problem} for a moment that cannot be read. */
export const At = () => Exchange(AtPipe);
