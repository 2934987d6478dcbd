-- What the shop sells, ready to be listed and searched: the shop's own view has no index for either. It decides which
-- products come in which order; what is shown of them, price and stock first, is read live.

-- Letters without their marks, so that "clementine" finds "Clémentine". The two functions need a database in UTF-8.
create function couture.fold(words text) returns text
language sql immutable parallel safe as $$
  select lower(regexp_replace(normalize(words, NFKD), U&'[\0300-\036f]', '', 'g'))
$$;

-- One row a product, or a group of variants.
create table couture.catalogue (
  lead_id      text primary key,      -- the first of the variants
  variants     text[] not null,
  category     text not null,
  name         text not null,
  url          text,
  price_cents  bigint not null,       -- the lowest price of today
  featured_key real not null,         -- featured first, then by standing; ascending
  rating_key   real not null,         -- minus the mean rating, drawn to 3.5 by five reviews that nobody wrote
  words        tsvector not null,     -- name A, category and tags B, description C; as written and as English stems
  hash         text not null          -- of all that the row was made from
);

create index catalogue_featured on couture.catalogue (featured_key, lead_id);
create index catalogue_price on couture.catalogue (price_cents, lead_id);
create index catalogue_rating on couture.catalogue (rating_key, lead_id);
create index catalogue_name on couture.catalogue (name, lead_id);
create index catalogue_category_featured on couture.catalogue (category, featured_key, lead_id);
create index catalogue_category_price on couture.catalogue (category, price_cents, lead_id);
create index catalogue_category_rating on couture.catalogue (category, rating_key, lead_id);
create index catalogue_category_name on couture.catalogue (category, name, lead_id);
create index catalogue_words on couture.catalogue using gin (words);
create index catalogue_variants on couture.catalogue using gin (variants);
