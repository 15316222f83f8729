/** What is asked of the service itself: health, figures, the log as it is. */
import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { openPersonal } from '../ledger/envelope.js';
import { type Opened, OPENED } from '../ledger/open.js';
import { Projector } from '../read/projector.js';
import { Action, Open } from './by.js';
import { Problem } from './problems.js';

const PAGE = 500;

function number(name: string, text: string | undefined, otherwise: number, most: number): number {
  if (text === undefined) return otherwise;
  if (!/^\d{1,15}$/.test(text) || Number(text) > most)
    throw Problem.ofParameter(name, `应为 0 至 ${most} 的整数`, `is a whole number from 0 to ${most}`);
  return Number(text);
}

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

  constructor(
    @Inject(OPENED) private readonly opened: Opened,
    @Inject(Projector) private readonly projector: Projector,
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
    const ready = error === null && tables.every(({ stopped }) => !stopped);
    void reply.status(ready ? 200 : 503);
    return {
      status: ready ? 'ok' : 'degraded',
      ledger: this.opened.name,
      mode: this.opened.mode,
      next: String(head.next),
      ledgerTime: head.ledgerTime,
      projector: { state, error },
      tables,
    };
  }
  @Get('metrics')
  @Open()
  async metrics(@Res() reply: FastifyReply) {
    this.events.set((await this.opened.store.head()).next);
    for (const { name, behind } of await this.projector.lag()) this.behind.set({ projection: name }, behind);
    await reply.type(this.registry.contentType).send(await this.registry.metrics());
  }

  /** A page of the log; personal fields stay sealed. */
  @Get('v1/events')
  @Action('events.read')
  async page(@Query('from') from?: string, @Query('limit') limit?: string) {
    const [first, size] = [number('from', from, 0, Number.MAX_SAFE_INTEGER), number('limit', limit, 100, PAGE)];
    const events = await this.opened.store.readAll(first, size);
    const last = events.at(-1);
    return {
      events: events.map(({ index, ...event }) => ({ index: String(index), ...event })),
      next: last && events.length === size ? String(last.index + 1) : null,
    };
  }
  /** The whole log up to now, one event a line, as its canonical bytes. */
  @Get('v1/events/export')
  @Action('events.export')
  async export(@Res() reply: FastifyReply) {
    const { store } = this.opened;
    const { next } = await store.head();
    const { Readable } = await import('node:stream');
    async function* lines() {
      for (let from = 0; from < next;) {
        const stored = await store.readStored(from, Math.min(PAGE, next - from));
        if (stored.length === 0) return;
        for (const { index, digest, bytes } of stored)
          yield `{"index":"${index}","digest":"sha256:${digest.toString('hex')}","event":${bytes.toString('utf8')}}\n`;
        from = stored.at(-1)!.index + 1;
      }
    }
    await reply
      .type('application/x-ndjson; charset=utf-8')
      .header('content-disposition', `attachment; filename="${this.opened.name}-${next}.ndjson"`)
      .send(Readable.from(lines()));
  }
  /** Everything that refers to one thing, in order, opened for whoever may see it. */
  @Get('v1/events/about')
  @Action('personal.open')
  async about(@Query('type') type?: string, @Query('id') id?: string) {
    if (!type || type.length > 60) throw Problem.ofParameter('type', '必填', 'is needed');
    if (!id || id.length > 200) throw Problem.ofParameter('id', '必填', 'is needed');
    const events = await this.opened.store.readRefs(type, id);
    return {
      events: await Promise.all(
        events.map(async ({ index, ...event }) => ({
          index: String(index),
          ...event,
          ...(await openPersonal(this.opened.vault, event.id, event.data)),
        })),
      ),
    };
  }
}
