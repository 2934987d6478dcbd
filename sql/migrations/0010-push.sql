-- Push messages: who may be told, what was sent to whom, and what became of it.

-- A browser that takes push messages. It belongs to the customer who was signed in, or to a visitor; nobody else can
-- change or remove it. Its endpoint and keys are rights to write to that person: they are shown nowhere.
create table couture.push_subscription (
  subscription_id bigint generated always as identity primary key,
  endpoint        text not null unique,
  origin          text not null,                 -- of the push service
  p256dh          text not null,
  auth            text not null,
  customer_id     text,
  visitor         text,
  key_id          text not null,                 -- the VAPID key that it was made with
  locale          text,
  time_zone       text,
  topics          text[] not null,               -- orders, prices, stock, news
  consented_at    timestamptz not null default now(),
  seen_at         timestamptz not null default now(),
  accepted_at     timestamptz,                   -- when a push service last took a message for it
  failures        int not null default 0,        -- refusals since then
  check (customer_id is not null or visitor is not null)
);

create index push_subscription_customer on couture.push_subscription (customer_id, subscription_id);
create index push_subscription_visitor on couture.push_subscription (visitor) where customer_id is null;

create table couture.push_campaign (
  campaign_id  int generated always as identity primary key,
  state        text not null default 'scheduled'
    check (state in ('scheduled', 'running', 'waiting', 'stopped', 'done', 'cancelled')),
  message      jsonb not null,                   -- {title, body, url, icon}
  audience     jsonb not null,                   -- {all} | {user} | {segment, argument}
  topic        text not null,                    -- consent that a subscription must have given
  settings     jsonb not null,                   -- {ttl, urgency, rate, concurrency, quiet, cap}
  beacon_key   bytea not null,                   -- what the ids in clicks are signed with
  people       int not null,                     -- subscriptions when it was made
  doubtful     int not null default 0,           -- were under way when a run died: sent again
  starts_at    timestamptz not null default now(),
  created_at   timestamptz not null default now(),
  started_at   timestamptz,
  finished_at  timestamptz,
  stopped_why  text
);

create index push_campaign_due on couture.push_campaign (starts_at) where state in ('scheduled', 'waiting', 'running');

-- One row a message of a campaign, written before it is sent: whoever goes on after a crash knows what was under way.
create table couture.push_delivery (
  campaign_id     int not null references couture.push_campaign on delete cascade,
  subscription_id bigint not null,               -- outlives the subscription
  customer_id     text,
  origin          text not null,
  state           text not null check (state in ('sending', 'waiting', 'accepted', 'gone', 'failed', 'skipped')),
  reason          text,
  status          smallint,                      -- the push service's last answer
  attempts        smallint not null default 0,
  next_at         timestamptz,                   -- waiting: not before
  settled_at      timestamptz,
  clicked_at      timestamptz,
  dismissed_at    timestamptz,
  primary key (campaign_id, subscription_id)
);

create index push_delivery_open on couture.push_delivery (campaign_id, next_at) where state in ('sending', 'waiting');
create index push_delivery_recent on couture.push_delivery (subscription_id, settled_at) where state = 'accepted';
create index push_delivery_clicked on couture.push_delivery (campaign_id, clicked_at) where clicked_at is not null;

-- What watched products cost and whether they were in stock when they were last looked at: how a drop is noticed.
create table couture.push_watched (
  product_id   text primary key,
  price        numeric not null,
  in_stock     boolean not null,
  price_before numeric,                          -- before the last drop
  dropped_at   timestamptz,
  restocked_at timestamptz
);

-- What a customer was told of a product by itself, so that it is told once.
create table couture.push_told (
  customer_id text not null,
  product_id  text not null,
  kind        text not null check (kind in ('price', 'stock')),
  told_at     timestamptz not null default now(),
  primary key (customer_id, product_id, kind)
);
