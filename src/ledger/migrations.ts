/**
 * The schema of the log, owned by a role that the service does not have. The service may read it and call
 * `log.append` and `log.make_next_partition`; there is no other way in. Beside it the schema of what signs people in.
 */
import { Client, escapeIdentifier } from 'pg';
import { KURRENTDB_INDEX, KURRENTDB_INDEX_READ_ONCE } from './kurrentdb.schema.js';
import { OBJECT_MAP } from './seal/map.schema.js';

/** Each runs once, in order, in one transaction with its record. Never edit one that has been released: add another. */
const MIGRATIONS: readonly string[] = [
  `
create table log.head (
  one boolean primary key default true check (one),
  next bigint not null,
  ledger_time timestamptz
);
insert into log.head (next) values (0);

create table log.events (
  index bigint not null,
  stream text collate "C" not null,
  revision integer not null,
  type text collate "C" not null,
  id uuid not null,
  recorded_at timestamptz not null,
  ledger_time timestamptz not null,
  digest bytea not null check (length(digest) = 32),
  bytes bytea not null,
  primary key (index)
) partition by range (index);
create index on log.events (stream, revision);
create index on log.events (type, index);
create index on log.events (id);

-- Read and written under the head lock, so that a stream's revision is unique without a global unique index on events.
create table log.streams (
  stream text collate "C" primary key,
  revision integer not null,
  first_index bigint not null,
  last_index bigint not null
) with (fillfactor = 80);

create table log.event_refs (
  object_type text collate "C" not null,
  object_id text collate "C" not null,
  index bigint not null,
  role text collate "C" not null,
  primary key (object_type, object_id, index, role)
);

create function log.make_next_partition() returns bigint language plpgsql security definer set search_path = log, pg_temp as $$
declare
  size constant bigint := 10000000;
  low bigint;
  name text;
begin
  perform pg_advisory_xact_lock(hashtext('log.make_next_partition'));
  select count(*) * size into low from pg_inherits where inhparent = 'log.events'::regclass;
  if low > (select next from log.head) + size then return low; end if;
  name := 'events_' || (low / size);
  -- Made beside and then attached: attaching waits for no reader, creating in place would.
  execute format('create table log.%I (like log.events including all, check (index >= %s and index < %s))', name, low, low + size);
  execute format('create trigger append_only before update or delete or truncate on log.%I for each statement execute function log.refuse_change()', name);
  execute format('alter table log.events attach partition log.%I for values from (%s) to (%s)', name, low, low + size);
  execute format('grant select on log.%I to %I', name, (select service from log.settings));
  return low + size;
end $$;

create table log.settings (one boolean primary key default true check (one), service name not null);

create function log.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the log is append-only: % of % is refused', tg_op, tg_table_name using errcode = 'insufficient_privilege';
end $$;
create trigger append_only before update or delete or truncate on log.events for each statement execute function log.refuse_change();
create trigger append_only before update or delete or truncate on log.event_refs for each statement execute function log.refuse_change();
create trigger append_only before delete or truncate on log.streams for each statement execute function log.refuse_change();
create trigger append_only before delete or truncate on log.head for each statement execute function log.refuse_change();
`,
  // One call is one group commit: each append wins or loses for itself. No stream may be written twice in a group,
  // nor written by one append and relied upon by a later one: the caller puts those into the next group.
  // meta: {appends: [{n, stream, expected, count, at}], checks: [{n, stream, revision}],
  //        events: [{n, k, type, id, at, pos, len}], refs: [{n, k, type, id, role}]}; payload: digest ‖ bytes of each event.
  `
create function log.append(meta json, payload bytea) returns json language plpgsql security definer
  set search_path = log, pg_temp as $$
declare
  first bigint;
  now_known timestamptz;
  added bigint;
  promised bigint;
  latest timestamptz;
  outcome json;
begin
  select next, ledger_time into first, now_known from log.head for update;
  with asked as materialized (
    select * from json_to_recordset(meta->'appends') as a(n int, stream text, expected int, count int, at timestamptz)
  ), needed as (
    select n, stream, expected as revision from asked
    union all
    select n, stream, revision from json_to_recordset(meta->'checks') as c(n int, stream text, revision int)
  ), moved as materialized (
    select distinct on (needed.n) needed.n, needed.stream, needed.revision as expected, coalesce(s.revision, -1) as actual
    from needed left join lateral -- one look-up in the index each, whatever the planner thinks of the table's size
      (select revision from log.streams where stream = needed.stream collate "C" limit 1) s on true
    where coalesce(s.revision, -1) <> needed.revision
    order by needed.n, needed.stream
  ), won as materialized (
    select a.*, first + sum(a.count) over (order by a.n) - a.count as start,
           greatest(now_known, max(a.at) over (order by a.n)) as ledger_time
    from asked a
    where not exists (select from moved m where m.n = a.n) and a.count > 0
      and not coalesce(a.at < now_known - interval '5 seconds', false)
  ), written as (
    insert into log.events (index, stream, revision, type, id, recorded_at, ledger_time, digest, bytes)
    select w.start + e.k, w.stream, w.expected + 1 + e.k, e.type, e.id, w.at, w.ledger_time,
           substring(payload from e.pos + 1 for 32), substring(payload from e.pos + 33 for e.len)
    from won w join json_to_recordset(meta->'events') as e(n int, k int, type text, id uuid, pos int, len int) on e.n = w.n
    where e.k >= 0 and e.k < w.count
    returning index
  ), referred as (
    insert into log.event_refs (object_type, object_id, index, role)
    select r.type, r.id, w.start + r.k, r.role
    from won w join json_to_recordset(meta->'refs') as r(n int, k int, type text, id text, role text) on r.n = w.n
  ), moved_on as (
    insert into log.streams (stream, revision, first_index, last_index)
    select stream, expected + count, start, start + count - 1 from won
    on conflict (stream) do update set revision = excluded.revision, last_index = excluded.last_index
  )
  select (select count(*) from written),
         (select coalesce(sum(count), 0) from won),
         (select max(ledger_time) from won),
         (select coalesce(json_agg(json_build_object('n', a.n, 'start', w.start, 'stream', m.stream, 'expected', m.expected,
                   'actual', m.actual, 'behind', case when w.n is null and m.n is null then now_known end)), '[]'::json)
            from asked a left join won w on w.n = a.n left join moved m on m.n = a.n)
    into added, promised, latest, outcome;
  if added <> promised then
    raise exception 'an append counts other events than it brings';
  end if;
  if added > 0 then
    update log.head set next = first + added, ledger_time = latest;
  end if;
  return outcome;
end $$;

-- Ledger time never goes back along the index, so that a search by halves finds it.
create function log.index_at(wanted timestamptz) returns bigint language plpgsql stable set search_path = log, pg_temp as $$
declare
  low bigint := -1;
  high bigint := (select next from log.head);
  middle bigint;
begin
  while high - low > 1 loop
    middle := (low + high) / 2;
    if (select e.ledger_time <= wanted from log.events e where e.index = middle) then low := middle; else high := middle; end if;
  end loop;
  return low;
end $$;
`,
  // What signs people in. Secrets are kept here and nowhere else: hashes, and seeds sealed under a key that is no part
  // of the database. No dump of the log, no backup and no export reads this schema.
  `
create schema identity;
create table identity.credentials (
  account text collate "C" primary key,
  login text collate "C" not null unique,
  password text,
  totp text,
  -- Set, and not confirmed by a code yet.
  totp_pending text,
  -- The last step that was used: a code is good once (RFC 6238 section 5.2).
  totp_step bigint not null default 0,
  changed_at timestamptz not null default now()
);
create table identity.recovery_codes (
  account text collate "C" not null,
  hash bytea not null,
  used_at timestamptz,
  primary key (account, hash)
);
-- What lets somebody set a password for the first time, or again: shown once.
create table identity.enrolments (
  hash bytea primary key,
  account text collate "C" not null,
  ends_at timestamptz not null,
  used_at timestamptz
);
create table identity.sessions (
  hash bytea primary key,
  id uuid not null unique,
  account text collate "C" not null,
  begun_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  ends_at timestamptz not null,
  -- Revision of the account when it signed in: other rights end the session.
  rights integer not null,
  factors text[] not null,
  post text,
  agent text not null default '',
  address text not null default ''
);
create index on identity.sessions (account);
create table identity.keys (
  prefix text collate "C" primary key,
  hash bytea not null,
  account text collate "C" not null,
  ends_at timestamptz not null,
  seen_at timestamptz
);
-- Failures by account and by address, shared by all instances.
create table identity.attempts (
  subject text collate "C" primary key,
  failures integer not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  blocked_until timestamptz
);
create table identity.oidc_requests (
  state bytea primary key,
  nonce text not null,
  verifier text not null,
  browser bytea not null,
  ends_at timestamptz not null
);
create table identity.oidc_subjects (
  issuer text collate "C" not null,
  subject text collate "C" not null,
  account text collate "C" not null,
  primary key (issuer, subject)
);
`,
  // Where a browser goes on, and to which account the answer is to be linked: the one of a code, or of a session. Of a
  // subject a keyed hash is kept; an account has one with each provider.
  `
alter table identity.oidc_requests
  add column return_to text not null default '/', add column enrolment bytea, add column session uuid;
create unique index on identity.oidc_subjects (issuer, account);
`,
  // The tree over the log, and what was signed of it. Only grown, through functions that say no where it is not where
  // the caller thinks: of two sealers one comes too late. `edges`: of each level of tiles the one that is not full.
  `
create table log.tree (
  one boolean primary key default true check (one),
  size bigint not null,
  edges bytea[] not null
);
insert into log.tree (size, edges) values (0, '{}');
create table log.tiles (
  level smallint not null,
  index bigint not null,
  hashes bytea not null check (length(hashes) = 8192),
  primary key (level, index)
);
create table log.checkpoints (
  size bigint not null,
  -- Key ids of the log's signatures: after a rotation the same size is signed again.
  signers text collate "C" not null,
  root bytea not null check (length(root) = 32),
  note text not null,
  signed_at timestamptz not null default clock_timestamp(),
  primary key (size, signers)
);
create table log.cosignatures (
  size bigint not null,
  signers text collate "C" not null,
  witness text collate "C" not null,
  line text not null,
  seen_at timestamptz not null,
  primary key (size, signers, witness),
  foreign key (size, signers) references log.checkpoints
);
create trigger append_only before update or delete or truncate on log.tiles for each statement execute function log.refuse_change();
create trigger append_only before update or delete or truncate on log.checkpoints for each statement execute function log.refuse_change();
create trigger append_only before update or delete or truncate on log.cosignatures for each statement execute function log.refuse_change();
create trigger append_only before delete or truncate on log.tree for each statement execute function log.refuse_change();

create function log.grow_tree(before bigint, after bigint, new_edges bytea[], levels int[], indexes bigint[], full_tiles bytea[])
  returns boolean language plpgsql security definer set search_path = log, pg_temp as $$
begin
  update log.tree set size = after, edges = new_edges where size = before and after > before;
  if not found then return false; end if;
  insert into log.tiles (level, index, hashes) select * from unnest(levels, indexes, full_tiles);
  return true;
end $$;
create function log.publish_checkpoint(at_size bigint, with_signers text, of_root bytea, whole_note text)
  returns boolean language plpgsql security definer set search_path = log, pg_temp as $$
begin
  perform from log.tree where size >= at_size for share;
  if not found or exists (select from log.checkpoints c where c.size > at_size or (c.size = at_size and c.root <> of_root))
    then return false; end if;
  insert into log.checkpoints (size, signers, root, note) values (at_size, with_signers, of_root, whole_note)
    on conflict do nothing;
  return true;
end $$;
create function log.add_cosignature(at_size bigint, with_signers text, by_witness text, its_line text, at timestamptz)
  returns void language sql security definer set search_path = log, pg_temp as $$
  insert into log.cosignatures (size, signers, witness, line, seen_at) values (at_size, with_signers, by_witness, its_line, at)
    on conflict do nothing;
$$;
`,
  KURRENTDB_INDEX,
  OBJECT_MAP,
  KURRENTDB_INDEX_READ_ONCE,
];

/**
 * Brings a database's log up to date and gives the service's role its rights. Idempotent; two at once take turns.
 * `adminUrl`: a role that may create schemas there and owns the log; `serviceRole`: another role, for the service.
 */
export async function migrate(adminUrl: string, serviceRole: string): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  const service = escapeIdentifier(serviceRole);
  try {
    await client.query('begin');
    await client.query("select pg_advisory_xact_lock(hashtext('mingzhang.migrate'))");
    await client.query('create schema if not exists log');
    await client.query(
      'create table if not exists log.migrations (n integer primary key, done_at timestamptz default now())',
    );
    const { rows } = await client.query<{ n: number }>('select coalesce(max(n), 0)::int as n from log.migrations');
    for (const [n, sql] of MIGRATIONS.entries()) {
      if (n < rows[0]!.n) continue;
      await client.query(sql);
      await client.query('insert into log.migrations (n) values ($1)', [n + 1]);
    }
    await client.query(
      `insert into log.settings (service) values ($1) on conflict (one) do update set service = excluded.service`,
      [serviceRole],
    );
    await client.query('select log.make_next_partition(), log.make_next_partition()');
    await client.query('revoke all on schema log from public');
    await client.query('revoke all on all functions in schema log from public');
    await client.query(`grant usage on schema log to ${service}`);
    await client.query(`grant select on all tables in schema log to ${service}`);
    await client.query(
      `grant execute on function log.append(json, bytea), log.make_next_partition(), log.index_at(timestamptz),
         log.grow_tree(bigint, bigint, bytea[], int[], bigint[], bytea[]),
         log.publish_checkpoint(bigint, text, bytea, text),
         log.add_cosignature(bigint, text, text, text, timestamptz),
         log.grow_map(bigint, bigint, bytea, bigint, text[], bytea[]),
         log.kept_elsewhere(text), log.move_elsewhere(text), log.index_events(bigint, json), log.note_metadata(bigint, text, text),
         log.position_at(timestamptz) to ${service}`,
    );
    await client.query(`create schema if not exists read authorization ${service}`);
    await client.query('revoke all on schema identity from public');
    await client.query(`grant usage on schema identity to ${service}`);
    await client.query(`grant select, insert, update, delete on all tables in schema identity to ${service}`);
    await client.query('commit');
  } finally {
    await client.end();
  }
}
