-- Filters of the console's lists that agents save, each for themselves.
create table couture.chat_filter (
  filter_id  integer generated always as identity primary key,
  sub        text not null,
  name       text not null check (char_length(name) between 1 and 40),
  list       text not null check (list in ('queue', 'mine', 'snoozed', 'all')),
  team_id    text references couture.chat_team on delete cascade,
  label_id   integer references couture.chat_label on delete cascade,
  search     text check (char_length(search) <= 200),
  created_at timestamptz not null default now()
);
create unique index chat_filter_name on couture.chat_filter (sub, lower(name));
create index chat_filter_team on couture.chat_filter (team_id) where team_id is not null;
create index chat_filter_label on couture.chat_filter (label_id) where label_id is not null;

-- As before; and a label in a filter stays while no chat has it.
create or replace function couture.remove_unused_labels() returns trigger language plpgsql as $$
begin
  if exists (select from removed where label_id is not null) then
    perform pg_advisory_xact_lock(1818321516);
    delete from couture.chat_label l where label_id in (select label_id from removed)
      and not exists (select from couture.chat_session_label s where s.label_id = l.label_id)
      and not exists (select from couture.chat_filter f where f.label_id = l.label_id);
  end if;
  return null;
end
$$;
create trigger remove_unused_labels after delete on couture.chat_filter
  referencing old table as removed for each statement execute function couture.remove_unused_labels();
