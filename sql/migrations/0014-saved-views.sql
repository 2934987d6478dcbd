-- Source views that `couture db views drop` took out of the way of a deploy, until `couture db views restore`.
create table couture.saved_view (
  name       text primary key,
  place      int not null,            -- views are created in this order, each after those that it reads
  statements text[] not null,         -- create view, owner, grants, comment, indexes
  saved_at   timestamptz not null default now()
);
