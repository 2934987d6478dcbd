-- The tables that `couture import orders` fills, in the schema `imported`. Ids are text, as files have them.
create schema imported;

create table imported.order_line (
  order_id    text not null,
  customer_id text,
  product_id  text not null,
  quantity    int not null,
  unit_price  numeric,               -- null where the file has none
  ordered_at  timestamptz not null,
  cancelled   boolean,               -- the status, of the order if the line has none; null only while files are read
  currency    text                   -- null where the file has none
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
  service     boolean not null,      -- postage, vouchers and the like: neither counted nor recommended
  discounted_price numeric,          -- below price: what the shop asks while on_sale is true
  on_sale     boolean not null default false,
  rating      real,
  review_count int,
  tags        text[] not null default '{}',
  featured    boolean not null default false,
  handle      text,                  -- the word for the product in the addresses of its pages
  brand       text,
  cost        numeric,
  created_at  timestamptz,
  colour      text,
  size        text,
  category_path text                 -- names from the root of the shop's tree down to the category
);

create table imported.customer (
  customer_id text not null,         -- the primary key, once all are there
  created_at  timestamptz not null   -- of the first order
);
