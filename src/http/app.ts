/** The application over one opened ledger. */
import cookies from '@fastify/cookie';
import { Module, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, NestFactory } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { projectionsFor } from '../../projections/index.js';
import type { Rule } from '../../projections/kernel/rule.js';
import { controllers, deciders } from '../areas/index.js';
import { Identity } from '../identity/identity.js';
import { Oidc } from '../identity/oidc.js';
import type { OidcSettings } from '../identity/provider.js';
import { Commands, handlerFor, LEDGER, type Send } from '../ledger/commands.js';
import { Looks } from '../ledger/looks.js';
import { type Opened, OPENED } from '../ledger/open.js';
import { Policies, policyContext } from '../ledger/policies.js';
import { Reconciler, runOwed } from '../ledger/reconciling.js';
import { mapRoots, recordingRoots } from '../ledger/seal/map-root.js';
import type { Mapping } from '../ledger/seal/mapper.js';
import { Seal } from '../ledger/seal/seal.js';
import { ledgerSelf } from '../ledger/self.js';
import { day } from '../areas/calendar/day.js';
import { type Supervision, SUPERVISION, supervisionOf } from '../areas/supervision/supervision.js';
import { Projector } from '../read/projector.js';
import { Reader, ReadHandler } from '../read/reader.js';
import { Rows } from '../read/rows.js';
import { AtPipe, ByPipe } from './by.js';
import { Doorkeeper, IndexText, MAX_BODY_BYTES, ProblemFilter, readBodies, validation } from './edge.js';
import { EvidenceController } from './evidence.controller.js';
import { setHeaders } from './headers.js';
import { LogController, SealController } from './log.controller.js';
import { LookingPipe } from './looking.js';
import { describeInterface } from './openapi.js';
import { keepPace, type Limits, LIMITS, Pace, PACE } from './pace.js';
import { Pages, PagesController, Routes } from './pages.js';
import { ReportsController } from './reports.controller.js';
import { SystemController } from './system.controller.js';
import { keepToProxies, PLAIN, serverOptions, type Transport } from './transport.js';
import { UNREADABLE } from './unreadable.js';

export interface App {
  readonly nest: NestFastifyApplication;
  readonly commands: Commands;
  readonly reader: Reader;
  readonly identity: Identity;
  /** Stopped until they are started. */
  readonly policies: Policies;
  /** Not started, unless somebody does. */
  readonly seal: Seal;
  /** Stops serving and projecting; the opened ledger stays open. */
  close(): Promise<void>;
}

const GRACE_MS = 5000;
/** Head and body have arrived by then: a client that dribbles holds no connection. */
const REQUEST_MS = 30_000;

/** All that has routes. */
export const controllersOf = (): readonly Type[] =>
  [
    PagesController,
    SystemController,
    LogController,
    SealController,
    EvidenceController,
    ReportsController,
    ...controllers,
  ] as Type[];

/** What the parts of the application are given. */
interface Parts {
  readonly opened: Opened;
  readonly identity: Identity;
  readonly rows: Rows;
  readonly projector: Projector;
  readonly seal: Seal;
  readonly limits: Limits;
  readonly supervision: Supervision;
  readonly oidc?: OidcSettings | undefined;
  readonly routes: Routes;
}

function moduleOf(parts: Parts, more: readonly Type[] = []): Type {
  const { opened, identity, rows, projector, seal, limits, supervision, oidc, routes } = parts;
  const all = deciders.map((each) => (each.category === supervision.pack.category ? supervision.pack : each));
  @Module({
    imports: [CqrsModule.forRoot()],
    controllers: [...controllersOf(), ...more],
    providers: [
      { provide: OPENED, useValue: opened },
      { provide: LEDGER, useValue: opened },
      { provide: Identity, useValue: identity },
      { provide: Rows, useValue: rows },
      { provide: Projector, useValue: projector },
      { provide: Seal, useValue: seal },
      { provide: PACE, useValue: limits },
      { provide: SUPERVISION, useValue: supervision },
      { provide: APP_GUARD, useClass: Doorkeeper },
      { provide: APP_GUARD, useClass: Pace },
      { provide: Routes, useValue: routes },
      { provide: APP_INTERCEPTOR, useClass: Pages },
      { provide: APP_INTERCEPTOR, useClass: IndexText },
      { provide: APP_FILTER, useClass: ProblemFilter },
      ...[...all, ledgerSelf, mapRoots].map(handlerFor),
      {
        provide: Oidc,
        inject: [Commands],
        useFactory: (commands: Commands) => new Oidc({ opened, commands, identity }, oidc),
      },
      {
        provide: Reconciler,
        inject: [Commands, Reader],
        useFactory: (commands: Commands, reader: Reader) =>
          new Reconciler(opened, reader, all, (...asked) => commands.send(...asked)),
      },
      {
        provide: Policies,
        inject: [Commands, Reader, Reconciler],
        useFactory: (commands: Commands, reader: Reader, reconciler: Reconciler) =>
          new Policies(
            opened,
            {
              policies: supervision.policies,
              deciders: all,
              shelf: reader,
              send: (...asked) => commands.send(...asked),
              dayOver: async (date) => {
                const { region } = opened;
                if (!(await runOwed(reader, region, date))) return false;
                await reconciler.run(date, policyContext({ region, millis: () => opened.millis() }));
                return true;
              },
            },
            day,
            () => reader.position(),
          ),
      },
      Commands,
      Looks,
      Reader,
      ReadHandler,
      ByPipe,
      AtPipe,
      LookingPipe,
    ],
  })
  class AppModule {}
  return AppModule;
}

/** The description of the interface, without a ledger: nothing is made, only looked at. */
export async function interfaceOf(): Promise<OpenAPIObject> {
  const nothing = {} as Parts[keyof Parts];
  const parts = {
    opened: nothing,
    identity: nothing,
    rows: nothing,
    projector: nothing,
    seal: nothing,
    limits: LIMITS,
    supervision: supervisionOf(),
    routes: nothing,
  } as Parts;
  const nest = await NestFactory.create(moduleOf(parts), new FastifyAdapter(), { preview: true, logger: false });
  return describeInterface(nest);
}

export interface AppOptions {
  /** With the page that shows the interface. */
  readonly page?: boolean;
  /** Folder of the keys that the log is signed with; without one nothing is sealed. */
  readonly sealFolder?: string;
  /** How often a root of the map over objects is recorded at most. */
  readonly mapping?: Pick<Mapping, 'everyMillis'>;
  /** Certificate and proxies; in the clear for this machine unless told. */
  readonly transport?: Transport;
  /** How fast one client may ask. */
  readonly limits?: Limits;
  /** Who else may say who somebody is. */
  readonly oidc?: OidcSettings | undefined;
  /** Routes beside those of the areas, for whoever measures what the application itself costs. */
  readonly more?: readonly Type[];
  /** Rules other than those of this program: with another version of one, say. */
  readonly rules?: readonly Rule[];
}
/** `send`: by which roots of the map over objects are recorded. */
const sealOf = (opened: Opened, { sealFolder = '', mapping }: AppOptions, send: Send): Seal =>
  new Seal({
    url: opened.serviceUrl,
    store: opened.store,
    folder: sealFolder,
    mapping: { record: recordingRoots(opened, send), millis: () => opened.millis(), ...mapping },
  });

/** Everything but the socket: `nest.listen` opens it. */
export async function createApp(opened: Opened, options: AppOptions = {}): Promise<App> {
  const { page = false, more, transport = PLAIN, limits = LIMITS, rules, oidc } = options;
  const supervision = supervisionOf(rules);
  const projections = projectionsFor(supervision.table);
  const projector = new Projector({ url: opened.serviceUrl, store: opened.store, projections });
  const seal: Seal = sealOf(opened, options, (...asked) => nest.get(Commands).send(...asked));
  const identity = new Identity(opened);
  const rows = await Rows.open(opened.serviceUrl, opened.store, projector.moved, () => opened.millis(), projections);
  const adapter = new FastifyAdapter({
    ...serverOptions(transport),
    ...UNREADABLE,
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_MS,
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: 300 },
  });
  let description: OpenAPIObject | null = null; // made when somebody asks: most commands at a terminal never do
  const described = (): OpenAPIObject => (description ??= describeInterface(nest));
  const nest = await NestFactory.create<NestFastifyApplication>(
    moduleOf(
      { opened, identity, rows, projector, seal, limits, supervision, oidc, routes: new Routes(described) },
      more,
    ),
    adapter,
    {
      logger: ['error', 'warn'],
      bodyParser: false,
      abortOnError: false,
    },
  );
  const fastify = adapter.getInstance();
  const sockets = new Set<Socket>();
  fastify.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await fastify.register(cookies as never);
  keepToProxies(fastify, transport);
  await setHeaders(nest);
  keepPace(fastify, limits);
  readBodies(fastify);
  nest.useGlobalPipes(validation());
  fastify.get('/openapi.json', described);
  // The page is loaded in a way that a test's sandbox of modules does not know.
  if (page) SwaggerModule.setup('docs', nest, described);
  await nest.init();
  projector.start();
  return {
    nest,
    commands: nest.get(Commands),
    reader: nest.get(Reader),
    identity,
    policies: nest.get(Policies),
    seal,
    close: async () => {
      // What is under way is finished; a client that neither reads nor hangs up holds nobody longer than this.
      const hurry = setTimeout(() => sockets.forEach((socket) => socket.destroy()), GRACE_MS);
      await nest.get(Policies).stop();
      await nest.close();
      clearTimeout(hurry);
      await seal.stop();
      await projector.stop();
      await rows.close();
      await identity.close();
    },
  };
}
