-- Builds, the keys of products and customers, and the lists that a build publishes.

-- One row a run of `couture recs build`.
create table couture.build (
  build_id       int generated always as identity primary key,
  state          text not null default 'running'
                 check (state in ('running', 'ready', 'published', 'superseded', 'failed', 'rejected')),
  engine         text not null default 'local',
  started_at     timestamptz not null default now(),
  finished_at    timestamptz,
  config         jsonb not null default '{}',
  source         jsonb not null default '{}',   -- lines, orders, products, customers, pairs
  watermark      timestamptz,                   -- the newest order that was read
  stages         jsonb not null default '{}',   -- stage → milliseconds
  total_ms       int,
  peak_rss_bytes bigint,
  lists          jsonb not null default '{}',   -- kind → lists written
  skipped        jsonb not null default '{}',   -- reason → lines left out
  metrics        jsonb not null default '{}',
  warnings       jsonb not null default '[]',
  error          text
);

-- A dense number for each product, never changed and never reused. A variant's lists are those of its
-- representative, the variant of its group that was seen first. The id column has the type that the shop uses.
create table couture.product_key (
  product_key        int primary key,
  product_id         text not null unique,
  representative_key int not null
);

create table couture.customer_key (
  customer_key int primary key,
  customer_id  text not null unique
);

-- One row a list. Entry n of item_keys, scores and reasons belong together; couture.reason_words reads reasons.
create table couture.product_list (
  build_id    int not null,
  kind        text not null,          -- similar | bought_together | bundle
  product_key int not null,
  item_keys   int[] not null,
  scores      real[] not null,
  reasons     smallint[] not null
) partition by list (build_id);

create table couture.customer_list (
  build_id     int not null,
  customer_key int not null,
  item_keys    int[] not null,
  scores       real[] not null,
  reasons      smallint[] not null,   -- n > 0: entry n of because_keys
  because_keys int[] not null         -- the customer's own products that the entries come from
) partition by list (build_id);

-- category '' is the whole shop.
create table couture.trending_list (
  build_id  int not null,
  kind      text not null,            -- trending | bestseller
  category  text not null,
  item_keys int[] not null,
  scores    real[] not null,
  reasons   smallint[] not null
) partition by list (build_id);

-- The build that is served. To publish or to roll back is to change this one row.
create table couture.published (
  one_row      boolean primary key default true check (one_row),
  build_id     int not null references couture.build,
  published_at timestamptz not null default now()
);
