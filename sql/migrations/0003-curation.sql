-- What a merchant says about lists: pins, blocks and boosts, applied when a list is read.

-- A rule is about a product with all its variants. It holds for the lists of one product, of the products of one
-- category, or of the whole shop. Ids are text whatever the shop's are, so that no change of type touches a rule.
create table couture.curation (
  curation_id int generated always as identity primary key,
  action      text not null check (action in ('pin', 'block', 'boost')),
  product_id  text not null,
  scope       text not null default 'shop' check (scope in ('product', 'category', 'shop')),
  subject     text not null default '',         -- a product id, the name of a category, or ''
  kinds       text[] not null default '{}',     -- lists that it holds for; none: all
  place       int check (place between 1 and 24),                 -- pin: the place in the list
  factor      real check (factor > 0 and factor <= 100),          -- boost: what the score is multiplied by
  from_at     timestamptz,
  until_at    timestamptz,
  note        text not null default '',
  created_at  timestamptz not null default now(),
  check ((scope = 'shop') = (subject = '')),
  check ((action = 'pin') = (place is not null)),
  check ((action = 'boost') = (factor is not null)),
  check (until_at > from_at)
);

-- Whoever changes a rule, in whatever way, the runtimes hear of it at the commit.
create function couture.tell_curation() returns trigger language plpgsql as $$
begin
  perform pg_notify('couture_curation', '');
  return null;
end
$$;

create trigger curation_changed after insert or update or delete or truncate on couture.curation
  for each statement execute function couture.tell_curation();

-- The runtime shows the variant that is in stock: it goes from the representative to the others.
create index product_key_representative on couture.product_key (representative_key);
