-- Teams with a queue each, agents with a state and a capacity, and when a shopper has to get the first response.

create table couture.chat_team (
  team_id    text primary key check (team_id ~ '^[a-z0-9][a-z0-9_-]{0,39}$'),
  name       text not null,
  -- How a chat gets here: chosen by shoppers; named by a page; by agents only.
  intake     text not null default 'choice' check (intake in ('choice', 'page', 'transfer')),
  target     int check (target > 0),      -- seconds until the first response; null: as configured
  created_at timestamptz not null default now()
);

create table couture.chat_team_member (
  team_id text not null references couture.chat_team on delete cascade,
  sub     text not null,
  primary key (team_id, sub)
);

alter table couture.chat_agent
  add column state text not null default 'available' check (state in ('available', 'away')), -- as the agent chose
  add column capacity int check (capacity between 0 and 1000),  -- open chats at a time; null: as configured
  add column last_assigned_at timestamptz;

-- Which agents have the console open in which process. A process renews its rows; those of a killed one expire.
create table couture.chat_console (
  process text not null,
  sub     text not null,
  open    boolean not null,               -- false: closed a moment ago, as while a page reloads
  visible boolean not null,               -- whether a page of the agent is in the foreground
  until   timestamptz not null,
  primary key (process, sub)
);
create index chat_console_sub on couture.chat_console (sub, until);

alter table couture.chat_session
  add column team_id text references couture.chat_team on delete set null,  -- null: for every agent
  add column unanswered_since timestamptz, -- since when the shopper waits for the first response; null: got it
  add column missed_at timestamptz,        -- when the target for that passed, and the alarm was raised
  add column assigned_at timestamptz,
  add column passed_by text,               -- the agent who last let the chat return unanswered
  add column passed_at timestamptz,
  add column announced_at timestamptz;     -- when phones of agents were notified that it waits
update couture.chat_session set unanswered_since = waiting_since, announced_at = now() where state = 'waiting';
update couture.chat_session set assigned_at = updated_at where state = 'active';
alter table couture.chat_session alter column unanswered_since set default now();

create index chat_session_unanswered on couture.chat_session (unanswered_since)
  where unanswered_since is not null and state in ('waiting', 'active');
create index chat_session_assigned on couture.chat_session (assigned_to) where state = 'active';
create index chat_session_team on couture.chat_session (team_id) where team_id is not null;

-- Browsers of agents that get push messages while the console is closed; only while the agent's token is valid.
create table couture.chat_agent_device (
  device_id   bigint generated always as identity primary key,
  sub         text not null,
  endpoint    text not null unique,
  origin      text not null,
  p256dh      text not null,
  auth        text not null,
  key_id      text not null,
  locale      text,
  token_hash  text,                        -- the token ends with its sign-out
  expires_at  timestamptz not null,
  accepted_at timestamptz,
  nudged_at   timestamptz,                 -- the last message about a chat that waits
  created_at  timestamptz not null default now()
);
create index chat_agent_device_sub on couture.chat_agent_device (sub);

-- As before; and the first message of an agent ends the wait for a response, which begins again when a shopper reopens the chat.
create or replace function couture.append_chat_messages(
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
      case
        when s.session_id is null then 'unknown'
        when m.side = g.side and m.sender is not distinct from g.sender then 'repeated'
        when m.seq is not null then 'id_taken'
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
  ), numbered as (
    select *, row_number() over same as copy,
      first_value(side) over same = side and first_value(sender) over same is not distinct from sender as own
    from judged window same as (partition by session_id, client_message_id, outcome order by place)
  ), fresh as (
    select *, (last_seq + row_number() over (partition by session_id order by place))::int as seq
    from numbered where outcome = 'stored' and copy = 1
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
      unanswered_since = case when s.state = 'resolved' then stored_at when f.answered then null else s.unanswered_since end,
      missed_at = case when s.state = 'resolved' then null else s.missed_at end,
      announced_at = case when s.state = 'resolved' then null else s.announced_at end,
      version = s.version + case when s.state = 'resolved' or (f.answered and s.unanswered_since is not null) then 1 else 0 end
    from (select session_id, max(seq) as seq, bool_or(side = 'staff') as answered from fresh group by session_id) f
    where s.session_id = f.session_id
  )
  select n.place::int,
    case when n.outcome <> 'stored' or n.copy = 1 then n.outcome when n.own then 'repeated' else 'id_taken' end,
    coalesce(n.known_seq, f.seq), case when f.seq is not null then stored_at else n.known_at end
  from numbered n left join fresh f on f.session_id = n.session_id and f.client_message_id = n.client_message_id
    and n.outcome = 'stored'
  order by n.place;
end
$$;
