-- Chats that an agent puts aside until a time, and replies that are sent at a time.

alter table couture.chat_session
  add column snoozed_until timestamptz;   -- set only while the chat is active
create index chat_session_snoozed on couture.chat_session (snoozed_until) where snoozed_until is not null;

create table couture.chat_scheduled (
  client_message_id uuid primary key,      -- the message gets the same, so that it is sent once
  session_id uuid not null references couture.chat_session on delete cascade,
  sender     text not null,
  sender_name text,
  body       text not null check (char_length(body) between 1 and 4000),
  send_at    timestamptz not null,
  -- Why it waits for its agent instead of being sent: the shopper wrote first, or the chat is no longer the agent's.
  held       text check (held in ('shopper_wrote', 'not_assigned')),
  created_at timestamptz not null default now()
);
create index chat_scheduled_session on couture.chat_scheduled (session_id);
create index chat_scheduled_due on couture.chat_scheduled (send_at) where held is null;

-- As before; and a shopper who writes ends the chat's snooze and holds its scheduled replies.
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
  ), held as (
    update couture.chat_scheduled w set held = 'shopper_wrote'
    where held is null and session_id in (select session_id from fresh where side = 'shopper')
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
      snoozed_until = case when f.asked then null else s.snoozed_until end,
      version = s.version + case when s.state = 'resolved' or (f.answered and s.unanswered_since is not null)
        or (f.asked and s.snoozed_until is not null) then 1 else 0 end
    from (select session_id, max(seq) as seq, bool_or(side = 'staff') as answered, bool_or(side = 'shopper') as asked
      from fresh group by session_id) f
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
