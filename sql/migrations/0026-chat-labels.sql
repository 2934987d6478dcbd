-- Labels that agents put on chats. A label is created on its first use, and removed with its last one.
create table couture.chat_label (
  label_id   integer generated always as identity primary key,
  name       text not null check (char_length(name) between 1 and 40),
  created_at timestamptz not null default now()
);
create unique index chat_label_name on couture.chat_label (lower(name));

create table couture.chat_session_label (
  session_id uuid not null references couture.chat_session on delete cascade,
  label_id   integer not null references couture.chat_label on delete cascade,
  labelled_at timestamptz not null default now(),
  primary key (session_id, label_id)
);
create index chat_session_label_label on couture.chat_session_label (label_id);

-- Locks of labels are taken after those of their chats. The key spells "labl".
create function couture.remove_unused_labels() returns trigger language plpgsql as $$
begin
  if exists (select from removed) then
    perform pg_advisory_xact_lock(1818321516);
    delete from couture.chat_label l where label_id in (select label_id from removed)
      and not exists (select from couture.chat_session_label s where s.label_id = l.label_id);
  end if;
  return null;
end
$$;
create trigger remove_unused_labels after delete on couture.chat_session_label
  referencing old table as removed for each statement execute function couture.remove_unused_labels();
