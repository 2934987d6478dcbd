-- Other names of a product: the id of its group and its handle, which pages and templates of a shop use as ids.
alter table couture.catalogue
  add column group_id text,
  add column handles  text[] not null default '{}';   -- those of the variants, in their order; null for none

create index catalogue_group on couture.catalogue (group_id) where group_id is not null;
create index catalogue_handles on couture.catalogue using gin (handles);
