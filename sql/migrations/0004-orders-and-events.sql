-- What shoppers do by way of the runtime: orders that they ask for, and what they do with recommendations.

-- One row an order that was asked for and placed, so that a request which is sent again gets the same answer.
create table couture.order_request (
  principal       text not null,          -- who asked: customer:17, or guest
  idempotency_key text not null,
  request_hash    text not null,
  response        jsonb,                  -- null only inside the transaction that places the order
  created_at      timestamptz not null default now(),
  primary key (principal, idempotency_key)
);

create index order_request_created_at on couture.order_request (created_at);

-- One row a recommendation that was seen, clicked or put into the cart.
create table couture.recommendation_event (
  at       timestamptz not null default now(),
  type     text not null check (type in ('impression', 'click', 'add_to_cart')),
  kind     text not null,                 -- the list: similar, bundle …
  build_id int,                           -- the build that it came from; null: not known
  subject  text,                          -- the product whose list it was; null: a list of the shop or a customer
  item     text not null,
  place    int not null,                  -- 1 is the first
  customer text,
  visitor  text
);

create index recommendation_event_at on couture.recommendation_event (at);
