/** The tables of the map over objects, and the only way to write into them. */

/** In the list of migrations. Pages are never changed: of each one the last that is not later than an epoch is the page as of it. */
export const OBJECT_MAP = `
create table log.map (
  epoch integer primary key,
  -- Events that it counts: those before this index.
  size bigint not null unique,
  root bytea not null check (length(root) = 32),
  objects bigint not null
);
create table log.map_pages (
  -- The beginning of the keys below it, in hexadecimal.
  path text collate "C" not null,
  epoch integer not null references log.map,
  page bytea not null,
  primary key (path, epoch)
);
create index on log.map_pages (epoch);
create trigger append_only before update or delete or truncate on log.map for each statement execute function log.refuse_change();
create trigger append_only before update or delete or truncate on log.map_pages for each statement execute function log.refuse_change();

create function log.grow_map(before_size bigint, after_size bigint, new_root bytea, all_objects bigint, paths text[], pages bytea[])
  returns boolean language plpgsql security definer set search_path = log, pg_temp as $$
declare
  last record;
begin
  select coalesce(max(m.epoch), 0) as epoch, coalesce(max(m.size), 0) as size into last from log.map m;
  if last.size <> before_size or after_size <= before_size then return false; end if;
  insert into log.map (epoch, size, root, objects) values (last.epoch + 1, after_size, new_root, all_objects) on conflict do nothing;
  if not found then return false; end if;
  insert into log.map_pages (path, epoch, page) select p.path, last.epoch + 1, p.page from unnest(paths, pages) as p(path, page);
  return true;
end $$;
`;
