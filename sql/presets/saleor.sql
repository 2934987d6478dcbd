-- @table channel = channel_channel has currency_code
-- @table category = product_category has parent_id
-- @table product = product_product has slug, category_id
-- @table product_listing = product_productchannellisting has is_published, visible_in_listings
-- @table variant = product_productvariant has track_inventory
-- @table variant_listing = product_productvariantchannellisting has price_amount
-- @table media = product_productmedia has external_url
-- @table stock = warehouse_stock has quantity_allocated
-- @table account = account_user has email
-- @table orders = order_order has origin, channel_id
-- @table line = order_orderline has variant_id, unit_price_gross_amount
-- @table fulfillment = order_fulfillment
-- @table fulfillment_line = order_fulfillmentline
-- @optional collection = product_collection
-- @optional collection_product = product_collectionproduct
-- The source views over Saleor 3 (written against 3.23), for its first active channel. A product_id is a variant's, which
-- checkouts hold; group_id is the product's. Ids are the numbers of the tables: Saleor's API and tokens have global ids
-- instead, encode(('ProductVariant:' || id)::bytea, 'base64').

create schema if not exists couture_source;

create or replace view couture_source.shop_setting as
  select c.id as channel_id, c.slug as channel, c.currency_code as currency from {{channel}} c where c.is_active order by c.id limit 1;

-- Which orders count. This is the only place that decides it. Saleor's own report leaves out draft, canceled and expired.
create or replace function couture_source.order_counts(status text) returns boolean
language sql immutable parallel safe as $$
  select status not in ('draft', 'unconfirmed', 'canceled', 'expired', 'returned', 'refunded', 'reissue', 'test')
$$;

-- Orders of all channels: what is bought together in one is in the others. A reissue replaces what was returned.
create or replace view couture_source.shop_order as
  select placed.*, couture_source.order_counts(placed.status) as counts
  from (
    select o.id as order_id, o.user_id as customer_id,
           case when o.origin = 'reissue' then 'reissue'
-- @if orders.charge_status
                when o.charge_status = 'none' and exists (select from {{fulfillment}} f where f.order_id = o.id and f.status = 'refunded')
                  and not exists (select from {{fulfillment}} f where f.order_id = o.id and f.status = 'fulfilled') then 'refunded'
-- @end
                else o.status end as status,
           o.created_at as ordered_at, o.currency, c.slug as channel,
           {{o:orders.number ?? null::int}} as number, nullif({{o:orders.user_email ?? null::text}}, '') as email
    from {{orders}} o left join {{channel}} c on c.id = o.channel_id
  ) placed;

-- The description is JSON of an editor: the texts of its blocks, without markup.
create or replace view couture_source.product as
  select v.id as product_id, p.name,
         (select string_agg(regexp_replace(b -> 'data' ->> 'text', '<[^>]+>', ' ', 'g'), ' ')
          from jsonb_array_elements(case jsonb_typeof(p.description -> 'blocks') when 'array' then p.description -> 'blocks' else '[]' end) b) as description,
         k.name as category, vl.price_amount as price, vl.discounted_price_amount as discounted_price,
         coalesce(vl.discounted_price_amount < vl.price_amount, false) as on_sale, m.address as image_url,
         coalesce({{p:product.rating ?? null}}, 0)::real as rating, 0 as review_count, false as featured,
         case when coalesce({{l:product_listing.available_for_purchase_at ?? now()}}, 'infinity') > now() then 0
              when v.track_inventory then greatest(0, coalesce(st.free, 0)) end::int as inventory,
-- @if collection & collection_product
         array(select c.name::text from {{collection_product}} x join {{collection}} c on c.id = x.collection_id
               where x.product_id = p.id order by c.name) as tags,
-- @else
         '{}'::text[] as tags,
-- @end
         p.id as group_id, '/' || set.channel || '/products/' || p.slug as url, p.slug as handle,
         {{vl:variant_listing.cost_price_amount ?? null}}::numeric as cost, p.created_at,
         -- An uncorrelated subquery: the tree is read once per query, and only where the path is selected.
         (with recursive tree as (
            select a.id as id, a.name::text as path, 1 as depth from {{category}} a where a.parent_id is null
            union all
            select a.id, tree.path || ' > ' || a.name, tree.depth + 1 from {{category}} a join tree on a.parent_id = tree.id where tree.depth < 20)
          select jsonb_object_agg(tree.id, tree.path) from tree) ->> k.id::text as category_path,
         -- A variant's name says what a shopper chooses between: its size, or several options as in "Red / M".
         case when nullif(trim(v.name), '') is distinct from p.name and trim(v.name) <> coalesce({{v:variant.sku ?? null::text}}, v.id::text)
                   and exists (select from {{variant}} o where o.product_id = p.id and o.id <> v.id) then nullif(trim(v.name), '') end as size
  from couture_source.shop_setting set
  join {{product_listing}} l on l.channel_id = set.channel_id and l.is_published and l.visible_in_listings
                            and (l.published_at is null or l.published_at <= now())
  join {{product}} p on p.id = l.product_id
  join {{variant}} v on v.product_id = p.id
  join {{variant_listing}} vl on vl.variant_id = v.id and vl.channel_id = set.channel_id and vl.price_amount is not null
  left join {{category}} k on k.id = p.category_id
  left join lateral (
    select sum(s.quantity - s.quantity_allocated) as free from {{stock}} s where s.product_variant_id = v.id
  ) st on true
  left join lateral (
    select coalesce(nullif(x.image, ''), x.external_url) as address from {{media}} x
    where x.product_id = p.id and x.type = 'IMAGE' and not {{x:media.to_remove ?? false}} order by x.sort_order nulls last, x.id limit 1
  ) m on true;

-- What came back is in fulfillments of another status.
create or replace view couture_source.order_line as
  select o.order_id, o.customer_id, l.variant_id as product_id, l.quantity, l.unit_price_gross_amount as unit_price,
         o.ordered_at, o.currency, o.channel, b.returned::int as returned_quantity,
         o.number as order_number, o.status as order_status, o.email as order_email
  from couture_source.shop_order o
  join {{line}} l on l.order_id = o.order_id and l.variant_id is not null
  cross join lateral (
    select coalesce(sum(x.quantity), 0) as returned
    from {{fulfillment_line}} x
    join {{fulfillment}} f on f.id = x.fulfillment_id and f.status in ('refunded', 'returned', 'refunded_and_returned', 'replaced')
    where x.order_line_id = l.id
  ) b
  where o.counts and l.quantity > b.returned and l.unit_price_gross_amount > 0
    and not {{l:line.is_gift_card ?? false}} and not {{l:line.is_gift ?? false}};

-- Saleor has no wish list: couture keeps what customers save.
create or replace view couture_source.watchlist as
  select u.id as customer_id, v.id as product_id from {{account}} u, {{variant}} v where false;

create or replace view couture_source.customer as
  select u.id as customer_id, nullif(trim(u.first_name || ' ' || u.last_name), '') as name, u.email,
         {{u:account.language_code ?? null}}::text as locale, null::text as time_zone, u.date_joined as created_at
  from {{account}} u where u.is_active;
