-- Products that customers watch, for shops whose own watch list couture cannot write. Ids are the shop's, as text.
create table couture.watch_entry (
  customer_id text not null,
  product_id  text not null,
  created_at  timestamptz not null default now(),
  primary key (customer_id, product_id)
);

create index watch_entry_product on couture.watch_entry (product_id);
