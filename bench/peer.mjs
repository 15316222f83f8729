/** emmett-postgresql, as its documentation opens it, with a pool as wide as the writers. */
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';
import pg from 'pg';

export async function openPeer(ground, connections) {
  const url = await ground.database('emmett');
  const pool = new pg.Pool({ connectionString: url, max: connections });
  const store = getPostgreSQLEventStore(url, { connectionOptions: { pool } });
  await store.schema.migrate();
  ground.closing.push(async () => {
    await store.close();
    if (!pool.ended) await pool.end();
  });
  return { url, store };
}
