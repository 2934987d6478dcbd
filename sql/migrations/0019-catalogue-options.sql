-- Colours and sizes, to filter lists by, and sales, which decide between equally relevant results of a search.
alter table couture.catalogue
  -- One entry per variant, in the order of `variants`; null where no variant has any.
  add column colours     text[],
  add column swatches    text[],
  add column sizes       text[],
  add column stocked     boolean[],
  -- Of every variant: colour U+001F, U+001F size, and colour U+001F size; the same after U+001E if it is in stock.
  add column option_keys text[] not null default '{}',
  -- Orders, of products in the bestseller lists of the published build.
  add column sold        real not null default 0;

create index catalogue_options on couture.catalogue using gin (option_keys);
