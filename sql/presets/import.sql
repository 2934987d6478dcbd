-- The four source views over imported orders. A line counts when something was bought for a price and kept;
-- a line without a price counts, since some files have none at all.
create schema if not exists couture_source;

create or replace view couture_source.product as
  select p.product_id, p.name, coalesce(p.description, '') as description, p.category,
         coalesce(p.price, 1.00) as price, p.discounted_price, p.on_sale, p.image_url,
         coalesce(p.rating, 0)::real as rating, coalesce(p.review_count, 0) as review_count, p.featured, p.inventory,
         p.tags, p.group_id, p.url, p.handle, p.brand, p.cost, p.created_at, p.colour, p.size,
         p.category_path
  from imported.product p
  where not p.service;

create or replace view couture_source.order_line as
  select l.order_id, l.customer_id, l.product_id, l.quantity, coalesce(l.unit_price, 1.00) as unit_price, l.ordered_at,
         l.currency,
         -- The import has taken off what was returned. An order's id is its number.
         0 as returned_quantity, l.order_id as order_number,
         -- Guests, and the customers of many shop systems, are known by their address; they may ask for an order by it.
         case when l.customer_id like '%_@_%' then l.customer_id end as order_email
  from imported.order_line l
  where l.quantity > 0 and coalesce(l.unit_price, 1.00) > 0 and not l.cancelled
    and l.product_id not in (select s.product_id from imported.product s where s.service);

create or replace view couture_source.watchlist as
  select c.customer_id, p.product_id from imported.customer c, imported.product p where false;

create or replace view couture_source.customer as
  select c.customer_id, null::text as name, null::text as email, null::text as locale, null::text as time_zone,
         c.created_at
  from imported.customer c;
