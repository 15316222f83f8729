/** The edge: who may come in, what a body may hold, and how it is said that something is wrong. */
import {
  type ArgumentsHost,
  Catch,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  Inject,
  Injectable,
  Logger,
  type NestInterceptor,
  type ValidationError,
  ValidationPipe,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';
import { deciders } from '../areas/index.js';
import { type CommandRule, OUT_OF_ORDER, Refusal, type Text } from '../kernel/decider.js';
import { NOT_AT_POST } from '../kernel/standing.js';
import { Identity } from '../identity/identity.js';
import { admit } from './admission.js';
import { ACTION, type Asking, OPEN } from './by.js';
import { holderOfRequest } from './cookies.js';
import { isDeeper, MAX_DEPTH } from './depth.js';
import { sendProblemPage, wantsPage } from './pages.js';
import { type Fault, languageOf, Problem, problemBody, PROBLEMS } from './problems.js';
import { problemOf } from './problem-of.js';

export const MAX_BODY_BYTES = 1024 * 1024;

/** Denies by default: a route that does not say what it does is refused, to everybody. */
@Injectable()
export class Doorkeeper implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(Identity) private readonly identity: Identity,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const action = this.reflector.get<string | undefined>(ACTION, context.getHandler());
    if (action === OPEN) return true;
    const request = context.switchToHttp().getRequest<Asking>();
    const holder = await holderOfRequest(this.identity, request);
    if (!holder) throw new Problem('not-authenticated', { headers: { 'www-authenticate': 'Bearer' } });
    if (action === undefined) throw new Problem('not-permitted', { members: { action: null } });
    const parameters = request.params as Record<string, string>;
    request.condition = await admit(this.identity, { holder, action, parameters });
    request.holder = holder;
    request.action = action;
    return true;
  }
}

/** What guards say, by their codes. */
const SAYS: ReadonlyMap<string, Text> = new Map(
  [OUT_OF_ORDER, NOT_AT_POST, ...deciders.flatMap(({ commands }) => guardsOf(commands))].map(({ code, says }) => [
    code,
    says,
  ]),
);
function guardsOf(commands: object) {
  return Object.values(commands as Record<string, CommandRule<any, any, any, any>>).flatMap(({ guards }) => guards);
}

/** An index is a decimal string in JSON, for it may outgrow a double. */
@Injectable()
export class IndexText implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map(withText));
  }
}
const INDEXES = new Set(['index', 'asOf', 'head', 'behind']);
/** Copies only what it changes, and what stands around it. */
function withText(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    let copy: unknown[] | null = null;
    for (let n = 0; n < value.length; n++) {
      const member = withText(value[n]);
      if (member !== value[n]) (copy ??= [...(value as unknown[])])[n] = member;
    }
    return copy ?? value;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  let copy: Record<string, unknown> | null = null;
  for (const [name, member] of Object.entries(value)) {
    const text = typeof member === 'number' && INDEXES.has(name) ? String(member) : withText(member);
    if (text !== member) (copy ??= { ...value })[name] = text;
  }
  return copy ?? value;
}

@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('problem');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<Asking>();
    const reply = http.getResponse<FastifyReply>();
    const problem = problemOf(error);
    if (problem.code === 'internal')
      this.logger.error(error instanceof Error ? error.stack : String(error), request.id);
    const { status, retryAfter }: { status: number; retryAfter?: number } = PROBLEMS[problem.code];
    const broken =
      error instanceof Refusal ? { broken: error.broken.map((b) => ({ ...b, says: SAYS.get(b.code) ?? null })) } : {};
    const headers = { ...problem.more.headers, ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }) };
    const told = {
      ...problemBody(problem, languageOf(request.headers['accept-language']), String(request.id)),
      ...broken,
    };
    void reply.status(status).headers(headers);
    if (wantsPage(request)) return sendProblemPage(reply, told, request);
    void reply.type('application/problem+json; charset=utf-8').send(told);
  }
}

/** What a constraint asks for, by its name; one of ours may say it itself, as `中文 · English`. */
const ASKS: Readonly<Record<string, string>> = {
  whitelistValidation: '没有这一字段',
  isDefined: '缺少该字段',
  isString: '应为文本',
  isLength: '长度不在允许范围内',
  isInt: '应为整数',
  isNumber: '应为数',
  isBoolean: '应为是或否（true、false）',
  isIn: '不在可用值之内',
  isIso8601: '应为日期 YYYY-MM-DD',
  matches: '格式不符',
  min: '小于允许的最小值',
  max: '大于允许的最大值',
  isArray: '应为列表',
  arrayMinSize: '项数过少',
  arrayMaxSize: '项数过多',
  isObject: '应为对象',
};
export function inWords(code: string, message: string): { zh: string; en: string } {
  const cut = message.indexOf(' · ');
  return cut < 0
    ? { zh: ASKS[code] ?? '不符合要求', en: message }
    : { zh: message.slice(0, cut), en: message.slice(cut + 3) };
}
export function faults(errors: readonly ValidationError[], path = ''): Fault[] {
  return errors.flatMap(({ property, constraints, children }) => {
    const pointer = `${path}/${property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const own = Object.entries(constraints ?? {}).map(([code, en]) => ({
      pointer,
      code,
      detail: inWords(code, en),
    }));
    return [...own, ...faults(children ?? [], pointer)];
  });
}

export const VALIDATION = { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true } as const;
/** Checks a body against its class and leaves it as it was sent: nothing is converted, nothing unknown let through. */
export const validation = (): ValidationPipe =>
  new ValidationPipe({
    ...VALIDATION,
    transform: false,
    exceptionFactory: (errors) => new Problem('body-unusable', { errors: faults(errors).slice(0, 50) }),
  });

/** JSON as RFC 8259 has it: UTF-8 and nothing else, without members that name a prototype. */
export function readBodies(fastify: FastifyInstance): void {
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES },
    (request, body, done) => {
      let text: string;
      try {
        text = new TextDecoder('utf-8', { fatal: true }).decode(body as Buffer);
      } catch {
        return done(new Problem('not-utf8'));
      }
      if (isDeeper(body as Buffer, MAX_DEPTH)) {
        const detail = { zh: `嵌套超过 ${MAX_DEPTH} 层`, en: `is nested deeper than ${MAX_DEPTH}` };
        return done(new Problem('body-unusable', { errors: [{ pointer: '', code: 'too-deep', detail }] }));
      }
      parse(request, text, (error, value: unknown) => {
        if (error) return done(new Problem('not-json'));
        if (typeof value !== 'object' || value === null || Array.isArray(value))
          return done(
            new Problem('body-unusable', {
              errors: [{ pointer: '', detail: { zh: '应为 JSON 对象', en: 'is a JSON object' } }],
            }),
          );
        done(null, value);
      });
    },
  );
}
