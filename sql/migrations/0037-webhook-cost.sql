-- Events of webhooks cost messages less: deliveries have no foreign keys, which took a third of what a receiver of all events
-- costs, and locked the receiver's row for each message. Nothing needs them when an event is stored: its deliveries are stored in the
-- same statement, and a receiver that is removed meanwhile gets none of them. What they deleted, triggers delete, for all
-- rows of a statement at once. The ids of events are random; their unique index found nothing and was never read.
alter table couture.webhook_delivery
  drop constraint webhook_delivery_webhook_id_fkey,
  drop constraint webhook_delivery_event_id_fkey;
alter table couture.webhook_event drop constraint webhook_event_message_id_key;

-- With the rights of the tables' owner, as foreign keys do.
create function couture.delete_webhook_deliveries() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_table_name = 'webhook' then
    delete from couture.webhook_delivery d using gone g where d.webhook_id = g.webhook_id;
  elsif exists (select from gone) then
    delete from couture.webhook_delivery d using gone g where d.event_id = g.event_id;
  end if;
  return null;
end
$$;

create trigger webhook_deleted after delete on couture.webhook
  referencing old table as gone for each statement execute function couture.delete_webhook_deliveries();
create trigger webhook_event_deleted after delete on couture.webhook_event
  referencing old table as gone for each statement execute function couture.delete_webhook_deliveries();
