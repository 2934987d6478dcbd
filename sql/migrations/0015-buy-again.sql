-- What each customer is expected to buy again: one row a customer, entry n of the arrays belongs together.
create table couture.buy_again_list (
  build_id      int not null,
  customer_key  int not null,
  item_keys     int[] not null,       -- the variants that were bought
  probabilities real[] not null,      -- of a purchase within seven days after the newest order
  last_days     date[] not null,      -- of the last purchase; empty if orders have no dates
  intervals     real[] not null,      -- days between two purchases, or orders if orders have no dates
  times         smallint[] not null   -- days, or orders, on which the customer bought it
) partition by list (build_id);

-- Builds that were made before have no such lists, but may be published again.
do $$
declare
  build text;
begin
  for build in
    select substring(c.relname from '\d+$') from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'couture.customer_list'::regclass and c.relname ~ '^customer_list_b\d+$' and not i.inhdetachpending
  loop
    execute format('create table couture.buy_again_list_b%s partition of couture.buy_again_list for values in (%s)', build, build);
    execute format('create unique index on couture.buy_again_list_b%s (customer_key)', build);
  end loop;
end
$$;
