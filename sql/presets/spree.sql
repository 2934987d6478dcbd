-- @table product = spree_products has slug
-- @table variant = spree_variants has is_master, track_inventory
-- @table price = spree_prices has currency, amount
-- @table stock_item = spree_stock_levels | spree_stock_items has count_on_hand, backorderable
-- @table orders = spree_orders has completed_at
-- @table line = spree_line_items has variant_id
-- @table store = spree_stores
-- @optional taxon = spree_categories | spree_taxons
-- @optional product_taxon = spree_product_categories | spree_products_taxons
-- @optional stock_location = spree_stock_locations has active
-- @optional inventory_unit = spree_fulfillment_items | spree_inventory_units has line_item_id
-- @optional payment = spree_payments has order_id, amount
-- @optional refund = spree_refunds has payment_id
-- @optional wishlist = spree_wishlists
-- @optional wished_item = spree_wishlist_items | spree_wished_items | spree_wished_products has wishlist_id, variant_id
-- @optional account = spree_customers | spree_users | users has email
-- @optional tag = spree_tags has name
-- @optional option_type = spree_option_types has name
-- @optional option_value = spree_option_values has option_type_id
-- @optional variant_option = spree_option_value_variants | spree_option_values_variants has variant_id, option_value_id
-- @optional tagging = spree_taggings has tag_id, taggable_id, taggable_type
-- The source views over Spree 5 and 6 and Solidus, which differ in names and columns, compared with the db/schema.rb of a
-- shop on each: Spree 5 of early 2026, Spree 6 before its release (stock levels, customers and statuses are new), and Solidus
-- before 4. A product_id is a variant's, which
-- carts hold; group_id is the product's. Pictures are Active Storage, whose addresses only the application can make.

create schema if not exists couture_source;

create or replace view couture_source.shop_setting as
  select coalesce((select nullif({{s:store.default_currency ?? null::text}}, '') from {{store}} s order by {{s:store.default ?? false}} desc, s.id limit 1),
                  (select o.currency from {{orders}} o where o.completed_at is not null order by o.id desc limit 1), 'USD') as currency,
         (select nullif({{s:store.default_locale ?? null::text}}, '') from {{store}} s order by {{s:store.default ?? false}} desc, s.id limit 1) as language;

{{option_kind}}

-- Which orders count. This is the only place that decides it.
create or replace function couture_source.order_counts(status text) returns boolean
language sql immutable parallel safe as $$
  select status not in ('cart', 'draft', 'canceled', 'returned', 'refunded', 'payment failed', 'payment void')
$$;

-- A cart is an order that was not completed.
create or replace view couture_source.shop_order as
  select placed.*, couture_source.order_counts(placed.status) as counts
  from (
    select {{orders.id}} as order_id, {{orders.user_id | customer_id}} as customer_id,
           case when {{orders.completed_at}} is null then 'cart'
-- @if orders.canceled_at
                when {{orders.canceled_at}} is not null then 'canceled'
-- @end
                when coalesce({{orders.payment_state | payment_status ?? null::text}}, '') in ('failed', 'void') then 'payment ' || {{orders.payment_state | payment_status ?? ''}}
-- @if payment & refund
                when (select coalesce(sum(r.amount), 0) from {{refund}} r join {{payment}} p on p.id = r.payment_id where p.order_id = {{orders.id}})
                  >= (select nullif(sum(p.amount), 0) from {{payment}} p where p.order_id = {{orders.id}} and {{p:payment.state | status}} = 'completed') then 'refunded'
-- @end
                else coalesce({{orders.state | status}}, 'complete') end as status,
           {{orders.completed_at}} {{utc:orders.completed_at}} as ordered_at, {{orders.currency}} as currency,
           {{orders.channel | store_id ?? null}}::text as channel,
           {{orders.number ?? null::text}} as number, {{orders.email ?? null::text}} as email,
           {{orders.shipment_state | fulfillment_status ?? null::text}} as shipment_state
    from {{orders}} orders
  ) placed;

-- A product without options has its master alone; where it has others, the master is not for sale.
create or replace view couture_source.product as
  select v.id as product_id, p.name, p.description, cat.name as category,
-- @if price.compare_at_amount
         greatest(pr.amount, pr.compare_at_amount) as price, pr.amount as discounted_price,
         coalesce(pr.compare_at_amount > pr.amount, false) as on_sale,
-- @else
         pr.amount as price, null::numeric as discounted_price, false as on_sale,
-- @end
         null::text as image_url, coalesce({{p:product.avg_rating ?? null}}, 0)::real as rating,
         coalesce({{p:product.reviews_count ?? null}}, 0)::int as review_count, false as featured,
         -- Not tracked, or with back orders: not counted.
         case when v.track_inventory and not coalesce(st.backorders, false) then greatest(0, coalesce(st.free, 0)) end::int as inventory,
-- @if tag & tagging
         array(select g.name::text from {{tagging}} x join {{tag}} g on g.id = x.tag_id
               where x.taggable_id = p.id and x.taggable_type = 'Spree::Product' order by 1) as tags,
-- @else
         '{}'::text[] as tags,
-- @end
         p.id as group_id, '/products/' || p.slug as url, p.slug as handle, {{v:variant.cost_price ?? null}}::numeric as cost,
         p.created_at {{utc:product.created_at}} as created_at,
-- @if taxon.parent_id & product_taxon
         -- An uncorrelated subquery: the tree is read once per query, and only where the path is selected.
         (with recursive tree as (
            select a.id, a.name::text as path, 1 as depth from {{taxon}} a where a.parent_id is null
            union all
-- @if taxon.taxonomy_id
            -- The root of a taxonomy has its name: "Categories", "Brands".
            select a.id, case when tree.depth = 1 and a.taxonomy_id is not null then a.name else tree.path || ' > ' || a.name end, tree.depth + 1
-- @else
            select a.id, tree.path || ' > ' || a.name, tree.depth + 1
-- @end
            from {{taxon}} a join tree on a.parent_id = tree.id where tree.depth < 20)
          select jsonb_object_agg(tree.id, tree.path) from tree) ->> cat.id::text as category_path,
-- @else
         null::text as category_path,
-- @end
-- @if option_type & option_value & variant_option
         op.colour, op.size, null::text as swatch
-- @else
         null::text as colour, null::text as size, null::text as swatch
-- @end
  from couture_source.shop_setting set
  join {{product}} p on p.deleted_at is null
  join {{variant}} v on v.product_id = p.id and v.deleted_at is null
  -- The price of no list and for any country.
  join lateral (
    select x.* from {{price}} x
    where x.variant_id = v.id and x.currency = set.currency and x.amount is not null
      and {{x:price.deleted_at ?? null::timestamp}} is null and {{x:price.price_list_id ?? null::bigint}} is null
      and {{x:price.country_iso ?? null::text}} is null
    order by {{x:price.updated_at | id}} desc, x.id desc limit 1
  ) pr on true
  left join lateral (
    select sum(greatest(0, s.count_on_hand - {{s:stock_item.allocated_count ?? 0}})) as free, bool_or(s.backorderable) as backorders from {{stock_item}} s
-- @if stock_location
    join {{stock_location}} l on l.id = s.stock_location_id and l.active
-- @end
    where s.variant_id = v.id and {{s:stock_item.deleted_at ?? null::timestamp}} is null
  ) st on true
-- @if taxon & product_taxon
  -- The deepest category.
  left join lateral (
    select t.name, t.id from {{product_taxon}} x join {{taxon}} t on t.id = {{x:product_taxon.taxon_id | category_id}}
    where x.product_id = p.id order by {{t:taxon.depth ?? 0::int}} desc nulls last, {{x:product_taxon.position | taxon_id | category_id}}, t.id limit 1
  ) cat on true
-- @else
  cross join (select null::text as name) cat
-- @end
-- @if option_type & option_value & variant_option
  left join lateral (
    select min({{w:option_value.presentation | name}}) filter (where couture_source.option_kind(n.name) = 'colour') as colour,
           -- Options that are neither stand after the size, as in "M / Material: Linen", unless all variants share them.
           string_agg(couture_source.named_option(
             case when couture_source.option_kind(n.name) is null then {{n:option_type.presentation | name}} end,
             {{w:option_value.presentation | name}}), ' / ' order by couture_source.option_kind(n.name), n.name) filter (
             where couture_source.option_kind(n.name) = 'size' or (couture_source.option_kind(n.name) is null and exists (
               select from {{variant}} s join {{variant_option}} y on y.variant_id = s.id join {{option_value}} o on o.id = y.option_value_id
               where s.product_id = v.product_id and o.option_type_id = n.id and o.id <> w.id))) as size
    from {{variant_option}} x join {{option_value}} w on w.id = x.option_value_id join {{option_type}} n on n.id = w.option_type_id
    where x.variant_id = v.id
  ) op on true
-- @end
  where (not v.is_master or not exists (select from {{variant}} o where o.product_id = p.id and not o.is_master and o.deleted_at is null))
-- @if product.status
    and p.status = 'active' and coalesce({{p:product.available_on ?? null::timestamp}}, '-infinity') <= now() {{utc:product.available_on ?? }}
-- @else
    and p.available_on <= now() {{utc:product.available_on}}
-- @end
-- @if product.discontinue_on
    and coalesce(p.discontinue_on, 'infinity') > now() {{utc:product.discontinue_on}}
-- @end
-- @if variant.discontinue_on
    and coalesce(v.discontinue_on, 'infinity') > now() {{utc:variant.discontinue_on}}
-- @end
  ;

create or replace view couture_source.order_line as
  select o.order_id, o.customer_id, l.variant_id as product_id, l.quantity, l.price as unit_price, o.ordered_at, o.currency, o.channel,
         b.returned::int as returned_quantity, o.number as order_number, o.shipment_state as order_status, o.email as order_email
  from couture_source.shop_order o
  join {{line}} l on l.order_id = o.order_id and l.variant_id is not null
  cross join lateral (
-- @if inventory_unit
    select coalesce(sum({{u:inventory_unit.quantity ?? 1}}), 0) as returned from {{inventory_unit}} u where u.line_item_id = l.id and {{u:inventory_unit.state | status}} = 'returned'
-- @else
    select 0 as returned
-- @end
  ) b
  where o.counts and l.quantity > b.returned and l.price > 0;

create or replace view couture_source.watchlist as
-- @if wishlist & wished_item
  select {{w:wishlist.user_id | customer_id}} as customer_id, i.variant_id as product_id, i.created_at {{utc:wished_item.created_at}} as created_at
  from {{wished_item}} i join {{wishlist}} w on w.id = i.wishlist_id
  where {{w:wishlist.user_id | customer_id}} is not null and i.variant_id is not null;
-- @else
  select o.customer_id, v.id as product_id from couture_source.shop_order o, {{variant}} v where false;
-- @end

create or replace view couture_source.customer as
-- @if account
  select {{account.id}} as customer_id,
         nullif(trim(concat_ws(' ', {{account.first_name ?? null}}, {{account.last_name ?? null}})), '') as name, {{account.email}} as email,
         {{account.selected_locale | locale ?? null}}::text as locale, null::text as time_zone, {{account.created_at}} {{utc:account.created_at}} as created_at
  from {{account}} account
-- @if account.deleted_at
  where {{account.deleted_at}} is null
-- @end
  ;
-- @else
  select o.customer_id, null::text as name, null::text as email, null::text as locale, null::text as time_zone, null::timestamptz as created_at
  from couture_source.shop_order o where false;
-- @end
