-- The tables of the sample shop and of generated shops: an ordinary small shop, in the schema `shop`.
create schema shop;

-- Says that nobody's real orders are in this schema: only what couture's fixtures made. A checkout, the demo's sign-in
-- and --replace all look for it, since tables of a real shop may have the same names.
create table shop.sample_marker (
  -- pg_control_system() of the server that it was made on; null where the login may not read that. A dump that is
  -- restored elsewhere brings the shop along, and not the right to sign in as anybody.
  system_identifier text
);

create table shop.category (
  category_id bigint primary key,
  name        text not null unique
);

create table shop.product (
  product_id       bigint primary key,
  name             text not null,
  description      text not null default '',
  category         text not null,
  price            numeric(10,2) not null,
  discounted_price numeric(10,2),
  on_sale          boolean not null default false,
  image_url        text,
  featured         boolean not null default false,
  inventory        int not null default 0,
  tags             text[] not null default '{}',
  group_id         bigint,
  colour           text,
  swatch           text,             -- the colour as #rrggbb
  size             text,
  reviews_of       bigint,           -- sizes share the reviews of this product; null: it has its own
  created_at       timestamptz not null default now()
);

create table shop.customer (
  customer_id bigint primary key,
  name        text not null,
  email       text not null,
  locale      text,
  time_zone   text,
  created_at  timestamptz not null
);

create table shop.orders (
  order_id    bigint primary key,
  customer_id bigint,
  status      text not null,
  created_at  timestamptz not null
);

create table shop.order_line (
  order_id   bigint not null,
  product_id bigint not null,
  quantity   int not null,
  unit_price numeric(10,2) not null
);

create table shop.watchlist (
  customer_id bigint not null,
  product_id  bigint not null,
  primary key (customer_id, product_id)
);

create table shop.review (
  review_id   bigint primary key,
  product_id  bigint not null,
  customer_id bigint not null,
  rating      int not null check (rating between 1 and 5),
  body        text not null default '',
  created_at  timestamptz not null
);

-- Pictures of the sample products as SVG text, so that the shop needs no image host.
create table shop.picture (
  product_id bigint primary key,
  svg        text not null
);
