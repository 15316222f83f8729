/** Every read goes through the QueryBus: one query, one handler. */
import { Inject, Injectable } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import type { Projection, Row, Value } from '../../projections/kernel/projection.js';
import type { Line } from '../../projections/reconcile/lines.js';
import { type Moment, type Page, type Reason, Rows } from './rows.js';
import { MAX_LIMIT, type PageOf, type Where } from './select.js';

type Of<R extends Row> = Projection<any, R, any>;

/** What is asked of the rows of one projection. */
export class Read<A> extends Query<A> {
  constructor(readonly ask: (rows: Rows) => Promise<A>) {
    super();
  }
}
@QueryHandler(Read)
export class ReadHandler implements IQueryHandler<Read<unknown>> {
  constructor(@Inject(Rows) private readonly rows: Rows) {}
  execute({ ask }: Read<unknown>): Promise<unknown> {
    return ask(this.rows);
  }
}

/** Each throws Unreadable for what cannot be asked, NoHistory and Lagging for what cannot be known (yet). */
@Injectable()
export class Reader {
  constructor(
    @Inject(QueryBus) private readonly bus: QueryBus,
    @Inject(Rows) private readonly rows: Rows,
  ) {}

  get<R extends Row>(of: Of<R>, key: string, at: Moment = {}): Promise<R | undefined> {
    return this.bus.execute(new Read((rows) => rows.get<R>(of, key, at)));
  }
  find<R extends Row>(of: Of<R>, where: Where = {}, how: Moment & PageOf = {}): Promise<Page<R>> {
    return this.bus.execute(new Read((rows) => rows.find<R>(of, where, how)));
  }
  /** All rows that a filter selects, page after page of `limit`. `asOf`: as of the last page. */
  async all<R extends Row>(of: Of<R>, where: Where = {}, how: Moment & Omit<PageOf, 'cursor'> = {}) {
    const rows: R[] = [];
    for (let cursor: string | undefined; ;) {
      const page: Page<R> = await this.find(of, where, { limit: MAX_LIMIT, ...how, cursor });
      for (const row of page.rows) rows.push(row); // of many thousands there is no argument list
      if (page.next === null) return { rows, asOf: page.asOf };
      cursor = page.next;
    }
  }
  /** Those of some keys, however many. */
  async some<R extends Row>(of: Of<R>, keys: readonly string[], at: Moment = {}): Promise<readonly R[]> {
    const rows: R[] = [];
    for (let n = 0; n < keys.length; n += MAX_LIMIT) {
      const where = { [of.key]: keys.slice(n, n + MAX_LIMIT) };
      for (const row of (await this.find(of, where, { ...at, limit: MAX_LIMIT })).rows) rows.push(row);
    }
    return rows;
  }
  /** See {@link Rows.each}. */
  each(
    of: Of<any>,
    members: readonly string[] | null,
    take: (values: readonly unknown[]) => void,
    at: Pick<Moment, 'asOf'> = {},
  ): Promise<void> {
    return this.bus.execute(new Read((rows) => rows.each(of, members, take, at)));
  }
  /** See {@link Rows.lines}. */
  lines(
    of: Of<any>,
    members: readonly string[],
    take: (line: Line) => void,
    at: Pick<Moment, 'asOf'> = {},
  ): Promise<void> {
    return this.bus.execute(new Read((rows) => rows.lines(of, members, take, at)));
  }
  count<R extends Row>(
    of: Of<R>,
    groupBy: readonly (keyof R & string)[],
    where: Where = {},
    at: Moment = {},
  ): Promise<readonly (Record<string, Value> & { count: number })[]> {
    return this.bus.execute(new Read((rows) => rows.count(of, groupBy, where, at)));
  }
  /** The events that made a row (by its key), or all rows that a filter selects. */
  why<R extends Row>(
    of: Of<R>,
    row: string | Where,
    how: Moment & Pick<PageOf, 'limit' | 'cursor'> = {},
  ): Promise<Page<Reason>> {
    return this.bus.execute(new Read((rows) => rows.why(of, row, how)));
  }

  until(after: string, timeoutMs?: number, of?: Of<any>): Promise<void> {
    return this.rows.until(after, timeoutMs, of);
  }
  index(asOf: string): Promise<number> {
    return this.rows.index(asOf);
  }
  position(filling?: boolean): Promise<number> {
    return this.rows.position(filling);
  }
}
