/**
 * Which event of a log in KurrentDB has which index, in the ledger's database, for ever: written before anything is
 * projected, by whichever instance is first; an instance that finds something else there than it has counted stops.
 */
import { Pool, type QueryResult } from 'pg';
import { type Digests, LedgerDamaged, Unavailable } from './event-store.js';
import type { Followed, From, Told } from './kurrentdb.follower.js';

/** A row of the index: where an event stands in the engine. */
export interface Place {
  readonly index: number;
  readonly position: bigint;
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly digest: Buffer;
}
/** Where events stand that follow each other. */
export interface Stretch {
  readonly count: number;
  /** Whether they follow one another from the index that was asked for. */
  readonly isDense: boolean;
  /** Digests, one behind the other. */
  readonly hashes: Buffer;
  position(n: number): bigint;
  digest(n: number): Buffer;
}
const POSITION_BYTES = 8;
const DIGEST_BYTES = 32;
type Row = { index: string; position: string; stream: string; revision: number; id: string; digest: Buffer };

const COLUMNS = 'p.index, p.position, p.stream, p.revision, p.id, p.digest';
const refused = (error: unknown) => /^[0-9A-Z]{5}$/.test(String((error as { code?: unknown }).code ?? ''));

export class Index {
  private readonly pool: Pool;

  /** `url`: of the service's role. */
  constructor(url: string, readers = 8) {
    this.pool = new Pool({
      connectionString: url,
      max: readers,
      application_name: 'mingzhang index',
      // What is lost of the index with the server is counted again, and the same; what is projected from it is written
      // after it, and makes it durable, too.
      options: '-c enable_seqscan=off -c jit=off -c synchronous_commit=off',
    });
    this.pool.on('error', () => undefined);
  }
  close = (): Promise<void> => this.pool.end();

  private async query<R extends object>(name: string, text: string, values: unknown[]): Promise<QueryResult<R>> {
    try {
      return await this.pool.query<R>({ name, text, values });
    } catch (error) {
      if ((error as { code?: string }).code === 'MZ001')
        throw new LedgerDamaged(
          `账本与索引不符：${(error as Error).message}`,
          `the log is not what was indexed: ${(error as Error).message}`,
        );
      if (refused(error)) throw error;
      throw new Unavailable('the database cannot be reached', { cause: error });
    }
  }
  private async places(name: string, where: string, values: unknown[]): Promise<Place[]> {
    const { rows } = await this.query<Row>(name, `select ${COLUMNS} from ${where}`, values);
    return rows.map((row) => ({ ...row, index: Number(row.index), position: BigInt(row.position) }));
  }

  /** Under which name the log is kept in KurrentDB; null where it is in this database. */
  async keptElsewhere(name: string | null): Promise<string | null> {
    const { rows } = await this.query<{ name: string | null }>('kept', 'select log.kept_elsewhere($1) as name', [name]);
    return rows[0]!.name;
  }
  /** From now on the log is there; answers the first event that is not the same here and there, or null. */
  async moveElsewhere(name: string): Promise<number | null> {
    const { rows } = await this.query<{ other: string | null }>('move', 'select log.move_elsewhere($1) as other', [
      name,
    ]);
    return rows[0]!.other === null ? null : Number(rows[0]!.other);
  }
  /** Writes what was counted from an index on; answers the index after the last that is written, by whomever. */
  async write(events: readonly Followed[]): Promise<number> {
    const rows = events.map(({ position, digest, words: { stream, revision, type, id, recordedAt, refs } }) => ({
      position: String(position),
      stream,
      revision,
      type,
      id,
      at: recordedAt,
      digest: digest.toString('hex'),
      refs: refs.map((ref) => [ref.type, ref.id]),
    }));
    const { rows: told } = await this.query<{ next: string }>('write', 'select log.index_events($1, $2) as next', [
      events[0]!.index,
      JSON.stringify(rows),
    ]);
    return Number(told[0]!.next);
  }
  async note({ position, stream, metadata }: Told): Promise<void> {
    await this.query('note', 'select log.note_metadata($1, $2, $3)', [String(position), stream, metadata]);
  }
  /** Streams of which something may be taken away, with what was last said of them. */
  async shortened(): Promise<readonly { stream: string; metadata: string }[]> {
    const { rows } = await this.query<{ stream: string; metadata: string }>(
      'shortened',
      'select distinct on (stream) stream, metadata from log.stream_metadata order by stream, position desc',
      [],
    );
    return rows.filter(({ metadata }) => shortens(metadata));
  }

  async last(): Promise<(From & { readonly digest: Buffer }) | null> {
    const { rows } = await this.query<{ index: string; position: string; at: Date; digest: Buffer }>(
      'last',
      'select index, position, ledger_time as at, digest from log.positions order by index desc limit 1',
      [],
    );
    const [row] = rows;
    if (!row) return null;
    const { digest, at } = row;
    return { digest, next: Number(row.index) + 1, position: BigInt(row.position), ledgerTime: at.getTime() };
  }
  async indexAt(instant: string): Promise<number> {
    const { rows } = await this.query<{ i: string }>('at', 'select log.position_at($1) as i', [instant]);
    return Number(rows[0]!.i);
  }

  /** Of so many events from an index on: positions and digests end to end, for a row of each costs more than reading it. */
  async stretch(index: number, limit: number): Promise<Stretch> {
    const { rows } = await this.query<{ positions: Buffer | null; digests: Buffer | null; wide: string | null }>(
      'stretch',
      `select string_agg(int8send(position), '' order by index) as positions, string_agg(digest, '' order by index) as digests,
              max(index) + 1 - $1 as wide
       from (select index, position, digest from log.positions where index >= $1 order by index limit $2) p`,
      [index, limit],
    );
    const { positions, digests, wide } = rows[0]!;
    const count = (positions?.length ?? 0) / POSITION_BYTES;
    return {
      count,
      hashes: digests ?? Buffer.alloc(0),
      isDense: Number(wide ?? 0) === count,
      position: (n) => positions!.readBigInt64BE(n * POSITION_BYTES),
      digest: (n) => digests!.subarray(n * DIGEST_BYTES, (n + 1) * DIGEST_BYTES),
    };
  }
  async digests(from: number, limit: number): Promise<Digests> {
    const { count, hashes, isDense } = await this.stretch(from, limit);
    if (isDense) return { count, hashes, unlike: null };
    let [low, high] = [0, count];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((await this.stretch(from, middle + 1)).isDense) low = middle + 1;
      else high = middle;
    }
    return { count, hashes, unlike: from + low };
  }
  ofStream = (stream: string, from: number) =>
    this.places('stream', 'log.positions p where p.stream = $1 and p.revision >= $2 order by p.revision', [
      stream,
      from,
    ]);
  ofTypes = (types: readonly string[], from: number, limit: number) =>
    this.places('types', 'log.positions p where p.type = any($1) and p.index >= $2 order by p.index limit $3', [
      types,
      from,
      limit,
    ]);
  ofObject = (type: string, id: string, upTo: number) =>
    this.places(
      'object',
      `log.position_refs r join log.positions p on p.index = r.index
       where r.object_type = $1 and r.object_id = $2 and r.index <= $3 order by r.index`,
      [type, id, upTo],
    );
  withIds = (ids: readonly string[]) =>
    this.places('ids', 'log.positions p where p.id = any($1::uuid[]) order by p.index', [ids]);
}

/** Whether metadata of a stream let the engine take events away. What cannot be read might. */
export function shortens(metadata: string): boolean {
  try {
    const said = JSON.parse(metadata) as Record<string, unknown>;
    return ['$maxAge', '$maxCount', '$tb'].some((name) => said[name] !== undefined && said[name] !== null);
  } catch {
    return true;
  }
}
