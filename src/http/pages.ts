/**
 * Every answer that can be read is a page, too: a browser that asks for one gets the same members in words. Programs get
 * JSON as before. Nothing is read in another way, so nothing can be seen on a page that the interface does not give.
 */
import {
  type CallHandler,
  Controller,
  type ExecutionContext,
  Get,
  Inject,
  Injectable,
  type NestInterceptor,
  Param,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import { ApiExcludeController, type OpenAPIObject } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { deciders } from '../areas/index.js';
import { PASSWORD_LEAST, PASSWORD_MOST } from '../identity/factors.js';
import { Identity } from '../identity/identity.js';
import type { Text } from '../kernel/decider.js';
import { escaped } from '../kernel/html.js';
import { accountPage, enrolPage } from '../pages/account.js';
import { SCRIPT, STYLE } from '../pages/assets.js';
import { type Act, actPage, type Schema } from '../pages/act.js';
import { homePage, opens, signInForm, signInPage, titleOf } from '../pages/home.js';
import { inEnglish } from '../pages/labels.js';
import { bilingual, frame, labelOf, pageOf, shown } from '../pages/page.js';
import { Action, type Asking, Open } from './by.js';
import { holderOfRequest, OWN_SESSION } from './cookies.js';
import { fontFile, fontStyle } from './fonts.js';
import { Problem } from './problems.js';

/** Style and script from here, forms to here; nothing in the page itself runs. */
const PAGE_POLICY =
  "default-src 'none';style-src 'self';img-src data:;script-src 'self';connect-src 'self';font-src 'self';form-action 'self';base-uri 'none';frame-ancestors 'none'";
/** An address bar and a link ask for HTML first; scripts and programs do not. */
export const wantsPage = ({ method, headers }: Pick<FastifyRequest, 'method' | 'headers'>): boolean =>
  method === 'GET' && /^\s*text\/html\b/.test(headers.accept ?? '');
function asPage(reply: FastifyReply): FastifyReply {
  return reply.type('text/html; charset=utf-8').header('content-security-policy', PAGE_POLICY).header('vary', 'accept');
}

const ASSETS: Readonly<Record<string, readonly [type: string, text: string]>> = {
  'style.css': ['text/css', STYLE],
  'script.js': ['text/javascript', SCRIPT],
};
const PASSWORD = [PASSWORD_LEAST, PASSWORD_MOST] as const;
const HOUR_SECONDS = 3600;
/** What is the same for everybody may stay with the browser for a while. */
const kept = (reply: FastifyReply): FastifyReply => reply.header('cache-control', `public, max-age=${HOUR_SECONDS}`);

type Route = Readonly<{ path: string; parts: readonly string[]; takes: readonly string[]; act: Act }>;
type Parameter = Readonly<{ name?: string; in?: string; $ref?: string }>;
/** Query parameters that people give; `after` is for programs. */
const takenIn = (all: readonly Parameter[]): readonly string[] =>
  all.flatMap(({ name, in: where, $ref = '' }) =>
    where === 'query' ? [name!] : $ref.endsWith('/asOf') ? ['asOf'] : [],
  );
const fits = (parts: readonly string[], of: readonly string[]): boolean =>
  parts.length === of.length && of.every((one, n) => one.startsWith('{') || one === parts[n]);
const above = (path: string): string => path.slice(0, path.lastIndexOf('/'));
/** What can be read and done, as the description of the interface has it; made when a page is asked for first. */
export class Routes {
  constructor(private readonly described: () => OpenAPIObject) {}
  private known: { readonly reads: readonly Route[]; readonly acts: readonly Route[] } | null = null;

  private all() {
    if (this.known) return this.known;
    const { paths, components } = this.described();
    const schemas = (components?.schemas ?? {}) as Act['schemas'];
    const by = (method: 'get' | 'post') =>
      Object.entries(paths).flatMap(([path, { [method]: operation }]): Route[] => {
        if (!operation) return [];
        const { requestBody, parameters = [], 'x-action': action = '' } = operation as Described;
        const body = requestBody?.content['application/json']?.schema;
        return [{ path, parts: path.split('/'), takes: takenIn(parameters), act: { action, path, body, schemas } }];
      });
    return (this.known = { reads: by('get'), acts: by('post') });
  }
  /** What is read at a path: the route that names it, or one that it fits. */
  private readAt(path: string): Route | undefined {
    const known = this.all().reads.filter(({ parts }) => fits(path.split('/'), parts));
    return known.find((route) => route.path === path) ?? known[0];
  }
  takes = (path: string): readonly string[] => this.readAt(path)?.takes ?? [];
  readonly isPage = (path: string): boolean => this.readAt(path) !== undefined;
  /** What else can be read of the thing that a path is about: `…/M-1` or `…/M-1/history`. */
  related(path: string): readonly string[] {
    const { path: route = '', parts = [] } = this.readAt(path) ?? {};
    const isThing = parts.at(-2)?.startsWith('{') === true && !parts.at(-1)!.startsWith('{');
    const [of, at] = isThing ? [above(route), above(path)] : [route, path];
    return this.all().reads.flatMap(({ path: each, parts: its }) =>
      above(each) === of && each !== route && !its.at(-1)!.startsWith('{') ? [`${at}/${its.at(-1)}`] : [],
    );
  }
  readonly actOn = (command: string, id: string): string | undefined => {
    const path = command.startsWith('/') ? command : this.pathOf(command)?.replace(/\{\w+\}/, encodeURIComponent(id));
    return path !== undefined && this.act(path) ? `/pages/act?path=${encodeURIComponent(path)}` : undefined;
  };
  private pathOf(command: string): string | undefined {
    const acts = this.all().acts.filter(({ act: { action } }) => action.slice(action.indexOf('.') + 1) === command);
    return acts.length === 1 ? acts[0]!.path : undefined;
  }
  /** The command that is sent to a path; what is not said yet stands in it as `{name}`. */
  act(path: string): Act | undefined {
    const found = this.all().acts.find(
      ({ parts, act: { action } }) => /\.[A-Z]/.test(action) && fits(path.split('/'), parts),
    );
    return found && { ...found.act, path };
  }
}
interface Described {
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema?: Schema }>> };
  readonly parameters?: readonly Parameter[];
  readonly 'x-action'?: string;
}

/** What commands are called, by their action. */
const SAID: ReadonlyMap<string, Text> = new Map(
  deciders.flatMap(({ category, commands }) =>
    Object.entries(commands as Readonly<Record<string, { says: Text }>>).map(
      ([name, { says }]) => [`${category}.${name}`, says] as const,
    ),
  ),
);
const urlOf = ({ url }: FastifyRequest): URL => new URL(url, 'http://here.invalid');

@Injectable()
export class Pages implements NestInterceptor {
  constructor(@Inject(Routes) private readonly routes: Routes) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<Asking>();
    if (!wantsPage(request)) return next.handle();
    const reply = http.getResponse<FastifyReply>();
    const url = urlOf(request);
    return next.handle().pipe(
      map((answer: unknown) => {
        if (typeof answer !== 'object' || reply.sent) return answer;
        void asPage(reply);
        return pageOf({
          ...titleOf(url.pathname),
          url,
          answer,
          takes: this.routes.takes(url.pathname),
          related: this.routes.related(url.pathname),
          isPage: this.routes.isPage,
          actOn: this.routes.actOn,
          signedIn: request.holder !== undefined,
        });
      }),
    );
  }
}

type ProblemTold = Readonly<{ code: string; status: number; instance: string; zh: Said; en: Said }>;
type Said = Readonly<{ title: string; detail: string }>;
const HIDDEN = new Set(['type', 'status', 'code', 'title', 'detail', 'zh', 'en', 'instance']);
/** How to go on from what is wrong, where that is the same for everybody. */
const FORMS: Readonly<Record<string, string>> = {
  'not-authenticated': signInForm(),
  'second-factor-needed': `<p><a href="/pages/account">${bilingual('启用第二因素', 'set up a second factor')}</a></p>`,
};
/** What is wrong, as a page: with a form to sign in, or to say what for. */
export function problemPage(told: ProblemTold, request: FastifyRequest, signedIn: boolean): string {
  const { zh, en, code } = told;
  const url = urlOf(request);
  const kept = [...url.searchParams].filter(([name]) => name !== 'purpose');
  const hidden = kept.map(([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`);
  const purpose = `<form class="asking" method="get" action="${escaped(url.pathname)}">${hidden.join('')}
<label>${labelOf('purpose')}<input name="purpose" required maxlength="200"></label><button>查阅 <span lang="en">look</span></button></form>`;
  const more = Object.entries(told).filter(([name]) => !HIDDEN.has(name));
  const form = Object.hasOwn(FORMS, code) ? FORMS[code]! : code === 'purpose-missing' ? purpose : '';
  return frame(
    { zh: zh.title, en: en.title },
    `<p class="wrong">${bilingual(zh.detail, en.detail)}</p>${form}${more
      .map(
        ([name, value]) =>
          `<h2>${labelOf(name)}</h2>${shown(name, value, { isPage: () => false, actOn: () => undefined })}`,
      )
      .join(
        '',
      )}<p class="moment">${told.status} <code>${code}</code> ${escaped(told.instance)}</p><p><a href="/">首页 <span lang="en">home</span></a></p>`,
    signedIn,
  );
}
export const sendProblemPage = (reply: FastifyReply, told: object, request: Asking): void =>
  void asPage(reply).send(problemPage(told as ProblemTold, request, request.holder !== undefined));

@Controller()
@ApiExcludeController()
export class PagesController {
  constructor(
    @Inject(Identity) private readonly identity: Identity,
    @Inject(Routes) private readonly routes: Routes,
  ) {}

  /** Where people begin; `?matter=…` and the like open what has that number. */
  @Get()
  @Open()
  async home(@Query() query: Record<string, unknown>, @Req() request: Asking, @Res() reply: FastifyReply) {
    const to = opens(query);
    if (to !== null) return reply.redirect(to, 302);
    const holder = await holderOfRequest(this.identity, request);
    return asPage(reply).send(holder ? homePage(holder.roles) : signInPage());
  }
  /** The form of a command; whether it may be given is said when it is sent. */
  @Get('pages/act')
  @Action(OWN_SESSION)
  async form(@Query('path') path: unknown, @Res() reply: FastifyReply) {
    const act = typeof path === 'string' ? this.routes.act(path) : undefined;
    if (!act) throw new Problem('no-such-route');
    const command = act.action.slice(act.action.indexOf('.') + 1);
    return asPage(reply).send(actPage(act, SAID.get(act.action) ?? { zh: '办理', en: inEnglish(command) }));
  }
  @Get('pages/enrol')
  @Open()
  enrolment(@Res() reply: FastifyReply) {
    return asPage(reply).send(enrolPage(PASSWORD));
  }
  @Get('pages/account')
  @Action(OWN_SESSION)
  own(@Req() { holder }: Asking, @Res() reply: FastifyReply) {
    const { post, posts, session } = holder!;
    return asPage(reply).send(
      accountPage({ post: post ?? null, posts, factors: session?.factors ?? [], password: PASSWORD }),
    );
  }
  @Get('pages/:name')
  @Open()
  async asset(@Param('name') name: string, @Res() reply: FastifyReply) {
    const [type, text] = (Object.hasOwn(ASSETS, name) && ASSETS[name]) || ['', null];
    if (text === null) throw new Problem('no-such-route');
    await kept(reply).type(`${type}; charset=utf-8`).send(text);
  }
  @Get('pages/fonts/fonts.css')
  @Open()
  async fonts(@Res() reply: FastifyReply) {
    await kept(reply)
      .type('text/css; charset=utf-8')
      .send(await fontStyle());
  }
  @Get('pages/fonts/files/:file')
  @Open()
  async font(@Param('file') file: string, @Res() reply: FastifyReply) {
    const data = await fontFile(file);
    if (data === null) throw new Problem('no-such-route');
    await kept(reply).type('font/woff2').send(data);
  }
}
