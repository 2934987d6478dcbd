-- Journeys: messages that follow from what a customer does, or from what happens to a product.

-- What the shop has decided about a journey; without a row, its declaration counts.
create table couture.push_journey (
  name      text primary key,
  enabled   boolean not null,
  holdout   real not null default 0 check (holdout >= 0 and holdout <= 0.9),
  looked_at timestamptz not null default '-infinity'   -- when its trigger was last read
);

-- Each journey has one campaign, which it resumes again and again.
alter table couture.push_campaign add column journey text;
create unique index push_campaign_journey on couture.push_campaign (journey) where journey is not null;

-- One row for each reason to write to a customer, so that nobody gets two messages for the same one.
create table couture.push_occasion (
  occasion_id  bigint generated always as identity primary key,
  journey      text not null,
  customer_id  text not null,
  occasion     text not null,
  product_id   text,                     -- null: the first product of the customer's list
  price        numeric,                  -- the product must cost less than this
  happened_at  timestamptz not null,
  bought_after timestamptz not null,     -- an order after this time makes the message pointless
  expires_at   timestamptz not null,
  state        text not null check (state in ('open', 'done', 'held_out', 'skipped')),
  reason       text,
  created_at   timestamptz not null default now(),
  unique (customer_id, journey, occasion)
);

create index push_occasion_open on couture.push_occasion (journey, occasion_id) where state = 'open';

-- A journey sends several messages to a subscription; 0: the only message of a campaign.
alter table couture.push_delivery add column occasion_id bigint not null default 0;
alter table couture.push_delivery drop constraint push_delivery_pkey;
alter table couture.push_delivery add primary key (campaign_id, subscription_id, occasion_id);

-- Messages in flight count towards caps, too.
drop index couture.push_delivery_recent;
create index push_delivery_recent on couture.push_delivery (subscription_id, settled_at)
  where state in ('accepted', 'sending');
