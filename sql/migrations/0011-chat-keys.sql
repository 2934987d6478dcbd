-- The retry of a guest who never got the secret is told from other people's requests. `creation_key` is now the hash of
-- the idempotency key together with whose it is; keys that were stored before match no request any more.
alter table couture.chat_session add column guest_salt bytea;   -- null: the secret cannot be made again

-- A client_message_id counts together with its sender: another sender's is refused ('id_taken') and not acknowledged. Of copies
-- in one batch, the first that can be stored is; before, copies of a refused one were acknowledged without being stored.
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
      version = s.version + case when s.state = 'resolved' then 1 else 0 end
    from (select session_id, max(seq) as seq from fresh group by session_id) f
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
