-- Events of webhooks are written with the rights of the tables' owner, as rows are deleted through foreign keys: a role that stores
-- messages and has no privileges for these tables yet, after an upgrade, goes on storing messages.
alter function couture.note_webhook_events() security definer set search_path = pg_catalog, pg_temp;
