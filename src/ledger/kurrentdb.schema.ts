/** The tables of an index to a log in KurrentDB, and the only ways to write into them. */

/** Events are written into the index from `news`. */
const indexEvents = (news: string) => `
-- rows: [{position, stream, revision, type, id, at, digest, refs: [[type, id]]}] from index first on. Answers the next index.
create or replace function log.index_events(first bigint, rows json) returns bigint language plpgsql security definer set search_path = log, pg_temp as $$
declare
  upto bigint;
  known timestamptz;
  last_position bigint;
begin
  perform pg_advisory_xact_lock(hashtext('log.index_events'));
  select p.index + 1, p.position, p.ledger_time into upto, last_position, known from log.positions p order by p.index desc limit 1;
  upto := coalesce(upto, 0);
  if first > upto then raise exception 'index % does not follow %', first, upto - 1 using errcode = 'MZ001'; end if;
  -- Others have counted some of them: the last that both know has to be the same.
  if first < upto and exists (
    select from json_to_recordset(json_build_array(rows->(least(upto - first, json_array_length(rows)::bigint) - 1)::int)) as r(position bigint, id uuid)
      join log.positions p on p.index = least(upto, first + json_array_length(rows)) - 1
      where p.position <> r.position or p.id <> r.id
  ) then raise exception 'event % is another one', upto - 1 using errcode = 'MZ001'; end if;
  if first + json_array_length(rows) <= upto then return upto; end if;
  with news as materialized (
    ${news}
  ), written as (
    insert into log.positions (index, position, stream, revision, type, id, ledger_time, digest)
    select index, position, stream, revision, type, id, greatest(known, max(at) over (order by index)), digest from news order by index
  )
  insert into log.position_refs (object_type, object_id, index)
  select distinct ref->>0, ref->>1, index from news, json_array_elements(refs) as ref;
  if exists (select from log.positions where index = upto and position <= last_position) then
    raise exception 'event % stands before the one that it follows', upto using errcode = 'MZ001';
  end if;
  return first + json_array_length(rows);
end $$;`;
const ROW_BY_ROW = `select first + n - 1 as index, r->>'stream' as stream, (r->>'position')::bigint as position, (r->>'revision')::int as revision,
           r->>'type' as type, (r->>'id')::uuid as id, (r->>'at')::timestamptz as at, decode(r->>'digest', 'hex') as digest, r->'refs' as refs
    from json_array_elements(rows) with ordinality as e(r, n) where first + n - 1 >= upto`;
/** Each row is read once, and not once for each of its members. */
const AS_RECORDS = `select first + n - 1 as index, stream, position, revision, type, id, at, decode(digest, 'hex') as digest, refs
    from rows from (json_to_recordset(rows) as (
      position bigint, stream text, revision int, type text, id uuid, at timestamptz, digest text, refs json
    )) with ordinality as e(position, stream, revision, type, id, at, digest, refs, n) where first + n - 1 >= upto`;

/** In the list of migrations. The service may read these tables, and call the functions; there is no other way in. */
export const KURRENTDB_INDEX = `
-- There is a row where the log is in KurrentDB or EventStoreDB, and not in log.events.
create table log.elsewhere (
  one boolean primary key default true check (one),
  name text collate "C" not null,
  since timestamptz not null default now()
);
create table log.positions (
  index bigint primary key,
  position bigint not null unique,
  stream text collate "C" not null,
  revision integer not null,
  type text collate "C" not null,
  id uuid not null,
  ledger_time timestamptz not null,
  digest bytea not null check (length(digest) = 32),
  unique (stream, revision)
);
create index on log.positions (type, index);
create index on log.positions (id);
create table log.position_refs (
  object_type text collate "C" not null,
  object_id text collate "C" not null,
  index bigint not null,
  primary key (object_type, object_id, index)
);
-- What the engine has been told it may take away from a stream.
create table log.stream_metadata (
  position bigint primary key,
  stream text collate "C" not null,
  metadata text not null
);
create trigger append_only before update or delete or truncate on log.elsewhere for each statement execute function log.refuse_change();
create trigger append_only before update or delete or truncate on log.positions for each statement execute function log.refuse_change();
create trigger append_only before update or delete or truncate on log.position_refs for each statement execute function log.refuse_change();
create trigger append_only before update or delete or truncate on log.stream_metadata for each statement execute function log.refuse_change();

-- Under which name the log is kept elsewhere: the one it was first opened with. Null where it is here.
create function log.kept_elsewhere(wanted text) returns text language plpgsql security definer set search_path = log, pg_temp as $$
begin
  perform pg_advisory_xact_lock(hashtext('log.kept_elsewhere'));
  if wanted is not null and not exists (select from log.elsewhere) and (select next from log.head) = 0 then
    insert into log.elsewhere (name) values (wanted);
  end if;
  return (select name from log.elsewhere);
end $$;

-- A log that is here and has been copied there, event by event: from now on it is there. Answers what is not the same.
create function log.move_elsewhere(to_name text) returns bigint language plpgsql security definer set search_path = log, pg_temp as $$
declare
  other bigint;
begin
  perform from log.head for update;
  if exists (select from log.elsewhere) then raise exception 'the log is elsewhere already'; end if;
  select coalesce(e.index, p.index) into other from log.events e full join log.positions p on p.index = e.index
    where e.digest is distinct from p.digest order by 1 limit 1;
  if other is not null then return other; end if;
  insert into log.elsewhere (name) values (to_name);
  return null;
end $$;
-- What is elsewhere grows there, and not here as well.
create function log.refuse_growth() returns trigger language plpgsql as $$
begin
  if exists (select from log.elsewhere) then
    raise exception 'the log is in KurrentDB: EVENTSTORE_URL names it' using errcode = 'MZ002';
  end if;
  return null;
end $$;
create trigger not_here before update on log.head for each statement execute function log.refuse_growth();

${indexEvents(ROW_BY_ROW)}
create function log.note_metadata(at bigint, of text, said text) returns void language sql security definer set search_path = log, pg_temp as $$
  insert into log.stream_metadata (position, stream, metadata) values (at, of, said) on conflict do nothing;
$$;
create function log.position_at(wanted timestamptz) returns bigint language plpgsql stable set search_path = log, pg_temp as $$
declare
  low bigint := -1;
  high bigint := coalesce((select max(index) + 1 from log.positions), 0);
  middle bigint;
begin
  while high - low > 1 loop
    middle := (low + high) / 2;
    if (select p.ledger_time <= wanted from log.positions p where p.index = middle) then low := middle; else high := middle; end if;
  end loop;
  return low;
end $$;
`;

/** Later in the list. */
export const KURRENTDB_INDEX_READ_ONCE = indexEvents(AS_RECORDS);
