-- Live chat. Rows are the truth: sockets and the bus between processes only say that there are new ones.

-- One row a chat. Who may see it: who has its visitor_key, and staff.
create table couture.chat_session (
  session_id     uuid primary key default gen_random_uuid(),
  state          text not null default 'waiting' check (state in ('waiting', 'active', 'resolved', 'closed')),
  visitor_key    text not null,           -- customer:7, sub:…, or guest:… with the SHA-256 of the secret in the guest's cookie
  creation_key   bytea unique,            -- SHA-256 of the idempotency key of the request that made it
  customer_id    text,
  name           text,                    -- of a guest as written by the guest, and so unverified; e-mail too
  email          text,
  subject        text,
  user_agent     text,
  current_page   text,                    -- without query and fragment
  cart           jsonb not null default '[]',       -- [{product_id, quantity}], as the widget says
  left_offline   boolean not null default false,    -- left outside business hours
  assigned_to    text,                    -- subject of the agent's token
  assigned_name  text,
  last_seq       int not null default 0,
  shopper_read   int not null default 0,  -- highest seq that the side has seen
  staff_read     int not null default 0,
  notes          int not null default 0,
  version        bigint not null default 0,         -- goes up with all that is no message: state, agent, read marks, notes
  words          tsvector,                -- of the whole chat, once it is resolved; for the search over past chats
  created_at     timestamptz not null default now(),
  updated_at     timestamptz not null default now(),
  waiting_since  timestamptz not null default now(),
  resolved_at    timestamptz,
  check (state <> 'active' or assigned_to is not null)
) with (fillfactor = 70);

-- One open chat a visitor.
create unique index chat_session_open on couture.chat_session (visitor_key) where state in ('waiting', 'active');
create index chat_session_visitor on couture.chat_session (visitor_key, created_at);
create index chat_session_unresolved on couture.chat_session (state, waiting_since) where state <> 'closed';
create index chat_session_created_at on couture.chat_session (created_at, session_id);
create index chat_session_words on couture.chat_session using gin (words);

-- What is sent with messages; in a table of its own, so that whoever reads messages reads no bytes of pictures.
create table couture.chat_attachment (
  attachment_id uuid primary key default gen_random_uuid(),
  session_id    uuid not null references couture.chat_session on delete cascade,
  side          text not null check (side in ('shopper', 'staff')),
  uploader      text not null,            -- visitor_key or subject
  type          text not null,            -- by its content, not by what it was called
  name          text not null,
  bytes         int not null,
  sent          boolean not null default false,
  content       bytea not null,
  created_at    timestamptz not null default now()
);

create index chat_attachment_session on couture.chat_attachment (session_id);
create index chat_attachment_unsent on couture.chat_attachment (created_at) where not sent;

create table couture.chat_message (
  session_id        uuid not null references couture.chat_session on delete cascade,
  seq               int not null,         -- 1, 2, 3 … in the session, without a gap
  client_message_id uuid not null,        -- the sender's own: sent twice, stored once
  side              text not null check (side in ('shopper', 'staff', 'system')),
  sender            text,                 -- subject of an agent; null: the shopper, or the chat itself
  sender_name       text,
  kind              text not null check (kind in ('text', 'product', 'attachment', 'event')),
  body              text not null,
  product_id        text,
  attachment_id     uuid,
  created_at        timestamptz not null,
  primary key (session_id, seq),
  unique (session_id, client_message_id)
);

-- Private notes of agents. They stand in no table that anything for shoppers reads.
create table couture.chat_note (
  note_id    bigint generated always as identity primary key,
  session_id uuid not null references couture.chat_session on delete cascade,
  author     text not null,
  author_name text,
  body       text not null,
  created_at timestamptz not null default now()
);

create index chat_note_session on couture.chat_note (session_id, note_id);

create table couture.chat_reply (
  reply_id   int generated always as identity primary key,
  shortcut   text not null unique,        -- what follows the "/"
  body       text not null,
  updated_by text not null,
  updated_at timestamptz not null default now()
);

-- Agents that have opened the console: whom a chat can be given to.
create table couture.chat_agent (
  sub     text primary key,
  name    text,
  seen_at timestamptz not null default now()
);

-- One-use tickets for sockets of pages that have no cookie here. Short-lived.
create table couture.chat_ticket (
  ticket_hash bytea primary key,
  session_id  uuid references couture.chat_session on delete cascade,   -- null: for the agents' console
  principal   jsonb,                      -- as the token said; null: the guest of the session
  expires_at  timestamptz not null
);

-- Subjects whose tokens count no more, whatever they say.
create table couture.revoked_subject (
  sub        text primary key,
  revoked_at timestamptz not null default now()
);

-- Stores messages of many sessions at once and says in order what became of each. Two statements in one: the second
-- sees what others stored while the first waited for the locks. Locks go by id, so that no two batches deadlock.
create function couture.append_chat_messages(
  sessions uuid[], client_ids uuid[], sides text[], senders text[], names text[], kinds text[], bodies text[],
  products text[], attachments uuid[]
) returns table (place int, outcome text, seq int, created_at timestamptz)
language plpgsql as $$
#variable_conflict use_column
declare
  stored_at timestamptz;
begin
  perform from couture.chat_session s where s.session_id = any (sessions) order by s.session_id for no key update;
  stored_at := clock_timestamp();
  return query
  with given as (
    select * from unnest(sessions, client_ids, sides, senders, names, kinds, bodies, products, attachments)
      with ordinality as g (session_id, client_message_id, side, sender, name, kind, body, product_id, attachment_id, place)
  ), judged as (
    select g.*, s.last_seq,
      row_number() over (partition by g.session_id, g.client_message_id order by g.place) as copy,
      case
        when s.session_id is null then 'unknown'
        when m.seq is not null then 'repeated'
        when g.side = 'staff' and (s.state <> 'active' or s.assigned_to is distinct from g.sender) then 'not_assigned'
        when s.state = 'closed' then 'closed'
        -- A shopper who writes again opens the chat again, unless there is another open one by now.
        when s.state = 'resolved' and exists (
          select from couture.chat_session o where o.visitor_key = s.visitor_key and o.state in ('waiting', 'active')
        ) then 'closed'
        when g.attachment_id is not null and not exists (
          select from couture.chat_attachment a
          where a.attachment_id = g.attachment_id and a.session_id = g.session_id and a.side = g.side and not a.sent
        ) then 'no_attachment'
        else 'stored'
      end as outcome,
      m.seq as known_seq, m.created_at as known_at
    from given g
    left join couture.chat_session s on s.session_id = g.session_id
    left join couture.chat_message m on m.session_id = g.session_id and m.client_message_id = g.client_message_id
  ), fresh as (
    select *, (last_seq + row_number() over (partition by session_id order by place))::int as seq
    from judged where outcome = 'stored' and copy = 1
  ), inserted as (
    insert into couture.chat_message
      (session_id, seq, client_message_id, side, sender, sender_name, kind, body, product_id, attachment_id, created_at)
    select session_id, seq, client_message_id, side, sender, name, kind, body, product_id, attachment_id, stored_at
    from fresh
  ), sent as (
    update couture.chat_attachment a set sent = true from fresh f where a.attachment_id = f.attachment_id
  ), counted as (
    update couture.chat_session s
    set last_seq = f.seq, updated_at = stored_at,
      state = case when s.state = 'resolved' then 'waiting' else s.state end,
      waiting_since = case when s.state = 'resolved' then stored_at else s.waiting_since end,
      assigned_to = case when s.state = 'resolved' then null else s.assigned_to end,
      assigned_name = case when s.state = 'resolved' then null else s.assigned_name end,
      version = s.version + case when s.state = 'resolved' then 1 else 0 end
    from (select session_id, max(seq) as seq from fresh group by session_id) f
    where s.session_id = f.session_id
  )
  select j.place::int, case when j.outcome = 'stored' and j.copy > 1 then 'repeated' else j.outcome end,
    coalesce(j.known_seq, f.seq), case when f.seq is not null then stored_at else j.known_at end
  from judged j left join fresh f on f.session_id = j.session_id and f.client_message_id = j.client_message_id
    and j.outcome = 'stored'
  order by j.place;
end
$$;
