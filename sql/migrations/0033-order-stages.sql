-- How far the orders of customers with messages about orders were when they were last read, for the journey `order-status`.
create table couture.push_order (
  order_id    text primary key,
  customer_id text not null,
  ordered_at  timestamptz not null,
  stage       text,                     -- the furthest one seen; null: none that is known
  changed_at  timestamptz               -- when it was seen to change; null: it was like this at first sight
);

create index push_order_customer on couture.push_order (customer_id);
create index push_order_changed on couture.push_order (changed_at) where changed_at is not null;
