/**
 * How fast somebody may ask: a bucket of tokens each, filled at a steady rate. In this process only, for it keeps one
 * client from taking all of it; what must hold across instances (sign-in) is in src/identity/attempts.ts.
 */
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { networkOf } from '../identity/attempts.js';
import type { Asking } from './by.js';
import { Problem } from './problems.js';

/** So many at once, and so many a second for good. */
export type Rate = Readonly<{ burst: number; perSecond: number }>;
export interface Limits {
  /** A person or an adapter. An adapter that loads a backlog sends some hundred reports a second; nobody needs more. */
  readonly holder: Rate;
  /** An address, whoever asks: an office behind one address is some hundred people, a page some ten requests. */
  readonly address: Rate;
}
export const LIMITS: Limits = {
  holder: { burst: 2000, perSecond: 400 },
  address: { burst: 4000, perSecond: 800 },
};
export const PACE = Symbol('Limits');

/** Those who asked last; who has not asked for long has a full bucket anyway, and need not be remembered. */
const MOST = 10_000;

export class Buckets {
  private readonly known = new Map<string, { tokens: number; at: number }>();
  constructor(
    private readonly rate: Rate,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Takes a token. 0, or the seconds until there is one. */
  take(name: string): number {
    const { burst, perSecond } = this.rate;
    const now = this.now();
    const before = this.known.get(name);
    const tokens = before ? Math.min(burst, before.tokens + ((now - before.at) / 1000) * perSecond) : burst;
    const wait = tokens < 1 ? (1 - tokens) / perSecond : 0;
    // The last to ask stands last; the first is the one that has been quiet for longest.
    this.known.delete(name);
    this.known.set(name, { tokens: wait > 0 ? tokens : tokens - 1, at: now });
    if (this.known.size > MOST) this.known.delete(this.known.keys().next().value!);
    return wait;
  }
}

/** Behind the doorkeeper: by who asks. */
@Injectable()
export class Pace implements CanActivate {
  private readonly buckets: Buckets;
  constructor(@Inject(PACE) limits: Limits) {
    this.buckets = new Buckets(limits.holder);
  }
  canActivate(context: ExecutionContext): boolean {
    const { holder } = context.switchToHttp().getRequest<Asking>();
    const wait = holder ? this.buckets.take(holder.person) : 0;
    if (wait > 0) throw Problem.tooMany(wait);
    return true;
  }
}

/** Before anything is read: by where it comes from. */
export function keepPace(fastify: FastifyInstance, limits: Limits): void {
  const buckets = new Buckets(limits.address);
  fastify.addHook('onRequest', (request, _reply, done) => {
    const wait = buckets.take(networkOf(request.ip));
    done(wait > 0 ? Problem.tooMany(wait) : undefined);
  });
}
