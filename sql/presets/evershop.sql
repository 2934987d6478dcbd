-- @table product has variant_group_id, exclude_from_recommendation, uuid
-- @table product_description has product_description_product_id
-- @table product_inventory has product_inventory_product_id, manage_stock
-- @table product_image has product_image_product_id
-- @table category_description has category_description_category_id
-- @optional category has category_id, parent_id
-- @table url_rewrite has entity_uuid
-- @table orders = order has payment_status
-- @table order_item has order_item_order_id
-- @table customer has full_name
-- The source views over EverShop 2 (written against 2.2). Each variant is a product of its own; variant_group_id, which
-- holds them together, is the group_id.

create schema if not exists couture_source;

-- Which orders count. This is the only place that decides it. The status is "ORDER, payment PAYMENT"; cash on delivery is
-- "pending" until it is delivered, and counts.
create or replace function couture_source.order_counts(status text) returns boolean
language sql immutable parallel safe as $$
  select status !~ '^canceled' and status !~ 'payment (canceled|refunded|failed|voided)$'
$$;

create or replace view couture_source.shop_order as
  select placed.*, couture_source.order_counts(placed.status) as counts
  from (
    select o.order_id, o.customer_id, coalesce(o.status, 'new') || ', payment ' || coalesce(o.payment_status, 'unknown') as status,
           o.created_at as ordered_at, o.currency, {{o:orders.order_number ?? null::text}} as number,
           {{o:orders.shipment_status ?? null::text}} as shipment_status, {{o:orders.customer_email ?? null::text}} as email
    from {{orders}} o
  ) placed;

-- EverShop has coupons and no sale prices, no ratings and no tags. The shop's own exclude_from_recommendation keeps a
-- product out of lists, as if it were sold out. Variants that have no page of their own (visibility) belong to one that has.
create or replace view couture_source.product as
  select p.product_id, d.name, coalesce(nullif(d.short_description, ''), '') as description, c.name as category,
         p.price::numeric(12,4) as price, null::numeric as discounted_price, false as on_sale, im.origin_image as image_url,
         0::real as rating, 0 as review_count, false as featured,
         case when p.exclude_from_recommendation or not coalesce(i.stock_availability, true) then 0
              when i.manage_stock then greatest(0, i.qty) end as inventory,
         '{}'::text[] as tags, p.variant_group_id as group_id, coalesce(u.request_path, '/product/' || p.uuid) as url,
         d.url_key as handle, p.created_at,
-- @if category
         -- An uncorrelated subquery: the tree is read once per query, and only where the path is selected.
         (with recursive tree as (
            select a.category_id as id, n.name::text as path, 1 as depth
            from {{category}} a join {{category_description}} n on n.category_description_category_id = a.category_id where a.parent_id is null
            union all
            select a.category_id, tree.path || ' > ' || n.name, tree.depth + 1 from {{category}} a
            join {{category_description}} n on n.category_description_category_id = a.category_id
            join tree on a.parent_id = tree.id where tree.depth < 20)
          select jsonb_object_agg(tree.id, tree.path) from tree) ->> p.category_id::text as category_path
-- @else
         null::text as category_path
-- @end
  from {{product}} p
  join {{product_description}} d on d.product_description_product_id = p.product_id
  left join {{product_inventory}} i on i.product_inventory_product_id = p.product_id
  left join {{category_description}} c on c.category_description_category_id = p.category_id
  left join lateral (
    select x.origin_image from {{product_image}} x where x.product_image_product_id = p.product_id
    order by x.is_main desc nulls last, x.product_image_id limit 1
  ) im on true
  left join lateral (
    select x.request_path from {{url_rewrite}} x where x.entity_uuid = p.uuid and x.entity_type = 'product' order by x.url_rewrite_id limit 1
  ) u on true
  where p.status and (p.visibility or p.variant_group_id is not null);

create or replace view couture_source.order_line as
  select o.order_id, o.customer_id, l.product_id, l.qty as quantity, l.final_price_incl_tax::numeric(12,4) as unit_price,
         o.ordered_at, o.currency, o.number as order_number, o.shipment_status as order_status, o.email as order_email
  from couture_source.shop_order o
  join {{order_item}} l on l.order_item_order_id = o.order_id
  where o.counts and l.qty > 0 and l.final_price_incl_tax > 0;

-- EverShop has no wish list: couture keeps what customers save.
create or replace view couture_source.watchlist as
  select c.customer_id, p.product_id from {{customer}} c, {{product}} p where false;

create or replace view couture_source.customer as
  select c.customer_id, c.full_name as name, c.email, null::text as locale, null::text as time_zone, c.created_at
  from {{customer}} c;
