-- As before; but whether a message is the first of its shopper is nearly always told by the chat's first message, found by key. As
-- an anti-join this read every message of the chats, or of the shop, and halved the rate at which messages are stored.
create or replace function couture.note_webhook_events() returns trigger
language plpgsql as $$
declare
  wanted text[];
begin
  select array_agg(distinct event) into wanted from couture.webhook w, unnest(w.events) event where w.disabled_at is null;
  if wanted is null then
    return null;
  end if;
  with found as (
    select m.session_id, m.seq, m.side, m.kind, m.sender, m.created_at, t.type, t.place
    from stored m
    cross join lateral (
      select 'chat.opened' as type, 1 as place where 'chat.opened' = any (wanted) and m.side = 'shopper' and case
        when m.seq = 1 then true
        when (select o.side from couture.chat_message o where o.session_id = m.session_id and o.seq = 1) = 'shopper' then false
        else not exists (
          select from couture.chat_message o where o.session_id = m.session_id and o.side = 'shopper' and o.seq < m.seq) end
      union all select 'chat.message', 2 where m.kind <> 'event' and 'chat.message' = any (wanted)
      union all select 'chat.' || m.body, 2
        where m.kind = 'event' and m.body in ('resolved', 'closed') and 'chat.' || m.body = any (wanted)
    ) t
  ), noted as (
    insert into couture.webhook_event (type, session_id, seq, data, happened_at)
    select f.type, f.session_id, f.seq,
      jsonb_build_object('chat_id', f.session_id, 'seq', f.seq, 'customer_id', s.customer_id, 'team', s.team_id,
        'agent', coalesce(f.sender, s.assigned_to))
      || case when f.type = 'chat.message' then jsonb_build_object('side', f.side, 'kind', f.kind) else '{}' end, f.created_at
    from found f cross join lateral (
      select c.customer_id, c.team_id, c.assigned_to from couture.chat_session c where c.session_id = f.session_id limit 1) s
    order by f.session_id, f.seq, f.place
    returning event_id, type, session_id
  )
  insert into couture.webhook_delivery (webhook_id, event_id, session_id)
  select w.webhook_id, n.event_id, n.session_id
  from noted n join couture.webhook w on w.disabled_at is null and n.type = any (w.events);
  return null;
end
$$;
