-- The tables that `couture import orders` fills, in the schema `imported`. Ids are text, as files have them.
create schema imported;

create table imported.order_line (
  order_id    text not null,
  customer_id text,
  product_id  text not null,
  quantity    int not null,
  unit_price  numeric,               -- null where the file has none
  ordered_at  timestamptz not null,
  cancelled   boolean not null
);

create table imported.product (
  product_id  text primary key,
  name        text not null,
  description text,
  category    text,
  price       numeric,               -- the file's, else the median of what was paid
  image_url   text,
  inventory   int not null,          -- 1 where the file has none: in stock
  group_id    text,
  -- Null where the file has none.
  url         text,
  service     boolean not null       -- postage, vouchers and the like: neither counted nor recommended
);

create table imported.customer (
  customer_id text primary key,
  created_at  timestamptz not null   -- of the first order
);
