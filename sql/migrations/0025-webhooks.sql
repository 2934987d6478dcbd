-- Signed webhooks: receivers, events, and what each receiver has got of them.

create table couture.webhook (
  webhook_id    int generated always as identity primary key,
  url           text not null,
  events        text[] not null,
  texts         boolean not null default false, -- whether it gets the texts of messages
  private       boolean not null default false, -- whether it may be at a private address, and without TLS on this machine
  order_days    int not null default 7 check (order_days between 1 and 30), -- orders count within these days after a chat
  secret        bytea not null,
  old_secret    bytea,                          -- signs, too, until old_until
  old_until     timestamptz,
  failing_since timestamptz,                    -- the first failure since it last accepted an event
  disabled_at   timestamptz,                    -- it gets nothing any more
  disabled_why  text,
  created_at    timestamptz not null default now()
);

create table couture.webhook_event (
  event_id    bigint generated always as identity primary key, -- events of a chat are sent in this order
  message_id  uuid not null unique default gen_random_uuid(),  -- webhook-id, the same for each attempt and receiver
  type        text not null,
  session_id  uuid not null references couture.chat_session on delete cascade,
  seq         int,
  order_id    text,
  data        jsonb not null,                                  -- without texts, which are read when it is sent
  happened_at timestamptz not null
);
create unique index webhook_event_order on couture.webhook_event (order_id) where order_id is not null;
create index webhook_event_session on couture.webhook_event (session_id);
create index webhook_event_happened_at on couture.webhook_event (happened_at);

-- The outbox, and afterwards the log.
create table couture.webhook_delivery (
  webhook_id   int not null references couture.webhook on delete cascade,
  event_id     bigint not null references couture.webhook_event on delete cascade,
  session_id   uuid not null,
  state        text not null default 'waiting' check (state in ('waiting', 'delivered', 'failed')),
  attempts     int not null default 0,
  next_at      timestamptz not null default now(),
  leased_until timestamptz,                     -- while it is being sent: when another process may try
  status       int,                             -- HTTP status of the last attempt; null: no answer
  error        text,
  took_ms      int,
  tried_at     timestamptz,
  primary key (webhook_id, event_id)
);
create index webhook_delivery_due on couture.webhook_delivery (webhook_id, event_id) where state = 'waiting';
create index webhook_delivery_chat on couture.webhook_delivery (webhook_id, session_id, event_id) where state = 'waiting';
create index webhook_delivery_leased on couture.webhook_delivery (webhook_id, leased_until) where leased_until is not null;
create index webhook_delivery_event on couture.webhook_delivery (event_id);

-- Writes the events of messages in the transaction that stores them: neither is ever there without the other.
create function couture.note_webhook_events() returns trigger
language plpgsql as $$
begin
  if not exists (select from couture.webhook w where w.disabled_at is null) then
    return null;
  end if;
  with found as (
    select m.session_id, m.seq, m.side, m.kind, m.sender, m.created_at, t.type, t.place, s.customer_id, s.team_id, s.assigned_to
    from stored m join couture.chat_session s using (session_id)
    cross join lateral (
      select 'chat.opened' as type, 1 as place where m.side = 'shopper' and not exists (
        select from couture.chat_message o where o.session_id = m.session_id and o.side = 'shopper' and o.seq < m.seq)
      union all select 'chat.message', 2 where m.kind <> 'event'
      union all select 'chat.' || m.body, 2 where m.kind = 'event' and m.body in ('resolved', 'closed')
    ) t
    where exists (select from couture.webhook w where w.disabled_at is null and t.type = any (w.events))
  ), noted as (
    insert into couture.webhook_event (type, session_id, seq, data, happened_at)
    select type, session_id, seq,
      jsonb_build_object('chat_id', session_id, 'seq', seq, 'customer_id', customer_id, 'team', team_id,
        'agent', coalesce(sender, assigned_to))
      || case when type = 'chat.message' then jsonb_build_object('side', side, 'kind', kind) else '{}' end, created_at
    from found order by session_id, seq, place
    returning event_id, type, session_id
  )
  insert into couture.webhook_delivery (webhook_id, event_id, session_id)
  select w.webhook_id, n.event_id, n.session_id
  from noted n join couture.webhook w on w.disabled_at is null and n.type = any (w.events);
  return null;
end
$$;

create trigger chat_message_webhooks after insert on couture.chat_message
  referencing new table as stored for each statement execute function couture.note_webhook_events();
