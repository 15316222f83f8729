/** What is asked of the service itself: health, figures, the log as it is. */
import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Recorded } from '../../projections/kernel/message.js';
import { lineFor, linesOf } from '../ledger/backup.js';
import { openPersonal, personsIn } from '../ledger/envelope.js';
import { type Opened, OPENED } from '../ledger/open.js';
import { Policies } from '../ledger/policies.js';
import { Seal } from '../ledger/seal/seal.js';
import { Projector } from '../read/projector.js';
import { Action, Open } from './by.js';
import { type Looking, LookingAt, TakesPurpose } from './looking.js';
import { Problem } from './problems.js';

const PAGE = 500;
const HEARTBEAT_MS = 15_000;

function number(name: string, text: string | undefined, otherwise: number, most: number): number {
  if (text === undefined) return otherwise;
  if (!/^\d{1,15}$/.test(text) || Number(text) > most)
    throw Problem.ofParameter(name, `应为 0 至 ${most} 的整数`, `is a whole number from 0 to ${most}`);
  return Number(text);
}

/** As it is shown: whole, or, where it is sealed, that there is one. */
const shown = ({ index, ...event }: Recorded, looking: Looking) =>
  looking.shows(event)
    ? { index: String(index), ...event }
    : { index: String(index), classification: event.classification, withheld: true };

@Controller()
export class SystemController {
  private readonly registry = new Registry();
  private readonly events = new Gauge({
    name: 'mingzhang_log_events',
    help: 'Events in the log',
    registers: [this.registry],
  });
  private readonly behind = new Gauge({
    name: 'mingzhang_projection_behind',
    help: 'Events that a read table has not folded yet',
    labelNames: ['projection'],
    registers: [this.registry],
  });

  private readonly sealed = new Gauge({
    name: 'mingzhang_seal_size',
    help: 'Events under the last checkpoint, and under the last one that enough witnesses have seen',
    labelNames: ['by'],
    registers: [this.registry],
  });
  private readonly unwitnessed = new Gauge({
    name: 'mingzhang_seal_not_witnessed_seconds',
    help: 'For how long something has been sealed that not enough witnesses have seen',
    registers: [this.registry],
  });

  /** Ends the streams that nobody else would end, so that the service can stop. */
  private readonly ending = new AbortController();
  onModuleDestroy(): void {
    this.ending.abort();
  }

  constructor(
    @Inject(OPENED) private readonly opened: Opened,
    @Inject(Projector) private readonly projector: Projector,
    @Inject(Policies) private readonly policies: Policies,
    @Inject(Seal) private readonly seal: Seal,
  ) {
    collectDefaultMetrics({ register: this.registry });
  }

  /** The process answers. */
  @Get('health/live')
  @Open()
  live() {
    return { status: 'ok' };
  }
  /** The log answers and the read tables follow it. */
  @Get('health/ready')
  @Open()
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const head = await this.opened.store.head();
    const tables = await this.projector.lag();
    const { state, error } = this.projector.status;
    const { state: sealing, error: sealError, sealed, witnessed, notWitnessedSince } = await this.seal.status();
    const ready = error === null && tables.every(({ stopped }) => !stopped);
    void reply.status(ready ? 200 : 503);
    return {
      status: ready ? 'ok' : 'degraded',
      ledger: this.opened.name,
      mode: this.opened.mode,
      next: String(head.next),
      ledgerTime: head.ledgerTime,
      projector: { state, error },
      policies: this.policies.status,
      seal: {
        state: sealing,
        error: sealError,
        size: sealed && String(sealed.size),
        witnessed: witnessed && String(witnessed.size),
        notWitnessedSince,
      },
      tables,
    };
  }
  @Get('metrics')
  @Open()
  async metrics(@Res() reply: FastifyReply) {
    this.events.set((await this.opened.store.head()).next);
    const { sealed, witnessed, notWitnessedSince: since } = await this.seal.status();
    this.sealed.set({ by: 'log' }, sealed?.size ?? 0);
    this.sealed.set({ by: 'witnesses' }, witnessed?.size ?? 0);
    this.unwitnessed.set(since === null ? 0 : Math.max(0, (Date.now() - Date.parse(since)) / 1000));
    for (const { name, behind } of await this.projector.lag()) this.behind.set({ projection: name }, behind);
    await reply.type(this.registry.contentType).send(await this.registry.metrics());
  }

  /** A page of the log; personal fields stay sealed. */
  @Get('v1/events')
  @Action('events.read')
  async page(@LookingAt() looking: Looking, @Query('from') from?: string, @Query('limit') limit?: string) {
    const [first, size] = [number('from', from, 0, Number.MAX_SAFE_INTEGER), number('limit', limit, 100, PAGE)];
    const events = await this.opened.store.readAll(first, size);
    const last = events.at(-1);
    return {
      events: events.map((event) => shown(event, looking)),
      next: last && events.length === size ? String(last.index + 1) : null,
    };
  }
  /**
   * The whole log up to now, one event a line, as its canonical bytes: the last is the record of this export, who, when
   * and what for. Of what is sealed to whoever asks, the digest alone.
   */
  @Get('v1/events/export')
  @TakesPurpose()
  @Action('events.export')
  async export(@Res() reply: FastifyReply, @LookingAt() looking: Looking) {
    const { store } = this.opened;
    const next = (await looking.exports('log', 0)) + 1;
    await reply
      .type('application/x-ndjson; charset=utf-8')
      .header('content-disposition', `attachment; filename="${this.opened.name}-${next}.ndjson"`)
      .send(Readable.from(linesOf(store, 0, next, undefined, lineFor(looking.shows))));
  }
  /** The log as it grows, as server-sent events; `Last-Event-ID` (an index): from the event after it, else from now on. */
  @Get('v1/events/stream')
  @Action('events.read')
  async stream(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @LookingAt() looking: Looking) {
    const last = request.headers['last-event-id'];
    if (last !== undefined && !/^\d{1,15}$/.test(String(last)))
      throw Problem.ofParameter('Last-Event-ID', '应为序号', 'is an index', 'header');
    const from = last === undefined ? (await this.opened.store.head()).next : Number(last) + 1;
    const gone = new AbortController();
    const out = new PassThrough();
    // A line that says nothing keeps proxies from closing what is only quiet.
    const beat = setInterval(() => out.write(':\n\n'), HEARTBEAT_MS);
    const stop = () => out.end();
    this.ending.signal.addEventListener('abort', stop);
    out.on('close', () => {
      clearInterval(beat);
      this.ending.signal.removeEventListener('abort', stop);
      gone.abort();
    });
    const told = this.opened.store.subscribe(from, gone.signal);
    const tell = async () => {
      out.write(':\n\n');
      for await (const events of told)
        for (const event of events) {
          const data = JSON.stringify(shown(event, looking));
          const type = looking.shows(event) ? event.type : 'withheld';
          if (!out.write(`id: ${event.index}\nevent: ${type}\ndata: ${data}\n\n`) && !gone.signal.aborted)
            await Promise.race([once(out, 'drain'), once(out, 'close')]);
        }
      out.end();
    };
    tell().catch((error: unknown) => out.destroy(error as Error));
    void reply
      .type('text/event-stream; charset=utf-8')
      .headers({ 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
      .send(out);
  }
  /** Everything that refers to one thing, in order, opened for whoever may see it and says what for; the look is an event. */
  @Get('v1/events/about')
  @TakesPurpose()
  @Action('personal.open')
  async about(@LookingAt() looking: Looking, @Query('type') type?: string, @Query('id') id?: string) {
    if (!type || type.length > 60) throw Problem.ofParameter('type', '必填', 'is needed');
    if (!id || id.length > 200) throw Problem.ofParameter('id', '必填', 'is needed');
    return looking.at({ type, id }, 'personal', async () => {
      const events = (await this.opened.store.readRefs(type, id)).filter(looking.shows);
      const opened = (await Promise.all(events.map(({ data }) => personsIn(data)))).flat();
      const answer = events.map(async ({ index, ...event }) => ({
        index: String(index),
        ...event,
        ...(await openPersonal(this.opened.vault, event.id, event.data)),
      }));
      return { answer: { events: await Promise.all(answer) }, count: events.length, opened: [...new Set(opened)] };
    });
  }
}
