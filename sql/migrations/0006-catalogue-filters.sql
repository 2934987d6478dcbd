-- What a listing can be narrowed to, beside its category and price.
alter table couture.catalogue
  add column on_sale  boolean not null default false,  -- any of the variants
  add column in_stock boolean not null default true;   -- any of the variants; stock that is not counted does not run out
