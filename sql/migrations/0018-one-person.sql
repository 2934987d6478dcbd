-- One person's data: exported and erased by `couture customer`.

-- The version of the text that was shown when the subscriber chose topics; null where the client didn't say.
alter table couture.push_subscription add column consent_version text;

-- What was erased, without saying of whom. The runtime drops its caches when a row is added.
create table couture.erasure (
  erasure_id integer generated always as identity primary key,
  reference  text not null,                       -- keyed hash of the person, the same in the audit log
  erased_at  timestamptz not null default now(),
  removed    jsonb not null                       -- table → rows
);

-- The key of these hashes: without it, hashes of short ids could be reversed by trying all ids.
create table couture.reference_key (
  one_row boolean primary key default true check (one_row),
  key     bytea not null
);
insert into couture.reference_key (key)
  values (decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'));
