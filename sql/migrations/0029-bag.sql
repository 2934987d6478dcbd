-- The bag of a customer who asked to be reminded of it: what the storefront keeps on the device otherwise.
create table couture.bag (
  customer_id text primary key,
  items       jsonb not null,                    -- [{product_id, quantity}], the newest last
  changed_at  timestamptz not null default now()
);

create index bag_changed on couture.bag (changed_at);
